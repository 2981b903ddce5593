"""`steward narrate` and `steward normalise`, from rows in a database to what is printed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steward.cli import steward
from steward.domain.weeks import district_instant
from steward.errors import FiguresError, NarrationError
from steward.storage.engine import Database
from tests.support.ledgers import Case, fill

AS_OF = "2021-11-16T09:00"


def case(enterprise: int, town: int, found_at: str, deadline: date, level: str = "general") -> Case:
    found = district_instant(found_at)
    return Case(
        enterprise=enterprise,
        town=town,
        source="grid_patrol",
        industry=None,
        category="电气",
        level=level,
        found_at=found,
        closed_at=None,
        voided_at=None,
        deadlines=((found, deadline),),
    )


@pytest.fixture
def url(database: Database, database_url: str) -> str:
    """A ledger: two new hazards, one enterprise due soon, one overdue, one major from last week."""
    cases = [
        case(1, 1, "2021-11-15T10:00", date(2021, 11, 20)),
        case(2, 2, "2021-11-15T11:00", date(2021, 12, 20)),
        case(3, 2, "2021-11-09T11:00", date(2021, 11, 12), "major"),
    ]
    with database.session() as session:
        fill(session, cases)
    return database_url


def run(url: str, *words: str) -> Result:
    return CliRunner().invoke(steward, words, env={"STEWARD_DATABASE_URL": url})


def test_a_week_from_the_ledger(url: str) -> None:
    result = run(url, "narrate", "weekly", "--as-of", AS_OF)
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.output.splitlines()]
    assert lines[0] == "萧山区隐患每周播报（2021年第46周）"
    assert "2  本周新增隐患2条，" in lines
    assert lines[lines.index("2  本周新增隐患2条，") + 1] == "本周新增隐患两条，"
    said = "".join(lines)
    assert "隐患到期预警企业1家" in said
    assert "超期预警企业1家" in said
    assert "镇1和镇2各1条。" in said
    assert "目前未闭环重大隐患1条" in said


def test_a_town_as_json(url: str) -> None:
    result = run(url, "narrate", "weekly_town", "--as-of", AS_OF, "--town", "镇2", "--json")
    document = json.loads(result.output)
    assert document["title"] == "镇2隐患每周播报（2021年第46周）"
    assert document["clauses"][1]["written"] == "镇2本周新增隐患1条，"
    assert document["clauses"][1]["spoken"] == "镇二本周新增隐患一条，"
    assert all(clause["pause_ms"] > 0 for clause in document["clauses"])


def test_an_earlier_week(url: str) -> None:
    result = run(url, "narrate", "weekly", "--as-of", AS_OF, "--week", "2021-W45")
    assert "第45周" in result.output
    assert "本周新增隐患1条" in result.output


def test_a_month(url: str) -> None:
    said = run(url, "narrate", "monthly", "--month", "2021-11", "--as-of", "2021-12-01T00:00")
    assert "2021年11月全区新增隐患3条" in said.output
    assert "这是台账的第一个月" in said.output
    assert run(url, "narrate", "monthly", "--as-of", "2021-12-05T09:00").output == said.output
    before = run(url, "narrate", "four_colour", "--as-of", AS_OF)
    assert "没有2021年10月的四色图" in before.output


def test_what_is_refused(url: str, tmp_path: Path) -> None:
    (tmp_path / "weekly.j2").write_text("好。\n{{ wrong }}", encoding="utf-8")
    for words, error, sentence in (
        (("narrate", "yearly", "--as-of", AS_OF), NarrationError, "模板名“yearly”不对"),
        (("narrate", "weekly", "--as-of", AS_OF, "--town", "镇1"), NarrationError, "全区播报"),
        (("narrate", "weekly_town", "--as-of", AS_OF), NarrationError, "哪个镇街"),
        (("narrate", "daily", "--as-of", AS_OF, "--town", "无此镇"), FiguresError, "没有这个镇街"),
        (("narrate", "weekly", "--week", "2999-W01"), FiguresError, "还没有开始"),
        (("narrate", "weekly", "--month", "2021-10"), NarrationError, "不能指定 --month"),
        (("narrate", "monthly", "--town", "镇1"), NarrationError, "不能指定 --week、--town"),
        (
            ("narrate", "monthly", "--month", "2021-11", "--as-of", AS_OF),
            FiguresError,
            "2021年11月还没有结束",
        ),
        (
            ("narrate", "weekly", "--as-of", AS_OF, "--templates", str(tmp_path)),
            NarrationError,
            "wrong",
        ),
    ):
        result = run(url, *words)
        assert isinstance(result.exception, error), words
        assert sentence in result.exception.sentence


def test_normalise_prints_the_spoken_form() -> None:
    result = CliRunner().invoke(steward, ["normalise", "拨打12350，已处理28条，闭环率68.7%"])
    assert result.output == "拨打幺二三五零，已处理二十八条，闭环率百分之六十八点七\n"
