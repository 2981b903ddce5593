"""A hall at work: an engine, texts announced in it, a player that reports, staff that act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from steward.broadcasts.queries import broadcasts, changes, halls, players, receipts
from steward.broadcasts.tables import BroadcastRow, ChangeRow
from steward.domain.broadcasts import Priority, ReceiptEvent
from steward.operations.announce import announce
from steward.operations.furnish import MAIN_HALL, furnish
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY

SECOND = timedelta(seconds=1)
# Four clauses, each spoken in a second or more.
TEXT = "请各镇街注意，本周新增隐患28条，到期预警企业51家，超期预警企业64家。"


@dataclass
class Desk:
    """The hall `main` on one database."""

    database: Database
    folder: Path
    engine: Engine

    @classmethod
    def open(cls, database: Database, folder: Path, owner: str = "hall-pc:data:1") -> Desk:
        furnish(database, at=studios.BEFORE)
        studio = studios.studio_of(database, folder, owner)
        return cls(database, folder, studios.engine_of(studio, folder, prepare_ahead_s=0))

    def say(self, priority: Priority, at: datetime, text: str = TEXT) -> int:
        """Announce a text and look until its sound is made; gives the broadcast's id."""
        made, _ = announce(self.database, text, hall="main", priority=priority, at=at, by=DUTY)
        self.look(at)
        return made

    def look(self, at: datetime) -> None:
        """The engine looks, speaks whatever is to be spoken, and looks again."""
        self.engine.tick(at)
        while self.engine.work_urgently(at):
            pass
        studios.work_off(self.engine, at)
        self.engine.tick(at)

    def report(
        self,
        broadcast_id: int,
        event: ReceiptEvent,
        at: datetime,
        ordinal: int | None = None,
        player: str = "hallscreen1",
    ) -> None:
        """A player's receipt."""
        with self.database.session(write=True) as session:
            hall = halls.ensure(session, *MAIN_HALL)
            row = players.seen(session, key=player, hall_id=hall.id, at=at)
            receipts.add(
                session,
                broadcast_id=broadcast_id,
                player_id=row.id,
                event=event,
                at=at,
                ordinal=ordinal,
                proven=row.enrolled_at is not None,
            )

    def ended(self, broadcast_id: int, at: datetime) -> None:
        """A player has played it to its end, and the engine has seen that."""
        self.report(broadcast_id, ReceiptEvent.ENDED, at)
        self.look(at)

    def row(self, broadcast_id: int) -> BroadcastRow:
        with self.database.session() as session:
            return broadcasts.get(session, broadcast_id)

    def state(self, broadcast_id: int) -> str:
        return self.row(broadcast_id).state

    def log(self, broadcast_id: int) -> list[ChangeRow]:
        """What happened to it, without its clips."""
        with self.database.session() as session:
            return [
                one for one in changes.of_broadcast(session, broadcast_id) if one.what == "state"
            ]

    def acts(self) -> list[ChangeRow]:
        """What staff did with the hall, oldest first."""
        with self.database.session() as session:
            hall = halls.ensure(session, *MAIN_HALL)
            return list(reversed(changes.of_hall(session, hall.id)))
