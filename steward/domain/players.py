"""Players (播放点): the code one shows until it is enrolled, and what is known of each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.domain.broadcasts import SoundState

CODE_LETTERS = "ACDEFGHJKMNPQRTWXY34679"
"""No two that look alike on a screen across a hall: none of 0 O 1 I L 2 Z 5 S 8 B U V."""
CODE_LENGTH = 6
CODE_VALID = timedelta(minutes=15)
CLOCK_TOLERANCE_MS = 2000

AGENT = "hazard-steward-player/"
"""How a player without a browser calls itself; its version follows."""

_STREAM = re.compile(r"stream\d{6,}")


@dataclass(frozen=True)
class KnownPlayer:
    """播放点 as listed. `volume` is percent, `clock_ms` its clock minus ours; None: not told.

    `silent_s` is how long it has not been heard of, `silent` whether that is too long.
    """

    id: int
    key: str
    title: str
    hall_name: str
    hall_title: str
    enrolled_at: datetime | None
    last_seen_at: datetime
    silent_s: float
    silent: bool
    version: str
    sound: SoundState
    volume: int | None
    clock_ms: int | None
    user_agent: str

    @property
    def called(self) -> str:
        """Its title; without one, the begin of its key."""
        return called(self.title, self.key)

    @property
    def is_stream(self) -> bool:
        return is_stream(self.key)

    @property
    def device(self) -> str:
        """What kind of thing it is."""
        if self.is_stream:
            return "网络音箱"
        return "播放机" if self.user_agent.startswith(AGENT) else "浏览器"

    @property
    def clock_wrong(self) -> bool:
        return self.clock_ms is not None and abs(self.clock_ms) > CLOCK_TOLERANCE_MS


def called(title: str, key: str) -> str:
    """What a player is called on the pages."""
    return title or ("网络音箱数据流" if is_stream(key) else key[:6])


def is_stream(key: str) -> bool:
    """Whether it is the endless stream, which this house itself puts on record."""
    return _STREAM.fullmatch(key) is not None


def plain_code(text: str) -> str:
    """A code as it is kept, however it was typed: in small or wide letters, with blanks between."""
    return re.sub(r"[\s·-]", "", unicodedata.normalize("NFKC", text)).upper()
