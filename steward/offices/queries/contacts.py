"""Who is reached for a town, as the domain's `Contact`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.domain.deliveries import Contact, NewContact
from steward.domain.offices import ContactKind
from steward.errors import NotFound
from steward.offices.tables import ContactRow


def active(session: Session, town_code: str | None = None) -> Sequence[Contact]:
    """Everybody who is reached, of one town or of all, by town and in the order of adding."""
    query = select(ContactRow).where(ContactRow.removed_at.is_(None))
    if town_code is not None:
        query = query.where(ContactRow.town_code == town_code)
    rows = session.scalars(query.order_by(ContactRow.town_code, ContactRow.id))
    return [of_row(row) for row in rows]


def get(session: Session, contact_id: int) -> Contact:
    """One who is reached. Raises NotFound, also when he was removed."""
    row = session.get(ContactRow, contact_id)
    if row is None or row.removed_at is not None:
        raise NotFound(f"没有编号为 {contact_id} 的联系人")
    return of_row(row)


def names(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ContactKind]]:
    """Name and kind of these contacts, removed ones too."""
    rows = session.scalars(select(ContactRow).where(ContactRow.id.in_(ids)))
    return {row.id: (row.name, ContactKind(row.kind)) for row in rows}


def same(session: Session, new: NewContact) -> Contact | None:
    """Who is reached for this town at this address already."""
    row = session.scalar(
        select(ContactRow).where(
            ContactRow.town_code == new.town_code,
            ContactRow.kind == new.kind.value,
            ContactRow.address == new.address,
            ContactRow.removed_at.is_(None),
        )
    )
    return None if row is None else of_row(row)


def add(session: Session, new: NewContact, *, at: datetime) -> Contact:
    """The new one."""
    row = ContactRow(
        town_code=new.town_code,
        kind=new.kind.value,
        name=new.name,
        address=new.address,
        created_at=at,
        removed_at=None,
    )
    session.add(row)
    session.flush()
    return of_row(row)


def remove(session: Session, contact_id: int, *, at: datetime) -> Contact:
    """Reach him no more; his address is forgotten. Gives who it was. Raises NotFound."""
    was = get(session, contact_id)
    row = session.get_one(ContactRow, contact_id)
    row.removed_at, row.address = at, ""
    session.flush()
    return was


def of_row(row: ContactRow) -> Contact:
    """The row as a contact."""
    return Contact(
        row.id, row.town_code, ContactKind(row.kind), row.name, row.address, row.created_at
    )
