"""Send what is due by push: what goes to one address as one message, and not too many of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from steward.errors import NotFound, PushError, TooManyPushes
from steward.offices.queries import deliveries
from steward.offices.tables import DeliveryRow
from steward.operations.end_delivery import not_taken
from steward.operations.post import Post
from steward.operations.reach_targets import Target, most_bytes, reach, read_targets
from steward.operations.tell_towns import needless, not_before, told_of
from steward.operations.write_letter import Told, line
from steward.storage.engine import Database

LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
_AT_ONCE = 200  # rows an address
_TITLE_BYTES = 200

Lines = list[tuple[DeliveryRow, Told]]


def send_pushes(
    database: Database, post: Post, *, now: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """One round; how many messages went out.

    Several towns may share a group: what is due at one address goes as one message, or as few as
    its length allows, at most `per_minute` within a minute. Claims and notes are as in
    `send_mail`. An address that takes no more for now rests as long as it says.

    Raises StorageError.
    """
    with database.session() as session:
        addresses = deliveries.due_addresses(session, now=now)
    sent = 0
    for address in addresses:
        if stopping():
            break
        sent += _to_one(database, post, address, now)
    return sent


def _to_one(database: Database, post: Post, address: str, now: datetime) -> int:
    with database.session() as session:
        room = post.per_minute - deliveries.pushes_since(session, address, since=now - MINUTE)
    if room <= 0:
        return 0
    lines = _lines(database, post.folder, address, now)
    target = read_targets(address)[0]
    if not lines or not target:
        return 0
    sent = 0
    for part in _parts(post, lines, most_bytes(address) - _TITLE_BYTES)[:room]:
        went = _send(database, post, target[0], part, now)
        if went is False:
            break
        sent += bool(went)
    return sent


def _lines(database: Database, folder: Path, address: str, now: datetime) -> Lines:
    """What may be told at an address now; what need not be, or must wait, is put down so."""
    found: Lines = []
    useless: list[tuple[int, str]] = []
    waits: list[tuple[DeliveryRow, datetime]] = []
    with database.session() as session:
        for one in deliveries.due_at_address(session, address, now=now, limit=_AT_ONCE):
            try:
                told = told_of(session, one.row, folder)
                why = needless(session, told, now)
            except NotFound as error:
                useless.append((one.row.id, error.sentence))
                continue
            wait = not_before(told, now)
            if why:
                useless.append((one.row.id, why))
            elif wait is not None:
                waits.append((one.row, wait))
            else:
                found.append((one.row, told))
    if useless or waits:
        with database.session(write=True) as session:
            for delivery_id, why in useless:
                deliveries.abandon(session, [delivery_id], now=now, fault=why)
            for row, wait in waits:
                deliveries.postpone(session, row.id, seen_due=row.due_at, due_at=wait)
    return found


def _parts(post: Post, lines: Lines, most: int) -> list[Lines]:
    """As few messages as their length allows."""
    parts: list[Lines] = []
    size = most + 1
    for one in lines:
        length = len(line(post, one[1]).encode()) + 1
        if size + length > most:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += length
    return parts


def _send(
    database: Database, post: Post, target: Target, part: Lines, now: datetime
) -> bool | None:
    """Whether it was taken; None when another process has all of it already."""
    ids = ",".join(f"{row.id}.{row.tries}" for row, _ in part)
    name = f"push:{hashlib.sha256(ids.encode()).hexdigest()[:24]}"
    held: Lines = []
    with database.session(write=True) as session:
        for row, told in part:
            own = deliveries.claim(session, row, now=now, lease_until=now + LEASE, message_id=name)
            if own is not None:
                held.append((own, told))
    if not held:
        return None
    try:
        title, text = message(post, [told for _, told in held], most_bytes(target.address))
        reach(target, title, text, limit_s=post.limit_s)
    except PushError as error:
        not_taken(database, held, error, now=now)
        if isinstance(error, TooManyPushes):
            rests = now + timedelta(seconds=error.wait_s)
            with database.session(write=True) as session:
                deliveries.address_rests(session, target.address, until=rests)
        return False
    with database.session(write=True) as session:
        for row, _ in held:
            deliveries.sent(session, row, at=now, message_id=name)
    return True


def message(post: Post, told: Sequence[Told], most: int) -> tuple[str, str]:
    """Title and text; a line that alone is longer than the group takes is cut."""
    text = "\n".join(line(post, one) for one in told)
    fits = text.encode()[: most - _TITLE_BYTES].decode(errors="ignore")
    return f"{post.sender}：{len(told)} 份材料", fits
