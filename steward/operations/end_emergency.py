"""解除: say that what an emergency broadcast told of is over."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import chains
from steward.domain.accounts import Actor
from steward.domain.announcements import TITLE_LENGTH, Draft, Kind, Status
from steward.domain.broadcasts import Priority
from steward.domain.corrections import ALL_CLEAR
from steward.errors import BroadcastError
from steward.narration.lexicon import Lexicon
from steward.operations.compose import save_draft
from steward.operations.write_correction import plain_title, targets_of, when_said
from steward.storage.engine import Database


def write_all_clear(
    database: Database, broadcast_id: int, *, lexicon: Lexicon, at: datetime, by: Actor
) -> tuple[int, int]:
    """Draft the all clear of an emergency that went on the air; the announcement's id and version.

    It goes to the same halls, as real or as much an exercise. Once it is sent, what is still to be
    said of the emergency is not said any more. Raises NotFound, BroadcastError (no emergency, not
    on the air yet, ended or drafted already).
    """
    with database.session() as session:
        first = chains.first(session, chains.find(session, broadcast_id))
        place = f"播报 {first.id}"
        if first.priority != Priority.EMERGENCY.value:
            raise BroadcastError("只有紧急播报要解除", place=place)
        if not chains.aired(session, first):
            raise BroadcastError("这次紧急播报还没有播出；不用再播，请取消它", place=place)
        ended = chains.latest(chains.following(session, first.id, ALL_CLEAR))
        if ended is not None:
            raise BroadcastError(f"已经解除，见播报 {ended.id}", place=place)
        draft = chains.draft(session, first.id, ALL_CLEAR)
        if draft is not None:
            raise BroadcastError(f"解除已经写好，在播报单 {draft.id}，还没有下达", place=place)
        targets = targets_of(session, first)
    title = plain_title(first)
    when = when_said(first.started_at or first.slot_at, at)
    draft_ = Draft(
        title=f"解除：{title}"[:TITLE_LENGTH],
        text=f"{when}播报的“{title}”现已解除，请恢复正常秩序。",
        priority=Priority.IMPORTANT,
        targets=targets,
        kind=Kind.ALL_CLEAR,
        status=Status(first.status),
        refers_to=first.id,
        relation=ALL_CLEAR,
    )
    return save_draft(database, draft_, lexicon=lexicon, at=at, by=by)
