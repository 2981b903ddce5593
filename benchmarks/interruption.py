"""From an emergency's "broadcast now" to its chime, while the hall hears something else.

The same house as in `first_sound`: the real processes, a real browser. Times are the page's: the
instant of its cut, and the audio clock at which the chime begins.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page

from benchmarks.first_sound import GOAL_S, STAFF, TEXTS, house, look, until
from benchmarks.measured import Measured
from steward.broadcasts.queries import changes
from steward.domain.broadcasts import Priority
from steward.operations.announce import announce
from steward.operations.stop_broadcasts import stop_all
from steward.storage.engine import Database


@dataclass(frozen=True)
class Cut:
    """One interruption: seconds from the press to the cut and to the chime, from the engine's
    decision to the chime, of silence between; and whether it went on with the clause it was in."""

    cut_s: float
    chime_s: float
    decided_s: float
    silence_s: float
    resumed: bool


def run(rows: int | None = None) -> list[Measured]:
    """`rows` is how many times a routine broadcast is interrupted (15)."""
    with house() as (database, page, _):
        cuts = [_interrupt(database, page, n) for n in range(rows or 15)]
    lines = []
    for what, values in (
        ("press to cut", [one.cut_s for one in cuts]),
        ("press to chime", [one.chime_s for one in cuts]),
        ("decision to chime", [one.decided_s for one in cuts]),
        ("silence between cut and chime", [one.silence_s for one in cuts]),
    ):
        lines.append(Measured(f"{what}, median", statistics.median(values), "goal", GOAL_S))
        lines.append(Measured(f"{what}, worst", max(values), "goal", GOAL_S))
    resumed = sum(one.resumed for one in cuts)
    lines.append(Measured("resumed at its clause", resumed, "interruptions", len(cuts), ""))
    return lines


def _interrupt(database: Database, page: Page, number: int) -> Cut:
    """An emergency while a routine broadcast is in its second clause or later."""
    text = "".join(one.format(n=17 + 3 * number + k) for k, one in enumerate(TEXTS[:3]))
    routine = _announce(database, text, Priority.ROUTINE)
    until(lambda: _clause(page, routine) >= 1, 120)
    time.sleep(0.17 * (number % 7))
    pressed = time.time()
    urgent = _announce(database, f"{500 + number}号厂房起火，请立即撤离。", Priority.EMERGENCY)
    seen = until(lambda: _chiming(page, urgent), 60)
    zero = seen["now"] / 1000 - seen["contextTime"]  # when the audio clock stood at 0
    chime = zero + seen["course"][0]["start"]
    cut = seen["origin"] / 1000 + seen["cut"]["at"] / 1000
    with database.session() as session:
        decided = changes.airings(session, urgent)[-1].timestamp()
    until(lambda: _clause(page, routine) >= 0, 90)
    resumed = _clause(page, routine) == seen["cut"]["ordinal"]
    stop_all(database, "main", at=datetime.now(UTC), by=STAFF, emergencies=True)
    until(lambda: look(page)["broadcast"] is None, 30)
    return Cut(cut - pressed, chime - pressed, chime - decided, chime - cut, resumed)


def _announce(database: Database, text: str, priority: Priority) -> int:
    announced, _ = announce(
        database, text, hall="main", priority=priority, at=datetime.now(UTC), by=STAFF
    )
    return announced


def _clause(page: Page, broadcast: int) -> int:
    """The clause of a broadcast that is heard now; -1 when none is."""
    seen = look(page)
    heard = seen["broadcast"] == broadcast and seen["clause"] is not None
    return int(seen["clause"]) if heard else -1


def _chiming(page: Page, broadcast: int) -> dict[str, Any] | None:
    seen = look(page)
    return seen if seen["broadcast"] == broadcast and seen["course"] and seen["cut"] else None
