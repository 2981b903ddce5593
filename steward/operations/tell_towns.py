"""What is to be told of a delivery, read from the database; and when it can be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from steward.analysis.queries import towns
from steward.domain.deliveries import ATTACHED, NEWS, SOUND_WAITS
from steward.domain.offices import OFFERED, Matter, Purpose, SoundState
from steward.offices.queries import downloads, issues
from steward.offices.tables import DeliveryRow
from steward.operations.office_files import file_path
from steward.operations.write_letter import Told
from steward.storage.engine import Session

_PAPERS = [one for one in ATTACHED if one in OFFERED[Matter.REPORT]]
LOOK_AGAIN = timedelta(seconds=30)


def told_of(session: Session, row: DeliveryRow, folder: Path) -> Told:
    """`folder` holds the towns' files. Raises NotFound when there is no such issue."""
    matter = Matter(row.matter)
    names = {town.code: town.name for town in towns(session).values()}
    name = names.get(row.town_code, row.town_code)
    reminder = row.purpose == Purpose.REMINDER.value
    if matter is Matter.BRIEFING:
        briefing = issues.briefing(session, row.issue_id)
        return Told(
            issues.of_briefing(briefing),
            name,
            briefing.figures,
            SoundState(briefing.sound),
            SoundState(briefing.papers),
            reminder,
        )
    if matter is Matter.DIGEST:
        digest = issues.digest(session, row.issue_id)
        counts = {"overdue_enterprises": digest.overdue, "due_soon_enterprises": digest.due_soon}
        return Told(issues.of_digest(digest), name, counts, lines=tuple(digest.lines))
    report = issues.report(session, row.issue_id)
    counts = report.figures.get("figures", {}).get("counts", {})
    issue = issues.of_report(report)
    # A report's row is there before its files, which take their time.
    written = all(file_path(folder, matter, issue.id, one).is_file() for one in _PAPERS)
    papers = SoundState.MADE if written else SoundState.WAITING
    return Told(issue, name, counts, papers=papers, reminder=reminder)


def not_before(told: Told, now: datetime) -> datetime | None:
    """When to look again, while its sound or its papers are being made; None: it may go."""
    if told.reminder or SoundState.WAITING not in (told.sound, told.papers):
        return None
    until = told.issue.made_at + SOUND_WAITS
    return None if until <= now else min(until, now + LOOK_AGAIN)


def needless(session: Session, told: Told, now: datetime) -> str:
    """Why it need not be told any more; "" while it must."""
    if told.issue.matter is Matter.DIGEST and now >= told.issue.made_at + NEWS[Matter.DIGEST]:
        return "已过一天，以新的为准"
    if issues.newest_number(session, told.issue) > told.issue.number:
        return "已有更正，以更正为准，这一份不再送"
    if told.reminder and downloads.taken(session, told.issue.matter, [told.issue.id]):
        return "已经领取，不再催办"
    return ""
