"""The log of acts: written in the transaction of the act, read, and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.accounts.tables import AuditHeadRow, AuditRow
from steward.domain.accounts import Actor
from steward.domain.audit import START, Act, Entry, Facts, Head, digest_of, json_text
from steward.storage.turns import Turn, take_turn

_HEAD = 1
_AT_ONCE = 1000  # rows in memory


def record(
    session: Session,
    act: Act,
    *,
    at: datetime,
    by: Actor,
    about: str = "",
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Put down an act in the caller's transaction, as the last thing in it.

    Numbers must be given one after the other: writers queue here until the transaction ends.
    Never give it a secret. Raises ValueError for facts that are no JSON.
    """
    take_turn(session, Turn.AUDIT)
    last = session.get(AuditHeadRow, _HEAD, populate_existing=True)
    if last is None:
        last = AuditHeadRow(id=_HEAD, count=0, digest=START)
        session.add(last)
    entry = Entry(
        number=last.count + 1,
        at=at,
        who=_clean(by.name, 60),
        role=by.role[:20],
        where=_clean(by.where, 80),
        what=act.value,
        about=_clean(about, 80),
        before=json_text(before),
        after=json_text(after),
        previous=last.digest,
        digest="",
    )
    entry = replace(entry, digest=digest_of(entry))
    session.add(AuditRow(**asdict(entry)))
    last.count, last.digest = entry.number, entry.digest
    session.flush()


def head(session: Session) -> Head:
    """What is kept apart of the log."""
    row = session.get(AuditHeadRow, _HEAD)
    return Head(0, START) if row is None else Head(row.count, row.digest)


def walk(session: Session) -> Iterator[Entry]:
    """Every entry in order, as it stands."""
    last = -(2**62)
    query = select(AuditRow).order_by(AuditRow.number).limit(_AT_ONCE)
    while rows := session.scalars(query.where(AuditRow.number > last)).all():
        yield from map(_entry, rows)
        last = rows[-1].number
        session.expunge_all()


def search(
    session: Session,
    *,
    who: str = "",
    what: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before_number: int | None = None,
    limit: int | None = None,
) -> Sequence[Entry]:
    """Entries, newest first: by this name, of this kind, in `[since, until)`, before this one."""
    query = select(AuditRow).order_by(AuditRow.number.desc())
    if who:
        query = query.where(AuditRow.who == who)
    if what:
        query = query.where(AuditRow.what == what)
    if since is not None:
        query = query.where(AuditRow.at >= since)
    if until is not None:
        query = query.where(AuditRow.at < until)
    if before_number is not None:
        query = query.where(AuditRow.number < before_number)
    return [_entry(row) for row in session.scalars(query.limit(limit))]


def about(session: Session, subject: str) -> Sequence[Entry]:
    """Everything that was done with one thing, oldest first."""
    query = select(AuditRow).where(AuditRow.about == subject).order_by(AuditRow.number)
    return [_entry(row) for row in session.scalars(query)]


def _clean(text: str, length: int) -> str:
    """Without characters that no database, or no terminal, takes."""
    return "".join(one if one.isprintable() else "�" for one in text)[:length]


def _entry(row: AuditRow) -> Entry:
    return Entry(
        number=row.number,
        at=row.at,
        who=row.who,
        role=row.role,
        where=row.where,
        what=row.what,
        about=row.about,
        before=row.before,
        after=row.after,
        previous=row.previous,
        digest=row.digest,
    )
