"""When briefings and reports go out: pure, with the published calendar of 2021."""

from __future__ import annotations

from datetime import datetime

import pytest

from steward.domain.offices import Issue, Matter
from steward.domain.weeks import DISTRICT_ZONE, district_instant
from steward.errors import PlanError
from steward.scheduler.calendar import WorkCalendar
from steward.scheduler.delivery_times import delivery_times

TIMES = delivery_times("0 10 * * 1", "30 9 3 * *", WorkCalendar())


def issue(period: str, made: str, number: int = 1) -> Issue:
    at = district_instant(made)
    matter = Matter.BRIEFING if "W" in period else Matter.REPORT
    return Issue(1, matter, "330109101", period, number, "", at, at)


def local(instant: datetime) -> str:
    return f"{instant.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("period", "made", "due"),
    [
        ("2021-W46", "2021-11-15T09:00", "2021-11-15 10:00"),  # Monday
        ("2021-W46", "2021-11-15T10:00", "2021-11-15 10:00"),
        ("2021-W46", "2021-11-16T09:00", "2021-11-16 09:00"),  # later: at once
        ("2021-W46", "2021-11-16T18:00", "2021-11-17 08:30"),  # in work hours
        ("2021-W46", "2021-11-17T03:00", "2021-11-17 08:30"),
        ("2021-W46", "2021-11-19T20:00", "2021-11-22 08:30"),  # after the weekend
        ("2021-W40", "2021-10-04T09:00", "2021-10-08 10:00"),  # the National Day week
        ("2021-W38", "2021-09-20T09:00", "2021-09-22 10:00"),  # Mid-autumn: until Tuesday
        ("2021-09", "2021-10-01T08:00", "2021-10-08 09:30"),
        ("2021-10", "2021-11-03T09:30", "2021-11-03 09:30"),
        ("2021-10", "2021-11-03T09:31", "2021-11-03 09:31"),
        ("2021-12", "2022-01-01T08:00", "2022-01-04 09:30"),
    ],
)
def test_an_issue_goes_at_its_instant_or_at_once_when_it_comes_later(
    period: str, made: str, due: str
) -> None:
    assert local(TIMES.due(issue(period, made))) == due


def test_a_correction_before_the_instant_waits_for_it_and_a_later_one_for_nobody() -> None:
    assert local(TIMES.due(issue("2021-W46", "2021-11-15T09:20", 2))) == "2021-11-15 10:00"
    assert local(TIMES.due(issue("2021-W46", "2021-11-18T14:07", 2))) == "2021-11-18 14:07"


@pytest.mark.parametrize(
    ("at", "workdays", "due"),
    [
        ("2021-11-15T10:00", 3, "2021-11-18 10:00"),
        ("2021-11-18T10:00", 3, "2021-11-23 10:00"),
        ("2021-09-30T10:00", 2, "2021-10-09 10:00"),  # a Saturday at work
        ("2021-11-15T20:00", 1, "2021-11-17 08:30"),
    ],
)
def test_workdays_are_counted_by_the_published_calendar(at: str, workdays: int, due: str) -> None:
    assert local(TIMES.later(district_instant(at), workdays)) == due


@pytest.mark.parametrize(
    ("now", "month", "instant"),
    [
        ("2021-11-03T09:29", "2021-09", "2021-10-08 09:30"),
        ("2021-11-03T09:30", "2021-10", "2021-11-03 09:30"),
        ("2021-10-08T09:29", "2021-08", "2021-09-03 09:30"),
        ("2021-12-31T23:59", "2021-11", "2021-12-03 09:30"),
    ],
)
def test_the_report_that_is_to_be_there(now: str, month: str, instant: str) -> None:
    found, at = TIMES.latest_report(district_instant(now))
    assert (str(found), local(at)) == (month, instant)


def test_an_instant_late_in_the_month_is_of_the_month_before_even_when_moved_on() -> None:
    times = delivery_times("0 10 * * 1", "0 9 30 * *", WorkCalendar())
    found, at = times.latest_report(district_instant("2021-11-02T12:00"))
    assert (str(found), local(at)) == ("2021-09", "2021-11-01 09:00")  # 30 October is a Saturday


@pytest.mark.parametrize("text", ["0 10 31 2 *", "2021-11-16T09:00", "0 25 * * *", "x 1 * * *"])
def test_what_never_comes_is_refused_at_once(text: str) -> None:
    with pytest.raises(PlanError):
        delivery_times(text, "30 9 3 * *", WorkCalendar())
