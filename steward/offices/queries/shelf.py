"""What a town was given, a page of weeks or months at a time."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.domain.offices import Issue, Matter
from steward.offices.queries import issues
from steward.offices.tables import BriefingRow, ReportRow


def of_town(
    session: Session, matter: Matter, town_code: str, *, before: str = "", limit: int
) -> list[list[Issue]]:
    """The issues of at most `limit` periods (weeks or months) before that one, the newest first; of
    each the one that holds first, then those that it replaced."""
    row = BriefingRow if matter is Matter.BRIEFING else ReportRow
    period = BriefingRow.week if matter is Matter.BRIEFING else ReportRow.month
    own = [row.town_code == town_code, *([period < before] if before else [])]
    wanted = session.scalars(
        select(period).where(*own).distinct().order_by(period.desc()).limit(limit)
    ).all()
    return [of_period(session, matter, town_code, one) for one in wanted]


def of_period(session: Session, matter: Matter, town_code: str, period: str) -> list[Issue]:
    """The town's issues of one week or month, the one that holds first."""
    if matter is Matter.BRIEFING:
        briefings = session.scalars(
            select(BriefingRow)
            .where(BriefingRow.town_code == town_code, BriefingRow.week == period)
            .order_by(BriefingRow.number.desc())
        )
        return [issues.of_briefing(row) for row in briefings]
    reports = session.scalars(
        select(ReportRow)
        .where(ReportRow.town_code == town_code, ReportRow.month == period)
        .order_by(ReportRow.number.desc())
    )
    return [issues.of_report(row) for row in reports]
