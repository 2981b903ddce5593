"""Months of the district, and the names of files that towns are given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from steward.domain.months import Month
from steward.domain.offices import Issue, Matter, file_name

AT = datetime(2021, 11, 3, 1, 0, tzinfo=UTC)


def test_a_month_begins_and_ends_at_the_districts_midnight() -> None:
    october = Month.parse("2021-10")
    assert october.start == datetime(2021, 9, 30, 16, 0, tzinfo=UTC)
    assert october.end == datetime(2021, 10, 31, 16, 0, tzinfo=UTC)
    assert Month.containing(october.last_instant) == october
    assert Month.containing(october.last_instant + timedelta(microseconds=1)) == Month(2021, 11)
    assert Month(2020, 2).last_day == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("back", "month"),
    [(0, "2021-01"), (1, "2020-12"), (12, "2020-01"), (13, "2019-12"), (-12, "2022-01")],
)
def test_months_are_counted_back_over_the_years_end(back: int, month: str) -> None:
    assert str(Month(2021, 1).back(back)) == month


@pytest.mark.parametrize("text", ["2021-13", "2021-00", "2021-1", "21-10", "2021-W10", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"month|year"):
        Month.parse(text)


def test_a_correction_says_so_in_its_files_name() -> None:
    first = Issue(1, Matter.REPORT, "330109105", "2021-10", 1, "月报", AT, AT)
    second = Issue(2, Matter.REPORT, "330109105", "2021-10", 2, "月报", AT, AT, "一条作废")
    assert file_name(first, "瓜沥镇", "pdf") == "瓜沥镇_2021-10_隐患月报.pdf"
    assert file_name(second, "瓜沥镇", "pdf") == "瓜沥镇_2021-10_隐患月报_更正第1次.pdf"
