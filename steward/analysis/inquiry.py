"""隐患分析: a period of the district or a town, beside others, put together from the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from steward.analysis import inquiry_queries, month_queries, queries
from steward.analysis.inquiry_queries import Found
from steward.analysis.inquiry_times import closures, repeats
from steward.analysis.inquiry_trends import heat_of_town, heat_of_towns, trend
from steward.analysis.naming import UNSTATED, town_id_of
from steward.domain.figures import Town
from steward.domain.hazards import LEVEL_NAMES, SOURCE_NAMES, Level
from steward.domain.inquiry import TOP, Analysis, Breakdown, Compared, lines
from steward.domain.periods import Period, days_of, month_of, week_of
from steward.domain.weeks import local_date
from steward.errors import FiguresError

MONTHS = 12
FEWEST_WEEKS, MOST_WEEKS = 12, 26


@dataclass(frozen=True)
class _Reading:
    """What was found in one period; empty groups for one before the ledger began."""

    found: list[Found]
    places: dict[tuple[int, str], int]
    closed_in: int

    def sums(self, key: Callable[[Found], str]) -> Counter[str]:
        sums: Counter[str] = Counter()
        for one in self.found:
            sums[key(one)] += one.number
        return sums

    @property
    def number(self) -> int:
        return sum(one.number for one in self.found)

    def categories(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for (_, category), number in self.places.items():
            sums[category] += number
        return sums

    def towns(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for (town, _), number in self.places.items():
            sums[str(town)] += number
        return sums


def analysis(
    session: Session,
    period: Period,
    *,
    now: datetime,
    town: str | None = None,
    weeks: int = FEWEST_WEEKS,
) -> Analysis:
    """A period of the district or a town (code or name), as the ledger stands at `now`.

    `weeks`: how many the trend by week has. Raises FiguresError: a period that has not begun or
    that lies before the ledger, an unknown town, a trend of too many weeks.
    """
    if not FEWEST_WEEKS <= weeks <= MOST_WEEKS:
        raise FiguresError(f"周趋势可看 {FEWEST_WEEKS} 到 {MOST_WEEKS} 周", place=str(weeks))
    today = local_date(now)
    towns = queries.towns(session)
    town_id = town_id_of(towns, town)
    if period.first > today:
        raise FiguresError(
            f"{'这一周' if period.is_week else '这个月'}还没有开始", place=str(period)
        )
    begun = month_queries.begun(session)
    if begun is None:
        raise FiguresError("台账里还没有隐患", place=str(period))
    days = days_of(period, today)
    if days.last < begun.first_day:
        raise FiguresError(f"台账自{begun.name}起，没有{period.name}的数据", place=str(period))
    whole = period.end <= now
    before, last_year = period.back(), period.year_before()

    def reading(one: Period | None) -> _Reading | None:
        if one is None or one.last < begun.first_day:
            return None
        its = days_of(one, today)
        return _Reading(
            inquiry_queries.found(session, its, town_id),
            inquiry_queries.by_place(session, its, town_id),
            inquiry_queries.closed_in(session, its, town_id),
        )

    three = _Three(reading(period) or _Reading([], {}, 0), reading(before), reading(last_year))
    week, month = week_of(days.last), month_of(days.last)
    top = [one.key for one in three.top_categories()]
    return Analysis(
        period=period,
        days=days,
        before=before,
        year_before=last_year,
        town=None if town_id is None else towns[town_id],
        as_of=now,
        whole=whole,
        found=three.compared(lambda one: one.number, whole),
        major=three.compared(lambda one: one.sums(_level)[Level.MAJOR], whole),
        closed_in=three.compared(lambda one: one.closed_in, whole),
        still_open=sum(one.number for one in three.now.found if not one.closed),
        breakdowns=_breakdowns(three, towns if town_id is None else {}, whole),
        by_week=trend(session, week, weeks, weeks, begun.first_day, today, town_id),
        by_month=trend(session, month, MONTHS, MONTHS, begun.first_day, today, town_id),
        heat=heat_of_towns(three.now.places, towns, top, days)
        if town_id is None
        else heat_of_town(session, town_id, week, top, begun.first_day, today),
        closures=closures(session, days.last, now, towns, town_id, begun),
        repeats=repeats(session, days.last, town_id),
    )


@dataclass(frozen=True)
class _Top:
    key: str
    number: int


@dataclass(frozen=True)
class _Three:
    """A period, the one before it, and the same month of the year before."""

    now: _Reading
    before: _Reading | None
    year_before: _Reading | None

    def compared(self, number: Callable[[_Reading], int], whole: bool) -> Compared:
        return Compared(
            number(self.now),
            None if self.before is None else number(self.before),
            None if self.year_before is None else number(self.year_before),
            whole,
        )

    def top_categories(self) -> list[_Top]:
        """The categories of the period, the most frequent first."""
        sums = self.now.categories()
        keys = sorted((one for one in sums if sums[one]), key=lambda one: (-sums[one], one))
        return [_Top(key, sums[key]) for key in keys[:TOP]]

    def keys(self, sums: Callable[[_Reading], Counter[str]]) -> list[str]:
        """The keys of any of the three, the most frequent of the period first."""
        found: set[str] = set()
        for one in (self.now, self.before, self.year_before):
            found |= set(sums(one)) if one else set()
        now, before = sums(self.now), sums(self.before) if self.before else Counter[str]()
        return sorted(found, key=lambda key: (-now[key], -before[key], key))


def _breakdowns(three: _Three, towns: Mapping[int, Town], whole: bool) -> tuple[Breakdown, ...]:
    ids = {str(id_): town for id_, town in towns.items()}
    number = three.now.number

    def breakdown(
        field: str,
        title: str,
        sums: Callable[[_Reading], Counter[str]],
        known: Mapping[str, tuple[str, str]] | None = None,
        most: int | None = None,
    ) -> Breakdown:
        """`known`: key and name of those that are always listed, in their order."""
        keys = [*known] if known is not None else three.keys(sums)
        rows = [
            (
                *(known[key] if known is not None else (key, key or UNSTATED)),
                three.compared(lambda one: sums(one)[key], whole),  # noqa: B023  (called here)
            )
            for key in keys
        ]
        return Breakdown(field, title, lines(rows, number, most))

    levels = {str(key): (str(key), name) for key, name in LEVEL_NAMES.items()}
    sources = {str(key): (str(key), name) for key, name in SOURCE_NAMES.items()}
    found = [
        breakdown("category", f"隐患类别 Top{TOP}", _Reading.categories, most=TOP),
        breakdown("industry", "行业", lambda one: one.sums(_industry)),
        breakdown("source", "来源", lambda one: one.sums(_source), sources),
        breakdown("level", "等级", lambda one: one.sums(_level), levels),
    ]
    if towns:
        listed = three.keys(_Reading.towns)
        order = [*listed, *(key for key in ids if key not in listed)]
        places = {key: (ids[key].code, ids[key].name) for key in order}
        found.append(breakdown("town", "镇街", _Reading.towns, places))
    return tuple(found)


def _level(one: Found) -> str:
    return one.level


def _source(one: Found) -> str:
    return one.source


def _industry(one: Found) -> str:
    return one.industry
