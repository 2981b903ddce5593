"""What a template is made of: the figures of a week or of a month, as its kind reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.analysis.colour_rules import read_rules
from steward.analysis.spoken_month import spoken_month
from steward.domain.figures import Figures
from steward.domain.months import Month
from steward.domain.spoken_month import SpokenMonth, month_before
from steward.narration.contexts import WeeklyContext, context_of
from steward.narration.environment import Templates
from steward.narration.saying import Reads
from steward.operations.month_document import month_document
from steward.operations.read_besides import read_besides
from steward.operations.weekly_figures import figures_document, weekly_figures
from steward.storage.engine import Database

Material = Figures | SpokenMonth


@dataclass(frozen=True)
class Wording:
    """A template by its name, from where it comes, and the bureau's colour rules."""

    template: str
    templates: Templates
    colour_rules: Path | None = None
    due_soon_days: int = 7


def completed(database: Database, wording: Wording, figures: Figures) -> Figures:
    """The week's figures with what the template says besides (`domain.besides`).

    Raises NarrationError (no such template), RulesError, StorageError.
    """
    if context_of(wording.template) is not WeeklyContext:
        return figures
    return read_besides(
        database,
        wording.templates.names_used(wording.template),
        figures,
        due_soon_days=wording.due_soon_days,
        colour_rules=wording.colour_rules,
    )


def reads_month(template: str) -> bool:
    """Whether a template speaks of a whole month. Raises NarrationError: its kind is unknown."""
    return context_of(template).reads is Reads.MONTH


def material_of(
    database: Database,
    wording: Wording,
    as_of: datetime,
    town: str | None = None,
    *,
    evidence: bool = False,
) -> Material:
    """What the template speaks of at an instant: the week it lies in, or the last month that was
    over by then.

    Raises NarrationError (no such kind or template), FiguresError, RulesError, StorageError.
    """
    if reads_month(wording.template):
        return month_of(
            database,
            month_before(as_of),
            due_soon_days=wording.due_soon_days,
            colour_rules=wording.colour_rules,
            evidence=evidence,
        )
    figures = weekly_figures(
        database, as_of=as_of, town=town, due_soon_days=wording.due_soon_days, evidence=evidence
    )
    return completed(database, wording, figures)


def month_of(
    database: Database,
    month: Month,
    *,
    due_soon_days: int = 7,
    colour_rules: Path | None = None,
    evidence: bool = False,
) -> SpokenMonth:
    """A month that is over, as the ledger has it now. Raises RulesError, StorageError."""
    versions = read_rules(colour_rules)
    with database.session(snapshot=True) as session:
        return spoken_month(
            session, versions, month, due_soon_days=due_soon_days, evidence=evidence
        )


def material_document(material: Material) -> dict[str, Any]:
    """It as a document for JSON; `is_month` tells of which of the two."""
    if isinstance(material, SpokenMonth):
        return month_document(material)
    return figures_document(material)


def is_month(document: Mapping[str, Any]) -> bool:
    """Whether a document is of a month, and not of a week."""
    return "month" in document
