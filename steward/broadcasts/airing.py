"""How far a broadcast on the air has come, reckoned from lengths. Pure.

Lengths are milliseconds by clause, the pause after it included; a clause without sound counts as
long as it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

CHIMES_MS = 5000  # at most, before and after together
READING_MS = 250  # a character of a clause shown without sound


def lengths(clauses: Sequence[Mapping[str, Any]], clips: Mapping[int, int]) -> list[int]:
    """The length of each clause; `clips` has those of the sounds made so far, by ordinal."""
    return [
        clips.get(ordinal, len(clause["written"]) * READING_MS) + int(clause["pause_ms"])
        for ordinal, clause in enumerate(clauses)
    ]


def over_at(
    began_at: datetime, from_ordinal: int, parts: Sequence[int], settled: datetime | None
) -> datetime:
    """When its sound must have ended: its whole length, or its last clip after that was made."""
    over = began_at + timedelta(milliseconds=CHIMES_MS + sum(parts[from_ordinal:]))
    if settled is not None:
        last = parts[-1] if parts else 0
        over = max(over, settled + timedelta(milliseconds=last + CHIMES_MS))
    return over


def reached(
    began_at: datetime, from_ordinal: int, parts: Sequence[int], chime_ms: int, at: datetime
) -> int:
    """The clause that sounds at `at`, when it began with the chime and clause `from_ordinal`."""
    left = (at - began_at) / timedelta(milliseconds=1) - chime_ms
    for ordinal in range(from_ordinal, len(parts)):
        left -= parts[ordinal]
        if left < 0:
            return ordinal
    return max(len(parts) - 1, 0)
