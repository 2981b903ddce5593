"""`steward colours` and `steward report`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steward.cli import steward
from steward.errors import DocumentError, FiguresError, RulesError
from steward.storage.engine import Database
from steward.storage.migrate import upgrade
from tests.support.reports import BUSY, QUIET, write
from tests.support.voices import FONTS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    database = Database(f"sqlite:///{folder / 'steward.db'}")
    upgrade(database)
    write(database)
    database.dispose()
    return folder


def typed(folder: Path, *words: str) -> Result:
    environment = {"STEWARD_DATA_DIR": str(folder), "STEWARD_FONTS_DIR": str(FONTS)}
    return CliRunner().invoke(steward, words, env=environment)


def test_colours_are_told_and_given_as_json(folder: Path) -> None:
    told = typed(folder, "colours", "--month", "2021-10")
    assert told.exit_code == 0, told.output
    assert "2021年10月镇街隐患四色图" in told.output
    assert "未闭环重大隐患 2 处" in told.output
    assert "缺（没有未闭环隐患）" in told.output
    document = json.loads(typed(folder, "colours", "--month", "2021-10", "--json").output)
    assert {town["code"] for town in document["towns"]} >= {BUSY, QUIET}
    early = typed(folder, "colours", "--month", "2017-01")
    assert "台账自2021年7月起" in early.output


def test_rules_that_are_wrong_stop_the_command_with_their_place(folder: Path) -> None:
    rules = folder / "rules" / "four_colours.toml"
    rules.parent.mkdir()
    rules.write_text("[[versions]]\nname = 1\n", encoding="utf-8")
    try:
        refused = typed(folder, "colours", "--month", "2021-10")
    finally:
        rules.unlink()
    assert isinstance(refused.exception, RulesError)
    assert "第1版" in str(refused.exception)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--month", "2021-10", "-o", "x"), "请用 --town 指定镇街，或用 --all"),
        (("--month", "2021-10", "--town", "空镇", "--all", "-o", "x"), "二者选一"),
        (("--month", "十月", "--all", "-o", "x"), "“十月”不是月份，应如 2021-10"),
        (("--month", "2021-10", "--all"), "--output"),
    ],
)
def test_what_is_typed_wrongly_is_explained(
    folder: Path, words: tuple[str, ...], sentence: str
) -> None:
    refused = typed(folder, "report", *words)
    assert refused.exit_code == 2
    assert sentence in refused.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--month", "2021-10", "--town", "无此镇"), "没有这个镇街"),
        (("--month", "2021-06", "--all"), "台账自2021年7月起"),
        (("--month", "9999-11", "--all"), "还没有结束"),
    ],
)
def test_what_cannot_be_is_refused(
    folder: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    refused = typed(folder, "report", *words, "-o", str(tmp_path))
    assert isinstance(refused.exception, FiguresError)
    assert sentence in str(refused.exception)


def test_reports_are_exported_as_they_were_issued(folder: Path, tmp_path: Path) -> None:
    words = ("report", "--month", "2021-10", "--town", "空镇", "-o", str(tmp_path / "一"))
    first = typed(folder, *words)
    assert first.exit_code == 0, first.output
    assert "空镇：已出具" in first.output
    names = {f"空镇_2021-10_隐患月报.{ending}" for ending in ("docx", "pdf", "xlsx", "json")}
    assert {path.name for path in (tmp_path / "一").iterdir()} == names
    again = typed(folder, *words[:-1], str(tmp_path / "二"))
    assert "以前已出具，数字没有变化" in again.output
    for name in names:
        assert (tmp_path / "一" / name).read_bytes() == (tmp_path / "二" / name).read_bytes()
    corrected = typed(folder, *words, "--reason", "补录检查")
    assert corrected.exit_code == 0, corrected.output
    assert (tmp_path / "一" / "空镇_2021-10_隐患月报_更正第1次.pdf").is_file()


def test_a_report_that_fails_is_named(folder: Path, tmp_path: Path) -> None:
    refused = typed(folder, "report", "--month", "2021-10", "--town", "镇2", "-o", str(tmp_path))
    assert isinstance(refused.exception, DocumentError)
    assert "1 份没有做成：镇2" in str(refused.exception)
    assert "U+1F3ED" in refused.output
    assert list(tmp_path.iterdir()) == []
