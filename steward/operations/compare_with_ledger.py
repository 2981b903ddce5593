"""Compare what a broadcast said with what the ledger knows by now of the same instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.broadcasts.queries import announcements, chains
from steward.broadcasts.tables import AnnouncementRow, BroadcastRow
from steward.domain.corrections import (
    CORRECTION,
    Behind,
    Compared,
    Difference,
    Figure,
    Reason,
    Value,
)
from steward.domain.figures import Figures
from steward.domain.months import Month
from steward.errors import BroadcastError, NarrationError
from steward.ledger.queries import behind
from steward.narration.environment import Templates
from steward.operations.announced_figures import announced_figures
from steward.operations.material import is_month, month_of
from steward.operations.month_document import month_document
from steward.operations.narrate import TEMPLATES
from steward.operations.weekly_figures import figures_document, weekly_figures
from steward.storage.engine import Database

LISTED = 30  # rows named behind one figure
_AT_ONCE = 500


@dataclass(frozen=True)
class Rules:
    """How figures are computed and said here."""

    due_soon_days: int = 7
    templates_dir: Path = TEMPLATES
    own_templates: Path | None = None
    colour_rules: Path | None = None


@dataclass(frozen=True)
class Chain:
    """A broadcast with figures, the last one that put it right, its template and the names that
    it says."""

    first: BroadcastRow
    last: BroadcastRow
    template: str | None
    names: frozenset[str] | None
    draft: AnnouncementRow | None

    @property
    def text(self) -> str:
        return "".join(str(clause["written"]) for clause in self.first.clauses)


def compare_with_ledger(
    database: Database, broadcast_id: int, *, rules: Rules, at: datetime
) -> Compared | None:
    """What a broadcast said first, last and what is so now; None when it speaks no figures.

    A correction, a repeat and another hall's broadcast of the same words are taken for the first.
    Raises NotFound, FiguresError (its town is gone), StorageError.
    """
    chain = chain_of(database, broadcast_id, rules)
    if chain is None:
        return None
    now = document_now(database, chain, rules=rules, at=at, evidence=True)
    return compared(database, chain, now, at=at, reasons=True)


def chain_of(database: Database, broadcast_id: int, rules: Rules) -> Chain | None:
    """What a broadcast goes back to, and what was said last. Raises NotFound."""
    with database.session() as session:
        first = chains.first(session, chains.find(session, broadcast_id))
        if not first.figures:
            return None
        following = [one for one in chains.following(session, first.id, CORRECTION) if one.figures]
        draft = chains.draft(session, first.id, CORRECTION)
        template = first.template
        if template is None and first.announcement_id is not None:
            template = announcements.get(session, first.announcement_id).template
        return Chain(
            first=first,
            last=chains.latest(following) or first,
            template=template,
            names=_names(template, rules),
            draft=draft,
        )


def figures_now(
    database: Database, chain: Chain, *, rules: Rules, at: datetime, evidence: bool = False
) -> Figures:
    """The figures of the instant it speaks of, as is known at `at`. Raises FiguresError."""
    document = chain.first.figures or {}
    town = document.get("town")
    return weekly_figures(
        database,
        as_of=chain.first.as_of,
        town=town["code"] if town else None,
        due_soon_days=due_soon_days(chain, rules),
        evidence=evidence,
        known_at=at,
    )


def document_now(
    database: Database, chain: Chain, *, rules: Rules, at: datetime, evidence: bool = False
) -> dict[str, Any]:
    """The document of now of what it said: of its week as is known at `at`, or of its month as
    the ledger has it, which is how a monthly report is compared.

    Raises FiguresError, RulesError.
    """
    document = chain.first.figures or {}
    if is_month(document):
        said = month_of(
            database,
            Month.parse(document["month"]),
            due_soon_days=due_soon_days(chain, rules),
            colour_rules=rules.colour_rules,
            evidence=evidence,
        )
        return month_document(said)
    figures = figures_now(database, chain, rules=rules, at=at, evidence=evidence)
    return figures_document(figures)


def due_soon_days(chain: Chain, rules: Rules) -> int:
    """The days of the warning that was in force when it was said."""
    return int((chain.first.figures or {}).get("due_soon_days", rules.due_soon_days))


def compared(
    database: Database,
    chain: Chain,
    document: Mapping[str, Any],
    *,
    at: datetime,
    reasons: bool = False,
) -> Compared:
    """The differences between what was said and a document (see `material_document`) of now."""
    first, last = chain.first, chain.last
    if not first.figures or not last.figures:
        raise BroadcastError("这次播报没有台账数字", place=f"播报 {first.id}")
    said = announced_figures(first.figures, chain.names, chain.text)
    now = announced_figures(document, chain.names, chain.text)
    again = announced_figures(last.figures, chain.names, chain.text) if last is not first else {}
    differences = [
        one
        for key, figure in said.items()
        if key in now
        for one in [Difference(figure, now[key], _corrected(figure, again.get(key)))]
        if one.stale or one.now.value != one.said.value or one.corrected is not None
    ]
    return Compared(
        first=first.id,
        as_of=first.as_of,
        known_at=at,
        differences=differences,
        reasons=_reasons(database, first, document, differences) if reasons else (),
        correction=last.id if last is not first else None,
        correction_state=last.state if last is not first else "",
        draft=chain.draft.id if chain.draft else None,
        draft_stale=chain.draft is not None and _values(chain, chain.draft.figures) != _worth(now),
        month=Month.parse(document["month"]).name if is_month(document) else "",
    )


def _values(chain: Chain, document: Mapping[str, Any] | None) -> dict[str, Value]:
    return _worth(announced_figures(document or {}, chain.names, chain.text))


def _worth(figures: Mapping[str, Figure]) -> dict[str, Value]:
    return {key: figure.value for key, figure in figures.items()}


def _corrected(said: Figure, last: Figure | None) -> Figure | None:
    """What a correction has put in its place; None when it left the figure as it was."""
    return last if last is not None and last.value != said.value else None


def _names(template: str | None, rules: Rules) -> frozenset[str] | None:
    templates = Templates(rules.templates_dir, rules.own_templates)
    if template is None or template not in templates.names():
        return None
    try:
        return templates.names_used(template)
    except NarrationError:
        return None  # somebody has spoilt it since


def _reasons(
    database: Database,
    first: BroadcastRow,
    document: Mapping[str, Any],
    differences: list[Difference],
) -> list[Reason]:
    was, is_ = first.evidence or {}, document.get("evidence") or {}
    found: dict[tuple[str, ...], Reason] = {}
    for one in differences:
        names = one.now.rows
        if names in found:  # of the towns and sources it is the same new hazards
            continue
        rows = list(_behind(database, first, names, was, is_))
        if rows:
            name = "新增隐患" if "." in one.now.key else one.now.name
            found[names] = Reason(name, rows[:LISTED], max(len(rows) - LISTED, 0))
    return list(found.values())


def _behind(
    database: Database,
    first: BroadcastRow,
    names: tuple[str, ...],
    was: Mapping[str, Any],
    is_: Mapping[str, Any],
) -> Iterator[Behind]:
    sets = {name: (set(was.get(name, ())), set(is_.get(name, ()))) for name in names}
    firms = next((pair for name, pair in sets.items() if name.endswith("enterprises")), None)
    changed = firms[0] ^ firms[1] if firms is not None else None
    told: set[int] = set()
    with database.session() as session:
        for name, (before, after) in sets.items():
            if name.endswith("enterprises"):
                continue
            ids = sorted(before ^ after)[:_AT_ONCE]
            for hazard in behind.hazards(session, ids):
                if changed is None or hazard.enterprise_id in changed:
                    told.add(hazard.enterprise_id)
                    why = _why(hazard, hazard.id in after, first.created_at)
                    added = hazard.id in after
                    yield Behind(added, hazard.external_id, hazard.enterprise, why)
        if firms is not None:
            missing = sorted((changed or set()) - told)[:_AT_ONCE]
            for firm, title in behind.enterprises(session, missing).items():
                yield Behind(firm in firms[1], "", title, "资料后来有改动")


def _why(hazard: behind.Hazard, added: bool, said_at: datetime) -> str:
    if hazard.voided_at is not None and not added:
        return f"重复，已并入 {hazard.merged_into}" if hazard.merged_into else "已作废"
    if added and hazard.created_at > said_at:
        return "播报以后才录入"
    return "资料后来有改动"
