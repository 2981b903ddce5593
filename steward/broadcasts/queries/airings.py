"""A broadcast on the air: when it must be over, and where it goes on after an interruption."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from steward.broadcasts import airing
from steward.broadcasts.queries import broadcasts, changes, receipts
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import ReceiptEvent


def over_at(session: Session, row: BroadcastRow) -> datetime | None:
    """When what plays must have ended; None while some of its sound is still to be made."""
    made = broadcasts.clips(session, row.id)
    began = changes.airings(session, row.id)
    if len(made) + len(changes.muted(session, row.id)) < len(row.clauses) or not began:
        return None
    return airing.over_at(
        began[-1], row.from_ordinal, _lengths(session, row), changes.settled_at(session, row.id)
    )


def length(session: Session, row: BroadcastRow) -> timedelta:
    """How long it takes from the clause it begins with, chimes included; reckoned where it has no
    sound yet."""
    parts = _lengths(session, row)[row.from_ordinal :]
    return timedelta(milliseconds=airing.CHIMES_MS + sum(parts))


def resume_ordinal(session: Session, row: BroadcastRow, *, chime_ms: int) -> int:
    """The clause with which one that was interrupted goes on, from 0.

    The earliest at which a player says it was interrupted; when none has said so, the last one
    that a player began; when all were lost, as far as its sound must have come. `chime_ms` is
    the length of the chime before it.
    """
    began = changes.airings(session, row.id)
    ended = changes.taken_off_at(session, row.id)
    if not began or ended is None:
        return row.from_ordinal
    cut = receipts.since(session, row.id, ReceiptEvent.INTERRUPTED, began[-1])
    if cut:
        return min(row.from_ordinal if one.ordinal is None else one.ordinal for one in cut)
    heard = receipts.since(session, row.id, ReceiptEvent.CLAUSE, began[-1])
    if heard and heard[-1].ordinal is not None:
        return heard[-1].ordinal
    parts = _lengths(session, row)
    return airing.reached(began[-1], row.from_ordinal, parts, chime_ms, ended)


def _lengths(session: Session, row: BroadcastRow) -> list[int]:
    made = broadcasts.clips(session, row.id)
    return airing.lengths(row.clauses, {n: clip.duration_ms for n, clip in made.items()})
