"""What every view of one application shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from steward.clock import Clock
from steward.operations.board import LiveBoard
from steward.operations.list_broadcasts import Schedule
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.hall.tail import Tail

EXTENSION = "steward"


@dataclass(frozen=True)
class Web:
    """What the application was given, its hold on the log, its figures of this minute."""

    settings: Settings
    database: Database
    clock: Clock
    schedule: Schedule
    tail: Tail
    board: LiveBoard = field(init=False)

    def __post_init__(self) -> None:
        board = LiveBoard(self.database, due_soon_days=self.settings.due_soon_days)
        object.__setattr__(self, "board", board)


def web() -> Web:
    """The running application's."""
    return cast("Web", current_app.extensions[EXTENSION])
