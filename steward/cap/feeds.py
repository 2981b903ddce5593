"""Feeds of alerts: ours as Atom (RFC 4287); those of others, Atom or RSS 2.0, as links."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from steward.cap.schema import ROOT as ALERT
from steward.errors import AlertError

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


@dataclass(frozen=True)
class Link:
    """Where a feed says that an alert stands, as it stands there, and of when; or `inline`, it."""

    address: str
    updated: datetime | None
    inline: bytes | None = None


def links_of(root: Any) -> list[Link]:
    """The alerts that a feed names, the oldest first. Raises AlertError when it is no feed."""
    if root.tag == f"{{{ATOM}}}feed":
        found = [_of_entry(entry) for entry in root.findall(f"{{{ATOM}}}entry")]
    elif root.tag == "rss":
        found = [_of_item(item) for item in root.findall("channel/item")]
    else:
        raise AlertError("不是 Atom、RSS 订阅源，也不是 CAP 警报")
    named = [one for one in found if one is not None][::-1]
    return sorted(named, key=lambda one: one.updated or _NEVER)


def _of_entry(entry: Any) -> Link | None:
    inline = entry.find(f"{{{ATOM}}}content/{ALERT}")
    updated = _instant(entry.findtext(f"{{{ATOM}}}updated"), datetime.fromisoformat)
    if inline is not None:
        return Link("", updated, etree.tostring(inline, encoding="UTF-8", with_tail=False))
    links = [one for one in entry.findall(f"{{{ATOM}}}link") if one.get("href")]
    meant = [one for one in links if one.get("type") == MIME_TYPE]
    meant += [one for one in links if one.get("rel", "alternate") == "alternate"]
    return Link(str(meant[0].get("href")).strip(), updated) if meant else None


def _of_item(item: Any) -> Link | None:
    updated = _instant(item.findtext("pubDate"), parsedate_to_datetime)
    enclosure = item.find("enclosure")
    if enclosure is not None and enclosure.get("type") == MIME_TYPE and enclosure.get("url"):
        return Link(str(enclosure.get("url")).strip(), updated)
    address = (item.findtext("link") or "").strip()
    return Link(address, updated) if address else None


def _instant(text: str | None, read: Callable[[str], datetime]) -> datetime | None:
    """The instant in UTC; None where there is none, or none that can be read."""
    try:
        moment = read((text or "").strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _add(node: Any, name: str, text: str = "", **attributes: str) -> Any:
    made = etree.SubElement(node, f"{{{ATOM}}}{name}", attributes)
    made.text = text or None
    return made
