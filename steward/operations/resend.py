"""Send once more: what could not be delivered, or what nobody was there for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from steward.accounts.queries import audit
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.offices import Matter, Purpose
from steward.errors import DeliveryError
from steward.offices.queries import contacts, deliveries, issues
from steward.operations.write_letter import what
from steward.storage.engine import Database


def resend(
    database: Database, matter: Matter, period: str, town_code: str, *, at: datetime, by: Actor
) -> int:
    """A new try, now, of what is gone of a town's issue, and a first one for contacts that it never
    went to; how many. What was sent is not sent again. Raises DeliveryError when nothing is to do.
    """
    with database.session(write=True) as session:
        held = issues.of_period(session, matter, period)
        issue = next((one for one in held if one.town_code == town_code), None)
        if issue is None:
            raise DeliveryError("这个镇街这一期还没有生成", place=period)
        people = contacts.active(session, town_code)
        if not people:
            raise DeliveryError("这个镇街没有联系人，请管理员先添加", place=town_code)
        here = {contact.id for contact in people}
        rows = deliveries.of_issues(session, matter, [issue.id])
        gone = [row.id for row in rows if row.contact_id in here]
        count = len(deliveries.try_again(session, gone, at=at))
        count += sum(
            deliveries.add(session, issue, contact, Purpose.ISSUE, due_at=at) for contact in people
        )
        if not count:
            raise DeliveryError("没有要重新送的：都已送达，或正在等着送", place=what(issue))
        audit.record(
            session,
            Act.DELIVERY_RETRIED,
            at=at,
            by=by,
            about=f"{what(issue)} {town_code}",
            after={"town": town_code, "period": period, "contacts": count},
        )
        return count


def send_now(
    database: Database, matter: Matter, period: str, *, at: datetime, by: Actor
) -> Sequence[int]:
    """Let everything of a period that still waits be due at once; which deliveries."""
    with database.session(write=True) as session:
        held = issues.of_period(session, matter, period)
        waiting = deliveries.waiting_of(session, matter, [one.id for one in held])
        hastened = deliveries.hasten(session, at=at, ids=waiting)
        if hastened:
            audit.record(
                session,
                Act.DELIVERY_RETRIED,
                at=at,
                by=by,
                about=f"{period} 立即送达",
                after={"period": period, "contacts": len(hastened)},
            )
        return hastened
