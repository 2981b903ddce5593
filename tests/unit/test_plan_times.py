"""A plan's time as a sentence, and from the fields of a form."""

from __future__ import annotations

import pytest

from steward.errors import PlanError
from steward.web.plan_times import said, when_of


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("0 9 * * 1", "每周一 09:00"),
        ("30 8 * * 1,3,0", "每周一、周三、周日 08:30"),
        ("0 9 * * 7", "每周日 09:00"),
        ("0 9 * * 1-5", "每周一至周五 09:00"),
        ("5 18 * * *", "每天 18:05"),
        ("0 9 15 * *", "每月15日 09:00"),
        ("2021-11-16T09:00", "2021-11-16 09:00 一次"),
        ("*/10 9 * * 1", "*/10 9 * * 1"),
        ("0 9 1-7 * 1", "0 9 1-7 * 1"),
        ("0 9 1 6 *", "0 9 1 6 *"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_time_is_said_as_people_say_it_or_as_it_stands(when: str, sentence: str) -> None:
    assert said(when) == sentence


@pytest.mark.parametrize(
    ("form", "weekdays", "when"),
    [
        ({"repeat": "weekly", "clock": "09:00"}, ["3", "1", "1"], "0 9 * * 1,3"),
        ({"repeat": "daily", "clock": "18:05"}, ["1"], "5 18 * * *"),
        ({"repeat": "monthly", "clock": "00:00", "day": "31"}, [], "0 0 31 * *"),
        ({"repeat": "once", "once": "2021-11-16T09:00"}, [], "2021-11-16T09:00"),
        ({"repeat": "own", "cron": "0 9 1-7 * 1"}, [], "0 9 1-7 * 1"),
    ],
)
def test_the_fields_make_a_time(form: dict[str, str], weekdays: list[str], when: str) -> None:
    assert when_of(form, weekdays) == when


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "请写明时刻"),
        ({"clock": "09:00"}, "多久播一次"),
        ({"repeat": "daily", "clock": "24:00"}, "请写明时刻"),
        ({"repeat": "daily", "clock": "９:00"}, "请写明时刻"),
        ({"repeat": "weekly", "clock": "09:00"}, "请勾选星期几"),
        ({"repeat": "monthly", "clock": "09:00", "day": "0"}, "每月几日"),
        ({"repeat": "monthly", "clock": "09:00", "day": "x"}, "每月几日"),
        ({"repeat": "once", "once": "tomorrow"}, "日期和时刻"),
    ],
)
def test_what_is_missing_is_named(form: dict[str, str], sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        when_of(form, ["9", "x"])
