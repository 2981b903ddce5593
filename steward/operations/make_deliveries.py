"""Put every issue on its way to everybody who is to have it; remind; tell who has not taken it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.broadcasts.queries import alarms
from steward.domain.alarms import PAST, AlarmKind, Wrong
from steward.domain.deliveries import NEWS, Contact
from steward.domain.offices import ISSUED, Issue, Matter, Purpose
from steward.offices.queries import contacts, deliveries, downloads, issues
from steward.operations.board import towns_of
from steward.operations.delivery_times import DeliveryTimes
from steward.operations.write_letter import what
from steward.storage.engine import Database

LOOKED_AT = timedelta(days=45)  # issues made longer ago are history
TOO_LATE = timedelta(days=7)  # for what could not even be tried: nobody wants it all at once
REMINDER_IS_NEWS = timedelta(days=7)


@dataclass(frozen=True)
class _Due:
    """An issue that holds, and when it went out or is to go."""

    issue: Issue
    at: datetime


def make_deliveries(
    database: Database, times: DeliveryTimes, *, remind_after: int, now: datetime
) -> int:
    """One look; how many deliveries were made. Raises StorageError, PlanError.

    Of each period the issue that holds goes to every contact of its town that was there by its
    instant (`DeliveryTimes.due`); what waits of an older issue, or could not even be tried for
    TOO_LATE, is given up. A first issue made long
    after its instant is history and goes to nobody by itself. `remind_after` workdays later (0:
    never) whoever has not taken it is reminded, once; after as many again it is an alarm.
    """
    made = 0
    for matter in ISSUED:
        with database.session() as session:
            found = issues.made_since(session, matter, now - LOOKED_AT)
            people = _by_town(contacts.active(session))
            ids = [one.id for one in found]
            known = {
                purpose: deliveries.on_the_way(session, matter, ids, purpose) for purpose in Purpose
            }
            took = downloads.taken(session, matter, ids)
        held = _holding(found)
        due = [_Due(one, times.due(one)) for one in held]
        new = _first(due, people, known[Purpose.ISSUE], times)
        went = {issue_id for issue_id, _ in known[Purpose.ISSUE]}
        missed = [one for one in due if one.issue.id in went and one.issue.id not in took]
        if remind_after:
            new += _again(missed, people, known[Purpose.REMINDER], times, remind_after, now)
        old = [one.id for one in found if one not in held]
        made += _put(database, matter, new, old, now)
        if remind_after:
            _tell(database, missed, times, remind_after, now)
    return made


_New = list[tuple[Issue, Contact, Purpose, datetime]]
_People = dict[str, list[Contact]]


def _first(
    due: Sequence[_Due], people: _People, known: set[tuple[int, int]], times: DeliveryTimes
) -> _New:
    return [
        (one.issue, contact, Purpose.ISSUE, one.at)
        for one in due
        if one.issue.number > 1
        or one.issue.made_at <= times.planned(one.issue) + NEWS[one.issue.matter]
        for contact in people.get(one.issue.town_code, [])
        if contact.created_at <= one.at and (one.issue.id, contact.id) not in known
    ]


def _again(
    missed: Sequence[_Due],
    people: _People,
    known: set[tuple[int, int]],
    times: DeliveryTimes,
    remind_after: int,
    now: datetime,
) -> _New:
    new: _New = []
    for one in missed:
        at = times.later(one.at, remind_after)
        if at <= now < at + REMINDER_IS_NEWS:
            new += [
                (one.issue, contact, Purpose.REMINDER, now)
                for contact in people.get(one.issue.town_code, [])
                if (one.issue.id, contact.id) not in known
            ]
    return new


def _put(database: Database, matter: Matter, new: _New, old: Sequence[int], now: datetime) -> int:
    with database.session() as session:
        outdated = deliveries.waiting_of(session, matter, old)
        orphans = deliveries.waiting_for_nobody(session)
        stale = deliveries.never_tried(session, before=now - TOO_LATE)
    if not new and not outdated and not orphans and not stale:
        return 0
    with database.session(write=True) as session:
        superseded = "已有更正，以更正为准，这一份不再送"
        deliveries.abandon(session, outdated, now=now, fault=superseded)
        deliveries.abandon(session, orphans, now=now, fault="联系人已删除")
        late = f"{TOO_LATE.days} 天没有送出（没有邮件服务器，或引擎没有运行），已过期"
        deliveries.abandon(session, stale, now=now, fault=late)
        return sum(
            deliveries.add(session, issue, contact, purpose, due_at=at)
            for issue, contact, purpose, at in new
        )


def _tell(
    database: Database,
    missed: Sequence[_Due],
    times: DeliveryTimes,
    remind_after: int,
    now: datetime,
) -> None:
    """One alarm a period for all towns that have not taken it although they were reminded."""
    late: dict[str, list[_Due]] = {}
    for one in missed:
        at = times.later(one.at, 2 * remind_after)
        if at <= now < at + REMINDER_IS_NEWS:
            late.setdefault(one.issue.period, []).append(one)
    if not late:
        return
    names = {town.code: town.name for town in towns_of(database)}
    for period, ones in late.items():
        issue = ones[0].issue
        subject = f"{PAST}:untaken:{issue.matter.value}:{period}"
        with database.session() as session:
            if alarms.ever(session, subject):
                continue
        towns = [names.get(one.issue.town_code, one.issue.town_code) for one in ones]
        text = f"{what(issue)}催办后，{len(towns)} 个镇街仍没有领取：{'、'.join(towns)}"
        with database.session(write=True) as session:
            alarms.raise_(session, Wrong(subject, AlarmKind.UNTAKEN, text), at=now)


def _holding(found: Sequence[Issue]) -> list[Issue]:
    """Of each town and period the one of the highest number."""
    held: dict[tuple[str, str], Issue] = {}
    for one in found:
        before = held.get((one.town_code, one.period))
        if before is None or before.number < one.number:
            held[one.town_code, one.period] = one
    return list(held.values())


def _by_town(people: Sequence[Contact]) -> _People:
    found: _People = {}
    for one in people:
        found.setdefault(one.town_code, []).append(one)
    return found
