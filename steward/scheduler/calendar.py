"""Chinese working days, with the make-up workdays around holidays.

Known years come from `chinesecalendar` (the State Council's yearly notices). Years it lacks are
written in an editable TOML file, which also overrides it:

    [2027]
    holidays = ["2027-01-01", "2027-02-05"]   # days off
    workdays = ["2027-02-14"]                 # make-up workdays

In a year known to neither, Monday to Friday are workdays, and `warning` says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import chinese_calendar

from steward.errors import PlanError

_KEYS = {"holidays": False, "workdays": True}


@dataclass(frozen=True)
class WorkCalendar:
    """Which local dates are workdays. `days` and `years` are what the file `source` adds."""

    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    source: str = "holidays.toml"

    def is_workday(self, day: date) -> bool:
        """Whether people work on this local date."""
        if day in self.days:
            return self.days[day]
        published = _published(day)
        return day.weekday() < 5 if published is None else published

    def knows(self, year: int) -> bool:
        """Whether the arrangement of this year has been published to us."""
        return year in self.years or _published(date(year, 1, 1)) is not None

    def warning(self, years: Iterable[int]) -> str:
        """A loud sentence naming the unknown ones among `years`; "" when all are known."""
        unknown = sorted(year for year in set(years) if not self.knows(year))
        if not unknown:
            return ""
        return (
            f"注意：{'、'.join(str(year) for year in unknown)} 年的放假调休安排未知，"
            f"暂按周一至周五为工作日；请在国务院办公厅公布后写入 {self.source}"
        )


def load(path: Path) -> WorkCalendar:
    """The calendar with the holiday file's additions; without a file, the published years only.

    Raises PlanError naming the file and the key when it is malformed.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return WorkCalendar(source=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"节假日文件读不出来：{error}", place=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"节假日文件不是正确的 TOML：{error}", place=str(path)) from error
    days: dict[date, bool] = {}
    years: set[int] = set()
    for key, table in document.items():
        place = f"{path} [{key}]"
        if not (key.isascii() and key.isdigit() and len(key) == 4 and isinstance(table, dict)):
            raise PlanError("节假日文件的每一节应是年份，如 [2027]", place=place)
        years.add(int(key))
        _read_year(int(key), table, place, days)
    return WorkCalendar(days, frozenset(years), str(path))


def _read_year(year: int, table: dict[str, Any], place: str, days: dict[date, bool]) -> None:
    for name, listed in table.items():
        if name not in _KEYS or not isinstance(listed, list):
            raise PlanError(
                f"不认识“{name}”：只能有 holidays 和 workdays，值为日期列表", place=place
            )
        for item in listed:
            day = _day(item, f"{place} {name}")
            if day.year != year:
                raise PlanError(f"{day} 不在 {year} 年", place=f"{place} {name}")
            if days.get(day, _KEYS[name]) is not _KEYS[name]:
                raise PlanError(f"{day} 既列为放假又列为上班", place=place)
            days[day] = _KEYS[name]


def _day(item: object, place: str) -> date:
    if type(item) is date:  # a TOML date; a datetime is a date too, and is refused
        return item
    if isinstance(item, str):
        try:
            return date.fromisoformat(item)
        except ValueError:
            pass
    raise PlanError(f"“{item}”不是日期，应如 2027-01-01", place=place)


def holiday_name(day: date) -> str:
    """国庆节 on a day off or at work for its sake; "" for none, and in years nobody knows."""
    try:
        _, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return ""
    return chinese_calendar.Holiday(name).chinese if name else ""


def _published(day: date) -> bool | None:
    """What chinesecalendar says; None for years it lacks."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
