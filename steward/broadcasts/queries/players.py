"""Players: screens with loudspeakers, as they report themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from steward.broadcasts.tables import PlayerRow
from steward.domain.broadcasts import SoundState

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

    `sound=None` leaves its sound as it was last reported. Two first reports at once make one row.
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
    player.hall_id = hall_id
    player.last_seen_at = max(at, player.last_seen_at)
    if sound is not None:
        player.sound = sound.value
    if user_agent:
        player.user_agent = user_agent[:USER_AGENT_LENGTH]
    session.flush()
    return player


def of_hall(session: Session, hall_id: int, since: datetime) -> Sequence[PlayerRow]:
    """The hall's players heard of at or after `since`, the latest first."""
    return session.scalars(
        select(PlayerRow)
        .where(PlayerRow.hall_id == hall_id, PlayerRow.last_seen_at >= since)
        .order_by(PlayerRow.last_seen_at.desc(), PlayerRow.id)
    ).all()
