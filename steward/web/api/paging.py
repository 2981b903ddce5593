"""A page of what was asked for, and where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

One = TypeVar("One")


def cut(
    found: Sequence[One], limit: int, number: Callable[[One], int]
) -> tuple[Sequence[One], int | None]:
    """The first `limit` of them; the last one's number, None when none was left over.

    `found` holds one more than the limit where there is more.
    """
    kept = found[:limit]
    return kept, number(kept[-1]) if len(found) > len(kept) else None
