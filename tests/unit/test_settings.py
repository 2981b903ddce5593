"""The table of settings: origins, refusals, and its documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from steward import settings
from steward.cli import steward
from steward.errors import SettingsError

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str) -> None:
    Path("steward.toml").write_text(text, encoding="utf-8")


def test_defaults_need_nothing() -> None:
    table = settings.load()
    assert table.due_soon_days == 7
    assert table.database.startswith("sqlite:////")
    assert table.voice_chain[0] == "zf_xiaobei"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write('due_soon_days = 5\ndistrict = "测试区"\n')
    monkeypatch.setenv("STEWARD_DUE_SOON_DAYS", "3")
    table = settings.load()
    assert (table.due_soon_days, table.district) == (3, "测试区")
    origins = {line.name: line.origin for line in settings.describe(table)}
    assert origins["due_soon_days"] == "环境变量 STEWARD_DUE_SOON_DAYS"
    assert origins["district"] == "steward.toml"
    assert origins["port"] == "默认值"


def test_an_unknown_key_in_the_file_stops_the_start() -> None:
    write("due_soon_day = 5\n")
    with pytest.raises(SettingsError, match=r"不认识的设置“due_soon_day”.*steward\.toml"):
        settings.load()


def test_an_unknown_variable_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_PROT", "80")
    with pytest.raises(SettingsError, match="不认识的环境变量“STEWARD_PROT”"):
        settings.load()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("due_soon_days = 61", "不大于 60"),
        ("due_soon_days = -1", "不小于 0"),
        ('port = "八十"', "应为整数"),
        ("heartbeat_s = 0", "大于 0"),
        ('district = ""', "不能为空"),
        ("district = 5", "应为文字"),
        ('demo_clock = "上周二"', "应如 2021-11-16T08:59"),
        ('unheard_retry = "twice"', "应为 none 或 once"),
    ],
)
def test_a_bad_value_is_named_with_its_place_in_chinese(line: str, sentence: str) -> None:
    write(line)
    with pytest.raises(SettingsError) as refused:
        settings.load()
    assert sentence in refused.value.sentence
    assert line.split()[0] in refused.value.sentence
    assert refused.value.place == "steward.toml"


def test_a_broken_file_is_named() -> None:
    write("due_soon_days = \n")
    with pytest.raises(SettingsError, match="不是正确的 TOML"):
        settings.load()


def test_a_named_file_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_SETTINGS_FILE", "missing.toml")
    with pytest.raises(SettingsError, match="不存在"):
        settings.load()


def test_a_child_process_gets_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    write('district = "测试区"\nport = 8099\n')
    table = settings.load()
    handed = settings.environment(table)
    Path("steward.toml").unlink()
    for name, value in handed.items():
        if name.startswith(settings.PREFIX):
            monkeypatch.setenv(name, value)
    again = settings.load()
    assert again.model_dump() == table.model_dump() | {"data_dir": table.data_dir.resolve()}


def test_the_documentation_is_the_table() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings.documentation()


def test_the_command_prints_value_origin_and_help() -> None:
    write('district = "测试区"\n')
    result = CliRunner().invoke(steward, ["settings"])
    assert result.exit_code == 0, result.output
    assert "district = 测试区    [steward.toml]" in result.output
    for line in settings.describe(settings.load()):
        assert line.help
        assert line.help in result.output
