"""Writing an announcement: the form, what its buttons do, and what a page sends by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, jsonify, make_response, redirect, request, url_for

from steward.domain.announcements import AnnouncementState
from steward.errors import BroadcastError, EditedElsewhere, NarrationError, NotFound
from steward.narration.lexicon import checked
from steward.narration.markup import force
from steward.narration.normaliser.kinds import KINDS
from steward.operations.compose import discard_draft, save_draft, want_sound
from steward.operations.settle_readings import lexicon_in_force, settle_reading
from steward.operations.show_announcement import Sheet, show_announcement
from steward.operations.spell_out import typed_pinyin
from steward.web.auth.guard import actor
from steward.web.context import web
from steward.web.desk import pages, words
from steward.web.desk.blueprint import blueprint
from steward.web.desk.form import Typed, as_typed, draft_from, sent_in
from steward.web.desk.pages import Seen

NO_TARGET = "请选择在哪里播报"
NO_TEXT = "请写要播报的内容"
ELSEWHERE = "这张播报单在别处改过，您刚写的没有覆盖它，都还在这一页上"


@blueprint.route("/announcements/new", methods=["GET", "POST"])
def compose() -> Response:
    """A new announcement; ?hall= ticks a hall."""
    if request.method == "POST":
        return _acted(None)
    typed = Typed(targets=tuple(request.args.getlist("hall")[:1]))
    draft, _ = draft_from(typed, pages.ready_mades(), None)
    return make_response(pages.compose(typed, Seen(), draft, None))


@blueprint.route("/announcements/<int:number>/edit", methods=["GET", "POST"])
def edit(number: int) -> Response:
    """A draft, to be written on; one that is no draft any more is shown as it is."""
    if request.method == "POST":
        return _acted(number)
    sheet = _sheet(number)
    if sheet.state is not AnnouncementState.DRAFT:
        return make_response(redirect(url_for("desk.announcement", number=number), 303))
    seen = Seen(number, sheet.version)
    return make_response(pages.compose(as_typed(sheet.draft), seen, sheet.draft, sheet))


@blueprint.post("/announcements/spoken.json")
def spoken() -> Response:
    """How what stands in the form is read; a reading that was just fixed is taken up in it."""
    typed, faults = _with_reading(sent_in(request.form))
    draft, wrong = draft_from(typed, pages.ready_mades(), None)
    read = pages.read_aloud(draft)
    return jsonify(
        html=pages.spoken(read), length=read.length, faults=faults | wrong, text=typed.text
    )


@blueprint.post("/announcements/draft.json")
def autosave() -> Response:
    """Keep what stands in the form; 409 when the draft was changed elsewhere."""
    number = request.form.get("number", type=int)
    typed = sent_in(request.form)
    try:
        made, faults, version = _kept(typed, number, unfinished=True)
    except EditedElsewhere:
        return make_response(jsonify(error=ELSEWHERE), 409)
    except (BroadcastError, NotFound) as error:
        if number is not None and _state(number) is not AnnouncementState.DRAFT:
            return make_response(jsonify(error=error.sentence), 409)
        return make_response(jsonify(error=error.sentence), 400)
    except NarrationError as error:
        return make_response(jsonify(error=error.sentence), 400)
    return jsonify(
        number=made,
        version=version,
        faults=faults,
        saved=words.hour(web().clock.now()),
        address=url_for("desk.edit", number=made),
    )


def _acted(number: int | None) -> Response:
    """One of the form's buttons was pressed."""
    act = request.form.get("act", "look")
    typed = sent_in(request.form)
    if "template" in request.form and act == "own":
        draft, _ = draft_from(typed, pages.ready_mades(), None)
        typed = replace(typed, template="", text=draft.text or typed.text)
    if pick := request.form.get("pick"):
        typed = replace(typed, template=pick)
    typed, faults = _with_reading(typed)
    if act in ("save", "listen", "send", "copy"):
        return _saved(typed, number, act)
    return _again(typed, number, faults)


def _saved(typed: Typed, number: int | None, act: str) -> Response:
    draft, faults = draft_from(typed, pages.ready_mades(), None)
    if act == "send" and not typed.targets:
        faults["targets"] = NO_TARGET
    if act in ("send", "listen") and not draft.text.strip() and not faults:
        faults["text"] = NO_TEXT
    if faults:
        return _again(typed, number, faults, 400)
    try:
        unfinished = act in ("save", "copy")
        made, _, version = _kept(typed, number, unfinished=unfinished, anew=act == "copy")
        if act == "listen":
            want_sound(web().database, made, version=version, at=web().clock.now())
    except EditedElsewhere:
        return _again(typed, number, {}, 409, fault=ELSEWHERE, elsewhere=True)
    except NotFound as error:
        return _again(typed, number, {"targets": error.sentence}, 400)
    except (BroadcastError, NarrationError) as error:
        field = _FIELDS.get(error.place, "text" if isinstance(error, NarrationError) else "")
        decided = number is not None and _state(number) is not AnnouncementState.DRAFT
        told = {field: str(error)} if field else {}
        fault = "" if field else error.sentence
        return _again(typed, number, told, 400, fault=fault, elsewhere=decided)
    if act == "send":
        return make_response(redirect(url_for("desk.send", number=made), 303))
    if act == "save":
        return make_response(redirect(url_for("desk.page"), 303))
    return make_response(redirect(url_for("desk.edit", number=made, _anchor="sound"), 303))


_FIELDS = {
    "repeats": "repeats",
    "interval_minutes": "interval",
    "targets": "targets",
    "status": "status",
}


def _kept(
    typed: Typed, number: int | None, *, unfinished: bool, anew: bool = False
) -> tuple[int, dict[str, str], int]:
    """Save what was typed, `anew` as another draft; its number, what is wrong, its version."""
    own = web()
    lexicon = lexicon_in_force(own.database, own.settings.lexicon)
    base = _sheet(number).draft if number is not None else None
    draft, faults = draft_from(typed, pages.ready_mades(), base)
    seen = request.form.get("version", type=int) if number is not None else None
    at, by = own.clock.now(), actor()
    # A real one and an exercise are two announcements: who changes his mind begins another.
    apart = base is not None and base.refers_to is None and base.status is not draft.status
    made, version = save_draft(
        own.database,
        draft,
        lexicon=lexicon,
        at=at,
        by=by,
        number=None if apart or anew else number,
        version=None if apart or anew else seen,
        unfinished=unfinished,
    )
    if apart and not anew and number is not None and seen is not None:
        discard_draft(own.database, number, version=seen, at=at, by=by)
    return made, faults, version


def _with_reading(typed: Typed) -> tuple[Typed, dict[str, str]]:
    """Take up a reading that was fixed, for this text or for every text, or drop one; take up how
    else a number is said."""
    form: Any = request.form
    if drop := form.get("drop"):
        left = tuple(one for one in typed.readings if one.partition(" ")[0] != drop)
        return replace(typed, readings=left), {}
    if way := form.get("way"):
        nth, _, rest = way.partition("|")
        how, _, shown = rest.partition("|")
        if nth.isascii() and nth.isdecimal() and len(nth) < 5 and how in KINDS and shown:
            return replace(typed, text=force(typed.text, shown, int(nth), how)), {}
        return typed, {}
    if fix := form.get("fix"):
        said, _, pinyin = fix.partition(" ")
        return replace(typed, fix_words=said, fix_pinyin=pinyin), {}
    if form.get("act") != "read":
        return typed, {}
    try:
        said, syllables = checked(typed.fix_words, typed_pinyin(typed.fix_pinyin).split())
        pinyin = " ".join(syllables)
        left = tuple(one for one in typed.readings if one.partition(" ")[0] != said)
        if typed.fix_always:
            at = web().clock.now()
            settle_reading(web().database, said, pinyin, at=at, by=actor())
        else:
            left = (*left, f"{said} {pinyin}")
    except NarrationError as error:
        return typed, {"fix": error.sentence}
    cleared = replace(typed, readings=left, fix_words="", fix_pinyin="", fix_always=False)
    return cleared, {}


def _again(
    typed: Typed,
    number: int | None,
    faults: dict[str, str],
    status: int = 200,
    *,
    fault: str = "",
    elsewhere: bool = False,
) -> Response:
    """The form as it was filled in."""
    version = request.form.get("version", type=int)
    sheet = _sheet(number) if number is not None else None
    draft, wrong = draft_from(typed, pages.ready_mades(), sheet.draft if sheet else None)
    if status == 200:
        wrong = {name: wrong[name] for name in wrong if name == "reading"}
    seen = Seen(number, version, wrong | faults, fault, elsewhere, status)
    return make_response(pages.compose(typed, seen, draft, sheet), status)


def _sheet(number: int) -> Sheet:
    return show_announcement(web().database, number, web().settings.approvals)


def _state(number: int) -> AnnouncementState:
    return _sheet(number).state
