"""One clause into sound, tried again where that can help."""

from __future__ import annotations

import logging

from steward.domain.script import Clause
from steward.domain.voices import Clip
from steward.errors import HeardWrong, SpeechError
from steward.speech.speaker import Speaker

log = logging.getLogger(__name__)

ATTEMPTS = 2  # at a clause, where trying again can help


def speak_clause(voice: Speaker, clause: Clause, *, heard: bool = True) -> Clip | SpeechError:
    """The clip, heard back right where that is wanted; or why there is none."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return voice.sure_clip(clause) if heard else voice.clip(clause)
        except SpeechError as error:
            if attempt == ATTEMPTS or not error.retry:
                return error
            log.warning("合成失败，再试一次：%s", error)
    raise AssertionError("unreachable")


def fault_of_clause(ordinal: int, fault: SpeechError) -> str:
    """What staff are told of a clause (from 0) that has no sound that is right."""
    told = str(fault) if isinstance(fault, HeardWrong) else f"没有声音，只有文字：{fault}"
    return f"第 {ordinal + 1} 句{told}"
