"""Show the rounds of inspection that were made."""

from __future__ import annotations

from pathlib import Path

from steward.analysis.legal_basis import law_of, read_law
from steward.domain.enforcement import Candidate
from steward.domain.law import Law
from steward.domain.weeks import local_date
from steward.ledger.queries import rounds
from steward.ledger.queries.rounds import Round
from steward.storage.engine import Database


def list_rounds(database: Database) -> list[Round]:
    """The latest first. Raises StorageError."""
    with database.session() as session:
        return rounds.rounds(session)


def show_round(
    database: Database, round_id: int, *, rules: Path | None
) -> tuple[Round, list[Candidate], Law]:
    """One round with its enterprises in their order, and the law of the day it was made on.

    `rules` is `Settings.law_rules`. Raises NotFound, RulesError.
    """
    with database.session() as session:
        head, items = rounds.round_of(session, round_id)
    return head, items, law_of(local_date(head.made_at), read_law(rules))
