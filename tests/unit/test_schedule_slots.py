"""When plans come due: pure, with the published calendars of 2021 and 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.broadcasts import Priority
from steward.domain.plans import DayRule, MissedRule, Plan
from steward.domain.weeks import DISTRICT_ZONE, district_instant
from steward.errors import PlanError
from steward.scheduler import schedule, when
from steward.scheduler.calendar import WorkCalendar

CALENDAR = WorkCalendar()
LONG_AGO = district_instant("2004-01-01")


def plan(text: str, rule: DayRule = DayRule.EVERY_DAY, created: datetime = LONG_AGO) -> Plan:
    return Plan(
        id=1,
        title="每周播报",
        template="weekly",
        town_code=None,
        hall_id=1,
        hall="main",
        when=text,
        day_rule=rule,
        missed_rule=MissedRule.PLAY_LATE,
        late_minutes=30,
        priority=Priority.ROUTINE,
        created_at=created,
    )


def due(text: str, after: str, count: int, rule: DayRule = DayRule.EVERY_DAY) -> list[str]:
    found = schedule.next_slots(plan(text, rule), district_instant(after), count, CALENDAR)
    return [f"{slot.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M %a}" for slot in found]


def test_weekday_one_is_monday() -> None:
    assert due("0 9 * * 1", "2021-11-16T09:00", 2) == [
        "2021-11-22 09:00 Mon",
        "2021-11-29 09:00 Mon",
    ]


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("0", "Sun"),
        ("7", "Sun"),
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("mon-fri", "Mon Tue Wed Thu Fri"),
        ("5-7", "Fri Sat Sun"),
        ("sat-mon", "Mon Sat Sun"),
        ("*/2", "Tue Thu Sat Sun"),
        ("1,3", "Mon Wed"),
        ("*", "Mon Tue Wed Thu Fri Sat Sun"),
    ],
)
def test_weekdays_are_numbered_as_in_cron(field: str, days: str) -> None:
    one_week = due(f"0 9 * * {field}", "2021-11-14T23:59", len(days.split()))
    assert [slot[-3:] for slot in one_week] == days.split()
    assert one_week[-1] <= "2021-11-21 09:00 Sun"


def test_after_is_exclusive_and_the_last_second_before_is_enough() -> None:
    assert due("0 9 * * *", "2021-11-16T09:00:00", 1) == ["2021-11-17 09:00 Wed"]
    assert due("0 9 * * *", "2021-11-16T08:59:59.999999", 1) == ["2021-11-16 09:00 Tue"]


def test_workdays_leave_out_national_day_and_keep_the_make_up_days() -> None:
    assert due("0 9 * * *", "2021-09-24T12:00", 6, DayRule.WORKDAYS) == [
        "2021-09-26 09:00 Sun",  # make-up for the holiday
        "2021-09-27 09:00 Mon",
        "2021-09-28 09:00 Tue",
        "2021-09-29 09:00 Wed",
        "2021-09-30 09:00 Thu",
        "2021-10-08 09:00 Fri",
    ]
    assert due("0 9 * * *", "2021-10-08T12:00", 1, DayRule.WORKDAYS) == ["2021-10-09 09:00 Sat"]


def test_2026_is_known_too() -> None:
    slots = due("0 9 * * *", "2026-09-30T12:00", 3, DayRule.WORKDAYS)
    assert slots == ["2026-10-08 09:00 Thu", "2026-10-09 09:00 Fri", "2026-10-10 09:00 Sat"]
    assert CALENDAR.is_workday(date(2026, 10, 10))


def test_shift_moves_to_the_next_workday_at_the_same_time() -> None:
    assert due("0 9 * * 1", "2021-09-27T09:00", 2, DayRule.SHIFT) == [
        "2021-10-08 09:00 Fri",
        "2021-10-11 09:00 Mon",
    ]


def test_a_slot_shifted_from_before_the_question_is_found() -> None:
    assert due("0 9 * * 1", "2021-10-07T12:00", 1, DayRule.SHIFT) == ["2021-10-08 09:00 Fri"]


def test_several_firings_shifted_to_one_day_are_one_slot() -> None:
    assert due("0 9 * * *", "2021-09-30T12:00", 2, DayRule.SHIFT) == [
        "2021-10-08 09:00 Fri",
        "2021-10-09 09:00 Sat",
    ]


def test_once_is_once() -> None:
    assert due("2021-11-16T09:00", "2021-11-16T08:59", 5) == ["2021-11-16 09:00 Tue"]
    assert due("2021-11-16T09:00", "2021-11-16T09:00", 5) == []


def test_a_plan_has_no_slot_before_it_was_made() -> None:
    made = district_instant("2021-11-20")
    found = schedule.next_slots(plan("0 9 * * *", created=made), LONG_AGO, 1, CALENDAR)
    assert found == (district_instant("2021-11-20T09:00"),)


@pytest.mark.parametrize(
    "text", ["", "九点", "0 9 * *", "61 9 * * 1", "0 9 * * 8", "0 9 * * 周一", "0 9 * * 1/0", "x"]
)
def test_a_malformed_time_is_a_plan_error_with_its_place(text: str) -> None:
    with pytest.raises(PlanError) as caught:
        schedule.next_slots(plan(text), LONG_AGO, 1, CALENDAR)
    assert caught.value.place.startswith("“")


def test_a_day_that_never_comes_is_said_so() -> None:
    with pytest.raises(PlanError, match="不会再播报"):
        schedule.check(plan("0 9 31 2 *"), LONG_AGO, CALENDAR)


def test_an_unknown_year_warns_only_where_the_day_rule_asks_for_workdays() -> None:
    after = district_instant("2026-12-30")
    plain = schedule.outlook([plan("0 9 * * *")], after, CALENDAR, 5)
    asked = schedule.outlook([plan("0 9 * * *", DayRule.WORKDAYS)], after, CALENDAR, 5)
    assert plain.warnings == ()
    assert len(asked.warnings) == 1
    assert "2027 年" in asked.warnings[0]


@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 7),
    rule=st.sampled_from(DayRule),
    minutes=st.integers(0, 21 * 365 * 24 * 60),
)
def test_slots_ascend_strictly_and_obey_their_rule(
    minute: int, hour: int, weekday: int, rule: DayRule, minutes: int
) -> None:
    start = district_instant("2005-01-01") + timedelta(minutes=minutes)
    slots = schedule.next_slots(plan(f"{minute} {hour} * * {weekday}", rule), start, 4, CALENDAR)
    # A weekend is a workday only where the State Council made it one: at times too seldom for four.
    seldom = rule is DayRule.WORKDAYS and weekday in (0, 6, 7)
    assert len(slots) == 4 or seldom
    assert all(a < b for a, b in zip((start, *slots), slots, strict=False))
    for slot in slots:
        local = slot.astimezone(DISTRICT_ZONE)
        assert (local.hour, local.minute) == (hour, minute)
        if rule is not DayRule.EVERY_DAY:
            assert CALENDAR.is_workday(local.date())
        if rule is not DayRule.SHIFT:
            assert local.isoweekday() % 7 == weekday % 7


def test_reading_gives_weekdays_by_name() -> None:
    assert when.read("0 9 * * 1") == when.Cron("0", "9", "*", "*", "mon")
