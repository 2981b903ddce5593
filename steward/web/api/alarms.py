"""Alarms: the open ones, those that are over, and taking notice."""

from __future__ import annotations

from flask import g

from steward.operations.notice_alarm import notice_alarm
from steward.operations.show_alarms import Alarm as Shown
from steward.operations.show_alarms import open_alarms, past_alarms
from steward.web.api.contract import Subject, operation
from steward.web.api.paging import cut
from steward.web.api.shapes.plans import Alarm, AlarmPage, Notice, Noticed, WhichAlarms
from steward.web.auth.guard import actor
from steward.web.context import web

SUBJECT = Subject.ALARMS


@operation("/alarms", subject=SUBJECT, summary="告警", answer=AlarmPage)
def alarms(query: WhichAlarms) -> AlarmPage:
    """All that are open, or a part of those that are over."""
    database = web().database
    if query.open:
        return AlarmPage(items=[_alarm(one) for one in open_alarms(database)], next=None)
    found = past_alarms(database, before_id=query.before, limit=query.limit + 1)
    kept, after = cut(found, query.limit, lambda one: one.id)
    return AlarmPage(items=[_alarm(one) for one in kept], next=after)


@operation(
    "/alarms/<int:number>/notice",
    method="POST",
    subject=SUBJECT,
    summary="知道了",
    answer=Noticed,
)
def notice(number: int, body: Notice) -> Noticed:
    """Put down that the caller has taken notice."""
    own = web()
    notice_alarm(own.database, number, at=own.clock.now(), by=actor())
    return Noticed(id=number, seen_by=g.caller.name)


def _alarm(one: Shown) -> Alarm:
    return Alarm(
        id=one.id,
        kind=one.kind,
        text=one.text,
        broadcast=one.broadcast_id,
        raised_at=one.raised_at,
        over_at=one.over_at,
        seen_at=one.seen_at,
        seen_by=one.seen_by,
    )
