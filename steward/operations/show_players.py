"""All players staff should know of: the enrolled ones, and who else was here lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from steward.broadcasts.queries import players
from steward.domain.broadcasts import SoundState
from steward.domain.players import KnownPlayer
from steward.storage.engine import Database

LATELY = timedelta(days=1)
MOST_STRANGERS = 50
SILENCE = timedelta(seconds=90)


def show_players(
    database: Database, *, at: datetime, silence: timedelta = SILENCE
) -> list[KnownPlayer]:
    """Enrolled ones by title, then others of the last day, the latest MOST_STRANGERS first.

    Longer than `silence` not heard of is silent.
    """
    with database.session() as session:
        return [
            KnownPlayer(
                id=row.id,
                key=row.key,
                title=row.title,
                hall_name=hall.name,
                hall_title=hall.title,
                enrolled_at=row.enrolled_at,
                last_seen_at=row.last_seen_at,
                silent_s=max(0.0, (at - row.last_seen_at).total_seconds()),
                silent=at - row.last_seen_at > silence,
                version=row.version,
                sound=SoundState(row.sound),
                volume=row.volume,
                clock_ms=row.clock_ms,
                user_agent=row.user_agent,
            )
            for row, hall in players.listed(session, at - LATELY, MOST_STRANGERS)
        ]
