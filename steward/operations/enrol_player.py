"""Staff enrol a player by the code on its screen; rename it, move it, retire it."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import halls, players
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.players import CODE_LENGTH, plain_code
from steward.errors import NotFound, PlaceError
from steward.operations.keep_zones import checked_title
from steward.storage.engine import Database
from steward.storage.turns import Turn, take_turn


def enrol_player(database: Database, code: str, title: str, *, at: datetime, by: Actor) -> int:
    """Enrol whoever shows this code; its number. It takes its secret up by itself.

    Raises PlaceError: no screen shows this code now, or the title is none or taken.
    """
    typed, called = plain_code(code), checked_title(title)
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        player = players.with_code(session, typed, at)
        if player is None:
            raise PlaceError(
                f"没有播放点正显示登记码“{typed[:CODE_LENGTH]}”，也可能已过期：请照屏幕上现在的码输入"
            )
        if player.enrolled_at is not None:
            raise PlaceError(f"这个播放点已登记为“{player.title}”")
        other = players.titled(session, called)
        if other is not None:
            raise PlaceError(f"已经有名为“{called}”的播放点，请换一个名称")
        player.title, player.enrolled_at, player.secret = called, at, None
        hall = halls.get(session, player.hall_id)
        # Its own hall's log tells it to ask.
        why = f"登记播放点“{called}”"
        halls.note_act(session, hall, "player", at=at, by=by.name, why=why)
        audit.record(
            session,
            Act.PLAYER_ENROLLED,
            at=at,
            by=by,
            about=f"播放点 {called}",
            after={"title": called, "hall": hall.name},
        )
        return player.id


def change_player(
    database: Database, player_id: int, *, title: str, hall: str, at: datetime, by: Actor
) -> None:
    """Another title, another hall: the player goes there by itself.

    Raises NotFound, PlaceError.
    """
    called = checked_title(title)
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        player = players.enrolled(session, player_id)
        to = halls.named(session, hall)
        if to is None:
            raise NotFound(f"没有名为“{hall}”的大厅")
        other = players.titled(session, called)
        if other is not None and other.id != player.id:
            raise PlaceError(f"已经有名为“{called}”的播放点，请换一个名称")
        was = halls.get(session, player.hall_id)
        before = {"title": player.title, "hall": was.name}
        player.title, player.hall_id = called, to.id
        why = f"播放点“{before['title']}”改为“{called}”，属{to.title}"
        halls.note_act(session, was, "player", at=at, by=by.name, why=why)
        audit.record(
            session,
            Act.PLAYER_CHANGED,
            at=at,
            by=by,
            about=f"播放点 {called}",
            before=before,
            after={"title": called, "hall": to.name},
        )


def retire_player(database: Database, player_id: int, *, at: datetime, by: Actor) -> str:
    """It is enrolled no more, its secret is worth nothing; its title. Raises NotFound."""
    with database.session(write=True) as session:
        player = players.enrolled(session, player_id)
        player.enrolled_at = player.secret = player.code = player.code_until = None
        hall = halls.get(session, player.hall_id)
        why = f"注销播放点“{player.title}”"
        halls.note_act(session, hall, "player", at=at, by=by.name, why=why)
        audit.record(
            session,
            Act.PLAYER_RETIRED,
            at=at,
            by=by,
            about=f"播放点 {player.title}",
            before={"title": player.title, "hall": hall.name},
        )
        return player.title
