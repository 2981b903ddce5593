"""Write an announcement: what is to be said as a draft, with its script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements, zones
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.accounts import Actor
from steward.domain.announcements import (
    MOST_REPEATS,
    MOST_TARGETS,
    STATUS_NAMES,
    TEXT_LENGTH,
    TITLE_LENGTH,
    AnnouncementState,
    Draft,
    Kind,
    Status,
    plain_line,
    plain_text,
)
from steward.domain.audit import Act
from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.domain.script import Script
from steward.errors import BroadcastError, NarrationError
from steward.narration.lexicon import Lexicon, checked
from steward.narration.script import script_from_text
from steward.operations.narrate import script_document
from steward.storage.engine import Database, Session

LONGEST_INTERVAL = 24 * 60  # minutes
LONGEST_KEPT = 10 * TEXT_LENGTH  # characters of a draft that is yet to be shortened


def compile_script(draft: Draft, lexicon: Lexicon) -> Script:
    """The script of a draft. An exercise or a test says so before and after its words.

    Raises NarrationError (nothing to say, too long, a bad mark or reading).
    """
    title = plain_line(draft.title, TITLE_LENGTH) or f"{PRIORITY_NAMES[draft.priority]}播报"
    text = draft.text
    if draft.status is not Status.ACTUAL:
        name = STATUS_NAMES[draft.status]
        text = f"{name}，{name}。\n{text}\n{name}，{name}，以上是{name}。"
        title = f"【{name}】{title.removeprefix(f'【{name}】')}"
    if draft.readings:
        own = dict(checked(words, syllables) for words, syllables in draft.readings)
        lexicon = Lexicon(own).over(lexicon)
    return script_from_text(title, text, lexicon=lexicon)


def save_draft(
    database: Database,
    draft: Draft,
    *,
    lexicon: Lexicon,
    at: datetime,
    by: Actor,
    number: int | None = None,
    version: int | None = None,
    figures: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any] | None = None,
    as_of: datetime | None = None,
    unfinished: bool = False,
) -> tuple[int, int]:
    """Keep a draft, a new one or announcement `number` as it was at `version`; (id, version).

    A draft may be unfinished: without words it has no script yet, and targets may be missing. The
    last one who saved it is its author: nobody approves what he wrote himself. Sound made of
    clauses that stay as they are is kept. With `unfinished` what cannot be said yet (a mark that is
    being typed) is kept without a script. Whether it is meant, or an exercise, is settled when it
    is first saved. Raises NarrationError (too long, a bad mark), BroadcastError (decided already;
    another status; EditedElsewhere: by somebody else meanwhile), NotFound.
    """
    draft = _plain(draft)
    script = _script_so_far(draft, lexicon, unfinished)
    _check_numbers(draft)
    with database.session(write=True) as session:
        zones.halls_of(session, draft.targets)
        row = None
        if number is not None:
            row = announcements.locked(session, number, AnnouncementState.DRAFT, version=version)
            _check_fixed(row, draft)
        row = put_draft(session, row, draft, script, at=at, by=by)
        if number is None or figures is not None:  # else those it was first written with
            row.figures = dict(figures) if figures else None
            row.evidence = dict(evidence) if evidence else None
            row.as_of = as_of
        session.flush()
        return row.id, row.version


def put_draft(
    session: Session,
    row: AnnouncementRow | None,
    draft: Draft,
    script: Script | None,
    *,
    at: datetime,
    by: Actor,
) -> AnnouncementRow:
    """A draft with its script in its row, a new one for None."""
    if row is None:
        row = AnnouncementRow(
            state=AnnouncementState.DRAFT.value, created_at=at, version=0, clauses=[], clips={}
        )
        session.add(row)
    clauses = script_document(script)["clauses"] if script else []
    row.clips = _kept_clips(row, clauses)
    row.clauses = clauses
    row.wants_sound = False
    row.author = by.name
    row.kind, row.priority, row.status = draft.kind, draft.priority, draft.status
    row.title = script.title if script else plain_line(draft.title, TITLE_LENGTH)
    row.text, row.template, row.fields = draft.text, draft.template, dict(draft.fields)
    row.readings = [[words, list(syllables)] for words, syllables in draft.readings]
    row.targets = list(dict.fromkeys(draft.targets))
    row.repeats, row.interval_minutes = draft.repeats, draft.interval_minutes
    row.start_at, row.expires_at = draft.start_at, draft.expires_at
    row.refers_to, row.relation, row.source = draft.refers_to, draft.relation, draft.source
    row.version += 1
    row.updated_at = at
    return row


def want_sound(
    database: Database, number: int, *, version: int, ordinals: Sequence[int] = (), at: datetime
) -> None:
    """Have the engine make the sound of a draft, so that it can be heard before it is sent.

    `ordinals` are clauses to be made anew. Raises NotFound, BroadcastError.
    """
    waiting = AnnouncementState.DRAFT, AnnouncementState.AWAITING_APPROVAL
    with database.session(write=True) as session:
        row = announcements.locked(session, number, *waiting, version=version)
        if not row.clauses:
            raise NarrationError("没有可播报的内容")
        again = {str(ordinal) for ordinal in ordinals}
        row.clips = {
            ordinal: clip
            for ordinal, clip in row.clips.items()
            if ordinal not in again and "key" in clip
        }
        row.wants_sound = len(row.clips) < len(row.clauses)
        row.updated_at = at


def discard_draft(
    database: Database, number: int, *, version: int, at: datetime, by: Actor
) -> None:
    """Throw a draft away; it stays on record. Raises NotFound, BroadcastError."""
    with database.session(write=True) as session:
        row = announcements.locked(session, number, AnnouncementState.DRAFT, version=version)
        row.state = AnnouncementState.CANCELLED.value
        row.updated_at = row.decided_at = at
        row.decided_by = by.name
        audit.record(
            session,
            Act.ANNOUNCEMENT_CANCELLED,
            at=at,
            by=by,
            about=f"播报单 {number}",
            before={"title": row.title, "text": row.text},
        )


def draft_of(row: AnnouncementRow) -> Draft:
    """What was last saved, as a draft."""
    return Draft(
        title=row.title,
        text=row.text,
        priority=Priority(row.priority),
        targets=tuple(row.targets),
        kind=Kind(row.kind),
        status=Status(row.status),
        template=row.template,
        fields=tuple(row.fields.items()),
        readings=tuple((str(words), tuple(syllables)) for words, syllables in row.readings),
        repeats=row.repeats,
        interval_minutes=row.interval_minutes,
        start_at=row.start_at,
        expires_at=row.expires_at,
        refers_to=row.refers_to,
        relation=row.relation,
        source=row.source,
    )


def _plain(draft: Draft) -> Draft:
    """The draft without what no database keeps."""
    fields = tuple((plain_line(k, 40), plain_text(value)) for k, value in draft.fields)
    template = plain_line(draft.template or "", 40) or None
    return replace(draft, text=plain_text(draft.text), template=template, fields=fields)


def _script_so_far(draft: Draft, lexicon: Lexicon, unfinished: bool) -> Script | None:
    if not draft.text.strip():
        return None
    try:
        return compile_script(draft, lexicon)
    except NarrationError:
        if unfinished and len(draft.text) <= LONGEST_KEPT:
            return None
        raise


def _kept_clips(row: AnnouncementRow, clauses: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The sound of clauses that are spoken as before, wherever they stand now."""
    known = {
        _spoken(clause): row.clips[str(ordinal)]
        for ordinal, clause in enumerate(row.clauses)
        if "key" in row.clips.get(str(ordinal), {})
    }
    return {
        str(ordinal): known[_spoken(clause)]
        for ordinal, clause in enumerate(clauses)
        if _spoken(clause) in known
    }


def _spoken(clause: Mapping[str, Any]) -> str:
    return f"{clause['spoken']}\n{clause['pinyin']}"


def _check_fixed(row: AnnouncementRow, draft: Draft) -> None:
    """No exercise becomes real by a slip, nor the reverse."""
    if row.status != draft.status:
        was, is_ = STATUS_NAMES[Status(row.status)], STATUS_NAMES[draft.status]
        raise BroadcastError(f"这张播报单是“{was}”，不能改成“{is_}”；请另写一张", place="status")


def _check_numbers(draft: Draft) -> None:
    if not 1 <= draft.repeats <= MOST_REPEATS:
        raise BroadcastError(f"播报次数应在 1 到 {MOST_REPEATS} 之间", place="repeats")
    if draft.repeats > 1 and not 1 <= draft.interval_minutes <= LONGEST_INTERVAL:
        raise BroadcastError("重复播报时，间隔应在 1 到 1440 分钟之间", place="interval_minutes")
    if len(draft.targets) > MOST_TARGETS:
        raise BroadcastError(f"一次最多选 {MOST_TARGETS} 个大厅和区域", place="targets")
