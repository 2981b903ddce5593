"""演练总结: what became of an exercise or an emergency, hall by hall and player by player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.domain.announcements import Status
from steward.domain.broadcasts import BroadcastState, Priority


@dataclass(frozen=True)
class Heard:
    """One player of one broadcast. `chime_at` is when it began, `word_at` its first clause."""

    player: str
    enrolled: bool
    chime_at: datetime | None
    word_at: datetime | None
    ended_at: datetime | None
    interrupted: int
    soundless: str


@dataclass(frozen=True)
class Said:
    """One broadcast: a hall and a repeat, `part` from 0; `again` when nobody had heard it.

    `due_at` is when it was to be said: for the first, when the button was pressed.
    """

    broadcast: int
    hall: str
    part: int
    again: bool
    state: BroadcastState
    due_at: datetime
    on_air_at: datetime | None
    heard: bool
    why: str
    players: Sequence[Heard]

    @property
    def chime_s(self) -> float | None:
        """Seconds from the press to the first sound of any player."""
        return self._since(min((p.chime_at for p in self.players if p.chime_at), default=None))

    @property
    def word_s(self) -> float | None:
        """Seconds from the press to the first word of any player."""
        return self._since(min((p.word_at for p in self.players if p.word_at), default=None))

    def _since(self, at: datetime | None) -> float | None:
        return None if at is None else round((at - self.due_at).total_seconds(), 1)


@dataclass(frozen=True)
class Report:
    """All of one announcement. `sent_by` pressed, `approved_by` approved, at `sent_at`."""

    first: int
    title: str
    status: Status
    priority: Priority
    author: str
    sent_by: str
    sent_at: datetime
    reason: str
    script: str
    said: Sequence[Said]
    ended_by: int | None

    @property
    def halls(self) -> Sequence[str]:
        return list(dict.fromkeys(one.hall for one in self.said))

    @property
    def deaf(self) -> Sequence[str]:
        """The halls where nobody heard it to its end, not once."""
        heard = {one.hall for one in self.said if one.heard}
        return [hall for hall in self.halls if hall not in heard]

    @property
    def slowest_s(self) -> float | None:
        """The longest from press to sound, of what was said at once."""
        return max((one.chime_s for one in self.said if one.chime_s is not None), default=None)
