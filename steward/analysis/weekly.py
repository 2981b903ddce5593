"""The weekly figures: the definitions of the domain, put together from the ledger's answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from steward.analysis import queries
from steward.analysis.queries import Kind, OpenHazard, RetractedHazard
from steward.domain.figures import Counts, Evidence, Figures, Share, Town
from steward.domain.hazards import SOURCE_NAMES, Level, Source
from steward.domain.weeks import Week, local_date, start_of
from steward.errors import FiguresError

UNSTATED = "未填写"
_ALL = ("all", "")


@dataclass
class _Cell:
    """What gathers for one scope or one key of a breakdown."""

    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    due_soon: set[int] = field(default_factory=set)
    overdue: set[int] = field(default_factory=set)

    def counts(self) -> Counts:
        s = self.sums
        return Counts(
            new_hazards=s["new_hazards"],
            due_soon_enterprises=len(self.due_soon),
            overdue_enterprises=len(self.overdue),
            closed_hazards=s["closed_hazards"],
            monitored=s["found"] - s["voided"],
            closed_total=s["closed"] - s["closed_voided"],
            open_hazards=s["found"] - s["voided"] - s["closed"] + s["closed_voided"],
            open_major=s["open_major"],
            new_major=s["new_major"],
            without_deadline=s["without_deadline"],
        )


class _Board:
    """All cells: the scope's own and one a key of each breakdown."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str | int], _Cell] = defaultdict(_Cell)

    def of(self, kind: Kind) -> Iterable[_Cell]:
        yield self.cells[_ALL]
        yield self.cells["town", kind.town_id]
        yield self.cells["source", kind.source]
        yield self.cells["industry", kind.industry or ""]
        yield self.cells["category", kind.category]

    def add(self, kind: Kind, name: str, number: int) -> None:
        for cell in self.of(kind):
            cell.sums[name] += number

    def add_counted(self, rows: Iterable[queries.Counted], name: str, *, sign: int = 1) -> None:
        for row in rows:
            self.add(row.kind, name, sign * row.number)

    def take_out(self, gone: Iterable[RetractedHazard], start: datetime, as_of: datetime) -> None:
        """Take these out of what is counted as of an instant, in the week from `start` on."""
        for hazard in gone:
            if hazard.found_at > as_of:
                continue
            closed_at = hazard.closed_at
            self.add(hazard.kind, "voided", 1)
            if hazard.found_at >= start:
                self.add(hazard.kind, "new_hazards", -1)
            if closed_at is not None and closed_at <= as_of:
                self.add(hazard.kind, "closed_voided", 1)
                if closed_at >= start:
                    self.add(hazard.kind, "closed_hazards", -1)

    def add_tallied(self, rows: Iterable[queries.Tallied], names: dict[str, str]) -> None:
        """Add the tally's sums; `names` maps its columns to the names they gather under."""
        for row in rows:
            cells = [self.cells[row.dimension, row.key]]
            if row.dimension == "town":  # the towns together are the scope
                cells.append(self.cells[_ALL])
            for column, name in names.items():
                for cell in cells:
                    cell.sums[name] += getattr(row, column)


@dataclass(frozen=True)
class _Reading:
    """One scope as of one instant."""

    board: _Board
    open_hazards: list[OpenHazard]
    new_major: tuple[int, ...]


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
    if as_of < week.start:
        raise FiguresError("截至时刻早于这一周的开始", place=f"{week} {as_of.isoformat()}")
    as_of = min(as_of, week.last_instant)
    towns = queries.towns(session)
    town_id = _town_id(towns, town)
    gone = queries.retracted(session, as_of, known_at, town_id) if known_at is not None else []
    now = _read(session, week, as_of, town_id, due_soon_days, gone)
    before = week.previous()
    last = _read(session, before, before.last_instant, town_id, due_soon_days, gone)
    inspected = queries.inspected(session, week.start, as_of, town_id)
    town_names = {id_: (t.code, t.name) for id_, t in towns.items()}
    return Figures(
        week=week,
        as_of=as_of,
        today=local_date(as_of),
        town=towns[town_id] if town_id is not None else None,
        counts=now.board.cells[_ALL].counts(),
        last_week=last.board.cells[_ALL].counts(),
        inspected_enterprises=len(inspected),
        enterprises=queries.enterprises(session, town_id),
        by_town=_shares(now.board, "town", town_names) if town_id is None else (),
        by_source=_shares(
            now.board,
            "source",
            {str(s): (str(s), SOURCE_NAMES[s]) for s in Source},
        ),
        by_industry=_shares(now.board, "industry", {}),
        by_category=_shares(now.board, "category", {}),
        evidence=_evidence(session, week, as_of, town_id, due_soon_days, now, inspected, gone)
        if evidence
        else None,
    )


def _town_id(towns: dict[int, Town], town: str | None) -> int | None:
    if town is None:
        return None
    for id_, known in towns.items():
        if town in (known.code, known.name):
            return id_
    near = [t.name for t in towns.values() if set(town) & set(t.name.rstrip("镇街道"))]
    hint = f"，是不是：{'、'.join(near)}" if near else ""
    raise FiguresError(f"没有这个镇街：“{town}”{hint}", place="town")


def _read(
    session: Session,
    week: Week,
    as_of: datetime,
    town_id: int | None,
    due_soon_days: int,
    gone: Sequence[RetractedHazard],
) -> _Reading:
    board = _Board()
    today = local_date(as_of)
    start, month = week.start, today.replace(day=1)
    totals = {name: name for name in ("found", "voided", "closed", "closed_voided")}
    board.add_tallied(queries.tallied_months(session, month, town_id), totals)
    if town_id is None:
        # The days before today stand in the tally; today's own hazards are counted.
        totals_from = flows_from = start_of(today)
        board.add_tallied(queries.tallied_days(session, month, today), totals)
        board.add_tallied(
            queries.tallied_days(session, week.monday, today),
            {"found": "new_hazards", "closed": "closed_hazards"},
        )
    else:
        # A town's month and week are few enough to be counted.
        totals_from, flows_from = start_of(month), start
    board.add_counted(queries.found_between(session, totals_from, as_of, town_id), "found")
    board.add_counted(queries.found_between(session, flows_from, as_of, town_id), "new_hazards")
    board.add_counted(queries.closed_between(session, totals_from, as_of, town_id), "closed")
    board.add_counted(queries.closed_between(session, flows_from, as_of, town_id), "closed_hazards")
    board.add_counted(queries.voided_between(session, totals_from, as_of, town_id), "voided")
    board.add_counted(
        queries.voided_between(session, totals_from, as_of, town_id, closed=True), "closed_voided"
    )
    # What happened in the week and was voided in it does not count.
    board.add_counted(
        queries.voided_between(session, start, as_of, town_id, found_since=start),
        "new_hazards",
        sign=-1,
    )
    board.add_counted(
        queries.voided_between(session, start, as_of, town_id, closed_since=start),
        "closed_hazards",
        sign=-1,
    )
    board.take_out(gone, start, as_of)
    ids = {hazard.id for hazard in gone}
    major = [one for one in queries.new_major(session, start, as_of, town_id) if one[0] not in ids]
    for _, kind in major:
        board.add(kind, "new_major", 1)
    horizon = today + timedelta(days=due_soon_days)
    still_open = [
        hazard
        for hazard in queries.remarkable_open(session, as_of, horizon, town_id)
        if hazard.id not in ids
    ]
    for hazard in still_open:
        if hazard.level == Level.MAJOR:
            board.add(hazard.kind, "open_major", 1)
        if hazard.deadline is None:
            board.add(hazard.kind, "without_deadline", 1)
        elif hazard.deadline < today:
            for cell in board.of(hazard.kind):
                cell.overdue.add(hazard.enterprise_id)
        elif hazard.deadline <= horizon:
            for cell in board.of(hazard.kind):
                cell.due_soon.add(hazard.enterprise_id)
    return _Reading(board, still_open, tuple(sorted(id_ for id_, _ in major)))


def _shares(
    board: _Board, dimension: str, known: Mapping[Any, tuple[str, str]]
) -> tuple[Share, ...]:
    """A breakdown: the known keys in their order (also those with nothing), then by amount."""
    cells = {key: cell for (name, key), cell in board.cells.items() if name == dimension}
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
    session: Session,
    week: Week,
    as_of: datetime,
    town_id: int | None,
    due_soon_days: int,
    reading: _Reading,
    inspected: tuple[int, ...],
    gone: Sequence[RetractedHazard],
) -> Evidence:
    out = {hazard.id for hazard in gone}
    today = local_date(as_of)
    horizon = today + timedelta(days=due_soon_days)
    dated = [(h, h.deadline) for h in reading.open_hazards if h.deadline is not None]
    overdue = [h for h, deadline in dated if deadline < today]
    due_soon = [h for h, deadline in dated if today <= deadline <= horizon]
    return Evidence(
        new_hazards=_without(queries.found_ids(session, week.start, as_of, town_id), out),
        new_major=reading.new_major,
        closed_hazards=_without(queries.closed_ids(session, week.start, as_of, town_id), out),
        open_major=_sorted(h.id for h in reading.open_hazards if h.level == Level.MAJOR),
        without_deadline=_sorted(h.id for h in reading.open_hazards if h.deadline is None),
        due_soon_hazards=_sorted(h.id for h in due_soon),
        due_soon_enterprises=_sorted(h.enterprise_id for h in due_soon),
        overdue_hazards=_sorted(h.id for h in overdue),
        overdue_enterprises=_sorted(h.enterprise_id for h in overdue),
        inspected_enterprises=inspected,
    )


def _sorted(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(ids)))


def _without(ids: tuple[int, ...], out: set[int]) -> tuple[int, ...]:
    return tuple(id_ for id_ in ids if id_ not in out)
