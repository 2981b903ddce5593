"""Seconds of computing per second of sound, beside plain kokoro-onnx on the same text."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from kokoro_onnx import Kokoro

from benchmarks.measured import Measured
from steward.domain.script import Script
from steward.domain.voices import SpeakingRequest
from steward.narration.script import script_from_text
from steward.speech.engine import EngineContext
from steward.speech.engines.phonemes import phonemes
from steward.speech.model import MODEL_FILE, VOICES_FILE
from steward.speech.speaker import Speaker, build_speaker
from steward.speech.voices import load_cards

ROOT = Path(__file__).parents[1]
VOICES = ROOT / "var" / "voices"
VOICE = "zf_xiaobei"
TEXT = (
    "隐患管家提醒您，本周新增隐患28条，隐患到期预警企业51家，超期预警企业64家。"
    "新增较多的镇街：瓜沥镇5条，新塘街道4条，临浦镇3条。"
    "已监控全区隐患10145处，闭环处置6969处，闭环率68.7%。"
)


def run(rows: int | None = None) -> list[Measured]:
    """Cold (nothing in the cache, model loaded) and cached; mastering is part of ours."""
    script = script_from_text("测量", TEXT)
    kokoro = Kokoro(str(VOICES / MODEL_FILE), str(VOICES / VOICES_FILE))
    warm = script_from_text("预热", "语音已经就绪。").clauses[0]
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        speaker = build_speaker(
            load_cards(ROOT / "voices"),
            (VOICE,),
            EngineContext(VOICES, rewritten=True),
            clips_folder=Path(folder),
        )
        speaker.clip(warm)
        kokoro.create(phonemes(SpeakingRequest(warm.spoken)), VOICE, is_phonemes=True)
        plain_s = plain_rate(kokoro, script)
        cold_s = our_rate(speaker, script)
        cached_s = our_rate(speaker, script)
    unit = "s/s"
    return [
        Measured("speech, cold, mastered", cold_s, "plain kokoro-onnx", plain_s, unit),
        Measured("speech, cached", cached_s, "plain kokoro-onnx", plain_s, unit),
    ]


def our_rate(speaker: Speaker, script: Script) -> float:
    started = time.perf_counter()
    sound_ms = sum(speaker.clip(clause).duration_ms for clause in script.clauses)
    return (time.perf_counter() - started) / (sound_ms / 1000)


def plain_rate(kokoro: Kokoro, script: Script) -> float:
    started = time.perf_counter()
    sound_s = 0.0
    for clause in script.clauses:
        request = SpeakingRequest(clause.spoken, pinyin=clause.pinyin)
        samples, rate_hz = kokoro.create(phonemes(request), VOICE, is_phonemes=True)
        sound_s += len(samples) / rate_hz
    return (time.perf_counter() - started) / sound_s
