"""Which broadcasts come next, and which were heard; one of them with all that is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from steward.broadcasts.queries import broadcasts, chains, changes, plans, players, proof, receipts
from steward.broadcasts.tables import (
    AnnouncementRow,
    BroadcastClipRow,
    BroadcastRow,
    ChangeRow,
    HallRow,
    ReceiptRow,
)
from steward.domain.broadcasts import BroadcastState
from steward.domain.life import Moment
from steward.domain.players import called
from steward.domain.voices import Hearing, hearing_of
from steward.errors import NotFound
from steward.operations.board import FigureRow, figure_rows
from steward.operations.material import is_month
from steward.operations.month_document import MONTH_FIGURES, colour_rows, counts_of_month
from steward.operations.schedule import Schedule
from steward.operations.tell_life import life_of
from steward.storage.engine import Database, Session


@dataclass(frozen=True)
class Coming:
    """A broadcast to come: of a plan (`state` None), or one that is made already."""

    hall_id: int
    title: str
    at: datetime
    state: str | None


@dataclass(frozen=True)
class Listed:
    """A broadcast that is on record."""

    id: int
    hall_id: int
    title: str
    priority: str
    state: str
    slot_at: datetime
    as_of: datetime
    started_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    script: str
    fault: str
    corrected_by: int | None = None  # the broadcast that put it right


@dataclass(frozen=True)
class ClipOrigin:
    """Where the sound of a clause came from. `computed_s` 0 is from the cache; `hearing` None:
    nobody listened."""

    key: str
    voice_id: str
    speed: float
    computed_s: float
    hearing: Hearing | None


@dataclass(frozen=True)
class Misheard:
    """Why a broadcast is held: a clause was not heard as it is meant. `key` is its clip's."""

    ordinal: int
    meant: str
    heard: str
    key: str


@dataclass(frozen=True)
class Proof:
    """Whether it was heard, and as approved. `enrolled`: only enrolled players' receipts count;
    `as_approved` None: nothing had to be approved."""

    heard: bool
    enrolled: bool
    as_approved: bool | None
    status: str
    refers_to: int | None
    relation: str | None


@dataclass(frozen=True)
class Detail:
    """One broadcast: its script, figures, and everything that happened to it."""

    listed: Listed
    hall_name: str
    hall_title: str
    towns: frozenset[str]
    """Codes of the towns it is about, or in whose own office it is."""
    announcement_id: int | None
    priority: str
    template: str | None
    voice_id: str | None
    clauses: Sequence[dict[str, Any]]
    clips: Mapping[int, ClipOrigin]
    misheard: Misheard | None
    figures: Sequence[FigureRow]
    sources: Sequence[Mapping[str, Any]]
    """How fresh the sources behind the figures were, as `figures_document` has it."""
    changes: Sequence[ChangeRow]
    receipts: Sequence[tuple[ReceiptRow, str]]  # the player's name
    life: Sequence[Moment]
    proof: Proof


def coming(
    database: Database, schedule: Schedule, *, at: datetime
) -> tuple[list[Coming], Sequence[str]]:
    """What comes in every hall, soonest first, and the calendar's warnings.

    A slot already turned into a broadcast stands there once.
    """
    with database.session() as session:
        made = [
            Coming(row.hall_id, row.title, row.slot_at, row.state)
            for row in broadcasts.in_states(
                session, (BroadcastState.APPROVED, BroadcastState.RENDERING, BroadcastState.READY)
            )
        ]
        outlook = schedule.outlook(plans.active(session), at)
    taken = {(one.hall_id, one.at, one.title) for one in made}
    planned = [
        Coming(plan.hall_id, plan.title, slot_at, None)
        for plan, slot_at in outlook.slots
        if (plan.hall_id, slot_at, plan.title) not in taken
    ]
    return sorted([*made, *planned], key=lambda one: one.at), outlook.warnings


def heard(database: Database, *, hall_id: int | None = None, limit: int = 20) -> list[Listed]:
    """Broadcasts that were played, newest first."""
    with database.session() as session:
        return with_corrections(session, broadcasts.recently_played(session, hall_id, limit))


def with_corrections(session: Session, rows: Sequence[BroadcastRow]) -> list[Listed]:
    """Rows as the pages take them, those that were put right with what did it."""
    right = chains.corrected(session, rows)
    return [replace(listed(row), corrected_by=right.get(row.id)) for row in rows]


def on_air(database: Database) -> dict[int, Listed]:
    """What each hall plays now, by hall id."""
    with database.session() as session:
        rows = broadcasts.in_states(session, (BroadcastState.PLAYING,))
        return {row.hall_id: listed(row) for row in rows}


def find_broadcast(database: Database, broadcast_id: int) -> Detail:
    """One broadcast with its history. Raises NotFound."""
    with database.session() as session:
        row = session.get(BroadcastRow, broadcast_id)
        if row is None:
            raise NotFound(f"没有编号为 {broadcast_id} 的播报")
        hall = session.get_one(HallRow, row.hall_id)
        told = receipts.of_broadcast(session, row.id)
        titles = players.titles(session, {key for _, key in told})
        return Detail(
            listed=listed(row),
            hall_name=hall.name,
            hall_title=hall.title,
            towns=frozenset(code for code in (row.town_code, hall.town_code) if code),
            announcement_id=row.announcement_id,
            priority=row.priority,
            template=row.template,
            voice_id=row.voice_id,
            clauses=row.clauses,
            clips={n: _origin(clip) for n, clip in broadcasts.clips(session, row.id).items()},
            misheard=_misheard(row),
            figures=_figure_rows(row),
            sources=(row.figures or {}).get("sources", ()),
            changes=changes.of_broadcast(session, row.id),
            receipts=[(one, called(titles.get(key, ""), key)) for one, key in told],
            life=life_of(session, row),
            proof=_proof(session, row),
        )


def _figure_rows(row: BroadcastRow) -> list[FigureRow]:
    if row.figures and is_month(row.figures):
        counts = figure_rows(counts_of_month(row.figures), row.evidence, MONTH_FIGURES)
        return [*colour_rows(row.figures), *counts]
    return figure_rows(row.figures, row.evidence)


def _origin(row: BroadcastClipRow) -> ClipOrigin:
    heard = hearing_of(row.hearing)
    return ClipOrigin(row.clip_key, row.voice_id, row.speed, row.computed_s, heard)


def _proof(session: Session, row: BroadcastRow) -> Proof:
    sheet = None
    if row.announcement_id is not None:
        sheet = session.get(AnnouncementRow, row.announcement_id)
    return Proof(
        heard=bool(proof.among(session, [row.id])),
        enrolled=proof.enrolled(session, row.hall_id, row.slot_at),
        as_approved=None
        if row.approved is None
        else sheet is not None and sheet.digest == row.approved,
        status=row.status,
        refers_to=row.refers_to,
        relation=row.relation,
    )


def _misheard(row: BroadcastRow) -> Misheard | None:
    kept = row.misheard
    if not kept:
        return None
    ordinal = int(kept["ordinal"])
    return Misheard(
        ordinal=ordinal,
        meant=str(row.clauses[ordinal]["written"]),
        heard=str(kept["heard"]),
        key=str(kept["clip"]["key"]),
    )


def listed(row: BroadcastRow) -> Listed:
    """A row as the pages take it."""
    return Listed(
        id=row.id,
        hall_id=row.hall_id,
        title=row.title,
        priority=row.priority,
        state=row.state,
        slot_at=row.slot_at,
        as_of=row.as_of,
        started_at=row.started_at,
        ended_at=row.ended_at,
        duration_ms=row.duration_ms,
        script="".join(str(clause["written"]) for clause in row.clauses),
        fault=row.fault,
    )
