"""The speaker's chain and cache: which voice spoke, what is kept, and what is never mixed up."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from steward.domain.script import Clause
from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.cache import ClipCache
from steward.speech.engine import EngineContext, Sound
from steward.speech.speaker import Speaker, build_speaker
from steward.speech.voices import load_cards
from tests.support.voices import CARDS

CLAUSE = Clause("本周新增隐患28条，", "本周新增隐患二十八条，", 250)
CARD_SILENCE = load_cards(CARDS)["silence"]
CARD_NEURAL = load_cards(CARDS)["zf_xiaobei"]


def speaker(tmp_path: Path, *chain: VoiceCard, timeout_s: float = 60.0) -> Speaker:
    context = EngineContext(tmp_path / "voices", timeout_s=timeout_s)
    return Speaker(chain, ClipCache(tmp_path / "clips"), context)


def test_a_clip_is_computed_once(tmp_path: Path) -> None:
    speaks = speaker(tmp_path, CARD_SILENCE)
    first, second = speaks.clip(CLAUSE), speaks.clip(CLAUSE)
    assert (first.cached, second.cached) == (False, True)
    assert first.key == second.key
    assert speaks.cache.load(first.key).duration_ms == first.duration_ms


def test_everything_that_changes_the_sound_changes_the_key(tmp_path: Path) -> None:
    speaks = speaker(tmp_path, CARD_SILENCE)
    keys = {
        speaks.key(CLAUSE, CARD_SILENCE),
        speaks.key(replace(CLAUSE, spoken="别的"), CARD_SILENCE),
        speaks.key(replace(CLAUSE, pinyin=(("隐患", ("yin3", "huan4")),)), CARD_SILENCE),
        speaks.key(CLAUSE, replace(CARD_SILENCE, speed=0.9)),
        speaks.key(CLAUSE, replace(CARD_SILENCE, gain_db=1.0)),
        speaks.key(CLAUSE, replace(CARD_SILENCE, files=(("model", "00"),))),
        speaks.key(CLAUSE, CARD_NEURAL),
    }
    assert len(keys) == 7
    assert speaks.key(replace(CLAUSE, written="x", pause_ms=1), CARD_SILENCE) in keys


def test_the_next_voice_speaks_when_the_first_cannot_and_keeps_its_own_key(tmp_path: Path) -> None:
    speaks = speaker(tmp_path, CARD_NEURAL, CARD_SILENCE)
    clip = speaks.clip(CLAUSE)
    assert clip.voice_id == "silence"
    assert clip.key == speaks.key(CLAUSE, CARD_SILENCE)
    assert speaks.cache.find(speaks.key(CLAUSE, CARD_NEURAL)) is None


def test_when_every_voice_fails_each_fault_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match=r"所有语音都失败了：zf_xiaobei：缺少 .*onnx"):
        speaker(tmp_path, CARD_NEURAL).clip(CLAUSE)


def test_a_damaged_model_is_found_before_it_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "voices"
    folder.mkdir()
    for name, _ in CARD_NEURAL.files:
        (folder / name).write_bytes(b"cut short")
    with pytest.raises(EngineFailed, match="已损坏（校验和不符）"):
        speaker(tmp_path, CARD_NEURAL).clip(CLAUSE)


class Hanging:
    """An engine that does not come back until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        self.let_go.wait(30)
        raise EngineFailed("too late")


def test_a_hanging_engine_costs_its_time_limit_and_no_more(tmp_path: Path) -> None:
    hanging = Hanging()
    other = replace(CARD_SILENCE, id="hanging", engine="hanging")
    speaks = speaker(tmp_path, other, CARD_SILENCE, timeout_s=0.2)
    speaks._engines["hanging"] = hanging
    try:
        assert speaks.clip(CLAUSE).voice_id == "silence"
    finally:
        hanging.let_go.set()


def test_a_damaged_clip_is_made_again(tmp_path: Path) -> None:
    speaks = speaker(tmp_path, CARD_SILENCE)
    clip = speaks.clip(CLAUSE)
    speaks.cache.sound(clip.key).write_bytes(b"RIFF")
    again = speaks.clip(CLAUSE)
    assert not again.cached
    assert speaks.cache.load(clip.key).duration_ms == clip.duration_ms


def test_a_key_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a clip key"):
        ClipCache(tmp_path).sound("../../etc/passwd")


def test_the_chimes_are_clips_too(tmp_path: Path) -> None:
    speaks = speaker(tmp_path, CARD_SILENCE)
    opening, after = speaks.chime("routine"), speaks.chime("after")
    assert opening.key != after.key
    assert speaks.cache.load(opening.key).duration_ms == opening.duration_ms == 1500
    assert speaks.chime("routine") == opening


def test_an_unknown_voice_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceMissing, match="没有“nobody”这个语音"):
        build_speaker(
            load_cards(CARDS), ("nobody",), EngineContext(tmp_path), clips_folder=tmp_path
        )


_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.unit.test_speech_speaker import CARD_SILENCE, CLAUSE, speaker
from steward.errors import ClipNotStored
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
speaks = speaker(Path(sys.argv[1]), CARD_SILENCE)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    speaks.clip(CLAUSE)
except ClipNotStored as error:
    assert error.retry
    print(error)
"""


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The kernel refuses to let the file grow, as a full disk does."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path), str(CARDS.parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "语音无法写入缓存" in done.stdout
    assert str(tmp_path) in done.stdout
    assert [p for p in (tmp_path / "clips").rglob("*") if p.is_file()] == []
