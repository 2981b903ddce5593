"""Put a broadcast right: a draft that says which of its figures are others by now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from steward.broadcasts.queries import announcements, halls
from steward.broadcasts.tables import BroadcastRow
from steward.domain.accounts import Actor
from steward.domain.announcements import TITLE_LENGTH, Draft, Kind, Status
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.corrections import CORRECTION, Compared
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import BroadcastError
from steward.narration.contexts import Corrected, CorrectionContext
from steward.narration.environment import Templates
from steward.narration.lexicon import Lexicon
from steward.operations.compare_with_ledger import (
    Rules,
    chain_of,
    compared,
    document_now,
    due_soon_days,
    figures_now,
)
from steward.operations.compose import save_draft
from steward.operations.freeze_week import FrozenTown, freeze_week, speaks_the_week
from steward.operations.issue_briefings import keep_towns
from steward.operations.material import is_month
from steward.operations.weekly_figures import figures_document
from steward.storage.engine import Database, Session

_HOURS = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def write_correction(
    database: Database,
    broadcast_id: int,
    *,
    rules: Rules,
    district: str,
    lexicon: Lexicon,
    at: datetime,
    by: Actor,
) -> tuple[int, int]:
    """Draft the correction of what a broadcast goes back to; the announcement's id and version.

    It is meant for the same halls, with the same priority, as real or as much an exercise, and
    carries the figures, as they are known now, of the instant that was spoken of. Raises NotFound,
    BroadcastError (nothing to put right, never heard, drafted already), FiguresError.
    """
    chain = chain_of(database, broadcast_id, rules)
    if chain is None:
        raise BroadcastError("这次播报没有说台账里的数字，没有可更正的")
    first = chain.first
    if first.state != BroadcastState.PLAYED.value:
        raise BroadcastError("这次播报还没有播完，不用更正", place=f"播报 {first.id}")
    if chain.draft is not None:
        raise BroadcastError(
            f"更正已经写好，在播报单 {chain.draft.id}，还没有下达", place=f"播报单 {chain.draft.id}"
        )
    towns: Sequence[FrozenTown] = ()
    if speaks_the_week(chain.template, first.town_code, first.status):
        week = freeze_week(
            database, as_of=first.as_of, due_soon_days=due_soon_days(chain, rules), known_at=at
        )
        figures, towns = week.district, week.towns
    else:
        figures = figures_now(database, chain, rules=rules, at=at, evidence=True)
    document = (
        document_now(database, chain, rules=rules, at=at, evidence=True)
        if is_month(first.figures or {})
        else figures_document(figures)
    )
    found = compared(database, chain, document, at=at)
    if not found.stale:
        raise BroadcastError("播报的数字与现在的台账一致，没有可更正的", place=f"播报 {first.id}")
    context = CorrectionContext.of(
        figures,
        district=district,
        when=when_said(first.as_of, at),
        again=found.correction is not None,
        changes=_changes(found),
    )
    text = Templates(rules.templates_dir, rules.own_templates).render(CORRECTION, context)
    evidence = document.pop("evidence", None)
    if first.figures and "due_soon_days" in first.figures:
        document["due_soon_days"] = first.figures["due_soon_days"]
    with database.session() as session:
        targets = targets_of(session, first)
    draft = Draft(
        title=f"更正：{plain_title(first)}"[:TITLE_LENGTH],
        text=text,
        priority=Priority(first.priority),
        targets=targets,
        kind=Kind.CORRECTION,
        status=Status(first.status),
        refers_to=first.id,
        relation=CORRECTION,
    )
    with database.whole() as session:
        number, version = save_draft(
            database,
            draft,
            lexicon=lexicon,
            at=at,
            by=by,
            figures=document,
            evidence=evidence,
            as_of=first.as_of,
        )
        if towns:
            keep_towns(session, number, towns, at=at)
    return number, version


def when_said(instant: datetime, at: datetime) -> str:
    """11月16日上午9时 in the district; with the minutes, and the year when it is another."""
    local = instant.astimezone(DISTRICT_ZONE)
    part = next(name for before, name in _HOURS if local.hour < before)
    hour = local.hour - 12 if local.hour > 12 else local.hour
    year = "" if local.year == at.astimezone(DISTRICT_ZONE).year else f"{local.year}年"
    minutes = f"{local.minute:02d}分" if local.minute else ""
    return f"{year}{local.month}月{local.day}日{part}{hour}时{minutes}"


def targets_of(session: Session, row: BroadcastRow) -> tuple[str, ...]:
    """Where it was said: what its announcement named, or its hall."""
    if row.announcement_id is not None:
        return tuple(announcements.get(session, row.announcement_id).targets)
    return (halls.get(session, row.hall_id).name,)


def plain_title(row: BroadcastRow) -> str:
    """Its title without the mark of an exercise, which every draft gets by itself."""
    title = row.title
    return title.partition("】")[2] if title.startswith("【") else title


def _changes(found: Compared) -> tuple[Corrected, ...]:
    return tuple(
        Corrected(
            name=one.now.name,
            now=one.now.worded,
            said=one.said.worded,
            corrected=one.corrected.worded if one.corrected else "",
        )
        for one in found.stale
    )
