"""Look at an address that others' alerts are to be had from, and take what is new."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import alerts
from steward.cap.feeds import Link, links_of
from steward.cap.schema import ROOT, parse
from steward.domain.alerts import MOST_BYTES
from steward.errors import AlertError
from steward.narration.lexicon import Lexicon
from steward.operations.announce_alert import Intake
from steward.operations.fetch_document import (
    LIMIT_S,
    Fetched,
    fetch_document,
    on_same_server,
    shown,
    split,
)
from steward.operations.take_alert import take_alert
from steward.storage.engine import Database

MOST_LINKS = 50
FEED_BYTES = 4 * MOST_BYTES


def fetch_alerts(
    database: Database,
    address: str,
    intake: Intake,
    *,
    lexicon: Lexicon,
    now: datetime,
    limit_s: float = LIMIT_S,
) -> str:
    """Take what is new at an address: a feed that names alerts, or one alert itself; the fault.

    Nothing is fetched from another server than the feed's own. A fault is put down for staff, and
    what could not be fetched is tried the next time. Raises StorageError alone.
    """
    name = shown(address)
    with database.session() as session:
        known = {one.address: one for one in alerts.feeds(session)}.get(name)
    before = Fetched(None, known.etag, known.last_modified) if known else Fetched(None)
    fault, kept = "", before
    try:
        fetched = fetch_document(
            address,
            most_bytes=FEED_BYTES,
            limit_s=limit_s,
            etag=before.etag,
            last_modified=before.last_modified,
        )
        if fetched.content is not None:
            kept = fetched
            root = parse(fetched.content, most_bytes=FEED_BYTES)
            if root.tag == ROOT:
                _take(database, fetched.content, intake, lexicon, name, now)
            else:
                fault = _take_links(
                    database, address, links_of(root), intake, lexicon, now, limit_s
                )
    except AlertError as error:
        fault = str(error)
    if fault:
        kept = Fetched(None)  # else "not modified" would hide what was not taken
    with database.session(write=True) as session:
        alerts.note_feed(
            session,
            name,
            at=now,
            fault=fault,
            etag=kept.etag,
            last_modified=kept.last_modified,
        )
    return fault


def _take_links(
    database: Database,
    address: str,
    links: list[Link],
    intake: Intake,
    lexicon: Lexicon,
    now: datetime,
    limit_s: float,
) -> str:
    """Take the newest of what a feed names, the oldest of them first; the first fault."""
    faults = []
    for link in links[-MOST_LINKS:]:
        if link.inline is not None:
            _take(database, link.inline, intake, lexicon, shown(address), now)
            continue
        try:
            there = on_same_server(address, link.address)
            source = there.rpartition("@")[2] if "@" in split(there).netloc else there
            with database.session() as session:
                last = alerts.from_source(session, source)
            if last is not None and (link.updated is None or link.updated <= last):
                continue
            content = fetch_document(there, most_bytes=MOST_BYTES, limit_s=limit_s).content or b""
        except AlertError as error:
            faults.append(str(error))
            continue
        _take(database, content, intake, lexicon, source, now)
    return faults[0] if faults else ""


def _take(
    database: Database,
    content: bytes,
    intake: Intake,
    lexicon: Lexicon,
    source: str,
    now: datetime,
) -> None:
    take_alert(database, content, intake, lexicon=lexicon, source=source, at=now, again=True)
