"""The working-day calendar and its editable file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from steward.errors import PlanError
from steward.scheduler import calendar
from steward.scheduler.calendar import WorkCalendar


def written(folder: Path, text: str) -> Path:
    path = folder / "holidays.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_national_day_2021() -> None:
    published = WorkCalendar()
    holiday = [date(2021, 10, 1) + timedelta(days=n) for n in range(7)]
    assert not any(published.is_workday(day) for day in holiday)
    assert published.is_workday(date(2021, 9, 26))
    assert published.is_workday(date(2021, 10, 9))


def test_an_unknown_year_has_plain_weeks_and_a_warning() -> None:
    published = WorkCalendar(source="var/holidays.toml")
    assert published.is_workday(date(2031, 10, 1))  # a Wednesday
    assert not published.is_workday(date(2031, 10, 4))
    assert not published.knows(2031)
    assert "2031 年" in published.warning([2026, 2031])
    assert "var/holidays.toml" in published.warning([2031])
    assert published.warning([2021, 2026]) == ""


def test_the_file_makes_a_year_known(tmp_path: Path) -> None:
    path = written(
        tmp_path, '[2031]\nholidays = ["2031-10-01", 2031-10-02]\nworkdays = ["2031-10-04"]\n'
    )
    known = calendar.load(path)
    assert known.knows(2031)
    assert not known.is_workday(date(2031, 10, 1))
    assert not known.is_workday(date(2031, 10, 2))
    assert known.is_workday(date(2031, 10, 4))
    assert known.is_workday(date(2031, 10, 3))
    assert known.warning([2031]) == ""


def test_the_file_overrides_what_was_published(tmp_path: Path) -> None:
    changed = calendar.load(written(tmp_path, '[2021]\nworkdays = ["2021-10-01"]\n'))
    assert changed.is_workday(date(2021, 10, 1))
    assert not changed.is_workday(date(2021, 10, 2))


def test_without_a_file_only_the_published_years_are_known(tmp_path: Path) -> None:
    assert calendar.load(tmp_path / "none.toml").days == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[2027", "不是正确的 TOML"),
        ("holidays = []", "每一节应是年份"),
        ("[next]\nholidays = []", "每一节应是年份"),
        ("[2027]\nhoilday = []", "不认识“hoilday”"),
        ('[2027]\nholidays = "2027-01-01"', "值为日期列表"),
        ('[2027]\nholidays = ["2027-13-01"]', "不是日期"),
        ("[2027]\nholidays = [2027-01-01T09:00:00]", "不是日期"),
        ("[2027]\nholidays = [1]", "不是日期"),
        ('[2027]\nholidays = ["2026-01-01"]', "不在 2027 年"),
        ('[2027]\nholidays = ["2027-01-01"]\nworkdays = ["2027-01-01"]', "既列为放假又列为上班"),
    ],
)
def test_a_bad_file_is_a_plan_error_naming_it(tmp_path: Path, text: str, sentence: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(PlanError, match=sentence) as caught:
        calendar.load(path)
    assert str(path) in caught.value.place


def test_a_folder_in_the_files_place_is_a_plan_error(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="读不出来"):
        calendar.load(tmp_path)
