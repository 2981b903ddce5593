"""What halls, zones and players are called, and what they are as listed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from steward.domain.halls import HallKind

TITLE_LENGTH = 40
_NOT_IN_TITLES = frozenset("<>/\\\"'&")


@dataclass(frozen=True)
class PlacedHall:
    """大厅 as listed. `zone` is its zone's name, `town_code` a town office's."""

    name: str
    title: str
    kind: HallKind
    town_code: str | None
    zone: str | None


@dataclass(frozen=True)
class PlacedZone:
    """区域 with what lies in it; `depth` is 0 at the top."""

    name: str
    title: str
    parent: str | None
    depth: int
    halls: Sequence[PlacedHall]


def plain_title(text: str) -> str:
    """What people read of a place, NFKC, without blanks around; "" when it is none.

    1 to 40 printable characters, none of them a path's or markup's.
    """
    title = unicodedata.normalize("NFKC", text).strip()
    plain = title.isprintable() and not _NOT_IN_TITLES & set(title)
    return title if plain and len(title) <= TITLE_LENGTH else ""
