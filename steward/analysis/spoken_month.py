"""A month for the voice: the district's figures, its towns' and their colours, from one reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from steward.analysis import month_queries, queries
from steward.analysis.colours import coloured, town_colours
from steward.analysis.monthly import MonthOfAll, figures_of, read_month
from steward.domain.colours import ColourRules
from steward.domain.monthly import MonthlyFigures, MonthShare
from steward.domain.months import Month
from steward.domain.spoken_month import SpokenMonth


def spoken_month(
    session: Session,
    versions: Sequence[ColourRules],
    month: Month,
    *,
    due_soon_days: int = 7,
    evidence: bool = False,
) -> SpokenMonth:
    """The whole month, as the ledger has it now; `versions` as `colour_rules.read_rules` gives.

    A month before the ledger began has no figures, and says why. That the month is over is for
    the caller to see to.
    """
    begun = month_queries.begun(session)
    if begun is None or month < begun:
        note = f"台账自{begun.name}起，没有{month.name}的数据" if begun else "台账里还没有隐患"
        colours = town_colours(session, versions, month, due_soon_days=due_soon_days)
        return SpokenMonth(month, colours, note=note)
    of_all = read_month(session, month, due_soon_days=due_soon_days)
    figures = figures_of(session, of_all, [None])[None]
    return SpokenMonth(
        month=month,
        colours=coloured(of_all.towns, versions, month, of_all.now, of_all.last, begun),
        figures=figures,
        by_town=_by_town(of_all),
        evidence=_evidence(session, month, figures) if evidence else {},
    )


def _by_town(of_all: MonthOfAll) -> tuple[MonthShare, ...]:
    known = of_all.month > of_all.begun
    places = {id_: (id_, "all", "") for id_ in of_all.towns}
    return tuple(
        MonthShare(
            town.code,
            town.name,
            of_all.now.counts(places[id_]),
            of_all.last.counts(places[id_]).new_hazards if known else None,
        )
        for id_, town in of_all.towns.items()
    )


def _evidence(
    session: Session, month: Month, figures: MonthlyFigures
) -> dict[str, tuple[int, ...]]:
    start, end = month.start, month.last_instant
    return {
        "month_new_hazards": _ids(one for one, _ in queries.found_ids(session, start, end, None)),
        "month_new_major": _ids(one for one, _ in queries.new_major(session, start, end, None)),
        "month_closed_hazards": _ids(
            one for one, _ in queries.closed_ids(session, start, end, None)
        ),
        "month_overdue_hazards": _ids(one.hazard_id for one in figures.overdue),
        "month_overdue_enterprises": _ids(one.enterprise_id for one in figures.overdue),
        "month_open_major": _ids(one.hazard_id for one in figures.majors),
    }


def _ids(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(ids)))
