"""What every view of one application shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from steward.clock import Clock, monotonic_s
from steward.narration.script import script_from_text
from steward.operations.analyse import Analyses
from steward.operations.board import LiveBoard
from steward.operations.live_colours import LiveColours
from steward.operations.schedule import Schedule
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.api.pace import Pace
from steward.web.hall.programme import Source
from steward.web.hall.radio import Radios
from steward.web.hall.tail import Tail

EXTENSION = "steward"


@dataclass(frozen=True)
class Web:
    """What the application was given, its hold on the log, its figures and its streams."""

    settings: Settings
    database: Database
    clock: Clock
    schedule: Schedule
    tail: Tail
    board: LiveBoard = field(init=False)
    colours: LiveColours = field(init=False)
    analyses: Analyses = field(init=False)
    radios: Radios = field(init=False)
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        board = LiveBoard(self.database, due_soon_days=self.settings.due_soon_days)
        object.__setattr__(self, "board", board)
        colours = LiveColours(self.database, due_soon_days=self.settings.due_soon_days)
        object.__setattr__(self, "colours", colours)
        object.__setattr__(self, "analyses", Analyses(self.database))
        source = Source(self.database, self.tail, self.settings.clips_folder, self.clock)
        object.__setattr__(self, "radios", Radios(source, monotonic_s))
        object.__setattr__(self, "pace", Pace(self.settings.api_per_minute))

    def prepare(self) -> None:
        """Have at hand what the first text typed here would wait for: readings and dictionaries."""
        script_from_text("准备", "今天9时试音。")


def web() -> Web:
    """The running application's."""
    return cast("Web", current_app.extensions[EXTENSION])
