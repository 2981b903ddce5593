"""One letter a workday to each town with warnings, instead of one a hazard."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from steward.domain.offices import Purpose
from steward.domain.warning_lists import WARNING_NAMES, Entry, WarningKind
from steward.domain.weeks import DISTRICT_ZONE, local_date
from steward.offices.queries import contacts, deliveries, digests, issues
from steward.operations.follow_warnings import show_warnings
from steward.storage.engine import Database


@dataclass
class Digest:
    """From what time of day on (the district's) a day's letters are made."""

    at: time
    due_soon_days: int
    _done: date | None = field(default=None, repr=False)


def make_digests(database: Database, digest: Digest, *, now: datetime) -> int:
    """Make today's, once, when its time has come; how many were. Raises StorageError.

    A town without a warning or without a contact gets none. A second process makes none twice.
    """
    today = local_date(now)
    if digest._done == today or now.astimezone(DISTRICT_ZONE).time() < digest.at:
        return 0
    with database.session() as session:
        people = contacts.active(session)
    towns = {one.town_code for one in people}
    lists = show_warnings(database, as_of=now, due_soon_days=digest.due_soon_days)
    entries: dict[str, list[Entry]] = {}
    for listed in (*lists.overdue, *lists.due_soon):
        if listed.entry.town_code in towns:
            entries.setdefault(listed.entry.town_code, []).append(listed.entry)
    made = 0
    for code, mine in entries.items():
        with database.session(write=True) as session:
            row = digests.add(
                session,
                code,
                today,
                title=f"{mine[0].town}当日隐患预警（{today.month}月{today.day}日）",
                lines=[_line(one) for one in mine],
                overdue=sum(one.kind is WarningKind.OVERDUE for one in mine),
                due_soon=sum(one.kind is WarningKind.DUE_SOON for one in mine),
                at=now,
            )
            if row is None:
                continue
            issue = issues.of_digest(row)
            for contact in people:
                if contact.town_code == code:
                    deliveries.add(session, issue, contact, Purpose.ISSUE, due_at=now)
            made += 1
    digest._done = today
    return made


def _line(entry: Entry) -> str:
    """超期预警：甲公司，2 处，已超期 6 天."""
    warned = entry.warned
    left = f"已超期 {-warned.days} 天" if warned.days < 0 else f"还有 {warned.days} 天"
    left = "今天到期" if warned.days == 0 else left
    return f"{WARNING_NAMES[entry.kind]}：{warned.name}，{warned.hazards} 处，{left}"
