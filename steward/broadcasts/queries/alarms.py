"""Alarms: raised once a subject, cleared, taken notice of; and what might be one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, exists, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from steward.broadcasts.queries import proof
from steward.broadcasts.tables import AlarmRow, AnnouncementRow, BroadcastRow, HallRow, PlayerRow
from steward.domain.alarms import ANNOUNCEMENT, PAST, RETRY, TEXT_LENGTH, Wrong
from steward.domain.announcements import AnnouncementState
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.errors import NotFound


def every_open(session: Session) -> Sequence[AlarmRow]:
    """The open ones, oldest first."""
    return session.scalars(
        select(AlarmRow).where(AlarmRow.cleared_at.is_(None)).order_by(AlarmRow.id)
    ).all()


def raise_(session: Session, wrong: Wrong, *, at: datetime) -> AlarmRow | None:
    """The new alarm; None when somebody else has raised it meanwhile."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made = session.scalar(
        dialect.insert(AlarmRow)
        .values(
            kind=wrong.kind.value,
            subject=wrong.subject,
            text=wrong.text[:TEXT_LENGTH],
            hall_id=wrong.hall_id,
            broadcast_id=wrong.broadcast_id,
            player_id=wrong.player_id,
            raised_at=at,
            pushed_to=[],
            push_tries=0,
            push_fault="",
        )
        .on_conflict_do_nothing(
            index_elements=[AlarmRow.subject], index_where=AlarmRow.cleared_at.is_(None)
        )
        .returning(AlarmRow.id)
    )
    return None if made is None else session.get_one(AlarmRow, made)


def ever(session: Session, subject: str) -> bool:
    """Whether it was raised before, open or over."""
    return (
        session.scalar(select(AlarmRow.id).where(AlarmRow.subject == subject).limit(1)) is not None
    )


def clear(session: Session, ids: Sequence[int], *, at: datetime) -> None:
    """These are over."""
    session.execute(
        update(AlarmRow)
        .where(AlarmRow.id.in_(ids), AlarmRow.cleared_at.is_(None))
        .values(cleared_at=at)
        .execution_options(synchronize_session=False)
    )


def get(session: Session, alarm_id: int) -> AlarmRow:
    """One alarm. Raises NotFound."""
    row = session.get(AlarmRow, alarm_id)
    if row is None:
        raise NotFound(f"没有编号为 {alarm_id} 的告警")
    return row


def notice(session: Session, row: AlarmRow, *, at: datetime, by: str, over: bool) -> bool:
    """Somebody has taken notice; False when another was quicker. `over`: that ends it."""
    taken = session.scalar(
        update(AlarmRow)
        .where(AlarmRow.id == row.id, AlarmRow.seen_at.is_(None))
        .values(seen_at=at, seen_by=by)
        .returning(AlarmRow.id)
        .execution_options(synchronize_session=False)
    )
    if over:
        clear(session, [row.id], at=at)
    session.refresh(row)
    return taken is not None


def past(session: Session, before_id: int | None, limit: int) -> Sequence[AlarmRow]:
    """Those that are over, newest first, from before this one."""
    query = select(AlarmRow).where(AlarmRow.cleared_at.is_not(None))
    if before_id is not None:
        query = query.where(AlarmRow.id < before_id)
    return session.scalars(query.order_by(AlarmRow.id.desc()).limit(limit)).all()


def of_broadcast(session: Session, broadcast_id: int) -> Sequence[AlarmRow]:
    """Those of one broadcast, oldest first."""
    return session.scalars(
        select(AlarmRow).where(AlarmRow.broadcast_id == broadcast_id).order_by(AlarmRow.id)
    ).all()


def to_push(
    session: Session, *, since: datetime, until: datetime, now: datetime
) -> Sequence[AlarmRow]:
    """The open ones raised in that time which nobody has seen and which are to go out now."""
    return session.scalars(
        select(AlarmRow)
        .where(
            AlarmRow.cleared_at.is_(None),
            AlarmRow.seen_at.is_(None),
            AlarmRow.pushed_at.is_(None),
            AlarmRow.raised_at >= since,
            AlarmRow.raised_at <= until,
            or_(AlarmRow.push_after.is_(None), AlarmRow.push_after <= now),
        )
        .order_by(AlarmRow.id)
    ).all()


def claim_push(session: Session, row: AlarmRow, *, after: datetime) -> bool:
    """Count one more try, unless somebody else has since it was read; `after`: not again before."""
    claimed = session.scalar(
        update(AlarmRow)
        .where(
            AlarmRow.id == row.id,
            AlarmRow.push_tries == row.push_tries,
            AlarmRow.pushed_at.is_(None),
            AlarmRow.cleared_at.is_(None),
        )
        .values(push_tries=row.push_tries + 1, push_after=after)
        .returning(AlarmRow.id)
        .execution_options(synchronize_session=False)
    )
    return claimed is not None


def due_again(session: Session, alarm_id: int, *, after: datetime) -> None:
    """Not to be tried before then."""
    session.execute(
        update(AlarmRow)
        .where(AlarmRow.id == alarm_id)
        .values(push_after=after)
        .execution_options(synchronize_session=False)
    )


def note_push(
    session: Session,
    alarm_id: int,
    *,
    pushed_to: Sequence[str],
    pushed_at: datetime | None,
    fault: str,
) -> None:
    """Put down who has it, and why the others do not."""
    session.execute(
        update(AlarmRow)
        .where(AlarmRow.id == alarm_id)
        .values(pushed_to=list(pushed_to), pushed_at=pushed_at, push_fault=fault[:TEXT_LENGTH])
        .execution_options(synchronize_session=False)
    )


def held(session: Session) -> Sequence[BroadcastRow]:
    """Broadcasts that wait for staff."""
    return _in_states(session, (S.HELD,))


def playing(session: Session, begun_by: datetime) -> Sequence[BroadcastRow]:
    """Broadcasts on the air that began by then."""
    rows = _in_states(session, (S.PLAYING,))
    return [row for row in rows if row.started_at is not None and row.started_at <= begun_by]


def not_begun(session: Session, slot_by: datetime) -> Sequence[BroadcastRow]:
    """Broadcasts that wait although their slot was by then."""
    rows = _in_states(session, (S.APPROVED, S.RENDERING, S.READY), slot_by)
    return [row for row in rows if row.started_at is None]


def unproven(session: Session, since: datetime, ended_by: datetime) -> Sequence[BroadcastRow]:
    """Broadcasts of slots since then, over by then, that failed or nobody heard, and not yet told.

    One that was to give way to others (提示) may expire without that being news.
    """
    return session.scalars(
        select(BroadcastRow)
        .where(
            BroadcastRow.slot_at >= since,
            BroadcastRow.slot_at <= ended_by,
            BroadcastRow.ended_at <= ended_by,
            or_(
                BroadcastRow.state == S.FAILED.value,
                (BroadcastRow.state == S.PLAYED.value) & ~proof.told(proof.HEARD),
                (BroadcastRow.state == S.EXPIRED.value)
                & (BroadcastRow.priority != Priority.NOTICE.value)
                & ~proof.told(proof.HEARD),
            ),
            ~exists().where(
                AlarmRow.broadcast_id == BroadcastRow.id,
                AlarmRow.subject.like(f"{PAST}:%"),
            ),
        )
        .order_by(BroadcastRow.id)
    ).all()


def undecided(
    session: Session, *, submitted_by: datetime, expires_by: datetime
) -> Sequence[AnnouncementRow]:
    """Announcements that wait for an approver since then, or that expire by then."""
    return session.scalars(
        select(AnnouncementRow)
        .where(
            AnnouncementRow.state == AnnouncementState.AWAITING_APPROVAL.value,
            or_(
                AnnouncementRow.submitted_at <= submitted_by,
                AnnouncementRow.expires_at <= expires_by,
            ),
        )
        .order_by(AnnouncementRow.id)
    ).all()


def never_decided(session: Session, since: datetime) -> Sequence[AnnouncementRow]:
    """Announcements that expired since then without a decision, and not yet told."""
    told = literal(f"{PAST}:{ANNOUNCEMENT}:") + cast(AnnouncementRow.id, String)
    return session.scalars(
        select(AnnouncementRow)
        .where(
            AnnouncementRow.state == AnnouncementState.EXPIRED.value,
            AnnouncementRow.decided_at >= since,
            ~exists().where(AlarmRow.subject == told),
        )
        .order_by(AnnouncementRow.id)
    ).all()


def made_good(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these broadcasts that were heard after all, themselves or said once more."""
    if not ids:
        return set()
    again = session.execute(
        select(BroadcastRow.refers_to).where(
            BroadcastRow.refers_to.in_(ids),
            BroadcastRow.relation == RETRY,
            proof.told(proof.HEARD),
        )
    )
    return proof.among(session, ids) | {row.refers_to for row in again}


def players(session: Session) -> Sequence[tuple[PlayerRow, str]]:
    """The players that are to be there, each with its hall's title."""
    rows = session.execute(
        select(PlayerRow, HallRow.title)
        .join(HallRow, HallRow.id == PlayerRow.hall_id)
        .where(PlayerRow.enrolled_at.is_not(None))
        .order_by(PlayerRow.id)
    )
    return [(player, title) for player, title in rows]


def _in_states(
    session: Session, states: Sequence[S], slot_by: datetime | None = None
) -> Sequence[BroadcastRow]:
    """By hall, so that the index serves."""
    query = select(BroadcastRow).where(
        BroadcastRow.hall_id.in_(select(HallRow.id)),
        BroadcastRow.state.in_([state.value for state in states]),
    )
    if slot_by is not None:
        query = query.where(BroadcastRow.slot_at <= slot_by)
    return session.scalars(query.order_by(BroadcastRow.id)).all()
