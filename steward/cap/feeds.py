"""Feeds of alerts: ours as Atom (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

MIME_TYPE = "application/cap+xml"
ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One alert in a feed; `address` is that of its document."""

    sender: str
    identifier: str
    title: str
    kind: str
    issued_at: datetime
    address: str


def atom(entries: Sequence[Entry], *, title: str, author: str, address: str) -> bytes:
    """The feed as a document, newest first as given. `address` is the feed's own, absolute."""
    feed = etree.Element(f"{{{ATOM}}}feed", {_LANGUAGE: "zh-CN"}, nsmap={None: ATOM})
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", max((one.issued_at for one in entries), default=_NEVER).isoformat())
    _add(_add(feed, "author"), "name", author)
    _add(feed, "link", href=address, rel="self", type="application/atom+xml")
    for one in entries:
        entry = _add(feed, "entry")
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"cap:{one.sender},{one.identifier}")
        _add(entry, "id", name.urn)
        _add(entry, "title", one.title)
        _add(entry, "updated", one.issued_at.isoformat())
        _add(entry, "published", one.issued_at.isoformat())
        _add(entry, "category", term=one.kind)
        _add(entry, "link", href=one.address, rel="alternate", type=MIME_TYPE)
    etree.indent(feed)
    return bytes(etree.tostring(feed, encoding="UTF-8", xml_declaration=True))


def _add(node: Any, name: str, text: str = "", **attributes: str) -> Any:
    made = etree.SubElement(node, f"{{{ATOM}}}{name}", attributes)
    made.text = text or None
    return made
