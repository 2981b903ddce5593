"""Look, now and then, whether the ledger still tells what the last broadcasts said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steward.broadcasts.queries import broadcasts, chains
from steward.errors import FiguresError, RulesError
from steward.ledger.queries import behind
from steward.operations.compare_with_ledger import Rules, chain_of, compared, document_now
from steward.operations.list_broadcasts import Listed, listed
from steward.operations.studio import Studio
from steward.storage.engine import Database


@dataclass(frozen=True)
class Outdated:
    """A broadcast with how many of its figures are not so any more."""

    listed: Listed
    figures: int


def watch_figures(
    database: Database, *, rules: Rules, since: datetime, now: datetime
) -> list[tuple[int, int]]:
    """Compare every broadcast of slots since then, and note on each how many figures differ.

    Gives those whose number is another than before. Broadcasts of the same instant and scope are
    computed once. Raises StorageError.
    """
    with database.session() as session:
        rows = [row for row in chains.spoken_since(session, since) if row.figures]
        noted = {row.id: row.outdated for row in rows}
        firsts = sorted({chains.first(session, row).id for row in rows})
        kept = {row.id: row.outdated for row in chains.outdated(session, 1000)}
    known: dict[tuple[Any, ...], dict[str, Any]] = {}
    found = {}
    for first_id in firsts:
        chain = chain_of(database, first_id, rules)
        if chain is None or chain.first.figures is None:
            continue
        figures = chain.first.figures
        month = figures.get("month")
        key = (
            month or chain.first.as_of,
            str(figures.get("town")),
            figures.get("due_soon_days"),
        )
        try:
            if key not in known:
                known[key] = document_now(database, chain, rules=rules, at=now)
        except (FiguresError, RulesError):
            continue  # its town is gone, or the rules are spoilt: the page says so
        found[first_id] = len(compared(database, chain, known[key], at=now).stale)
    # Older ones are looked at no more: what was noted last about them is let go.
    before = kept | {one: noted.get(one, 0) for one in found}
    changed = [(one, found.get(one, 0)) for one in before if found.get(one, 0) != before[one]]
    if changed:
        with database.session(write=True) as session:
            for one, number in changed:
                broadcasts.get(session, one).outdated = number
    return changed


def outdated_broadcasts(database: Database) -> list[Outdated]:
    """The broadcasts of which figures are not so any more, the newest first."""
    with database.session() as session:
        return [Outdated(listed(row), row.outdated) for row in chains.outdated(session)]


class FigureWatch:
    """When to look: seldom, and only when the ledger or what was said has changed."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._looked_at: datetime | None = None
        self._stamp: tuple[int, ...] | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is time again; asks nobody."""
        return self._looked_at is None or now >= self._looked_at + self._studio.compare_every

    def look(self, now: datetime) -> list[tuple[int, int]]:
        """As `watch_figures`; nothing when all is as it was. Raises StorageError."""
        studio = self._studio
        self._looked_at = now
        with studio.database.session() as session:
            stamp = *behind.stamp(session), *chains.stamp(session)
        if stamp == self._stamp:
            return []
        changed = watch_figures(
            studio.database,
            rules=Rules(
                studio.due_soon_days,
                studio.templates_dir,
                studio.own_templates,
                studio.colour_rules,
            ),
            since=now - studio.compare_since,
            now=now,
        )
        self._stamp = stamp
        return changed
