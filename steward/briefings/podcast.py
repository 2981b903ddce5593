"""A podcast: RSS 2.0 with Apple's tags, and the captions by the Podcasting 2.0 namespace.

https://www.rssboard.org/rss-specification · https://podcasters.apple.com/support/823-podcast-requirements
· https://github.com/Podcastindex-org/podcast-namespace
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from steward.domain.feeds import Episode
from steward.domain.offices import FORMATS

MIME_TYPE = "application/rss+xml"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
LANGUAGE = "zh-cn"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Show:
    """The podcast itself. Addresses are absolute: `address` its own, `page` for people, `cover` its
    picture, square, 1400 to 3000 pixels wide."""

    title: str
    about: str
    author: str
    address: str
    page: str
    cover: str


class _Show(BaseExtension):  # type: ignore[misc]
    """What feedgen 1.0 writes as Apple has it no more, or does not know."""

    def extend_ns(self) -> dict[str, str]:
        return {"podcast": PODCAST}

    def extend_rss(self, feed: Any) -> Any:
        _add(feed[0], f"{{{ITUNES}}}explicit", "false")
        _add(feed[0], f"{{{PODCAST}}}locked", "yes")
        return feed


class _Captions(BaseEntryExtension):  # type: ignore[misc]
    """The captions of one item."""

    def __init__(self) -> None:
        self._address = ""

    def address(self, address: str) -> None:
        """Where they stand."""
        self._address = address

    def extend_rss(self, entry: Any) -> Any:
        _add(entry, f"{{{ITUNES}}}explicit", "false")
        if self._address:
            kind = {"url": self._address, "type": "text/vtt", "language": LANGUAGE}
            etree.SubElement(entry, f"{{{PODCAST}}}transcript", kind, rel="captions")
        return entry


def podcast(
    show: Show,
    episodes: Sequence[Episode],
    *,
    sound: Callable[[Episode, str], str],
    page: Callable[[Episode], str],
) -> bytes:
    """The document, items in the order given.

    `sound(episode, ending)` is the absolute address of its "mp3" or "vtt", `page(episode)` of what
    people read about it.
    """
    feed = FeedGenerator()
    feed.load_extension("podcast")
    feed.register_extension("captions", _Show, _Captions, atom=False)
    feed.title(_plain(show.title))
    feed.link(href=show.address, rel="self", type=MIME_TYPE)
    feed.link(href=show.page, rel="alternate")
    feed.description(_plain(show.about))
    feed.language(LANGUAGE)
    feed.generator("隐患管家")
    feed.image(url=show.cover, title=_plain(show.title), link=show.page)
    feed.lastBuildDate(max((one.changed_at for one in episodes), default=_NEVER))
    feed.podcast.itunes_author(_plain(show.author))
    feed.podcast.itunes_image(show.cover)
    feed.podcast.itunes_category({"cat": "Government"})
    feed.podcast.itunes_type("episodic")
    feed.podcast.itunes_block(True)  # for whoever was given the address, in no directory
    for one in episodes:
        _item(feed.add_entry(order="append"), one, sound, page)
    return bytes(feed.rss_str(pretty=True))


def _item(
    item: Any,
    one: Episode,
    sound: Callable[[Episode, str], str],
    page: Callable[[Episode], str],
) -> None:
    item.guid(one.guid, permalink=False)
    item.title(_plain(one.worded))
    item.link(href=page(one))
    item.description(escape(_plain(one.script), quote=False))  # readers take it for HTML
    item.pubDate(one.published_at)
    item.enclosure(sound(one, "mp3"), str(one.length), FORMATS["mp3"].mime)
    item.podcast.itunes_episode_type("full")
    if one.duration_ms is not None:
        item.podcast.itunes_duration(max(1, round(one.duration_ms / 1000)))
    if one.captions:
        item.captions.address(sound(one, "vtt"))


def _plain(text: str) -> str:
    """What XML can hold, in one line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _add(node: Any, name: str, text: str) -> None:
    etree.SubElement(node, name).text = text
