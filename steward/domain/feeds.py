"""订阅: what a podcast or a calendar tells, whatever it is written as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

AHEAD = timedelta(weeks=8)
"""How far a calendar looks ahead."""


@dataclass(frozen=True)
class Episode:
    """One thing to hear. `number` is the briefing's or the broadcast's own.

    `guid` stays for good, whatever the title becomes. `length` is the sound's, in bytes;
    `changed_at` the instant from which on the item is as it is; `corrected_at` when it was put
    right, by another episode.
    """

    number: int
    guid: str
    title: str
    script: str
    published_at: datetime
    changed_at: datetime
    duration_ms: int | None
    sound: Path
    corrected_at: datetime | None = None
    length: int = 0
    captions: bool = False

    @property
    def worded(self) -> str:
        """Its title, which says when it was put right since: …（已更正）."""
        return f"{self.title}（已更正）" if self.corrected_at else self.title


@dataclass(frozen=True)
class Occasion:
    """A planned broadcast: one slot of one plan. `ended_at`: when its plan was removed, before it.

    `uid` stays as long as plan and slot do.
    """

    uid: str
    at: datetime
    title: str
    place: str
    about: str
    planned_at: datetime
    ended_at: datetime | None = None


def correcting(title: str) -> str:
    """The title of what puts right: 更正：…, once."""
    return title if title.startswith("更正") else f"更正：{title}"
