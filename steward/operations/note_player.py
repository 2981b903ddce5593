"""A player reports of itself, and is told whether it is enrolled, and where it belongs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.accounts.keys import digest, new_key
from steward.broadcasts.queries import halls, players
from steward.broadcasts.tables import PlayerRow
from steward.domain.broadcasts import SoundState
from steward.domain.players import CODE_LENGTH, CODE_LETTERS, CODE_VALID
from steward.errors import BroadcastError
from steward.operations import read_report as read
from steward.operations.prove_player import proven
from steward.operations.show_hall import Hall
from steward.storage.engine import Database

VERSION_LENGTH = 40
LOUDEST = 100
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Answer:
    """What a player is told.

    Not enrolled: the `code` its screen is to show, until `code_until`. Enrolled: its `title`, and
    once its `secret`. `hall` is the name of the hall it belongs to.
    """

    enrolled: bool
    hall: str
    title: str = ""
    code: str = ""
    code_until: datetime | None = None
    secret: str = ""


def note_player(
    database: Database,
    hall: Hall,
    report: read.Report,
    *,
    at: datetime,
    user_agent: str,
    clock_at: datetime | None = None,
    inside: bool = False,
) -> Answer:
    """Note that a player is there: player, sound; where it tells: version, volume, clock, secret.

    `clock` is milliseconds since 1970 on the player's clock, compared with `clock_at` (None: our
    own clock is not to be compared with). Raises BroadcastError naming the field at fault,
    AccessRefused when it is not the enrolled player whose key it bears.
    """
    key = read.player_key(report, inside=inside)
    sound = read.word(report, "sound", SoundState, "声音状态")
    secret = read.secret(report)
    version = read.text(report, "version", "版本")[:VERSION_LENGTH]
    if not version.isprintable():
        raise BroadcastError("版本 version 里有控制字符", place="version")
    volume = read.number(report, "volume", "音量", LOUDEST)
    clock = read.number(report, "clock", "时钟")
    with database.session(write=True) as session:
        proof = proven(players.with_key(session, key), secret)
        player = players.seen(
            session, key=key, hall_id=hall.id, at=at, sound=sound, user_agent=user_agent
        )
        player.version = version or player.version
        player.volume = player.volume if volume is None else volume
        if clock is not None and clock_at is not None:
            player.clock_ms = clock - round((clock_at - _EPOCH) / timedelta(milliseconds=1))
        if player.enrolled_at is None:
            if inside:
                return Answer(enrolled=False, hall=hall.name)
            if player.code is None or player.code_until is None or player.code_until <= at:
                code = _new_code()
                while players.code_taken(session, code):
                    code = _new_code()
                player.code, player.code_until = code, at + CODE_VALID
            return Answer(False, hall.name, code=player.code, code_until=player.code_until)
        own = halls.get(session, player.hall_id).name
        return Answer(True, own, title=player.title, secret=_hand_over(player, proof=proof))


def _hand_over(player: PlayerRow, *, proof: bool) -> str:
    """Its secret, until it has used it once: an answer may be lost. Only the digest is kept."""
    if proof:
        player.code = player.code_until = None
        return ""
    secret = new_key()
    player.secret = digest(secret)
    return secret


def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
