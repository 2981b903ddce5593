"""Tables of broadcasts, by what they are about; whoever needs one finds all of them here."""

from __future__ import annotations

from steward.broadcasts.tables.broadcasts import (
    BroadcastClipRow,
    BroadcastRow,
    ChangeRow,
    ReceiptRow,
)
from steward.broadcasts.tables.desk import (
    AlarmRow,
    AlertFeedRow,
    AlertRow,
    AnnouncementRow,
    KeptAnswerRow,
    ReadingRow,
)
from steward.broadcasts.tables.places import HallRow, PlayerRow, ZoneRow
from steward.broadcasts.tables.plans import PlanRow, SlotRow
from steward.broadcasts.tables.voices import AuditionRow, ConditionRow, TakeRow

__all__ = [
    "AlarmRow",
    "AlertFeedRow",
    "AlertRow",
    "AnnouncementRow",
    "AuditionRow",
    "BroadcastClipRow",
    "BroadcastRow",
    "ChangeRow",
    "ConditionRow",
    "HallRow",
    "KeptAnswerRow",
    "PlanRow",
    "PlayerRow",
    "ReadingRow",
    "ReceiptRow",
    "SlotRow",
    "TakeRow",
    "ZoneRow",
]
