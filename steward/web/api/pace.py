"""How many requests a caller may make: so many a minute, as many at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass
class Pace:
    """Per caller, in this process (GCRA: each request moves the caller's own clock on).

    `per_minute` are let in on average, and as many in one burst. Times are seconds of any clock
    that does not jump.
    """

    per_minute: int
    _free_at: dict[str, float] = field(default_factory=dict)

    def ask(self, caller: str, now_s: float) -> int:
        """0: come in; else the whole seconds to wait."""
        step_s = 60 / self.per_minute
        free_at = max(self._free_at.get(caller, now_s), now_s)
        wait_s = free_at + step_s - now_s - 60
        if wait_s > 1e-9:
            return math.ceil(wait_s)
        self._free_at[caller] = free_at + step_s
        return 0
