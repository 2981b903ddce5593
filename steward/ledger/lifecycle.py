"""The lifecycle of a hazard: one table of transitions; everything else is refused."""

from __future__ import annotations

from functools import cache

from steward.domain.hazards import STATUS_NAMES, Status
from steward.errors import TransitionRefused

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.REGISTERED: frozenset({Status.RECTIFYING, Status.VOIDED}),
    Status.RECTIFYING: frozenset({Status.AWAITING_REVIEW, Status.VOIDED}),
    # A failed review goes back to rectifying.
    Status.AWAITING_REVIEW: frozenset({Status.CLOSED, Status.RECTIFYING, Status.VOIDED}),
    Status.CLOSED: frozenset({Status.VOIDED}),
    Status.VOIDED: frozenset(),
}


def require(from_: Status, to: Status) -> None:
    """Raises TransitionRefused unless the table has this step."""
    if to not in TRANSITIONS[from_]:
        raise TransitionRefused(
            f"隐患状态不能从“{STATUS_NAMES[from_]}”变为“{STATUS_NAMES[to]}”", place="status"
        )


@cache
def reachable(from_: Status, to: Status) -> bool:
    """Whether steps of the table lead from one state to the other.

    A weekly file tells where a hazard stands, not every step it took since the last one.
    """
    seen: set[Status] = set()
    waiting = [from_]
    while waiting:
        state = waiting.pop()
        if state == to:
            return True
        if state not in seen:
            seen.add(state)
            waiting += TRANSITIONS[state] - {Status.VOIDED}
    return False
