"""The operating system's voice, in a process that is ended when its time is over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.engine import EngineContext
from steward.speech.engines.system_voice import SystemVoiceEngine
from steward.speech.voices import load_cards
from tests.support.voices import CARDS

CARD = load_cards(CARDS)["espeak_cmn"]
TEXT = "新增八条。"


def engine(timeout_s: float = 30.0) -> SystemVoiceEngine:
    return SystemVoiceEngine(EngineContext(Path(), timeout_s=timeout_s))


def test_a_hanging_voice_is_ended() -> None:
    with pytest.raises(EngineFailed, match=r"0\.01 秒内没有完成，已终止"):
        engine(0.01).speak(SpeakingRequest(TEXT), CARD)


def test_the_cards_time_limit_goes_before_the_settings() -> None:
    with pytest.raises(EngineFailed, match=r"0\.02 秒内没有完成，已终止"):
        engine(600).speak(SpeakingRequest(TEXT), replace(CARD, timeout_s=0.02))


def test_a_long_clause_is_waited_for_to_its_end() -> None:
    clause = "本周新增二十八条"
    once = engine().speak(SpeakingRequest(clause), CARD).duration_ms
    sound = engine().speak(SpeakingRequest((clause * 10 + "，") * 4), CARD)
    assert sound.duration_ms > 40 * once * 0.8


def test_what_it_would_leave_words_out_of_is_refused() -> None:
    speaking = engine()
    hundred = "条" * 100
    sound = speaking.speak(SpeakingRequest(f"{hundred}，{hundred}。"), CARD)
    assert sound.duration_ms > 200 * 150
    with pytest.raises(EngineFailed, match="有 101 个字没有标点，系统语音会漏字") as refused:
        speaking.speak(SpeakingRequest(f"八条，{hundred}条。"), CARD)
    assert not refused.value.retry


def test_an_unknown_voice_is_named() -> None:
    with pytest.raises(VoiceMissing, match="没有安装 espeak-ng 或其普通话语音"):
        engine().speak(SpeakingRequest(TEXT), replace(CARD, name="no-such-voice"))
