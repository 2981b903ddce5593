"""The colours of all towns, from a ledger, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import delete

from steward.analysis.colour_rules import BUILT_IN, read_rules
from steward.analysis.colours import town_colours
from steward.analysis.scoring import score
from steward.domain.colours import ColourMap, Input
from steward.domain.months import Month
from steward.ledger.tables import InspectionRow
from steward.operations.colour_towns import colour_towns, colours_document
from steward.storage.engine import Database
from tests.support.months import read_month_plainly
from tests.support.reports import BUSY, MONTH, QUIET, ledger, write

RULES = read_rules()


def of(database: Database, month: Month, rules: tuple = RULES) -> ColourMap:  # type: ignore[type-arg]
    with database.session() as session:
        return town_colours(session, rules, month)


def test_every_town_is_scored_by_its_own_month(database: Database) -> None:
    write(database)
    colours = {one.town.code: one for one in of(database, MONTH).towns}
    hazards = [case for case in ledger() if case.town == 1]
    for month, seen in ((MONTH, [(3, MONTH.start)]), (MONTH.previous(), [])):
        plain = read_month_plainly(hazards, seen, 2, month, month.last_instant)
        expected = score(RULES[0], plain, inspections_known=bool(seen))
        assert expected.score is not None
        if month == MONTH:
            assert (colours[BUSY].score, colours[BUSY].inputs) == (expected.score, expected.inputs)
            assert colours[BUSY].colour is RULES[0].band(expected.score).colour
        else:
            assert colours[BUSY].last is RULES[0].band(expected.score).colour
    quiet = {one.input: one for one in colours[QUIET].inputs}
    assert quiet[Input.INSPECTION_RATE].value == 0  # others were inspected
    assert quiet[Input.OVERDUE_SHARE].missing == "没有未闭环隐患"
    assert colours["330109108"].name == "无数据"  # neither enterprise nor hazard
    assert colours["330109108"].score is None


def test_without_any_inspection_the_rate_is_missing_for_all(sqlite_database: Database) -> None:
    write(sqlite_database)
    with sqlite_database.session(write=True) as session:
        session.execute(delete(InspectionRow))
    for town in of(sqlite_database, MONTH).towns:
        rate = next(one for one in town.inputs if one.input is Input.INSPECTION_RATE)
        assert rate.value is None
        assert rate.missing in ("全区当月没有检查记录", "没有企业，也没有隐患")


def test_a_month_before_the_rules_or_the_ledger_has_no_colour_and_says_why(
    sqlite_database: Database,
) -> None:
    assert "还没有隐患" in of(sqlite_database, MONTH).note
    write(sqlite_database)
    later = (replace(RULES[0], effective=date(2021, 10, 31)),)
    before = of(sqlite_database, Month(2021, 9), later)
    assert before.note == "四色图规则自2021年10月31日起，2021年9月还没有规则"
    assert before.rules is None
    assert {one.colour for one in before.towns} == {None}
    first = of(sqlite_database, MONTH, later)
    assert first.note == ""
    assert {one.last for one in first.towns} == {None}
    assert any(one.colour for one in first.towns)
    assert of(sqlite_database, Month(2021, 6)).note == "台账自2021年7月起，没有2021年6月的四色图"


def test_the_document_is_json_and_the_bureaus_own_rules_count(
    sqlite_database: Database, tmp_path: Path
) -> None:
    write(sqlite_database)
    own = tmp_path / "four_colours.toml"
    text = BUILT_IN.read_text(encoding="utf-8")
    own.write_text(text.replace("第一版", "本局版").replace("from = 80", "from = 99"), "utf-8")
    as_of = MONTH.start + timedelta(days=9)
    document = colours_document(colour_towns(sqlite_database, MONTH, rules=own, as_of=as_of))
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document
    assert document["month"] == "2021-10"
    assert "本局版" in document["rules"]["name"]
    busy = next(town for town in document["towns"] if town["code"] == BUSY)
    assert busy["colour"] in {"red", "orange", "yellow"}
    assert set(busy["inputs"]) == set(Input)
    shares = [one["share"] for one in busy["inputs"].values() if one["share"] is not None]
    assert abs(sum(shares) - busy["score"]) <= 0.3  # each is rounded by itself
