"""Weeks and months as periods."""

from __future__ import annotations

from datetime import date

import pytest

from steward.domain.inquiry import Heat, HeatRow
from steward.domain.periods import Period, Span, days_of, month_of, week_of


def test_a_week_and_a_month() -> None:
    week, month = Period.parse("2021-W46"), Period.parse("2021-10")
    assert (week.name, week.short) == ("2021年第46周（11月15日至21日）", "46周")
    assert (month.name, month.short) == ("2021年10月", "10月")
    assert (str(week.back()), str(week.back(46)), str(week.back(-6))) == (
        "2021-W45",
        "2020-W53",
        "2021-W52",
    )
    assert (str(month.back()), str(month.back(12))) == ("2021-09", "2020-10")
    assert (week.year_before(), str(month.year_before())) == (None, "2020-10")
    assert Period.parse("2021-W39").name == "2021年第39周（9月27日至10月3日）"
    assert (week_of(date(2021, 1, 3)), month_of(date(2021, 1, 3))) == (
        Period.parse("2020-W53"),
        Period.parse("2021-01"),
    )


def test_only_the_days_that_have_come() -> None:
    week = Period.parse("2021-W46")
    assert days_of(week, date(2021, 11, 16)) == Span(date(2021, 11, 15), date(2021, 11, 16))
    assert days_of(week, date(2022, 1, 1)) == Span(date(2021, 11, 15), date(2021, 11, 21))


@pytest.mark.parametrize("text", ["", "2021", "2021-W54", "2021-13", "W", "0001-01", "9999-12"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Period.parse(text)


def test_shades_follow_the_greatest_number() -> None:
    day = Span(date(2021, 11, 15), date(2021, 11, 15))
    heat = Heat("", "", ("一", "二"), (HeatRow("", "", day, (0, 8), 9),))
    assert [heat.shade(n) for n in (0, 1, 2, 3, 5, 7, 8)] == [0, 1, 1, 2, 3, 4, 4]
