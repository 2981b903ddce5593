"""Deliveries: one row an issue and contact, claimed by an update that only one can make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, distinct, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from steward.domain.deliveries import Contact
from steward.domain.offices import ContactKind, DeliveryState, Issue, Matter, Purpose
from steward.errors import NotFound
from steward.offices.queries.contacts import of_row
from steward.offices.tables import ContactRow, DeliveryRow

D = DeliveryRow
WAITING = DeliveryState.WAITING.value
FAULT_LENGTH = 500


@dataclass(frozen=True)
class Due:
    """A delivery that is to go out now, and to whom."""

    row: DeliveryRow
    contact: Contact


def add(
    session: Session, issue: Issue, contact: Contact, purpose: Purpose, *, due_at: datetime
) -> bool:
    """Put it on its way; False when it is already."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made = session.scalar(
        dialect.insert(D)
        .values(
            matter=issue.matter.value,
            issue_id=issue.id,
            purpose=purpose.value,
            town_code=issue.town_code,
            contact_id=contact.id,
            state=WAITING,
            tries=0,
            due_at=due_at,
            message_id="",
            fault="",
        )
        .on_conflict_do_nothing(index_elements=[D.matter, D.issue_id, D.contact_id, D.purpose])
        .returning(D.id)
    )
    return made is not None


def on_the_way(
    session: Session, matter: Matter, ids: Sequence[int], purpose: Purpose
) -> set[tuple[int, int]]:
    """(issue, contact) of every delivery of these issues."""
    rows = session.execute(
        select(D.issue_id, D.contact_id).where(
            D.matter == matter.value, D.issue_id.in_(ids), D.purpose == purpose.value
        )
    )
    return {(row.issue_id, row.contact_id) for row in rows}


def of_issues(session: Session, matter: Matter, ids: Sequence[int]) -> Sequence[DeliveryRow]:
    """Every delivery of these issues, in the order in which they were made."""
    return session.scalars(
        select(D).where(D.matter == matter.value, D.issue_id.in_(ids)).order_by(D.id)
    ).all()


def recent(
    session: Session, *, state: DeliveryState | None = None, limit: int = 50
) -> Sequence[DeliveryRow]:
    """The newest first."""
    query = select(D).order_by(D.id.desc()).limit(limit)
    if state is not None:
        query = query.where(D.state == state.value)
    return session.scalars(query).all()


def get(session: Session, delivery_id: int) -> DeliveryRow:
    """One delivery. Raises NotFound."""
    row = session.get(D, delivery_id)
    if row is None:
        raise NotFound(f"没有编号为 {delivery_id} 的送达")
    return row


def due(session: Session, kind: ContactKind, *, now: datetime, limit: int) -> list[Due]:
    """What may go now, and nobody holds: the longest due first."""
    found = session.execute(_due(kind, now).order_by(D.due_at, D.id).limit(limit))
    return [Due(row, of_row(contact)) for row, contact in found]


def due_at_address(session: Session, address: str, *, now: datetime, limit: int) -> list[Due]:
    """What may go now by push to one address, whatever town it is of."""
    query = _due(ContactKind.PUSH, now).where(ContactRow.address == address)
    found = session.execute(query.order_by(D.due_at, D.id).limit(limit))
    return [Due(row, of_row(contact)) for row, contact in found]


def due_addresses(session: Session, *, now: datetime) -> Sequence[str]:
    """The push addresses that something may go to now."""
    found = _due(ContactKind.PUSH, now).with_only_columns(ContactRow.address, func.min(D.due_at))
    rows = session.execute(found.group_by(ContactRow.address).order_by(func.min(D.due_at)))
    return [row.address for row in rows]


def _due(kind: ContactKind, now: datetime) -> Select[DeliveryRow, ContactRow]:
    return (
        select(D, ContactRow)
        .join(ContactRow, ContactRow.id == D.contact_id)
        .where(
            D.state == WAITING,
            D.due_at <= now,
            or_(D.lease_until.is_(None), D.lease_until <= now),
            ContactRow.kind == kind.value,
            ContactRow.removed_at.is_(None),
        )
    )


def claim(
    session: Session, row: DeliveryRow, *, now: datetime, lease_until: datetime, message_id: str
) -> DeliveryRow | None:
    """Count one more try and hold it; None when somebody else has since it was read.

    The first try settles the mail's `message_id` and date, for good.
    """
    claimed = session.scalar(
        update(D)
        .where(
            D.id == row.id,
            D.state == WAITING,
            D.tries == row.tries,
            or_(D.lease_until.is_(None), D.lease_until <= now),
        )
        .values(
            tries=row.tries + 1,
            lease_until=lease_until,
            message_id=row.message_id or message_id,
            dated_at=row.dated_at or now,
        )
        .returning(D.id)
        .execution_options(synchronize_session=False)
    )
    return None if claimed is None else session.get_one(D, row.id, populate_existing=True)


def sent(session: Session, row: DeliveryRow, *, at: datetime, message_id: str = "") -> None:
    """It has arrived where it was handed in, whoever holds it by now."""
    values: dict[str, object] = {"state": DeliveryState.SENT.value, "sent_at": at, "fault": ""}
    if message_id:
        values["message_id"] = message_id
    session.execute(
        update(D)
        .where(D.id == row.id)
        .values(values | {"lease_until": None})
        .execution_options(synchronize_session=False)
    )


def later(session: Session, row: DeliveryRow, *, due_at: datetime, fault: str) -> None:
    """Not taken in the try that holds `row`; to be tried again then."""
    _end(session, row, {"due_at": due_at, "fault": fault[:FAULT_LENGTH]})


def untried(session: Session, row: DeliveryRow, *, due_at: datetime) -> None:
    """The try that holds `row` was none: give it back as it was, due then."""
    _end(session, row, {"due_at": due_at, "tries": row.tries - 1})


def gone(session: Session, row: DeliveryRow, *, fault: str) -> None:
    """Not taken in the try that holds `row`, and not to be tried again by itself."""
    _end(session, row, {"state": DeliveryState.GONE.value, "fault": fault[:FAULT_LENGTH]})


def _end(session: Session, row: DeliveryRow, values: dict[str, object]) -> None:
    """Unless another has begun a try of its own since: then it is not ours to end."""
    session.execute(
        update(D)
        .where(D.id == row.id, D.state == WAITING, D.tries == row.tries)
        .values(values | {"lease_until": None})
        .execution_options(synchronize_session=False)
    )


def abandon(session: Session, ids: Sequence[int], *, now: datetime, fault: str) -> None:
    """Those of them that wait, and that nobody just sends, are gone."""
    session.execute(
        update(D)
        .where(
            D.id.in_(ids),
            D.state == WAITING,
            or_(D.lease_until.is_(None), D.lease_until <= now),
        )
        .values(state=DeliveryState.GONE.value, fault=fault[:FAULT_LENGTH])
        .execution_options(synchronize_session=False)
    )


def postpone(session: Session, delivery_id: int, *, seen_due: datetime, due_at: datetime) -> None:
    """It waits for its files: no try was made."""
    session.execute(
        update(D)
        .where(D.id == delivery_id, D.state == WAITING, D.due_at == seen_due)
        .values(due_at=due_at)
        .execution_options(synchronize_session=False)
    )


def address_rests(session: Session, address: str, *, until: datetime) -> None:
    """Nothing goes to a push address before then: it takes no more for now."""
    at_address = select(ContactRow.id).where(
        ContactRow.kind == ContactKind.PUSH.value, ContactRow.address == address
    )
    session.execute(
        update(D)
        .where(D.contact_id.in_(at_address), D.state == WAITING, D.due_at < until)
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def pushes_since(session: Session, address: str, *, since: datetime) -> int:
    """How many messages went to a push address after that instant."""
    return (
        session.scalar(
            select(func.count(distinct(D.message_id)))
            .join(ContactRow, ContactRow.id == D.contact_id)
            .where(
                ContactRow.kind == ContactKind.PUSH.value,
                ContactRow.address == address,
                D.sent_at > since,
            )
        )
        or 0
    )


def try_again(session: Session, ids: Sequence[int], *, at: datetime) -> Sequence[int]:
    """Those of them that are gone are as new, due at `at`; which ones."""
    return session.scalars(
        update(D)
        .where(D.id.in_(ids), D.state == DeliveryState.GONE.value)
        .values(state=WAITING, tries=0, due_at=at, lease_until=None, fault="")
        .returning(D.id)
        .execution_options(synchronize_session=False)
    ).all()


def hasten(session: Session, *, at: datetime, ids: Sequence[int] | None = None) -> Sequence[int]:
    """Waiting ones that nobody holds are due at `at`; which ones."""
    where = [
        D.state == WAITING,
        D.due_at > at,
        or_(D.lease_until.is_(None), D.lease_until <= at),
    ]
    if ids is not None:
        where.append(D.id.in_(ids))
    return session.scalars(
        update(D)
        .where(and_(*where))
        .values(due_at=at)
        .returning(D.id)
        .execution_options(synchronize_session=False)
    ).all()


def waiting_of(session: Session, matter: Matter, ids: Sequence[int]) -> Sequence[int]:
    """Those of these issues' deliveries that wait."""
    return session.scalars(
        select(D.id).where(D.matter == matter.value, D.issue_id.in_(ids), D.state == WAITING)
    ).all()


def never_tried(session: Session, *, before: datetime) -> Sequence[int]:
    """Those that have been due since before an instant, and were not tried once."""
    return session.scalars(
        select(D.id).where(D.state == WAITING, D.tries == 0, D.due_at < before)
    ).all()


def waiting_for_nobody(session: Session) -> Sequence[int]:
    """Those that wait for somebody who was removed."""
    return session.scalars(
        select(D.id)
        .join(ContactRow, ContactRow.id == D.contact_id)
        .where(D.state == WAITING, ContactRow.removed_at.is_not(None))
    ).all()
