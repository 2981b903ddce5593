"""Announcements that are written: their lists, each one's page, and what is decided there."""

from __future__ import annotations

from flask import (
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from steward.domain.accounts import Role
from steward.domain.announcements import (
    ANNOUNCEMENT_STATE_NAMES,
    KIND_NAMES,
    STATUS_NAMES,
    AnnouncementState,
    Approval,
)
from steward.domain.broadcasts import STREAMED
from steward.domain.meaning import doubt
from steward.errors import AccessRefused, BroadcastError, NarrationError, NotFound
from steward.operations.cancel_announcement import cancel_announcement
from steward.operations.compose import discard_draft, want_sound
from steward.operations.decide_announcement import approve, return_to_author, submit, withdraw
from steward.operations.show_announcement import (
    Sheet,
    lately,
    mine,
    show_announcement,
    waiting,
)
from steward.operations.show_desk import show_todo
from steward.operations.show_voices import voice_titles
from steward.web.auth.guard import actor
from steward.web.context import web
from steward.web.desk import words
from steward.web.desk.blueprint import blueprint

S = AnnouncementState


@blueprint.get("/announcements")
def page() -> str:
    """One's drafts, what waits for approval, what was decided lately."""
    own = web()
    return render_template(
        "desk/list.html",
        mine=mine(own.database, actor().name),
        waiting=waiting(own.database),
        lately=lately(own.database),
        **_names(),
    )


@blueprint.get("/approvals", endpoint="waiting")
def waiting_for_me() -> str:
    """What waits for a person: announcements to approve, one's own returned, broadcasts held."""
    own = web()
    name = actor().name
    return render_template(
        "desk/waiting.html",
        waiting=waiting(own.database),
        returned=[one for one in mine(own.database, name) if one.decision],
        held=show_todo(own.database).held,
        me=name,
        may_approve=_may_approve(),
        **_names(),
    )


@blueprint.get("/announcements/<int:number>")
def announcement(number: int) -> str:
    """One: its state, who decides, its script with sound, its broadcasts."""
    return _page(number)


@blueprint.get("/announcements/<int:number>/sound")
def sound(number: int) -> str:
    """The sound of its clauses as far as it is made: what a page looks for by itself."""
    return render_template("desk/sound.html", sheet=_sheet(number))


@blueprint.route("/announcements/<int:number>/send", methods=["GET", "POST"])
def send(number: int) -> Response:
    """What will happen where and when, asked once more; then it happens, once."""
    own = web()
    sheet = _sheet(number)
    if request.method == "GET":
        if sheet.state is not S.DRAFT:
            return _shown(number)
        return make_response(_confirm(sheet))
    seen = request.form.get("version", default=-1, type=int)
    if sheet.state is not S.DRAFT and seen == sheet.version:
        return _shown(number)  # pressed twice: it happened once
    try:
        submit(
            own.database,
            number,
            version=seen,
            rules=own.settings.approvals,
            at=own.clock.now(),
            by=actor(),
            reason=request.form.get("reason", ""),
            confirmed="confirmed" in request.form,
        )
    except (BroadcastError, NotFound) as error:
        fresh = _sheet(number)
        if fresh.state is not S.DRAFT:
            if seen == fresh.version:
                return _shown(number)
            return make_response(_page(number, error.sentence), 400)
        return make_response(_confirm(fresh, error.sentence, request.form.get("reason", "")), 400)
    return _shown(number)


@blueprint.post("/announcements/<int:number>/<any(discard,withdraw,cancel,listen):act>")
def act(number: int, act: str) -> Response:
    """What staff do with one: throw the draft away, take it back, cancel it, have it heard."""
    own = web()
    at, by, form = own.clock.now(), actor(), request.form
    try:
        if act == "discard":
            version = form.get("version", default=-1, type=int)
            discard_draft(own.database, number, version=version, at=at, by=by)
            return make_response(redirect(url_for("desk.page"), 303))
        if act == "withdraw":
            withdraw(own.database, number, at=at, by=by)
            return make_response(redirect(url_for("desk.edit", number=number), 303))
        if act == "cancel":
            reason = form.get("reason", "")
            cancel_announcement(own.database, number, at=at, by=by, reason=reason)
        else:
            again = form.getlist("ordinal", type=int)
            version = _sheet(number).version
            want_sound(own.database, number, version=version, ordinals=again, at=at)
            if _sheet(number).state is S.DRAFT:
                place = "desk.send" if form.get("back") == "send" else "desk.edit"
                return make_response(redirect(url_for(place, number=number, _anchor="sound"), 303))
    except (BroadcastError, NarrationError) as error:
        return make_response(_page(number, error.sentence), 400)
    return _shown(number)


@blueprint.post("/announcements/<int:number>/<any(approve,return):verdict>")
def judge(number: int, verdict: str) -> Response:
    """An approver decides over exactly what he was shown."""
    own = web()
    at, by = own.clock.now(), actor()
    try:
        if verdict == "approve":
            digest = request.form.get("digest", "")
            approve(own.database, number, digest=digest, at=at, by=by)
        else:
            reason = request.form.get("reason", "")
            return_to_author(own.database, number, reason=reason, at=at, by=by)
    except BroadcastError as error:
        return make_response(_page(number, error.sentence), 400)
    except AccessRefused as error:
        return make_response(_page(number, error.sentence), 403)
    return _shown(number)


def _page(number: int, fault: str = "") -> str:
    sheet = _sheet(number)
    whole = sheet.made == len(sheet.clauses)
    return render_template(
        "desk/announcement.html",
        sheet=sheet,
        fault=fault,
        sentence=words.going(sheet),
        titles=voice_titles(),
        own=sheet.author == actor().name,
        may_approve=_may_approve(),
        ready=whole or sheet.draft.priority in STREAMED,
        typed=request.form,
        **_names(),
    )


def _confirm(sheet: Sheet, fault: str = "", reason: str = "") -> str:
    return render_template(
        "desk/send.html",
        sheet=sheet,
        fault=fault,
        reason=reason,
        sentence=words.going(sheet),
        asks=sheet.approval is Approval.APPROVER,
        must=sheet.approval is Approval.DUTY,
        question=doubt(sheet.draft.status, sheet.draft.title, sheet.draft.text),
        **_names(),
    )


def _names() -> dict[str, object]:
    return {
        "states": ANNOUNCEMENT_STATE_NAMES,
        "kinds": KIND_NAMES,
        "statuses": STATUS_NAMES,
        "who_decides": words.WHO_DECIDES,
    }


def _may_approve() -> bool:
    return bool(g.caller.role and g.caller.role.reaches(Role.APPROVER))


def _sheet(number: int) -> Sheet:
    return show_announcement(web().database, number, web().settings.approvals)


def _shown(number: int) -> Response:
    return make_response(redirect(url_for("desk.announcement", number=number), 303))
