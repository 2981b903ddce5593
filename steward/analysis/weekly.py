"""The weekly figures: the definitions of the domain, put together from the ledger's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from steward.analysis import queries
from steward.analysis.board import Board
from steward.analysis.naming import UNSTATED, town_id_of
from steward.analysis.queries import RetractedHazard
from steward.analysis.reading import Reading, Scope, read
from steward.domain.figures import Counts, Evidence, Figures, Share, Town
from steward.domain.hazards import SOURCE_NAMES, Level, Source
from steward.domain.weeks import Week, local_date
from steward.errors import FiguresError

T = TypeVar("T")


@dataclass(frozen=True)
class _Read:
    """This week's and last week's reading, and what the evidence of this one needs."""

    week: Week
    as_of: datetime
    due_soon_days: int
    gone: Sequence[RetractedHazard]
    now: Reading
    last: Reading


def weekly(
    session: Session,
    *,
    week: Week,
    as_of: datetime,
    town: str | None = None,
    due_soon_days: int = 7,
    evidence: bool = False,
    known_at: datetime | None = None,
) -> Figures:
    """The figures of `week` as of `as_of` (aware), for the district or a town (code or name).

    An instant after the week's end counts as its last. With `known_at` they are those that would
    have been right then, as is known by `known_at`: what was voided in between, an entry made twice
    or by mistake, ought never to have counted. Raises FiguresError for an instant
    before the week, and for an unknown town.
    """
    as_of = _within(week, as_of)
    towns = queries.towns(session)
    town_id = town_id_of(towns, town)
    done = _read_weeks(session, Scope(town_id), week, as_of, due_soon_days, known_at)
    inspected = queries.inspected(session, week.start, as_of, town_id)
    town_names = {id_: (t.code, t.name) for id_, t in towns.items()}
    return _figures(
        done,
        None,
        towns[town_id] if town_id is not None else None,
        inspected,
        queries.enterprises(session, town_id),
        by_town=_shares(done.now.board, None, "town", town_names) if town_id is None else (),
        evidence=_evidence(session, done, town_id, inspected) if evidence else None,
    )


def weekly_by_town(
    session: Session,
    *,
    week: Week,
    as_of: datetime,
    due_soon_days: int = 7,
    evidence: bool = False,
    known_at: datetime | None = None,
) -> tuple[Figures, ...]:
    """The figures of every town, by code, from one reading of the ledger for all of them.

    Each is what `weekly` gives for its town, at a fraction of the cost. Raises FiguresError.
    """
    as_of = _within(week, as_of)
    towns = queries.towns(session)
    done = _read_weeks(session, Scope(by_town=True), week, as_of, due_soon_days, known_at)
    inspected = queries.inspected_by_town(session, week.start, as_of)
    enterprises = queries.enterprises_by_town(session)
    behind = _evidence_by_town(session, done, inspected) if evidence else {}
    return tuple(
        _figures(
            done,
            town_id,
            town,
            inspected.get(town_id, ()),
            enterprises.get(town_id, 0),
            evidence=behind.get(town_id, Evidence()) if evidence else None,
        )
        for town_id, town in towns.items()
    )


def _within(week: Week, as_of: datetime) -> datetime:
    if as_of < week.start:
        raise FiguresError("截至时刻早于这一周的开始", place=f"{week} {as_of.isoformat()}")
    return min(as_of, week.last_instant)


def _read_weeks(
    session: Session,
    scope: Scope,
    week: Week,
    as_of: datetime,
    due_soon_days: int,
    known_at: datetime | None,
) -> _Read:
    gone: Sequence[RetractedHazard] = ()
    if known_at is not None:
        gone = queries.retracted(session, as_of, known_at, scope.town_id)
    before = week.previous()
    now, last = (
        read(session, scope, week=one, as_of=until, due_soon_days=due_soon_days, gone=gone)
        for one, until in ((week, as_of), (before, before.last_instant))
    )
    return _Read(week, as_of, due_soon_days, gone, now, last)


def _figures(
    done: _Read,
    scope: int | None,
    town: Town | None,
    inspected: Sequence[int],
    enterprises: int,
    *,
    by_town: tuple[Share, ...] = (),
    evidence: Evidence | None,
) -> Figures:
    board = done.now.board
    sources = {str(s): (str(s), SOURCE_NAMES[s]) for s in Source}
    return Figures(
        week=done.week,
        as_of=done.as_of,
        today=local_date(done.as_of),
        town=town,
        counts=board.whole(scope).counts(),
        last_week=done.last.board.whole(scope).counts(),
        inspected_enterprises=len(inspected),
        enterprises=enterprises,
        by_town=by_town,
        by_source=_shares(board, scope, "source", sources),
        by_industry=_shares(board, scope, "industry", {}),
        by_category=_shares(board, scope, "category", {}),
        evidence=evidence,
    )


def _shares(
    board: Board, scope: int | None, dimension: str, known: Mapping[Any, tuple[str, str]]
) -> tuple[Share, ...]:
    """A breakdown: the known keys in their order (also those with nothing), then by amount."""
    cells = board.parts(scope, dimension)
    others = [
        Share(str(key), str(key) or UNSTATED, cells[key].counts())
        for key in cells
        if key not in known
    ]
    others.sort(key=lambda share: (-share.counts.monitored, share.key))
    listed = [
        Share(code, name, cells[key].counts() if key in cells else Counts())
        for key, (code, name) in known.items()
    ]
    return (*listed, *(share for share in others if share.counts != Counts()))


def _evidence(
    session: Session, done: _Read, town_id: int | None, inspected: tuple[int, ...]
) -> Evidence:
    found = queries.found_ids(session, done.week.start, done.as_of, town_id)
    closed = queries.closed_ids(session, done.week.start, done.as_of, town_id)
    return _behind(done, done.now, [one for one, _ in found], [one for one, _ in closed], inspected)


def _evidence_by_town(
    session: Session, done: _Read, inspected: Mapping[int, tuple[int, ...]]
) -> dict[int, Evidence]:
    found = _apart(queries.found_ids(session, done.week.start, done.as_of, None))
    closed = _apart(queries.closed_ids(session, done.week.start, done.as_of, None))
    still_open = _apart((one, one.kind.town_id) for one in done.now.open_hazards)
    major = _apart((one, one[1].town_id) for one in done.now.new_major)
    town_ids = {*found, *closed, *still_open, *major, *inspected}
    return {
        town_id: _behind(
            done,
            Reading(done.now.board, still_open.get(town_id, []), major.get(town_id, [])),
            found.get(town_id, []),
            closed.get(town_id, []),
            inspected.get(town_id, ()),
        )
        for town_id in town_ids
    }


def _behind(
    done: _Read,
    reading: Reading,
    found: Iterable[int],
    closed: Iterable[int],
    inspected: tuple[int, ...],
) -> Evidence:
    out = {hazard.id for hazard in done.gone}
    today = local_date(done.as_of)
    horizon = today + timedelta(days=done.due_soon_days)
    dated = [(h, h.deadline) for h in reading.open_hazards if h.deadline is not None]
    overdue = [h for h, deadline in dated if deadline < today]
    due_soon = [h for h, deadline in dated if today <= deadline <= horizon]
    return Evidence(
        new_hazards=tuple(one for one in found if one not in out),
        new_major=tuple(id_ for id_, _ in reading.new_major),
        closed_hazards=tuple(one for one in closed if one not in out),
        open_major=_sorted(h.id for h in reading.open_hazards if h.level == Level.MAJOR),
        without_deadline=_sorted(h.id for h in reading.open_hazards if h.deadline is None),
        due_soon_hazards=_sorted(h.id for h in due_soon),
        due_soon_enterprises=_sorted(h.enterprise_id for h in due_soon),
        overdue_hazards=_sorted(h.id for h in overdue),
        overdue_enterprises=_sorted(h.enterprise_id for h in overdue),
        inspected_enterprises=inspected,
    )


def _apart(rows: Iterable[tuple[T, int]]) -> dict[int, list[T]]:
    """What belongs to each town, by its id."""
    found: dict[int, list[T]] = {}
    for one, town_id in rows:
        found.setdefault(town_id, []).append(one)
    return found


def _sorted(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(ids)))
