"""`steward voices compare`, as staff type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner

from steward.cli import steward
from steward.errors import NarrationError, SpeechError

TEXT = "本周新增隐患28条，请注意。"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("STEWARD_HEAR_BACK", "false")
    return CliRunner()


def test_voices_are_compared_and_their_sounds_kept(command: CliRunner, tmp_path: Path) -> None:
    words = ["voices", "compare", TEXT, "--voice", "silence", "--voice", "zf_xiaobei"]
    options = ["--speed", "1.0", "--speed", "0.8", "-o", str(tmp_path / "takes"), "--json"]
    done = command.invoke(steward, [*words, *options])
    assert done.exception is None, done.output
    takes = json.loads(done.stdout)
    assert [(one["voice_id"], one["pace"]) for one in takes] == [
        ("silence", 1.0),
        ("silence", 0.8),
        ("zf_xiaobei", 1.0),
        ("zf_xiaobei", 0.8),
    ]
    assert "缺少" in takes[2]["fault"]
    assert takes[0]["hearing"] is None
    for take in takes[:2]:
        sound = soundfile.info(tmp_path / "takes" / f"silence-{take['pace']:g}.wav")
        assert round(sound.duration * 1000) == take["duration_ms"]
    assert len(list((tmp_path / "takes").iterdir())) == 2
    assert not (tmp_path / "var" / "clips").exists()  # made aside, so that costs are measured


def test_the_table_tells_what_is_missing(command: CliRunner) -> None:
    done = command.invoke(steward, ["voices", "compare", TEXT, "--voice", "silence"])
    assert done.exception is None, done.output
    assert "无声" in done.stdout
    assert "没有听回" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ([TEXT, "--voice", "nobody"], SpeechError, "没有“nobody”这个语音"),
        ([TEXT, "--voice", "zf_xiaobei"], SpeechError, "没有一个语音能说这句话"),
        (["。。。", "--voice", "silence"], NarrationError, "没有可播报的内容"),
    ],
)
def test_what_cannot_be_compared_is_told(
    command: CliRunner, arguments: list[str], error: type[Exception], sentence: str
) -> None:
    done = command.invoke(steward, ["voices", "compare", *arguments])
    assert isinstance(done.exception, error)
    assert sentence in str(done.exception)


def test_a_speed_out_of_reach_is_refused(command: CliRunner) -> None:
    done = command.invoke(steward, ["voices", "compare", TEXT, "--speed", "9"])
    assert done.exit_code == 2
