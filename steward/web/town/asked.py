"""What a list of hazards is asked by in an address: read, and written again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from flask import request

from steward.domain.hazards import Level, Source, Status
from steward.domain.search import HazardFilter, Mark, Sort, Standing
from steward.domain.weeks import local_date
from steward.web.context import web

FIELDS = ("standing", "level", "status", "source", "category", "text")
LONGEST = 60  # characters of a text
Choice = TypeVar("Choice", bound=StrEnum)


def asked_filter(now: datetime, *, standing: Standing | None = None) -> HazardFilter:
    """The filter of this request's address; what it does not know narrows nothing.

    `standing` is meant where the address says nothing at all about it.
    """
    said = request.args.get("standing")
    return HazardFilter(
        today=local_date(now),
        due_soon_days=web().settings.due_soon_days,
        standing=standing if said is None else _one_of(Standing, said),
        level=_one_of(Level, request.args.get("level")),
        status=_one_of(Status, request.args.get("status")),
        source=_one_of(Source, request.args.get("source")),
        category=_text("category"),
        text=_text("text"),
    )


def asked_mark(name: str, by: Sort) -> Mark | None:
    """Where a page begins, by ?after= or ?before=; None for none, and for what is none."""
    text = request.args.get(name, "")
    try:
        return Mark.parse(text, by) if text else None
    except (ValueError, OverflowError):
        return None


def typed() -> dict[str, str]:
    """What of the filter stands in the address, for the links that go on with it."""
    return {name: request.args[name] for name in FIELDS if name in request.args}


def _one_of(choices: type[Choice], text: str | None) -> Choice | None:
    return next((one for one in choices if one.value == text), None)


def _text(name: str) -> str:
    kept = "".join(one for one in request.args.get(name, "") if one.isprintable())
    return kept.strip()[:LONGEST]
