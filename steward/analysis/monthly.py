"""The monthly figures: the definitions of the domain, put together from the ledger's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from steward.analysis import month_queries, queries
from steward.analysis.month_reading import MonthReading, read
from steward.analysis.month_trend import Trends
from steward.analysis.naming import UNSTATED, town_id_of
from steward.domain.figures import Town
from steward.domain.hazards import SOURCE_NAMES, Level, Source
from steward.domain.monthly import (
    REPEAT_MONTHS,
    REPEAT_TIMES,
    ListedHazard,
    MonthlyFigures,
    MonthShare,
    Repeat,
)
from steward.domain.months import Month
from steward.domain.weeks import local_date
from steward.errors import FiguresError
from steward.ledger.tally import DISTRICT

_ALL = ("all", "")
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class MonthOfAll:
    """What was read of one month, of all towns at once; the figures of each come from it."""

    month: Month
    as_of: datetime
    due_soon_days: int
    begun: Month
    towns: Mapping[int, Town]
    now: MonthReading
    last: MonthReading
    last_year: MonthReading | None
    trends: Trends


def read_month(
    session: Session, month: Month, *, as_of: datetime | None = None, due_soon_days: int = 7
) -> MonthOfAll:
    """Read a month as of an instant in it (default: its last), once for the district and all towns.

    Raises FiguresError for an instant before the month, and for a month before the ledger began.
    """
    as_of = min(as_of or month.last_instant, month.last_instant)
    if as_of < month.start:
        raise FiguresError("截至时刻早于这个月的开始", place=f"{month} {as_of.isoformat()}")
    begun = month_queries.begun(session)
    if begun is None:
        raise FiguresError("台账里还没有隐患", place=str(month))
    if month < begun:
        raise FiguresError(f"台账自{begun.name}起，没有{month.name}的数据", place=str(month))
    now = read(session, month, as_of, due_soon_days)
    before, year_before = month.previous(), month.back(MONTHS_A_YEAR)
    return MonthOfAll(
        month=month,
        as_of=as_of,
        due_soon_days=due_soon_days,
        begun=begun,
        towns=queries.towns(session),
        now=now,
        last=read(session, before, before.last_instant, due_soon_days),
        last_year=read(session, year_before, year_before.last_instant, due_soon_days)
        if year_before >= begun
        else None,
        trends=Trends(session, max(begun, month.back(MONTHS_A_YEAR - 1)), month, now),
    )


def monthly(
    session: Session,
    month: Month,
    *,
    as_of: datetime | None = None,
    town: str | None = None,
    due_soon_days: int = 7,
) -> MonthlyFigures:
    """The figures of a month for the district or a town (code or name), as of an instant in it.

    An instant after the month's end counts as its last, which is also the default. Raises
    FiguresError as `read_month` does, and for an unknown town.
    """
    read_all = read_month(session, month, as_of=as_of, due_soon_days=due_soon_days)
    town_id = town_id_of(read_all.towns, town)
    return figures_of(session, read_all, [town_id])[town_id]


def figures_of(
    session: Session, read_all: MonthOfAll, scopes: Iterable[int | None]
) -> dict[int | None, MonthlyFigures]:
    """The figures of some towns (row ids; None for the district), from what was read for all."""
    return {
        town_id: _Scope(session, read_all, town_id).figures() for town_id in dict.fromkeys(scopes)
    }


class _Scope:
    """One town, or the district, of a month that was read."""

    def __init__(self, session: Session, read_all: MonthOfAll, town_id: int | None) -> None:
        self._session = session
        self._read = read_all
        self._town_id = town_id
        self._scope = DISTRICT if town_id is None else town_id

    def figures(self) -> MonthlyFigures:
        r, place = self._read, (self._scope, *_ALL)
        listed = self._listed()
        dated = [(hazard, hazard.days) for hazard in listed if hazard.days is not None]
        return MonthlyFigures(
            month=r.month,
            as_of=r.as_of,
            today=r.now.today,
            town=None if self._town_id is None else r.towns[self._town_id],
            due_soon_days=r.due_soon_days,
            begun=r.begun,
            counts=r.now.counts(place),
            last_month=r.last.counts(place) if self._last_known else None,
            last_year=r.last_year.counts(place) if r.last_year else None,
            district=None if self._town_id is None else r.now.counts((DISTRICT, *_ALL)),
            trend=r.trends.of(self._scope),
            by_source=self._shares("source", {str(s): SOURCE_NAMES[s] for s in Source}),
            by_industry=self._shares("industry", {}),
            by_category=self._shares("category", {}),
            repeats=self._repeats(),
            due_soon=tuple(h for h, days in dated if 0 <= days <= r.due_soon_days),
            overdue=tuple(h for h, days in dated if days < 0),
            majors=tuple(hazard for hazard in listed if hazard.level == Level.MAJOR),
        )

    @property
    def _last_known(self) -> bool:
        return self._read.month > self._read.begun

    def _shares(self, dimension: str, known: Mapping[str, str]) -> tuple[MonthShare, ...]:
        """A breakdown: the known keys in their order, then by what is new, then by what is open."""

        def share(key: str, name: str) -> MonthShare:
            place = (self._scope, dimension, key)
            last = self._read.last.counts(place).new_hazards if self._last_known else None
            return MonthShare(key, name, self._read.now.counts(place), last)

        listed = [share(key, name) for key, name in known.items()]
        others = [
            share(key, key or UNSTATED)
            for key in self._read.now.keys(self._scope, dimension)
            if key not in known
        ]
        others = [one for one in others if one.counts.monitored or one.counts.new_hazards]
        others.sort(key=lambda s: (-s.counts.new_hazards, -s.counts.open_hazards, s.key))
        return (*listed, *others)

    def _repeats(self) -> tuple[Repeat, ...]:
        since = self._read.month.back(REPEAT_MONTHS - 1).start
        rows = month_queries.repeated(
            self._session, since, self._read.as_of, REPEAT_TIMES, self._town_id
        )
        return tuple(
            Repeat(r.enterprise_id, r.enterprise, r.category, r.times, local_date(r.last_found))
            for r in rows
        )

    def _listed(self) -> list[ListedHazard]:
        """The open hazards that are due soon, overdue or major, by deadline."""
        now = self._read.now
        open_hazards = [
            hazard
            for hazard in now.open_hazards
            if self._town_id in (None, hazard.kind.town_id)
            and (
                hazard.level == Level.MAJOR
                or (hazard.deadline is not None and hazard.deadline <= now.horizon)
            )
        ]
        names = month_queries.named(self._session, [hazard.id for hazard in open_hazards])
        listed = [
            ListedHazard(
                hazard_id=hazard.id,
                external_id=names[hazard.id].external_id,
                enterprise_id=hazard.enterprise_id,
                enterprise=names[hazard.id].enterprise,
                category=hazard.kind.category,
                level=hazard.level,
                deadline=hazard.deadline,
                days=(hazard.deadline - now.today).days if hazard.deadline else None,
            )
            for hazard in open_hazards
        ]
        return sorted(
            listed,
            key=lambda h: (h.deadline or date.max, h.enterprise, h.external_id, h.hazard_id),
        )
