"""A town by its code, and an issue that must be that town's."""

from __future__ import annotations

from steward.analysis.queries import towns
from steward.domain.figures import Town
from steward.domain.offices import MATTER_NAMES, Issue, Matter
from steward.errors import NotFound
from steward.offices.queries import issues
from steward.storage.engine import Session


def place_of(session: Session, code: str) -> Town:
    """The town of a code. Raises NotFound."""
    found = [town for town in towns(session).values() if town.code == code]
    if not found:
        raise NotFound("没有这个镇街")
    return found[0]


def town_issue(session: Session, code: str, matter: Matter, number: int) -> tuple[Town, Issue]:
    """One issue, which must be the town's. Raises NotFound, in the same words for another's."""
    place = place_of(session, code)
    issue = issues.find(session, matter, number)
    if issue.town_code != code:
        raise NotFound(f"没有编号为 {number} 的{MATTER_NAMES[matter]}")
    return place, issue
