"""What goes back to one broadcast: its corrections, its all clear, the same words said again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from steward.broadcasts.queries import broadcasts, halls
from steward.broadcasts.states import TRANSITIONS
from steward.broadcasts.tables import AnnouncementRow, BroadcastRow
from steward.domain.alarms import RETRY
from steward.domain.announcements import AnnouncementState
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.corrections import ALL_CLEAR, CORRECTION
from steward.errors import NotFound

GONE = (S.CANCELLED.value, S.FAILED.value, S.EXPIRED.value, S.SUPERSEDED.value)
_OPEN = (AnnouncementState.DRAFT.value, AnnouncementState.AWAITING_APPROVAL.value)
_BACK = (CORRECTION, ALL_CLEAR, RETRY)
_UNSAID = [state.value for state, after in TRANSITIONS.items() if S.SUPERSEDED in after]


def find(session: Session, broadcast_id: int) -> BroadcastRow:
    """The broadcast. Raises NotFound."""
    row = session.get(BroadcastRow, broadcast_id)
    if row is None:
        raise NotFound(f"没有编号为 {broadcast_id} 的播报")
    return row


def first(session: Session, row: BroadcastRow) -> BroadcastRow:
    """What a correction, a repeat or another hall's broadcast goes back to; itself when nothing."""
    seen = {row.id}
    while row.relation in _BACK and row.refers_to is not None and row.refers_to not in seen:
        row = broadcasts.get(session, row.refers_to)
        seen.add(row.id)
    if row.announcement_id is None:
        return row
    same = BroadcastRow.announcement_id == row.announcement_id
    own = func.coalesce(BroadcastRow.relation, "") != RETRY
    one = select(BroadcastRow).where(same, own).order_by(BroadcastRow.id).limit(1)
    return session.scalars(one).one()


def following(session: Session, first_id: int, relation: str) -> Sequence[BroadcastRow]:
    """The broadcasts that correct or end it and were not called off, oldest first."""
    return session.scalars(
        select(BroadcastRow)
        .where(
            BroadcastRow.refers_to == first_id,
            BroadcastRow.relation == relation,
            BroadcastRow.state.not_in(GONE),
        )
        .order_by(BroadcastRow.id)
    ).all()


def latest(following: Sequence[BroadcastRow]) -> BroadcastRow | None:
    """Of what follows: the first broadcast of the newest announcement."""
    for row in following:
        if row.announcement_id == following[-1].announcement_id:
            return row
    return None


def draft(session: Session, first_id: int, relation: str) -> AnnouncementRow | None:
    """The announcement that is about to correct or end it: the newest draft, or awaiting."""
    return session.scalars(
        select(AnnouncementRow)
        .where(
            AnnouncementRow.refers_to == first_id,
            AnnouncementRow.relation == relation,
            AnnouncementRow.state.in_(_OPEN),
        )
        .order_by(AnnouncementRow.id.desc())
        .limit(1)
    ).first()


def same_words(session: Session, first: BroadcastRow) -> Sequence[BroadcastRow]:
    """All broadcasts of the same announcement, in every hall, each repeat and retry; by time."""
    mine = or_(
        BroadcastRow.id == first.id,
        and_(BroadcastRow.refers_to == first.id, BroadcastRow.relation == RETRY),
    )
    if first.announcement_id is not None:
        mine = or_(mine, BroadcastRow.announcement_id == first.announcement_id)
    return session.scalars(
        select(BroadcastRow).where(mine).order_by(BroadcastRow.slot_at, BroadcastRow.id)
    ).all()


def aired(session: Session, first: BroadcastRow) -> bool:
    """Whether it went on the air, in any of its halls."""
    mine = BroadcastRow.id == first.id
    if first.announcement_id is not None:
        mine = or_(mine, BroadcastRow.announcement_id == first.announcement_id)
    begun = select(BroadcastRow.id).where(mine, BroadcastRow.started_at.is_not(None))
    return session.scalar(begun.limit(1)) is not None


def to_come(session: Session, first: BroadcastRow) -> list[BroadcastRow]:
    """What is still to be said of it, once more or elsewhere, locked with its halls."""
    mine = [BroadcastRow.id == first.id, BroadcastRow.refers_to == first.id]
    if first.announcement_id is not None:
        mine.append(BroadcastRow.announcement_id == first.announcement_id)
    waiting = select(BroadcastRow).where(
        or_(*mine),
        or_(BroadcastRow.relation.is_(None), BroadcastRow.relation.not_in((CORRECTION, ALL_CLEAR))),
        BroadcastRow.state.in_(_UNSAID),
    )
    rows = session.scalars(waiting).all()
    for hall_id in sorted({row.hall_id for row in rows}):
        halls.locked(session, hall_id)
    locked = broadcasts.locked(session, sorted(row.id for row in rows))
    return [row for row in locked if row.state in _UNSAID]


def corrected(session: Session, rows: Sequence[BroadcastRow]) -> dict[int, int]:
    """Of these broadcasts those that were put right: their ids, and the last correction's."""
    if not rows:
        return {}
    made = session.execute(
        select(BroadcastRow.id, BroadcastRow.refers_to, BroadcastRow.announcement_id)
        .where(BroadcastRow.relation == CORRECTION, BroadcastRow.state.not_in(GONE))
        .order_by(BroadcastRow.id)
    ).all()
    last: dict[int | None, Row[int, int | None, int | None]] = {}
    for right in made:  # the newest announcement's first broadcast
        known = last.get(right.refers_to)
        if known is None or known.announcement_id != right.announcement_id:
            last[right.refers_to] = right
    if not last:
        return {}
    groups = session.execute(
        select(BroadcastRow.announcement_id, BroadcastRow.id).where(
            BroadcastRow.id.in_(last), BroadcastRow.announcement_id.is_not(None)
        )
    )
    by_announcement = {group.announcement_id: last[group.id] for group in groups}
    found = {}
    for row in rows:
        one: Row[int, int | None, int | None] | None
        back = row.refers_to if row.relation in (CORRECTION, RETRY) else None
        one = last.get(row.id) or by_announcement.get(row.announcement_id)
        if one is None and back is not None:
            one = last.get(back)
            if row.relation == CORRECTION and one is not None:
                # A correction is put right by a later one, not by itself in another hall.
                one = one if one.announcement_id != row.announcement_id else None
        if one is not None and one.id != row.id:
            found[row.id] = one.id
    return found


def spoken_since(session: Session, since: datetime) -> Sequence[BroadcastRow]:
    """Broadcasts played with figures of the ledger, of slots since then; corrections left out."""
    return session.scalars(
        select(BroadcastRow)
        .where(
            BroadcastRow.slot_at >= since,
            BroadcastRow.state == S.PLAYED.value,
            func.coalesce(BroadcastRow.relation, "").not_in(_BACK),
        )
        .order_by(BroadcastRow.id)
    ).all()


def outdated(session: Session, limit: int = 20) -> Sequence[BroadcastRow]:
    """Broadcasts of which figures are not so any more, the newest first."""
    return session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.outdated > 0)
        .order_by(BroadcastRow.slot_at.desc(), BroadcastRow.id.desc())
        .limit(limit)
    ).all()


def stamp(session: Session) -> tuple[int, int]:
    """What is another when something was played, or a correction made or called off."""
    played = select(func.count()).where(BroadcastRow.state == S.PLAYED.value)
    right = select(func.count()).where(
        BroadcastRow.relation == CORRECTION, BroadcastRow.state.not_in(GONE)
    )
    return session.scalar(played) or 0, session.scalar(right) or 0
