"""播报记录: what was said, when, where, and which player played it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.domain.announcements import Status
from steward.domain.broadcasts import BroadcastState, Priority


@dataclass(frozen=True)
class Asked:
    """Broadcasts of slots in `[since, until)`; of one hall, in one state, or of all."""

    since: datetime
    until: datetime
    hall_id: int | None = None
    state: BroadcastState | None = None


@dataclass(frozen=True)
class Ear:
    """What one player reported of one broadcast.

    `started_at` and `ended_at` are its first beginning and its last end; `first` and `last` the
    clauses it played, from 0, None when it told of none; `interrupted` how often. `soundless` is
    "blocked" or "muted" when it said that it could not be heard.
    """

    player: str
    enrolled: bool
    started_at: datetime | None
    ended_at: datetime | None
    first: int | None
    last: int | None
    interrupted: int
    soundless: str | None


@dataclass(frozen=True)
class Logged:
    """One broadcast. `heard`: by a player whose receipts count (see `broadcasts.queries.proof`).

    `asked_by` is who wanted it, `approved_by` who approved, "" when nobody had to. `digest` is
    that of what was approved, `as_approved` whether it is the announcement's own. `corrected_by` is
    the broadcast that put it right, None when its figures needed that not.
    """

    id: int
    title: str
    hall: str
    priority: Priority
    status: Status
    state: BroadcastState
    slot_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    clauses: int
    heard: bool
    asked_by: str
    approved_by: str
    digest: str
    as_approved: bool
    ears: Sequence[Ear]
    corrected_by: int | None = None
