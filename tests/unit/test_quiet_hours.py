"""Quiet hours and volume."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.broadcasts import Priority
from steward.domain.halls import EMERGENCY_FLOOR, QuietHours, volume_of
from steward.domain.weeks import district_instant

BOTH = QuietHours.parse("12:00-14:00,22:00-07:00")


def at(time: str, day: int = 16) -> datetime:
    return district_instant(f"2021-11-{day:02d}T{time}")


@pytest.mark.parametrize(
    ("now", "until", "change"),
    [
        (at("11:59:59"), None, at("12:00")),
        (at("12:00"), at("14:00"), at("14:00")),
        (at("13:59:59"), at("14:00"), at("14:00")),
        (at("14:00"), None, at("22:00")),
        (at("22:00"), at("07:00", 17), at("07:00", 17)),
        (at("23:59:59"), at("07:00", 17), at("07:00", 17)),
        (at("00:00"), at("07:00"), at("07:00")),
        (at("06:59:59"), at("07:00"), at("07:00")),
        (at("07:00"), None, at("12:00")),
    ],
)
def test_when_it_is_quiet(now: datetime, until: datetime | None, change: datetime) -> None:
    assert BOTH.until(now) == until
    assert BOTH.next_change(now) == change


def test_adjoining_spans_are_one_quiet() -> None:
    hours = QuietHours.parse("21:00-24:00 00:00-06:00、05:30-06:30")
    assert hours.until(at("22:00")) == at("06:30", 17)


def test_no_hours_are_never_quiet() -> None:
    assert QuietHours.parse("").until(at("03:00")) is None
    assert QuietHours.parse(" ").next_change(at("03:00")) is None


def test_it_is_written_as_it_is_read() -> None:
    assert str(BOTH) == "12:00-14:00,22:00-07:00"
    assert QuietHours.parse(str(QuietHours.parse("9:00至10:30"))).spans == (
        QuietHours.parse("09:00-10:30").spans
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("noon", "不是时段"),
        ("12:00", "不是时段"),
        ("12:00-25:00", "没有这样的时刻"),
        ("12:60-13:00", "没有这样的时刻"),
        ("24:00-01:00", "没有这样的时刻"),
        ("12:00-12:00", "起止相同"),
        ("00:00-24:00", "起止相同"),
        ("00:00-12:00,12:00-24:00", "占满全天"),
    ],
)
def test_malformed_hours_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        QuietHours.parse(text)


_SPANS = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1]),
    min_size=1,
    max_size=3,
)


@given(_SPANS, st.integers(0, 2 * 1440 - 1))
def test_quiet_ends_where_a_walk_by_minutes_ends(spans: list[tuple[int, int]], minute: int) -> None:
    text = ",".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in spans)
    try:
        hours = QuietHours.parse(text)
    except ValueError:
        return  # they fill the day

    def quiet(minute: int) -> bool:
        of_day = minute % 1440
        return any(a <= of_day < b or (b < a and not b <= of_day < a) for a, b in spans)

    start = at("00:00")
    walked = minute
    while quiet(walked):
        walked += 1
    expected = None if walked == minute else start + timedelta(minutes=walked)
    assert hours.until(start + timedelta(minutes=minute)) == expected


def test_a_priority_has_its_own_volume_or_the_halls() -> None:
    assert volume_of(Priority.ROUTINE, 40, {}) == 40
    assert volume_of(Priority.ROUTINE, 40, {"routine": 90}) == 90
    assert volume_of(Priority.NOTICE, 40, {"routine": 90}) == 40


def test_an_emergency_is_never_soft() -> None:
    assert volume_of(Priority.EMERGENCY, 0, {}) == EMERGENCY_FLOOR
    assert volume_of(Priority.EMERGENCY, 0, {"emergency": 100}) == 100
