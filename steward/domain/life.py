"""A broadcast's life in one line of time, from the draft to the ear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Moment:
    """What happened at `at`, who did it ("" nobody), and why or what is to be said of it.

    `kind`: of the announcement, of the broadcast, told by a player, an alarm. The numbers say where
    more of it stands.
    """

    at: datetime
    kind: Literal["announcement", "broadcast", "player", "alarm"]
    what: str
    who: str = ""
    why: str = ""
    bad: bool = False
    broadcast_id: int | None = None
    announcement_id: int | None = None
