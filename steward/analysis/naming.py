"""Which town is meant, and what is said where the ledger has no word."""

from __future__ import annotations

from collections.abc import Mapping

from steward.domain.figures import Town
from steward.errors import FiguresError

UNSTATED = "未填写"


def town_id_of(towns: Mapping[int, Town], town: str | None) -> int | None:
    """The row id of a town by its code or name; None for None, the district.

    Raises FiguresError, with the towns that may be meant.
    """
    if town is None:
        return None
    for id_, known in towns.items():
        if town in (known.code, known.name):
            return id_
    near = [t.name for t in towns.values() if set(town) & set(t.name.rstrip("镇街道"))]
    hint = f"，是不是：{'、'.join(near)}" if near else ""
    raise FiguresError(f"没有这个镇街：“{town}”{hint}", place="town")
