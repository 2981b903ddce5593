"""Announcements: make, read, submit, decide, cancel."""

from __future__ import annotations

from steward.broadcasts.tables import AnnouncementRow
from steward.domain.announcements import Draft
from steward.errors import NotFound, RequestError
from steward.operations import decide_announcement as decide
from steward.operations.call_off import call_off
from steward.operations.compose import save_draft
from steward.operations.read_announcements import announcements_page, find_announcement
from steward.operations.settle_readings import lexicon_in_force
from steward.web.api.contract import Subject, operation
from steward.web.api.paging import cut
from steward.web.api.scope import own_town
from steward.web.api.shapes.announcements import (
    Announcement,
    AnnouncementPage,
    AnnouncementSummary,
    ApprovalGiven,
    Cancellation,
    NewAnnouncement,
    ReturnToAuthor,
    Said,
    SheetClause,
    Submission,
    WhichAnnouncements,
)
from steward.web.auth.guard import actor
from steward.web.context import web

SUBJECT = Subject.ANNOUNCEMENTS
SOURCE = "api"


@operation("/announcements", subject=SUBJECT, summary="播报单，新的在前", answer=AnnouncementPage)
def announcements(query: WhichAnnouncements) -> AnnouncementPage:
    """A part of the announcements that the caller may see."""
    found = announcements_page(
        web().database,
        state=query.state,
        author=query.author,
        town=own_town(),
        before=query.before,
        limit=query.limit + 1,
    )
    kept, after = cut(found, query.limit, lambda row: row.id)
    return AnnouncementPage(
        items=[AnnouncementSummary(**_facts(row)) for row in kept],
        next=after,
    )


@operation(
    "/announcements",
    method="POST",
    subject=SUBJECT,
    summary="写一张播报单并提交（submit 为 false 时只存草稿）",
    answer=Announcement,
    created="announcement",
)
def create(body: NewAnnouncement) -> Announcement:
    """Keep a draft, and submit it unless told otherwise."""
    own = web()
    at, by = own.clock.now(), actor()
    draft = Draft(
        title=body.title,
        text=body.text,
        priority=body.priority,
        targets=tuple(body.targets),
        status=body.status,
        readings=tuple((one.words, tuple(one.pinyin)) for one in body.readings),
        repeats=body.repeats,
        interval_minutes=body.interval_minutes,
        start_at=body.start_at,
        expires_at=body.expires_at,
        source=SOURCE,
    )
    lexicon = lexicon_in_force(own.database, own.settings.lexicon)
    try:
        number, version = save_draft(own.database, draft, lexicon=lexicon, at=at, by=by)
    except NotFound as error:
        raise RequestError(error.sentence, place="targets") from error
    if body.submit:
        decide.submit(
            own.database,
            number,
            version=version,
            rules=own.settings.approvals,
            at=at,
            by=by,
            reason=body.reason,
            confirmed=body.confirmed,
        )
    return _shown(number)


@operation(
    "/announcements/<int:number>", subject=SUBJECT, summary="一张播报单", answer=Announcement
)
def announcement(number: int) -> Announcement:
    """One announcement with what it became."""
    return _shown(number)


@operation(
    "/announcements/<int:number>/submit",
    method="POST",
    subject=SUBJECT,
    summary="提交草稿：按规则下达，或送审",
    answer=Announcement,
)
def submit(number: int, body: Submission) -> Announcement:
    """Send a draft, or ask for approval."""
    own = web()
    decide.submit(
        own.database,
        number,
        version=body.version,
        rules=own.settings.approvals,
        at=own.clock.now(),
        by=actor(),
        reason=body.reason,
        confirmed=body.confirmed,
    )
    return _shown(number)


@operation(
    "/announcements/<int:number>/approve",
    method="POST",
    subject=SUBJECT,
    summary="批准看过、听过的那一份",
    answer=Announcement,
)
def approve(number: int, body: ApprovalGiven) -> Announcement:
    """Approve exactly what the digest stands for."""
    own = web()
    decide.approve(own.database, number, digest=body.digest, at=own.clock.now(), by=actor())
    return _shown(number)


@operation(
    "/announcements/<int:number>/return",
    method="POST",
    subject=SUBJECT,
    summary="退回给写的人",
    answer=Announcement,
)
def return_(number: int, body: ReturnToAuthor) -> Announcement:
    """Refuse approval."""
    own = web()
    at = own.clock.now()
    decide.return_to_author(own.database, number, reason=body.reason, at=at, by=actor())
    return _shown(number)


@operation(
    "/announcements/<int:number>/cancel",
    method="POST",
    subject=SUBJECT,
    summary="作废：没下达的不再下达，没播的不再播",
    answer=Announcement,
)
def cancel(number: int, body: Cancellation) -> Announcement:
    """Cancel what is left of it."""
    own = web()
    call_off(own.database, number, at=own.clock.now(), by=actor())
    return _shown(number)


def _shown(number: int) -> Announcement:
    own = web()
    sheet = find_announcement(own.database, number, rules=own.settings.approvals, town=own_town())
    said = [
        Said(
            id=one.row.id,
            hall=one.hall.name,
            part=one.row.part,
            state=one.row.state,
            slot_at=one.row.slot_at,
            heard=one.heard,
        )
        for one in sheet.broadcasts
    ]
    return Announcement(
        **_facts(sheet.row),
        approval=sheet.approval,
        digest=sheet.digest,
        clauses=[
            SheetClause(
                written=clause["written"],
                spoken=clause["spoken"],
                clip=sheet.row.clips.get(str(ordinal), {}).get("key"),
            )
            for ordinal, clause in enumerate(sheet.row.clauses)
        ],
        sounding=sheet.sounding,
        halls=list(sheet.halls),
        broadcasts=said,
        heard=bool(said) and all(one.heard for one in said),
    )


def _facts(row: AnnouncementRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in AnnouncementSummary.model_fields}
