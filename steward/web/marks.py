"""Where a page of a list by time begins, as its address says it: 2021-11-16T01:30:00+00:00~123."""

from __future__ import annotations

from datetime import datetime

from steward.domain.search import Mark, Sort

_LARGEST = 2**31


def before(text: str) -> tuple[datetime, int] | None:
    """(instant, id) of the last row seen; None for the list's start, and for what is no mark."""
    try:
        mark = Mark.parse(text.replace(" ", "+"), Sort.FOUND)
    except ValueError:
        return None
    if not isinstance(mark.value, datetime) or not 0 < mark.id < _LARGEST:
        return None
    return mark.value, mark.id
