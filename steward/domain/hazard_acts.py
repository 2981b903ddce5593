"""办理: what staff do with one hazard, when each is possible, and what it must be given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from steward.domain.hazards import Status

REASON_LENGTH = 200  # characters


class HazardAct(StrEnum):
    """What can be done. The last two take back what was done by mistake, on record."""

    START = "start"
    RECTIFY = "rectify"
    PASS = "pass"
    FAIL = "fail"
    EXTEND = "extend"
    MERGE = "merge"
    VOID = "void"
    REOPEN = "reopen"
    RESTORE = "restore"


HAZARD_ACT_NAMES: dict[HazardAct, str] = {
    HazardAct.START: "开始整改",
    HazardAct.RECTIFY: "整改完成，待复查",
    HazardAct.PASS: "复查通过，闭环",
    HazardAct.FAIL: "复查不通过，退回整改",
    HazardAct.EXTEND: "延期",
    HazardAct.MERGE: "并入另一条",
    HazardAct.VOID: "作废",
    HazardAct.REOPEN: "撤销闭环",
    HazardAct.RESTORE: "撤销作废",
}

_OPEN = frozenset({Status.REGISTERED, Status.RECTIFYING, Status.AWAITING_REVIEW})
POSSIBLE: dict[HazardAct, frozenset[Status]] = {
    HazardAct.START: frozenset({Status.REGISTERED}),
    HazardAct.RECTIFY: frozenset({Status.REGISTERED, Status.RECTIFYING}),
    HazardAct.PASS: frozenset({Status.AWAITING_REVIEW}),
    HazardAct.FAIL: frozenset({Status.AWAITING_REVIEW}),
    HazardAct.EXTEND: _OPEN,
    HazardAct.MERGE: _OPEN | {Status.CLOSED},
    HazardAct.VOID: _OPEN | {Status.CLOSED},
    HazardAct.REOPEN: frozenset({Status.CLOSED}),
    HazardAct.RESTORE: frozenset({Status.VOIDED}),
}
WITH_REASON = frozenset(
    {HazardAct.FAIL, HazardAct.EXTEND, HazardAct.VOID, HazardAct.REOPEN, HazardAct.RESTORE}
)
"""Acts that must be given a reason; the others may be."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a hazard. `at` is when it was so, `recorded_at` when the ledger
    learnt it; `who` did it or `file` told it, "" where that is not known."""

    at: datetime
    recorded_at: datetime
    what: str
    before: str = ""
    after: str = ""
    why: str = ""
    who: str = ""
    file: str = ""
