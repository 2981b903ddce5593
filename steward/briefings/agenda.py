"""Planned broadcasts as a calendar to subscribe to: iCalendar (RFC 5545, 7986)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta

from icalendar import Calendar, Event, vText

from steward.domain.feeds import Occasion

MIME_TYPE = "text/calendar"
REFRESH = timedelta(hours=1)


def agenda(occasions: Sequence[Occasion], *, title: str, about: str, page: str) -> bytes:
    """The calendar. `page` is the absolute address of what people read about the plans.

    The same occasions give the same bytes. An occasion whose plan is gone is CANCELLED, of the next
    SEQUENCE, so that a program that keeps what it once took strikes it out.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Hazard Steward//plans//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, vText(title))
    for name in ("description", "x-wr-caldesc"):
        calendar.add(name, vText(about))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for one in occasions:
        calendar.add_component(_event(one, page))
    return bytes(calendar.to_ical())


def _event(one: Occasion, page: str) -> Event:
    event = Event()
    changed_at = (one.ended_at or one.planned_at).astimezone(UTC)
    event.add("uid", one.uid)
    event.add("dtstamp", changed_at)
    event.add("created", one.planned_at.astimezone(UTC))
    event.add("last-modified", changed_at)
    event.add("sequence", 0 if one.ended_at is None else 1)
    event.add("status", "CONFIRMED" if one.ended_at is None else "CANCELLED")
    event.add("dtstart", one.at.astimezone(UTC))
    event.add("summary", one.title)
    event.add("location", one.place)
    event.add("description", one.about)
    event.add("transp", "TRANSPARENT")  # nobody is busy because a hall speaks
    event.add("url", page)
    return event
