"""One reading of the ledger as of one instant: of the district, of a town, or of every town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from steward.analysis import queries
from steward.analysis.board import Board
from steward.analysis.queries import Kind, OpenHazard, RetractedHazard
from steward.domain.hazards import Level
from steward.domain.weeks import Week, local_date, start_of

_TOTALS = {name: name for name in ("found", "voided", "closed", "closed_voided")}


@dataclass(frozen=True)
class Scope:
    """What is read: a town by its id, else the district; `by_town`: every town of it apart."""

    town_id: int | None = None
    by_town: bool = False


@dataclass(frozen=True)
class Reading:
    """A scope as of one instant; `new_major` are ids with their kinds, ascending."""

    board: Board
    open_hazards: list[OpenHazard]
    new_major: list[tuple[int, Kind]]


def read(
    session: Session,
    scope: Scope,
    *,
    week: Week,
    as_of: datetime,
    due_soon_days: int,
    gone: Sequence[RetractedHazard],
) -> Reading:
    """Read the ledger as of an instant in `week`, as if `gone` had never counted."""
    board = Board(by_town=scope.by_town)
    _count(session, board, scope, week, as_of)
    board.take_out(gone, week.start, as_of)
    ids = {hazard.id for hazard in gone}
    town_id = scope.town_id
    found = queries.new_major(session, week.start, as_of, town_id)
    major = sorted((one for one in found if one[0] not in ids), key=lambda one: one[0])
    for _, kind in major:
        board.add(kind, "new_major", 1)
    today = local_date(as_of)
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
    return Reading(board, still_open, major)


def _count(session: Session, board: Board, scope: Scope, week: Week, as_of: datetime) -> None:
    """What is counted without looking at each hazard: totals, and the week's findings and ends."""
    today = local_date(as_of)
    start, month = week.start, today.replace(day=1)
    town_id = scope.town_id
    if scope.by_town:
        board.add_tallied(queries.tallied_months_by_town(session, month), _TOTALS)
    else:
        board.add_tallied(queries.tallied_months(session, month, town_id), _TOTALS)
    if town_id is None and not scope.by_town:
        # The days before today stand in the tally; today's own hazards are counted.
        totals_from = flows_from = start_of(today)
        board.add_tallied(queries.tallied_days(session, month, today), _TOTALS)
        board.add_tallied(
            queries.tallied_days(session, week.monday, today),
            {"found": "new_hazards", "closed": "closed_hazards"},
        )
    else:
        # A town's month and week are few enough to be counted; its days are not in the tally.
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
