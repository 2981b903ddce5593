"""One suite over every engine: sound of a sane length, at the card's rate, and clear refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.engine import REGISTRY, EngineContext, build_engine
from steward.speech.engines.phonemes import phonemes
from steward.speech.engines.system_voice import SystemVoiceEngine
from steward.speech.voices import load_cards
from tests.support.voices import CARDS, VOICES

SENTENCE = "隐患管家提醒您，本周新增隐患二十八条。"
ONE_EACH = ["silence", "espeak_cmn", pytest.param("zf_xiaobei", marks=pytest.mark.model)]


def test_every_engine_has_a_card_here() -> None:
    engines = {card.engine for card in load_cards(CARDS).values()}
    assert engines == set(REGISTRY)


@pytest.fixture(params=ONE_EACH)
def card(request: pytest.FixtureRequest) -> VoiceCard:
    return load_cards(CARDS)[request.param]


def test_it_speaks(card: VoiceCard) -> None:
    sound = build_engine(card.engine, EngineContext(VOICES)).speak(SpeakingRequest(SENTENCE), card)
    assert sound.rate_hz == card.rate_hz
    assert sound.samples.dtype == np.float32
    assert sound.samples.ndim == 1
    assert 2_000 < sound.duration_ms < 12_000
    assert np.max(np.abs(sound.samples)) <= 1.0
    if card.engine != "silence":
        assert np.sqrt(np.mean(sound.samples**2)) > 0.01


def test_faster_is_shorter(card: VoiceCard) -> None:
    engine = build_engine(card.engine, EngineContext(VOICES))
    slow = engine.speak(SpeakingRequest(SENTENCE, speed=0.8), card)
    fast = engine.speak(SpeakingRequest(SENTENCE, speed=1.3), card)
    assert fast.duration_ms < slow.duration_ms * 0.85


def test_nothing_to_say_is_refused(card: VoiceCard) -> None:
    with pytest.raises(EngineFailed) as refused:
        build_engine(card.engine, EngineContext(VOICES)).speak(SpeakingRequest("  "), card)
    assert not refused.value.retry


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    card = load_cards(CARDS)["zf_xiaobei"]
    with pytest.raises(VoiceMissing, match=r"kokoro-v1\.0\.int8\.onnx"):
        build_engine("kokoro", EngineContext(tmp_path)).speak(SpeakingRequest(SENTENCE), card)


def test_a_cut_model_is_called_damaged(tmp_path: Path) -> None:
    card = load_cards(CARDS)["zf_xiaobei"]
    (tmp_path / "kokoro-v1.0.int8.onnx").write_bytes(b"\x08\x0a" * 500)
    (tmp_path / "voices.npz").write_bytes(b"PK")
    with pytest.raises(VoiceMissing, match="已损坏"):
        build_engine("kokoro", EngineContext(tmp_path)).speak(SpeakingRequest(SENTENCE), card)


def test_a_hanging_system_voice_is_ended() -> None:
    engine = SystemVoiceEngine(EngineContext(VOICES, timeout_s=0.01))
    with pytest.raises(EngineFailed, match="已终止"):
        engine.speak(SpeakingRequest(SENTENCE), load_cards(CARDS)["espeak_cmn"])


def test_an_unknown_system_voice_is_named() -> None:
    card = VoiceCard("x", "x", "pyttsx3", "no-such-voice", "zh", 22050, "x", "x")
    with pytest.raises(VoiceMissing):
        SystemVoiceEngine(EngineContext(VOICES)).speak(SpeakingRequest(SENTENCE), card)


@pytest.mark.parametrize(
    ("text", "pinyin", "phonemes_of"),
    [
        ("瓜沥镇", (("瓜沥", ("gua1", "li4")),), "kwa→li↘"),
        ("重大", (("重大", ("zhong4", "da4")),), "ꭧʊ↘ŋta↘"),
        ("重大", (("重大", ("chong2", "da4")),), "ꭧʰʊ↗ŋta↘"),
    ],
)
def test_readings_reach_the_phonemes(
    text: str, pinyin: tuple[tuple[str, tuple[str, ...]], ...], phonemes_of: str
) -> None:
    assert phonemes(SpeakingRequest(text, pinyin=pinyin)).startswith(phonemes_of)


def test_readings_stay_with_their_request() -> None:
    forced = SpeakingRequest("重大", pinyin=(("重大", ("chong2", "da4")),))
    before = phonemes(SpeakingRequest("重大"))
    assert phonemes(forced) != before
    assert phonemes(SpeakingRequest("重大")) == before


def test_two_readings_of_the_same_word_keep_their_places() -> None:
    request = SpeakingRequest("处，处", pinyin=(("处", ("chu4",)), ("处", ("chu3",))))
    first, second = phonemes(request).split(",")
    assert ("↘" in first, "↓" in second) == (True, True)


def test_letters_are_spelt() -> None:
    assert phonemes(SpeakingRequest("A类")).startswith("ˈA ")
    assert "ˈɛl ˈɛn ʤˈi" in phonemes(SpeakingRequest("lng储罐"))


def test_impossible_pinyin_is_named() -> None:
    with pytest.raises(EngineFailed, match="不是正确的拼音"):
        phonemes(SpeakingRequest("重大", pinyin=(("重大", ("qqq9", "da4")),)))
