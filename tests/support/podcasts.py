"""A podcast client of one's own, briefings to feed it, and the rules that a podcast must keep."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
from lxml import etree

from steward.domain.offices import Matter, SoundState
from steward.offices.tables import BriefingRow
from steward.operations.office_files import file_path
from steward.storage.engine import Database

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"


def give_briefing(
    database: Database,
    folder: Path,
    town: str,
    *,
    at: datetime,
    sound: bytes | None,
    week: str = "2021-W46",
    number: int = 1,
    title: str = "瓜沥镇每周简报",
    script: str = "本周新增隐患3条。",
    reason: str = "",
) -> int:
    """A briefing as it stands when its sound is made (None: not yet); its id."""
    with database.session(write=True) as session:
        row = BriefingRow(
            week=week,
            town_code=town,
            number=number,
            title=title,
            as_of=at,
            made_at=at,
            reason=reason,
            figures={},
            evidence={},
            clauses=[{"written": script, "spoken": script, "pause_ms": 0, "pinyin": []}],
            sound=(SoundState.WAITING if sound is None else SoundState.MADE).value,
            duration_ms=None if sound is None else 4_400,
        )
        session.add(row)
        session.flush()
        made = row.id
    if sound is not None:
        for ending, content in (("mp3", sound), ("vtt", b"WEBVTT\n")):
            path = file_path(folder, Matter.BRIEFING, made, ending)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return made


def check_podcast(document: bytes, address: str) -> None:
    """Hold a feed to RSS 2.0 (rssboard.org/rss-specification) and to Apple's requirements.

    Required: title, link, description of the channel; title, a guid that stays, an RFC 2822 date
    and an enclosure with url, length and type of each item. Apple: language, a category of its
    list, an image of .png or .jpg, explicit as true or false, a duration in seconds. Atom: a link
    to itself.
    """
    root = etree.fromstring(document)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root.findall("channel")
    for name in ("title", "link", "description"):
        assert len(channel.findall(name)) == 1, name
        assert channel.findtext(name), name
    assert re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", channel.findtext("language"))
    for node in (channel, *channel.findall("item")):
        assert node.findtext(f"{ITUNES}explicit") in ("true", "false")
    assert channel.find(f"{ITUNES}category").get("text") == "Government"
    assert channel.find(f"{ITUNES}image").get("href").endswith((".png", ".jpg"))
    assert channel.findtext("image/url") == channel.find(f"{ITUNES}image").get("href")
    assert channel.findtext("image/title") == channel.findtext("title")
    assert channel.findtext("image/link") == channel.findtext("link")
    assert channel.findtext(f"{ITUNES}type") in ("episodic", "serial")
    assert channel.findtext(f"{ITUNES}author")
    assert parsedate_to_datetime(channel.findtext("lastBuildDate"))
    (own,) = channel.findall(f"{ATOM}link")
    assert dict(own.attrib) == {"href": address, "rel": "self", "type": "application/rss+xml"}
    items = channel.findall("item")
    names = [one.find("guid") for one in items]
    assert len({one.text for one in names}) == len(names)
    assert all(one.get("isPermaLink") == "false" for one in names)
    dates = [parsedate_to_datetime(one.findtext("pubDate")) for one in items]
    assert dates == sorted(dates, reverse=True)
    for one in items:
        assert one.findtext("title")
        assert one.findtext("link").startswith("http")
        (enclosure,) = one.findall("enclosure")
        assert sorted(enclosure.attrib) == ["length", "type", "url"]
        assert enclosure.get("type") == "audio/mpeg"
        assert urlsplit(enclosure.get("url")).path.endswith(".mp3")
        assert int(enclosure.get("length")) > 0
        assert int(one.findtext(f"{ITUNES}duration")) > 0
        for transcript in one.findall(f"{PODCAST}transcript"):
            assert transcript.get("url").startswith("http")
            assert transcript.get("type") == "text/vtt"


@dataclass
class PodcastClient:
    """What a podcast program does: asks again on condition, looks before it fetches, resumes."""

    port: int
    kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def refresh(self, address: str) -> tuple[int, Any]:
        """Status, and the feed when it is another one than last time."""
        known = self.kept.get(address, {})
        status, headers, body = self.ask("GET", address, known)
        if status == 200:
            self.kept[address] = {
                "If-None-Match": headers["ETag"],
                "If-Modified-Since": headers["Last-Modified"],
            }
            check_podcast(body, address)
        found = feedparser.parse(body) if status == 200 else None
        assert found is None or not found.bozo, found.bozo_exception
        return status, found

    def fetch(self, address: str, *, lost_after: int) -> bytes:
        """A sound of which the line breaks after some bytes, and is then taken up."""
        status, headers, body = self.ask("HEAD", address)
        assert (status, body, headers["Accept-Ranges"]) == (200, b"", "bytes")
        length = int(headers["Content-Length"])
        status, headers, first = self.ask("GET", address, most=lost_after)
        assert status == 200
        resumed = {"Range": f"bytes={len(first)}-", "If-Range": headers["ETag"]}
        status, headers, rest = self.ask("GET", address, resumed)
        assert status == 206
        assert headers["Content-Range"] == f"bytes {len(first)}-{length - 1}/{length}"
        assert headers["Content-Type"] == "audio/mpeg"
        return first + rest

    def ask(
        self, method: str, address: str, headers: dict[str, str] | None = None, most: int = -1
    ) -> tuple[int, Any, bytes]:
        """Status, headers and body, of which `most` bytes are read before the line is dropped."""
        path = urlsplit(address).path
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read(None if most < 0 else most)
        finally:
            connection.close()
