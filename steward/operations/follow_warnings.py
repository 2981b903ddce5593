"""Follow the warning lists: who comes in, who leaves, what has waited too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from steward.analysis import queries
from steward.analysis.naming import town_id_of
from steward.analysis.warned import warned_by_town
from steward.domain.alarms import AlarmKind, Wrong
from steward.domain.warning_lists import Case, Entry, Escalation, Listed, Lists, WarningKind
from steward.domain.weeks import local_date
from steward.ledger.queries import behind, warning_cases
from steward.storage.engine import Database, Session

SUBJECT = "warnings:escalated"
NAMED = 3  # enterprises in an alarm's text
EVERY = timedelta(minutes=10)


def show_warnings(
    database: Database,
    *,
    as_of: datetime,
    due_soon_days: int,
    town: str | None = None,
    now: datetime | None = None,
) -> Lists:
    """Both lists as of an instant, of a town (code or name) or of all: exactly those that the
    figures of that instant count. With `now` (the same instant) each has its case.

    Raises FiguresError, StorageError.
    """
    with database.session(snapshot=True) as session:
        entries = _entries(session, as_of, due_soon_days, town)
        cases = warning_cases.open_cases(session) if now is not None else {}
    listed = [Listed(one, cases.get((one.warned.enterprise_id, one.kind))) for one in entries]
    return Lists(
        as_of=as_of,
        today=local_date(as_of),
        due_soon=tuple(one for one in listed if one.entry.kind is WarningKind.DUE_SOON),
        overdue=tuple(one for one in listed if one.entry.kind is WarningKind.OVERDUE),
    )


def follow_warnings(
    database: Database, *, due_soon_days: int, rules: Escalation, now: datetime
) -> list[Case]:
    """One look: open what is new, close what is over, escalate what has waited; gives the last.

    Raises StorageError.
    """
    with database.session(snapshot=True) as session:
        entries = {
            (one.warned.enterprise_id, one.kind): one
            for one in _entries(session, now, due_soon_days, None)
        }
        cases = warning_cases.open_cases(session)
    new = [one for key, one in entries.items() if key not in cases]
    over = [case.id for key, case in cases.items() if key not in entries]
    changed = [
        (case.id, entry)
        for key, case in cases.items()
        if (entry := entries.get(key)) is not None and _differs(case, entry)
    ]
    if new or over or changed:
        with database.session(write=True) as session:
            warning_cases.close(session, over, at=now)
            warning_cases.open_(session, new, at=now)
            warning_cases.follow(session, changed)
    with database.session() as session:
        waiting = [
            one for one in warning_cases.open_cases(session).values() if not one.escalated_at
        ]
    reasons = [(one.id, why) for one in waiting if (why := rules.reason(one, now))]
    if reasons:
        with database.session(write=True) as session:
            warning_cases.escalate(session, reasons, at=now)
    ids = {id_ for id_, _ in reasons}
    return [one for one in waiting if one.id in ids]


def wrong_with_warnings(session: Session) -> list[Wrong]:
    """One alarm for everything that was escalated and that nobody has taken up since."""
    found = warning_cases.escalated(session)
    if not found:
        return []
    named = "、".join(f"{one.enterprise}（{one.escalated_why}）" for one in found[:NAMED])
    more = f"等 {len(found)} 家" if len(found) > NAMED else ""
    return [Wrong(SUBJECT, AlarmKind.ESCALATED, f"超期预警升级到区里：{named}{more}")]


class WarningWatch:
    """When to look: now and then, when the ledger or the day has changed."""

    def __init__(self, database: Database, *, due_soon_days: int, rules: Escalation) -> None:
        self._database = database
        self._due_soon_days = due_soon_days
        self._rules = rules
        self._looked_at: datetime | None = None
        self._stamp: tuple[date, tuple[int, ...]] | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is time again; asks nobody."""
        return self._looked_at is None or now >= self._looked_at + EVERY

    def look(self, now: datetime) -> list[Case]:
        """As `follow_warnings`; nothing when all is as it was. Raises StorageError."""
        self._looked_at = now
        with self._database.session() as session:
            stamp = local_date(now), behind.stamp(session)
        if stamp == self._stamp:
            return []
        found = follow_warnings(
            self._database, due_soon_days=self._due_soon_days, rules=self._rules, now=now
        )
        self._stamp = stamp
        return found


def _entries(
    session: Session, as_of: datetime, due_soon_days: int, town: str | None
) -> Sequence[Entry]:
    towns = queries.towns(session)
    id_ = town_id_of(towns, town)
    names = {one.code: one.name for one in towns.values()}
    wanted = {towns[id_].code} if id_ is not None else set(names)
    found = [
        Entry(kind, code, names[code], warned)
        for code, lists in warned_by_town(session, as_of=as_of, due_soon_days=due_soon_days).items()
        if code in wanted
        for kind, part in (
            (WarningKind.OVERDUE, lists.overdue),
            (WarningKind.DUE_SOON, lists.due_soon),
        )
        for warned in part
    ]
    return sorted(found, key=lambda one: (one.warned.deadline, one.warned.enterprise_id))


def _differs(case: Case, entry: Entry) -> bool:
    return (case.hazards, case.deadline) != (entry.warned.hazards, entry.warned.deadline)
