"""Send what is due by mail: one letter a contact, claimed, sent, noted."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from steward.domain.offices import ContactKind
from steward.errors import DeliveryError, MailServerAway, NotFound
from steward.offices.queries import deliveries
from steward.offices.tables import DeliveryRow
from steward.operations.end_delivery import not_taken
from steward.operations.mail_line import MailLine
from steward.operations.post import MailDesk, Post
from steward.operations.tell_towns import needless, not_before, told_of
from steward.operations.write_letter import Told, in_bytes, write_letter
from steward.storage.engine import Database

# More than handing in one letter can take (`mail_line`): nobody else sends it meanwhile.
LEASE = timedelta(minutes=15)
_AT_ONCE = 200


def send_next_letter(database: Database, post: Post, line: MailLine, *, now: datetime) -> bool:
    """The letter that is due longest; False when none is due, or the server is away.

    It is claimed by an update of its row that only one can make, handed in outside of any
    transaction, and noted at once. What was refused for good is gone; what may go later is tried
    again after a pause that doubles. When the server cannot be reached every letter that is due
    has had its try. A process that dies between handing in and noting leaves the letter to be sent
    again after LEASE, with the same Message-ID and date. Raises StorageError.
    """
    if post.mail is None:
        return False
    with database.session() as session:
        found = deliveries.due(session, ContactKind.MAIL, now=now, limit=1)
        if not found:
            return False
        row, contact = found[0].row, found[0].contact
        try:
            told = told_of(session, row, post.folder)
            why = needless(session, told, now)
        except NotFound as error:
            told, why = None, error.sentence
    if told is None or why:
        with database.session(write=True) as session:
            deliveries.abandon(session, [row.id], now=now, fault=why)
        return True
    wait = not_before(told, now)
    if wait is not None:
        with database.session(write=True) as session:
            deliveries.postpone(session, row.id, seen_due=row.due_at, due_at=wait)
        return True
    try:
        line.open()
    except MailServerAway as error:
        _all_of_them(database, post.folder, error, now)
        return False
    with database.session(write=True) as session:
        name = f"<{secrets.token_hex(12)}@{post.mail.sender.rpartition('@')[2]}>"
        held = deliveries.claim(session, row, now=now, lease_until=now + LEASE, message_id=name)
    if held is None:
        return True
    return _hand_in(
        database, post, post.mail, line, told, held, (contact.name, contact.address), now
    )


def _hand_in(
    database: Database,
    post: Post,
    desk: MailDesk,
    line: MailLine,
    told: Told,
    row: DeliveryRow,
    to: tuple[str, str],
    now: datetime,
) -> bool:
    """Whether the next one may be tried over the same line."""
    letter = write_letter(
        post, told, sender=desk.sender, to=to, message_id=row.message_id, at=row.dated_at or now
    )
    try:
        line.hand_in(in_bytes(letter), sender=desk.sender, to=to[1])
    except MailServerAway as error:
        not_taken(database, [(row, told)], error, now=now)
        if not error.begun:
            _all_of_them(database, post.folder, error, now)
        return False
    except DeliveryError as error:
        not_taken(database, [(row, told)], error, now=now)
        return True
    with database.session(write=True) as session:
        deliveries.sent(session, row, at=now)
    return True


def _all_of_them(database: Database, folder: Path, error: MailServerAway, now: datetime) -> None:
    """The server is away for every letter that is due: each has had its try."""
    with database.session() as session:
        found = deliveries.due(session, ContactKind.MAIL, now=now, limit=_AT_ONCE)
        rows = [(one.row, told_of(session, one.row, folder)) for one in found]
    held = []
    with database.session(write=True) as session:
        for row, told in rows:
            own = deliveries.claim(session, row, now=now, lease_until=now + LEASE, message_id="")
            if own is not None:
                held.append((own, told))
    not_taken(database, held, error, now=now)
