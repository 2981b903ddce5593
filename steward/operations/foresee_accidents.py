"""Reckon where an accident is likelier than elsewhere, once a day, and show it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from steward.analysis.foresight import foresee
from steward.analysis.points_table import read_points
from steward.domain.accidents import HORIZON_DAYS, METHOD_NAMES
from steward.domain.weeks import DISTRICT_ZONE, local_date
from steward.ledger.queries import foresights
from steward.ledger.queries.foresights import Kept, Place
from steward.operations.rank_for_inspection import rank_for_inspection
from steward.storage.engine import Database

BY_NIGHT = time(3, 0)
PAUSE = timedelta(hours=1)  # after a fault


@dataclass(frozen=True)
class Shown:
    """The last foresight and some of its places in their order; `kept` None: none was reckoned."""

    kept: Kept | None
    places: tuple[Place, ...]
    more: bool = False


class ForesightWatch:
    """When to reckon: once a day, by night or as soon after as nothing is to be said; and with it
    whom to inspect next."""

    def __init__(
        self, database: Database, rules: Path | None, enforcement: Path | None = None
    ) -> None:
        """`rules` is `Settings.points_rules`, `enforcement` `Settings.enforcement_rules`."""
        self._database = database
        self._rules = rules
        self._enforcement = enforcement
        self._done: date | None = None
        self._again: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether today's hour has come and this process has not looked yet; asks nobody."""
        local = now.astimezone(DISTRICT_ZONE)
        if local.time() < BY_NIGHT or self._done == local.date():
            return False
        return self._again is None or now >= self._again

    def look(self, now: datetime) -> Kept | None:
        """Reckon today's; None when somebody has. Raises RulesError, StorageError."""
        today = local_date(now)
        self._again = now + PAUSE
        with self._database.session() as session:
            last = foresights.latest(session)
        made = None
        if last is None or local_date(last.as_of) < today:
            rank_for_inspection(self._database, rules=self._enforcement, now=now)
            made = foresee_accidents(self._database, rules=self._rules, now=now)
        self._done = today
        return made


def foresee_accidents(database: Database, *, rules: Path | None, now: datetime) -> Kept:
    """Reckon the district's as of now, and keep it. Some seconds to minutes of work.

    `rules` is `Settings.points_rules`. Raises RulesError, StorageError.
    """
    tables = read_points(rules)
    with database.session(snapshot=True) as session:
        found = foresee(session, tables, now)
    with database.session(write=True) as session:
        foresights.keep(session, found, at=now)
        kept = foresights.latest(session)
    assert kept is not None, "it was kept a moment ago"
    return kept


def show_foresight(
    database: Database, *, town: str | None = None, after: int = 0, limit: int = 50
) -> Shown:
    """The last foresight's places, of a town (its code) or of all, after a rank."""
    with database.session() as session:
        kept = foresights.latest(session)
        if kept is None:
            return Shown(None, ())
        found = foresights.places(session, kept.id, town_code=town, after=after, limit=limit + 1)
    return Shown(kept, tuple(found[:limit]), len(found) > limit)


def foresight_document(shown: Shown) -> dict[str, Any]:
    """For JSON: the domain's names, chances as numbers or null."""
    kept = shown.kept
    if kept is None:
        return {"as_of": None, "enterprises": []}
    trial = asdict(kept.trial) | {"since": kept.trial.since.isoformat()} if kept.trial else None
    return {
        "as_of": kept.as_of.astimezone(DISTRICT_ZONE).isoformat(),
        "horizon_days": HORIZON_DAYS,
        "method": kept.method.value,
        "method_name": METHOD_NAMES[kept.method],
        "why": kept.why,
        "simulated_incidents": kept.simulated,
        "average": kept.average,
        "trial": trial,
        "enterprises": [
            {
                "rank": one.rank,
                "id": one.risk.enterprise.id,
                "name": one.risk.enterprise.name,
                "town": one.risk.enterprise.town,
                "chance": one.risk.chance,
                "points": one.risk.points,
                "reasons": [asdict(reason) for reason in one.risk.reasons],
            }
            for one in shown.places
        ],
    }
