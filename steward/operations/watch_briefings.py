"""What staff must know of the towns' briefings: that some could not be made. One alarm a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from steward.domain.alarms import AlarmKind, Wrong
from steward.domain.weeks import Week
from steward.offices.queries import briefings
from steward.offices.tables import BriefingRow
from steward.storage.engine import Session

NEWS = timedelta(days=7)  # until the next ones are due
_NAMED = 5


def wrong_with_briefings(session: Session, *, late: timedelta, now: datetime) -> list[Wrong]:
    """What is wrong now, for as long as it is; told when a week's are all through, or `late`."""
    weeks: dict[str, list[BriefingRow]] = defaultdict(list)
    for row in briefings.failed_since(session, now - NEWS):
        weeks[row.week].append(row)
    return [
        Wrong(f"briefing:{week}", AlarmKind.BRIEFING, _text(Week.parse(week), rows))
        for week, rows in weeks.items()
        if not briefings.underway(session, week) or max(row.made_at for row in rows) <= now - late
    ]


def _text(week: Week, rows: Sequence[BriefingRow]) -> str:
    names = "、".join(row.title.partition("每周隐患简报")[0] for row in rows[:_NAMED])
    more = f"等 {len(rows)} 个镇街" if len(rows) > _NAMED else ""
    first = rows[0]
    why = "；".join(fault for fault in (first.fault, first.paper_fault) if fault)
    return (
        f"{week.year}年第{week.number}周的每周简报，{names}{more}的没有做全，"
        f"排除后执行 steward briefing --week {week} --again 重做：{why}"
    )
