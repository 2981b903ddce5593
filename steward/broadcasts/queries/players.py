"""Players: screens with loudspeakers, as they report themselves and as staff enrolled them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from steward.broadcasts.tables import HallRow, PlayerRow
from steward.domain.broadcasts import SoundState
from steward.errors import NotFound

USER_AGENT_LENGTH = 300


def seen(
    session: Session,
    *,
    key: str,
    hall_id: int,
    at: datetime,
    sound: SoundState | None = None,
    user_agent: str = "",
) -> PlayerRow:
    """Note that a player was heard of at `at`, and make it when it is new.

    `sound=None` leaves its sound as it was last reported. An enrolled player stays in the hall
    that staff gave it. Two first reports at once make one row.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(
        dialect.insert(PlayerRow)
        .values(
            key=key,
            hall_id=hall_id,
            sound=SoundState.UNKNOWN.value,
            first_seen_at=at,
            last_seen_at=at,
            user_agent="",
        )
        .on_conflict_do_nothing(index_elements=[PlayerRow.key])
    )
    player = session.scalars(select(PlayerRow).where(PlayerRow.key == key)).one()
    if player.enrolled_at is None:
        player.hall_id = hall_id
    player.last_seen_at = max(at, player.last_seen_at)
    if sound is not None:
        player.sound = sound.value
    if user_agent:
        player.user_agent = user_agent[:USER_AGENT_LENGTH]
    session.flush()
    return player


def with_key(session: Session, key: str) -> PlayerRow | None:
    """The player of that key, its row locked until the commit; None when it was never heard of."""
    return session.scalars(select(PlayerRow).where(PlayerRow.key == key).with_for_update()).first()


def with_code(session: Session, code: str, at: datetime) -> PlayerRow | None:
    """The player that shows this code at `at`, locked; None: no screen shows it (any more)."""
    return session.scalars(
        select(PlayerRow).where(PlayerRow.code == code, PlayerRow.code_until > at).with_for_update()
    ).first()


def enrolled(session: Session, player_id: int) -> PlayerRow:
    """An enrolled player, locked. Raises NotFound."""
    row = session.scalars(
        select(PlayerRow)
        .where(PlayerRow.id == player_id, PlayerRow.enrolled_at.is_not(None))
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound("没有这个登记过的播放点，可能已经注销")
    return row


def titled(session: Session, title: str) -> PlayerRow | None:
    """The enrolled player of that title."""
    return session.scalars(
        select(PlayerRow).where(PlayerRow.title == title, PlayerRow.enrolled_at.is_not(None))
    ).first()


def code_taken(session: Session, code: str) -> bool:
    """Whether some player shows, or showed, this code."""
    return session.scalar(select(PlayerRow.id).where(PlayerRow.code == code)) is not None


def listed(
    session: Session, since: datetime, most_strangers: int
) -> Sequence[tuple[PlayerRow, HallRow]]:
    """Enrolled players by title, then others heard of at or after `since`, the latest first.

    Of the others at most so many: whoever reaches the server can make any number of them.
    """
    query = select(PlayerRow, HallRow).join(HallRow, HallRow.id == PlayerRow.hall_id)
    known = query.where(PlayerRow.enrolled_at.is_not(None)).order_by(PlayerRow.title, PlayerRow.id)
    strangers = (
        query.where(PlayerRow.enrolled_at.is_(None), PlayerRow.last_seen_at >= since)
        .order_by(PlayerRow.last_seen_at.desc(), PlayerRow.id)
        .limit(most_strangers)
    )
    return [(player, hall) for some in (known, strangers) for player, hall in session.execute(some)]


def titles(session: Session, keys: Collection[str]) -> dict[str, str]:
    """The titles of the players with these keys that have one."""
    query = select(PlayerRow).where(PlayerRow.key.in_(keys), PlayerRow.title != "")
    return {player.key: player.title for player in session.scalars(query)}


def of_hall(session: Session, hall_id: int, since: datetime) -> Sequence[PlayerRow]:
    """The hall's players heard of at or after `since`, the latest first."""
    return session.scalars(
        select(PlayerRow)
        .where(PlayerRow.hall_id == hall_id, PlayerRow.last_seen_at >= since)
        .order_by(PlayerRow.last_seen_at.desc(), PlayerRow.id)
    ).all()
