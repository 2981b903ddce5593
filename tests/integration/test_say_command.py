"""`steward say`: a text into a sound file, with captions when they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
import webvtt
from click.testing import CliRunner, Result

from steward.cli import steward
from steward.errors import SpeechError
from steward.speech.audio.wave import read_sound

TEXT = "隐患管家提醒您，本周新增隐患28条。浓度<5%，请注意！"


def say(folder: Path, *options: str, name: str = "a.wav") -> Result:
    return CliRunner().invoke(
        steward,
        ["say", TEXT, "-o", str(folder / name), "--voice", "silence", *options],
        env={"STEWARD_DATA_DIR": str(folder / "var")},
        catch_exceptions=False,
    )


def test_captions_lie_beside_the_sound_and_end_with_it(tmp_path: Path) -> None:
    assert say(tmp_path, "--captions").exit_code == 0
    read = webvtt.read(str(tmp_path / "a.vtt")).captions
    assert "".join(one.raw_text for one in read) == TEXT.replace("<", "&lt;")
    assert read[0].start_time.in_milliseconds() == 0  # no chime before
    sound = read_sound(tmp_path / "a.wav")
    pause_after_last_ms = 600
    assert sound.duration_ms - read[-1].end_time.in_milliseconds() == pytest.approx(
        pause_after_last_ms, abs=1
    )


def test_without_asking_there_are_none(tmp_path: Path) -> None:
    assert say(tmp_path).exit_code == 0
    assert not (tmp_path / "a.vtt").exists()


def test_captions_alone_are_no_sound(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=r"不支持“\.vtt”格式"):
        say(tmp_path, name="a.vtt")
