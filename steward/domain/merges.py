"""合并: two reports of one hazard by two sources; staff decide, nothing is merged silently."""

from __future__ import annotations

from enum import StrEnum

DAYS = 3
"""Found within so many local days of each other: files often say the day alone."""


class Decision(StrEnum):
    """What staff say of a pair."""

    MERGED = "merged"
    DIFFERENT = "different"


DECISION_NAMES: dict[Decision, str] = {
    Decision.MERGED: "合并",
    Decision.DIFFERENT: "不是同一条",
}
