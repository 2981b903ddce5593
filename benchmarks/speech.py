"""Seconds of computing per second of sound, beside plain kokoro-onnx on the same text.

Threads, two clauses side by side and memory are told as well: they say why the engine speaks one
clause at a time on all cores.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import onnxruntime
from kokoro_onnx import Kokoro

from benchmarks.measured import Measured
from steward.domain.script import Clause, Script
from steward.domain.voices import SpeakingRequest
from steward.narration.script import script_from_text
from steward.speech.engine import EngineContext
from steward.speech.engines.phonemes import phonemes
from steward.speech.graph.facts import is_rewritten
from steward.speech.model import FAST_MODEL_FILE, MODEL_FILE, MODEL_SHA256, VOICES_FILE
from steward.speech.speaker import Speaker, build_speaker
from steward.speech.voices import load_cards

ROOT = Path(__file__).parents[1]
VOICES = Path(os.environ.get("STEWARD_VOICES_DIR") or ROOT / "var" / "voices")
VOICE = "zf_xiaobei"
RUNS = 3  # each model says the text so often, by turns; the quickest counts
TEXT = (
    "隐患管家提醒您，本周新增隐患28条，隐患到期预警企业51家，超期预警企业64家。"
    "新增较多的镇街：瓜沥镇5条，新塘街道4条，临浦镇3条。"
    "已监控全区隐患10145处，闭环处置6969处，闭环率68.7%。"
)
_MEMORY = """
import re, sys
from benchmarks import speech
speech.rate(speech.session(sys.argv[1]), speech.script())
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024)
"""


def run(rows: int | None = None) -> list[Measured]:
    """Cold (nothing in the cache, model loaded) and cached; mastering is part of ours."""
    plain = Kokoro(str(VOICES / MODEL_FILE), str(VOICES / VOICES_FILE))
    ours = FAST_MODEL_FILE if is_rewritten(VOICES, MODEL_SHA256) else MODEL_FILE
    published, text = session(MODEL_FILE), script()
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        speakers = [_speaker(Path(folder) / str(number)) for number in range(RUNS + 1)]
        our_rate(speakers[-1], text)  # its model is loaded now, and the others' take it over
        for speaker in speakers[:-1]:
            speaker._engines = speakers[-1]._engines
        rate(plain, text)
        plain_s, published_s, cold_s = _by_turns(
            lambda _: rate(plain, text),
            lambda _: rate(published, text),
            lambda turn: our_rate(speakers[turn], text),
        )
        cached_s = our_rate(speakers[0], text)
    unit = "s/s"
    lines = [
        Measured("speech, cold, mastered", cold_s, "plain kokoro-onnx", plain_s, unit),
        Measured("speech, cold, mastered", cold_s, "published, all cores", published_s, unit),
        Measured("speech, cached", cached_s, "plain kokoro-onnx", plain_s, unit),
    ]
    one_plain, one_ours = _by_turns(
        *(
            # The processor's time, which other work on the machine does not lengthen.
            (lambda session: lambda _: rate(session, text, time.process_time))(
                session(name, threads=1)
            )
            for name in (MODEL_FILE, ours)
        )
    )
    lines.append(Measured("rewritten model, one thread", one_ours, "published", one_plain, unit))
    single, whole = session(ours, threads=1), session(ours)
    aside, after = _by_turns(lambda _: _side_by_side(single, text), lambda _: rate(whole, text))
    lines.append(
        Measured("two clauses side by side, a thread each", aside, "one after another", after, unit)
    )
    memory, plain_memory = _memory_mib(ours), _memory_mib(MODEL_FILE)
    lines.append(Measured("memory, rewritten model", memory, "published", plain_memory, "MiB"))
    return lines


def script() -> Script:
    return script_from_text("测量", TEXT)


def session(name: str, *, threads: int = 0) -> Kokoro:
    """A model by itself; `threads` 0 is one a core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_mem_pattern = False
    options.enable_mem_reuse = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    loaded = onnxruntime.InferenceSession(
        str(VOICES / name), options, providers=["CPUExecutionProvider"]
    )
    return Kokoro.from_session(loaded, str(VOICES / VOICES_FILE))


def our_rate(speaker: Speaker, text: Script) -> float:
    started = time.perf_counter()
    sound_ms = sum(speaker.clip(clause).duration_ms for clause in text.clauses)
    return (time.perf_counter() - started) / (sound_ms / 1000)


def rate(kokoro: Kokoro, text: Script, stopwatch: Callable[[], float] = time.perf_counter) -> float:
    started = stopwatch()
    sound_s = sum(_say(kokoro, clause) for clause in text.clauses)
    return (stopwatch() - started) / sound_s


def _side_by_side(kokoro: Kokoro, text: Script) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sound_s = sum(pool.map(lambda clause: _say(kokoro, clause), text.clauses))
    return (time.perf_counter() - started) / sound_s


def _say(kokoro: Kokoro, clause: Clause) -> float:
    request = SpeakingRequest(clause.spoken, pinyin=clause.pinyin)
    samples, rate_hz = kokoro.create(phonemes(request), VOICE, is_phonemes=True)
    return float(len(samples) / rate_hz)


def _speaker(folder: Path) -> Speaker:
    return build_speaker(
        load_cards(ROOT / "voices"),
        (VOICE,),
        EngineContext(VOICES, rewritten=True),
        clips_folder=folder,
    )


def _by_turns(*works: Callable[[int], float]) -> list[float]:
    results: list[list[float]] = [[] for _ in works]
    for turn in range(RUNS):
        for work, found in zip(works, results, strict=True):
            found.append(work(turn))
    return [min(found) for found in results]


def _memory_mib(name: str) -> float:
    """The most that a fresh process with the model alone has held, while it said the text."""
    done: Any = subprocess.run(
        [sys.executable, "-c", _MEMORY, name], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])
