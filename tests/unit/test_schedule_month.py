"""A month of plans: every slot on its local day, holidays by name, nothing endless."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from steward.domain.broadcasts import Priority
from steward.domain.plans import DayRule, MissedRule, Plan
from steward.domain.weeks import district_instant
from steward.errors import PlanError
from steward.operations.schedule import Day
from steward.scheduler.timetable import MOST, Timetable

CREATED = datetime(2021, 9, 1, tzinfo=UTC)


def plan(when: str, number: int = 1, rule: DayRule = DayRule.EVERY_DAY) -> Plan:
    return Plan(
        id=number,
        title=f"计划{number}",
        template="weekly",
        town_code=None,
        hall_id=1,
        hall="main",
        when=when,
        day_rule=rule,
        missed_rule=MissedRule.SKIP,
        late_minutes=30,
        priority=Priority.ROUTINE,
        created_at=CREATED,
    )


@pytest.fixture
def timetable(tmp_path: Path) -> Timetable:
    return Timetable(tmp_path / "holidays.toml")


def planned(days: list[Day]) -> dict[int, list[str]]:
    return {one.day.day: [p.title for p, _ in one.slots] for one in days if one.slots}


def test_a_month_has_all_its_days_and_its_holidays_by_name(timetable: Timetable) -> None:
    month = timetable.month([], 2021, 10)
    assert [one.day for one in month.days][:: len(month.days) - 1] == [
        date(2021, 10, 1),
        date(2021, 10, 31),
    ]
    first, make_up, sunday = month.days[0], month.days[8], month.days[9]
    assert (first.workday, first.holiday) == (False, "国庆节")
    assert (make_up.workday, make_up.holiday) == (True, "国庆节")  # a Saturday at work
    assert (sunday.workday, sunday.holiday) == (False, "")
    assert month.warnings == []


def test_slots_stand_on_the_local_day_in_their_order(timetable: Timetable) -> None:
    plans = [plan("59 23 30 * *", 1), plan("0 0 1 * *", 2), plan("0 9 30 * *", 3)]
    month = timetable.month(plans, 2021, 11)
    assert planned(list(month.days)) == {1: ["计划2"], 30: ["计划3", "计划1"]}
    assert month.days[0].slots[0][1] == district_instant("2021-11-01T00:00")


def test_a_shifted_slot_stands_where_it_is_said(timetable: Timetable) -> None:
    month = timetable.month([plan("0 9 1 * *", rule=DayRule.SHIFT)], 2021, 10)
    assert planned(list(month.days)) == {8: ["计划1"]}


def test_before_a_plan_was_made_it_has_no_slots(timetable: Timetable) -> None:
    assert planned(list(timetable.month([plan("0 9 * * *")], 2021, 8).days)) == {}


def test_a_plan_for_every_minute_is_cut_and_that_is_said(timetable: Timetable) -> None:
    month = timetable.month([plan("* * * * *")], 2021, 11)
    assert sum(len(one.slots) for one in month.days) == MOST
    assert month.warnings == [f"“计划1”太密，只列出前 {MOST} 次"]


def test_what_was_found_is_asked_again_when_a_slot_has_passed_or_the_calendar_changed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "holidays.toml"
    timetable, plans = Timetable(path), [plan("0 9 * * 1", rule=DayRule.WORKDAYS)]

    def first(after: str) -> datetime:
        return timetable.outlook(plans, district_instant(after)).slots[0][1]

    for after in ("2021-11-16T00:00", "2021-11-16T12:00", "2021-11-22T08:59"):
        assert first(after) == district_instant("2021-11-22T09:00")
    assert first("2021-11-22T09:00") == district_instant("2021-11-29T09:00")
    assert first("2021-11-16T00:00") == district_instant("2021-11-22T09:00")  # asked out of turn
    path.write_text('[2021]\nholidays = ["2021-11-22"]\n', encoding="utf-8")
    assert first("2021-11-16T00:00") == district_instant("2021-11-29T09:00")
    ended = [plan("2021-11-16T09:00")]
    assert len(timetable.outlook(ended, district_instant("2021-11-16T08:00")).slots) == 1
    assert timetable.outlook(ended, district_instant("2021-11-16T09:00")).slots == []


def test_a_year_nobody_knows_is_told_and_a_malformed_file_refused(tmp_path: Path) -> None:
    path = tmp_path / "holidays.toml"
    assert "2099 年的放假调休安排未知" in Timetable(path).month([], 2099, 1).warnings[0]
    path.write_text("[2099]\nholidays = 1\n", encoding="utf-8")
    with pytest.raises(PlanError, match="不认识“holidays”"):
        Timetable(path).month([], 2099, 1)
