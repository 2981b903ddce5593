"""每周简报: one town's week as it was given out, for whoever sets it on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steward.domain.figures import Figures, Town, WarningLists


@dataclass(frozen=True)
class PutRight:
    """One thing that a correction changes: its name, what was said, what is so, in words."""

    name: str
    said: str
    now: str


@dataclass(frozen=True)
class WeeklyBriefing:
    """All that its files say, and nothing from elsewhere.

    `issuer` is the agency in whose name it is given out. `figures` are the town's; `said` its
    script as sentences; `document` the figures as they were frozen, `evidence` how many rows of
    the ledger are behind each. `correction` (更正第1次) has its `reason` and its `changes`.
    `issued` is False for one made by hand, without a broadcast.
    """

    district: str
    issuer: str
    title: str
    figures: Figures
    lists: WarningLists
    said: tuple[str, ...]
    document: Mapping[str, Any]
    evidence: Mapping[str, int]
    made_at: datetime
    correction: str = ""
    reason: str = ""
    changes: tuple[PutRight, ...] = ()
    issued: bool = True
    demonstration: bool = False

    @property
    def town(self) -> Town:
        assert self.figures.town is not None, "a briefing is one town's"
        return self.figures.town

    @property
    def notes(self) -> tuple[str, ...]:
        """What must not be missed about it, each a sentence without its stop."""
        notes = []
        if self.demonstration:
            notes.append("演示数据，不作工作依据")
        if self.correction:
            notes.append(f"{self.correction}：{self.reason}，以本期为准")
        if not self.issued:
            notes.append("未随播报下发，仅供参考")
        return tuple(notes)
