"""What a caller may see: a token of a town its own town, a token of a hall its own hall.

Which operations a town's token may use at all stands in `auth/access.py`.
"""

from __future__ import annotations

from flask import g

from steward.domain.accounts import Caller
from steward.errors import AccessRefused
from steward.operations.list_broadcasts import Detail, find_broadcast
from steward.operations.show_places import show_places
from steward.web.context import web


def own_town() -> str | None:
    """The code of the only town that the caller may see."""
    caller: Caller = g.caller
    return caller.town_code


def in_scope(town: str | None) -> bool:
    """May the caller see what belongs to that town, or to none?"""
    own = own_town()
    return own is None or own == town


def seen_broadcast(number: int) -> Detail:
    """One broadcast, when the caller may see it. Raises NotFound, AccessRefused."""
    caller: Caller = g.caller
    detail = find_broadcast(web().database, number)
    if caller.town_code is not None and caller.town_code not in detail.towns:
        raise AccessRefused("这个令牌只能看本镇街的播报", place=f"播报 {number}")
    if caller.hall is not None and caller.hall != detail.hall_name:
        raise AccessRefused(f"这个令牌只用于大厅“{caller.hall}”", place=f"播报 {number}")
    return detail


def require_hall(name: str) -> None:
    """Raise AccessRefused unless the caller may see that hall; one that is not there passes."""
    caller: Caller = g.caller
    if caller.hall is not None and caller.hall != name:
        raise AccessRefused(f"这个令牌只用于大厅“{caller.hall}”", place=name)
    if caller.town_code is not None:
        towns = {hall.name: hall.town_code for hall in show_places(web().database).halls}
        if towns.get(name) != caller.town_code:
            raise AccessRefused("这个令牌只能看本镇街的大厅", place=name)
