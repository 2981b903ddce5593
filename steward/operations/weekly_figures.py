"""Compute the weekly figures, and write them down as a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from steward.analysis.weekly import weekly
from steward.domain.besides import Besides
from steward.domain.figures import Change, Counts, Figures, Freshness, Share, Town
from steward.domain.hazards import Source
from steward.domain.weeks import DISTRICT_ZONE, Week
from steward.sources.queries.freshness import freshness
from steward.storage.engine import Database

_COUNT_NAMES = [field.name for field in fields(Counts)]


def weekly_figures(
    database: Database,
    *,
    as_of: datetime,
    week: Week | None = None,
    town: str | None = None,
    due_soon_days: int = 7,
    evidence: bool = False,
    known_at: datetime | None = None,
) -> Figures:
    """All figures as of an aware instant; of the week it lies in, or of an earlier whole week.

    `known_at`: as is known by then, for comparing what was said (see `analysis.weekly`).
    `town` is a code or a name; None means the district. Raises FiguresError, StorageError.
    """
    with database.session() as session:
        found = weekly(
            session,
            week=week or Week.containing(as_of),
            as_of=as_of,
            town=town,
            due_soon_days=due_soon_days,
            evidence=evidence,
            known_at=known_at,
        )
        return replace(found, sources=freshness(session, as_of))


def figures_document(figures: Figures) -> dict[str, Any]:
    """The figures for JSON: the domain's names, rates as numbers or null, evidence when present."""
    document: dict[str, Any] = {
        "week": str(figures.week),
        "as_of": figures.as_of.astimezone(DISTRICT_ZONE).isoformat(),
        "today": figures.today.isoformat(),
        "town": asdict(figures.town) if figures.town else None,
        **_counts(figures.counts),
        "inspection_rate": _number(figures.inspection_rate),
        "inspected_enterprises": figures.inspected_enterprises,
        "enterprises": figures.enterprises,
        "last_week": _counts(figures.last_week),
        "change": {name: _change(figures.change(name)) for name in _COUNT_NAMES},
        "by_town": _shares(figures.by_town),
        "by_source": _shares(figures.by_source),
        "by_industry": _shares(figures.by_industry),
        "by_category": _shares(figures.by_category),
        "sources": [_freshness(one) for one in figures.sources],
    }
    if figures.besides is not None:
        document["besides"] = _besides(figures.besides)
    if figures.evidence is not None:
        document["evidence"] = {name: list(ids) for name, ids in asdict(figures.evidence).items()}
    return document


def _besides(besides: Besides) -> dict[str, Any]:
    """What was read of it, by its fields' names."""
    document = {name: value for name, value in asdict(besides).items() if value is not None}
    if besides.colours is not None:
        document["colours"] |= {"month": str(besides.colours.month)}
    return document


def read_figures(document: Mapping[str, Any]) -> Figures:
    """The figures that a document (see above) was made of, without their evidence."""
    town = document.get("town")
    return Figures(
        week=Week.parse(document["week"]),
        as_of=datetime.fromisoformat(document["as_of"]).astimezone(UTC),
        today=date.fromisoformat(document["today"]),
        town=Town(**town) if town else None,
        counts=_read_counts(document),
        last_week=_read_counts(document["last_week"]),
        inspected_enterprises=document["inspected_enterprises"],
        enterprises=document["enterprises"],
        by_town=_read_shares(document["by_town"]),
        by_source=_read_shares(document["by_source"]),
        by_industry=_read_shares(document["by_industry"]),
        by_category=_read_shares(document["by_category"]),
        sources=tuple(_read_freshness(one) for one in document.get("sources", ())),
    )


def _read_counts(document: Mapping[str, Any]) -> Counts:
    return Counts(**{name: document[name] for name in _COUNT_NAMES})


def _read_shares(listed: Iterable[Mapping[str, Any]]) -> tuple[Share, ...]:
    return tuple(Share(one["key"], one["name"], _read_counts(one)) for one in listed)


def _read_freshness(one: Mapping[str, Any]) -> Freshness:
    known = one["as_of"]
    as_of = datetime.fromisoformat(known).astimezone(UTC) if known else None
    return Freshness(Source(one["source"]), one["name"], as_of, one["stale"], one["hours"])


def _counts(counts: Counts) -> dict[str, Any]:
    # Flat, and there are hundreds: `asdict` would copy each number with care.
    document: dict[str, Any] = {name: getattr(counts, name) for name in _COUNT_NAMES}
    return document | {"closure_rate": _number(counts.closure_rate)}


def _change(change: Change) -> dict[str, Any]:
    return {"difference": change.difference, "percentage": _number(change.percentage)}


def _shares(shares: tuple[Share, ...]) -> list[dict[str, Any]]:
    return [{"key": s.key, "name": s.name, **_counts(s.counts)} for s in shares]


def _freshness(one: Freshness) -> dict[str, Any]:
    return {
        "source": one.source.value,
        "name": one.name,
        "as_of": one.as_of.astimezone(DISTRICT_ZONE).isoformat() if one.as_of else None,
        "stale": one.stale,
        "hours": one.hours,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
