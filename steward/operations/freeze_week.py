"""The week of the district and of every town, as of one instant and from one ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from steward.analysis.warned import warned_by_town
from steward.analysis.weekly import weekly, weekly_by_town
from steward.domain.announcements import Status
from steward.domain.figures import Figures, MajorHazard, Warned, WarningLists
from steward.domain.weeks import Week
from steward.narration.contexts import WeeklyContext
from steward.operations.weekly_figures import figures_document
from steward.sources.queries.freshness import freshness
from steward.storage.engine import Database


@dataclass(frozen=True)
class FrozenTown:
    """A town's week as plain values: `figures` (with `lists` and `due_soon_days`) and `evidence`
    as its briefing keeps them."""

    code: str
    name: str
    figures: dict[str, Any]
    evidence: dict[str, Any]


@dataclass(frozen=True)
class FrozenWeek:
    """The district's figures with their evidence, and its towns by code."""

    district: Figures
    towns: tuple[FrozenTown, ...]


def speaks_the_week(template: str | None, town_code: str | None, status: str) -> bool:
    """Whether a broadcast says the district's week, in earnest: the towns get theirs with it."""
    kind = (template or "").partition("-")[0]
    return kind == WeeklyContext.kind and town_code is None and status == Status.ACTUAL.value


def freeze_week(
    database: Database,
    *,
    as_of: datetime,
    due_soon_days: int,
    known_at: datetime | None = None,
) -> FrozenWeek:
    """Read all of it from one snapshot of the ledger, so that no two can disagree.

    `known_at`: see `analysis.weekly`. Raises FiguresError, StorageError.
    """
    week = Week.containing(as_of)
    with database.session(snapshot=True) as session:
        district = weekly(
            session,
            week=week,
            as_of=as_of,
            due_soon_days=due_soon_days,
            evidence=True,
            known_at=known_at,
        )
        towns = weekly_by_town(
            session,
            week=week,
            as_of=as_of,
            due_soon_days=due_soon_days,
            evidence=True,
            known_at=known_at,
        )
        lists = warned_by_town(session, as_of=as_of, due_soon_days=due_soon_days, known_at=known_at)
        fresh = freshness(session, as_of)
    return FrozenWeek(
        replace(district, sources=fresh),
        tuple(_frozen(replace(one, sources=fresh), lists, due_soon_days) for one in towns),
    )


def _frozen(figures: Figures, lists: Mapping[str, WarningLists], due_soon_days: int) -> FrozenTown:
    assert figures.town is not None, "weekly_by_town gives towns"
    document = figures_document(figures)
    evidence = document.pop("evidence")
    document["due_soon_days"] = due_soon_days
    document["lists"] = lists_document(lists.get(figures.town.code, WarningLists()))
    return FrozenTown(figures.town.code, figures.town.name, document, evidence)


def lists_document(lists: WarningLists) -> dict[str, Any]:
    """The lists for JSON, days as text."""
    return {
        name: [
            {key: value.isoformat() if isinstance(value, date) else value for key, value in row}
            for row in (one.items() for one in rows)
        ]
        for name, rows in asdict(lists).items()
    }


def read_lists(document: Mapping[str, Any]) -> WarningLists:
    """The lists that a document was made of."""
    return WarningLists(
        overdue=_read_warned(document["overdue"]),
        due_soon=_read_warned(document["due_soon"]),
        open_major=tuple(
            MajorHazard(**{**one, "deadline": _day(one["deadline"])})
            for one in document["open_major"]
        ),
    )


def _read_warned(listed: Sequence[Mapping[str, Any]]) -> tuple[Warned, ...]:
    return tuple(
        Warned(**{**one, "deadline": date.fromisoformat(one["deadline"])}) for one in listed
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
