"""What followed a broadcast: whether its figures still hold, who put it right, what ended it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from steward.broadcasts.queries import chains
from steward.domain.announcements import Status
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.corrections import ALL_CLEAR, CORRECTION, Compared
from steward.errors import FiguresError, RulesError
from steward.operations.compare_with_ledger import Rules, compare_with_ledger
from steward.storage.engine import Database


@dataclass(frozen=True)
class Sequel:
    """`first` is what it goes back to, as which `relation`. `corrected_by` put it right,
    `ended_by` is its all clear. `compared` is None where no figures were said, or `fault` says why
    they cannot be computed. `correctable`, `endable`: staff may draft that now; `draft` is the
    announcement that was drafted already. `reported`: there is a report to read.
    """

    first: int
    relation: str
    compared: Compared | None
    fault: str
    corrected_by: int | None
    ended_by: int | None
    correctable: bool
    endable: bool
    draft: int | None
    reported: bool


def show_sequel(database: Database, broadcast_id: int, *, rules: Rules, at: datetime) -> Sequel:
    """What followed a broadcast. Raises NotFound, StorageError."""
    with database.session() as session:
        row = chains.find(session, broadcast_id)
        first = chains.first(session, row)
        corrected = chains.corrected(session, [row]).get(row.id)
        ended = chains.latest(chains.following(session, first.id, ALL_CLEAR))
        ending = chains.draft(session, first.id, ALL_CLEAR)
        aired = chains.aired(session, first)
    compared, fault = None, ""
    if first.state == BroadcastState.PLAYED.value and row.relation != ALL_CLEAR:
        try:
            compared = compare_with_ledger(database, row.id, rules=rules, at=at)
        except (FiguresError, RulesError) as error:
            fault = str(error)
    urgent = first.priority == Priority.EMERGENCY.value
    over = ended.id if ended else None
    draft = compared.draft if compared else ending.id if ending else None
    return Sequel(
        first=first.id,
        relation=row.relation if row.relation in (CORRECTION, ALL_CLEAR) else "",
        compared=compared,
        fault=fault,
        corrected_by=corrected,
        ended_by=over if row.relation != ALL_CLEAR else None,
        correctable=compared is not None and bool(compared.stale) and compared.draft is None,
        endable=urgent and aired and over is None and ending is None,
        draft=draft,
        reported=aired and (urgent or row.status != Status.ACTUAL.value),
    )
