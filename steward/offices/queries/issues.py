"""What towns were given: briefings and monthly reports, as issues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from steward.domain.offices import Issue, Matter, SoundState
from steward.errors import NotFound
from steward.offices.queries import briefings
from steward.offices.tables import BriefingRow, DigestRow, ReportRow

_B, _R = BriefingRow, ReportRow
_ISSUE_OF_BRIEFING = (_B.town_code, _B.week, _B.number, _B.title, _B.as_of, _B.made_at, _B.reason)
_ISSUE_OF_REPORT = (_R.town_code, _R.month, _R.number, _R.title, _R.as_of, _R.made_at, _R.reason)


def of_town(
    session: Session, matter: Matter, town_code: str, *, limit: int = 60
) -> Sequence[Issue]:
    """The town's, the newest period first and in it the highest number first."""
    if matter is Matter.BRIEFING:
        rows = session.scalars(
            select(BriefingRow)
            .where(BriefingRow.town_code == town_code)
            .order_by(BriefingRow.week.desc(), BriefingRow.number.desc())
            .limit(limit)
        )
        return [of_briefing(row) for row in rows]
    reports = session.scalars(
        select(ReportRow)
        .where(ReportRow.town_code == town_code)
        .order_by(ReportRow.month.desc(), ReportRow.number.desc())
        .limit(limit)
    )
    return [of_report(row) for row in reports]


def of_period(session: Session, matter: Matter, period: str) -> Sequence[Issue]:
    """The one that holds of each town, in a week (`2021-W46`) or a month (`2021-10`), by town."""
    if matter is Matter.BRIEFING:
        held = briefings.holding(session, period)
        return [of_briefing(row) for row in held.values()]
    newest = (
        select(ReportRow.town_code, func.max(ReportRow.number).label("number"))
        .where(ReportRow.month == period)
        .group_by(ReportRow.town_code)
        .subquery()
    )
    reports = session.scalars(
        select(ReportRow)
        .join(
            newest,
            (newest.c.town_code == ReportRow.town_code) & (newest.c.number == ReportRow.number),
        )
        .where(ReportRow.month == period)
        .order_by(ReportRow.town_code)
    )
    return [of_report(row) for row in reports]


def made_since(session: Session, matter: Matter, since: datetime) -> Sequence[Issue]:
    """Those made at that instant or later, each number of each period; without their figures."""
    if matter is Matter.BRIEFING:
        briefings = session.scalars(
            select(BriefingRow)
            .options(load_only(*_ISSUE_OF_BRIEFING))
            .where(BriefingRow.made_at >= since)
            .order_by(BriefingRow.id)
        )
        return [of_briefing(row) for row in briefings]
    reports = session.scalars(
        select(ReportRow)
        .options(load_only(*_ISSUE_OF_REPORT))
        .where(ReportRow.made_at >= since)
        .order_by(ReportRow.id)
    )
    return [of_report(row) for row in reports]


def periods(session: Session, matter: Matter, *, limit: int) -> Sequence[str]:
    """The weeks or months of which there is any, the newest first."""
    column = BriefingRow.week if matter is Matter.BRIEFING else ReportRow.month
    return session.scalars(select(column).distinct().order_by(column.desc()).limit(limit)).all()


def numbers(session: Session, matter: Matter, period: str) -> dict[int, str]:
    """The ids of all issues of a period, replaced ones too, and whose town's they are."""
    if matter is Matter.BRIEFING:
        asked = select(BriefingRow.id, BriefingRow.town_code).where(BriefingRow.week == period)
    else:
        asked = select(ReportRow.id, ReportRow.town_code).where(ReportRow.month == period)
    return {row.id: row.town_code for row in session.execute(asked)}


def newest_number(session: Session, issue: Issue) -> int:
    """The highest number of its town and period: the one that holds."""
    if issue.matter is Matter.DIGEST:
        return issue.number
    if issue.matter is Matter.BRIEFING:
        asked = select(func.max(BriefingRow.number)).where(
            BriefingRow.week == issue.period, BriefingRow.town_code == issue.town_code
        )
    else:
        asked = select(func.max(ReportRow.number)).where(
            ReportRow.month == issue.period, ReportRow.town_code == issue.town_code
        )
    return session.scalar(asked) or 0


def states(
    session: Session, matter: Matter, ids: Sequence[int]
) -> dict[int, tuple[SoundState, SoundState]]:
    """How the sound and the papers of briefings do; nothing of reports, which have no sound."""
    if matter is not Matter.BRIEFING:
        return {}
    asked = select(BriefingRow.id, BriefingRow.sound, BriefingRow.papers).where(
        BriefingRow.id.in_(ids)
    )
    return {
        row.id: (SoundState(row.sound), SoundState(row.papers)) for row in session.execute(asked)
    }


def briefing(session: Session, issue_id: int) -> BriefingRow:
    """One briefing. Raises NotFound."""
    row = session.get(BriefingRow, issue_id)
    if row is None:
        raise NotFound(f"没有编号为 {issue_id} 的每周简报")
    return row


def report(session: Session, issue_id: int) -> ReportRow:
    """One monthly report. Raises NotFound."""
    row = session.get(ReportRow, issue_id)
    if row is None:
        raise NotFound(f"没有编号为 {issue_id} 的隐患月报")
    return row


def digest(session: Session, issue_id: int) -> DigestRow:
    """One day's warnings of a town. Raises NotFound."""
    row = session.get(DigestRow, issue_id)
    if row is None:
        raise NotFound(f"没有编号为 {issue_id} 的每日预警")
    return row


def find(session: Session, matter: Matter, issue_id: int) -> Issue:
    """One issue. Raises NotFound."""
    if matter is Matter.BRIEFING:
        return of_briefing(briefing(session, issue_id))
    if matter is Matter.DIGEST:
        return of_digest(digest(session, issue_id))
    return of_report(report(session, issue_id))


def of_briefing(row: BriefingRow) -> Issue:
    """The row as an issue."""
    return Issue(
        id=row.id,
        matter=Matter.BRIEFING,
        town_code=row.town_code,
        period=row.week,
        number=row.number,
        title=row.title,
        as_of=row.as_of,
        made_at=row.made_at,
        reason=row.reason,
    )


def of_digest(row: DigestRow) -> Issue:
    """The row as an issue."""
    return Issue(
        id=row.id,
        matter=Matter.DIGEST,
        town_code=row.town_code,
        period=row.day.isoformat(),
        number=1,
        title=row.title,
        as_of=row.made_at,
        made_at=row.made_at,
    )


def of_report(row: ReportRow) -> Issue:
    """The row as an issue."""
    return Issue(
        id=row.id,
        matter=Matter.REPORT,
        town_code=row.town_code,
        period=row.month,
        number=row.number,
        title=row.title,
        as_of=row.as_of,
        made_at=row.made_at,
        reason=row.reason,
    )
