"""A month in the voice, on both databases: the reports' numbers, frozen, compared, put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from steward.broadcasts.queries import announcements, broadcasts
from steward.broadcasts.tables import BroadcastRow
from steward.ledger import tally
from steward.ledger.tables import HazardRow
from steward.narration.environment import Templates
from steward.narration.lexicon import built_in
from steward.operations.colour_towns import colour_towns, colours_document
from steward.operations.compare_with_ledger import Rules, compare_with_ledger
from steward.operations.list_broadcasts import find_broadcast
from steward.operations.make_reports import compute_reports
from steward.operations.material import Wording, material_document, material_of, month_of
from steward.operations.narrate import TEMPLATES
from steward.operations.open_figure import open_figure
from steward.operations.report_json import figures_json
from steward.operations.show_hall import broadcast_to_play, find_hall
from steward.operations.watch_figures import watch_figures
from steward.operations.write_correction import write_correction
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.ledgers import facts, fill
from tests.support.reports import MONTH, PRESS, ledger, write
from tests.support.said import play
from tests.support.studios import SLOT

MINUTE = timedelta(minutes=1)


def say(database: Database, folder: Path, template: str) -> None:
    """Let an engine say this template at the slot."""
    write(database)
    studios.plan_for(database, template=template)
    engine = studios.engine_of(studios.studio_of(database, folder), folder, prepare_ahead_s=0)
    play(engine, 0)


def first(database: Database) -> BroadcastRow:
    with database.session() as session:
        return broadcasts.get(session, 1)


def enter_late(database: Database) -> None:
    """A hazard of October that reaches the ledger an hour after the slot."""
    late = replace(ledger()[0], found_at=MONTH.start, closed_at=None)
    with database.session(write=True) as session:
        session.add(
            HazardRow(
                id=900,
                source=late.source,
                external_id="L1",
                enterprise_id=late.enterprise,
                town_id=late.town,
                category=late.category,
                level=late.level,
                found_at=late.found_at,
                deadline=date(2021, 10, 20),
                status="registered",
                created_at=SLOT + 60 * MINUTE,
            )
        )
        session.flush()
        tally.apply(session, [], [facts(late)])


def words(row: BroadcastRow) -> str:
    return "".join(str(clause["written"]) for clause in row.clauses)


def test_the_numbers_are_those_of_the_reports_and_of_the_map(database: Database) -> None:
    write(database)
    said = month_of(database, MONTH, evidence=True)
    document = material_document(said)
    reports = [figures_json(one.figures) for one in compute_reports(database, MONTH, press=PRESS)]
    assert document["counts"] == reports[0]["district"]
    assert document["by_town"] == [
        {
            "key": one["town"]["code"],
            "name": one["town"]["name"],
            "new_hazards": one["counts"]["new_hazards"],
        }
        for one in reports
    ]
    assert document["last_month"]["new_hazards"] == sum(
        one["last_month"]["new_hazards"] for one in reports
    )
    towns = colours_document(colour_towns(database, MONTH))["towns"]
    assert [(one["code"], one["colour"], one["last_colour"]) for one in towns] == [
        (one["code"], one["colour"], one["last_colour"]) for one in document["colours"]["towns"]
    ]
    for name, key in (
        ("new_hazards", "month_new_hazards"),
        ("new_major", "month_new_major"),
        ("closed_hazards", "month_closed_hazards"),
        ("overdue_hazards", "month_overdue_hazards"),
        ("overdue_enterprises", "month_overdue_enterprises"),
        ("open_major", "month_open_major"),
    ):
        assert document["counts"][name] == len(document["evidence"][key]) > 0


def test_before_the_ledger_there_is_a_reason_and_no_number(database: Database) -> None:
    with database.session(write=True) as session:
        fill(session, [])
    empty = material_of(database, Wording("monthly", Templates(TEMPLATES)), SLOT)
    assert material_document(empty)["note"] == "台账里还没有隐患"
    assert material_document(empty)["counts"] is None


def test_a_slot_says_the_last_whole_month_and_keeps_it(database: Database, tmp_path: Path) -> None:
    say(database, tmp_path, "monthly")
    row = first(database)
    assert row.state == "played"
    assert row.figures is not None
    assert row.figures["month"] == "2021-10"
    assert "2021年10月全区新增隐患" in words(row)
    assert row.title == "萧山区隐患每月播报（2021年10月）"
    shown = broadcast_to_play(database, find_hall(database, "main"), 1, at=SLOT)
    assert (shown["board"], shown["month"]) == (None, "2021-10")
    detail = find_broadcast(database, 1)
    new = next(one for one in detail.figures if one.name == "本月新增隐患")
    number = row.figures["counts"]["new_hazards"]
    assert new.value == f"{number} 条"
    assert f"新增隐患{number}条" in words(row)
    coloured = [one for one in detail.figures if one.name.endswith("色镇街")]
    assert len(coloured) == 4
    assert sum(int(one.value.removesuffix(" 个")) for one in coloured) == 3
    assert sum(one.basis.count("镇") for one in coloured) == 3
    opened = open_figure(database, 1, "month_new_hazards")
    assert (opened.name, len(opened.ids)) == ("本月新增隐患", number)


def test_a_month_is_rehearsed_before_its_slot(sqlite_database: Database, tmp_path: Path) -> None:
    write(sqlite_database)
    studios.plan_for(sqlite_database, template="four_colour")
    engine = studios.engine_of(studios.studio_of(sqlite_database, tmp_path), tmp_path)
    engine.tick(SLOT - MINUTE)
    assert studios.work_off(engine, SLOT - MINUTE) > 3


def test_what_came_late_is_compared_and_put_right(database: Database, tmp_path: Path) -> None:
    say(database, tmp_path, "monthly")
    rules = Rules()
    same = compare_with_ledger(database, 1, rules=rules, at=SLOT + MINUTE)
    assert same is not None
    assert not same.differences
    row = first(database)
    assert row.figures is not None
    was = row.figures["counts"]["new_hazards"]
    enter_late(database)
    at = SLOT + 61 * MINUTE
    compared = compare_with_ledger(database, 1, rules=rules, at=at)
    assert compared is not None
    changed = {one.now.name: (one.said.worded, one.now.worded) for one in compared.stale}
    assert changed["10月新增隐患"] == (f"{was}条", f"{was + 1}条")
    assert "本周新增隐患" not in changed
    assert compared.month == "2021年10月"
    reasons = {one.name: [row.what for row in one.rows] for one in compared.reasons}
    assert reasons["10月新增隐患"] == ["L1"]
    noted = watch_figures(database, rules=rules, since=SLOT - MINUTE, now=at)
    assert noted == [(1, len(compared.stale))]
    number, _ = write_correction(
        database, 1, rules=rules, district="萧山区", lexicon=built_in(), at=at, by=DUTY
    )
    with database.session() as session:
        draft = announcements.get(session, number)
    assert f"10月新增隐患应为{was + 1}条，原播报为{was}条" in draft.text
    assert draft.figures is not None
    assert draft.figures["month"] == "2021-10"
    again = compare_with_ledger(database, 1, rules=rules, at=at)
    assert again is not None
    assert (again.draft, again.draft_stale) == (number, False)


def test_a_towns_other_colour_is_compared(sqlite_database: Database, tmp_path: Path) -> None:
    say(sqlite_database, tmp_path, "four_colour")
    with sqlite_database.session(write=True) as session:
        row = broadcasts.get(session, 1)
        assert row.figures is not None
        towns = [dict(one) for one in row.figures["colours"]["towns"]]
        told = next(one for one in towns if one["name"] in words(row))
        now = told["colour"]
        told["colour"] = "yellow"
        row.figures = row.figures | {"colours": row.figures["colours"] | {"towns": towns}}
    compared = compare_with_ledger(sqlite_database, 1, rules=Rules(), at=SLOT + MINUTE)
    assert compared is not None
    found = {one.now.name: (one.said.worded, one.now.worded, one.change) for one in compared.stale}
    name = {"red": "红色", "orange": "橙色"}[now]
    assert found[f"10月{told['name']}的颜色"] == ("黄色", name, "")
    assert found[f"10月{name}镇街"][2] == "+1"
