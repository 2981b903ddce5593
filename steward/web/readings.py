"""读音: which names might be read wrong, and the readings that staff settled."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.errors import NarrationError, NotFound
from steward.operations.check_names import check_names, marked, where_to_write
from steward.operations.settle_readings import drop_reading, settle_reading, settled_readings
from steward.operations.spell_out import typed_pinyin
from steward.web.auth.guard import actor
from steward.web.context import web

SHOWN = 200  # words on the page; the command line lists all

blueprint = Blueprint("readings", __name__)
blueprint.add_app_template_filter(lambda syllables: marked(*syllables), "marked")


@blueprint.get("/readings")
def page() -> str:
    """The readings staff settled, and the doubtful words of the names in the ledger."""
    return _page()


def _page(fault: str = "", words: str = "", pinyin: str = "") -> str:
    own = web()
    checked = check_names(own.database, own.settings.lexicon)
    return render_template(
        "readings.html",
        checked=checked,
        shown=checked.doubtful[:SHOWN],
        path=where_to_write(own.settings.lexicon, own.settings.data_dir),
        settled=settled_readings(own.database),
        fault=fault,
        words=words,
        pinyin=pinyin,
    )


@blueprint.post("/readings")
def settle() -> Response:
    """Settle how a word is read in every text; when it is refused what was typed stays."""
    own = web()
    words, pinyin = request.form.get("words", "").strip(), request.form.get("pinyin", "").strip()
    try:
        settle_reading(own.database, words, typed_pinyin(pinyin), at=own.clock.now(), by=actor())
    except NarrationError as error:
        return make_response(_page(error.sentence, words, pinyin), 400)
    return make_response(redirect(url_for("readings.page"), 303))


@blueprint.post("/readings/drop")
def drop() -> Response:
    """Let a word be read as it was before staff settled it."""
    own = web()
    try:
        words = request.form.get("words", "")
        drop_reading(own.database, words, at=own.clock.now(), by=actor())
    except NotFound as error:
        return make_response(_page(error.sentence), 404)
    return make_response(redirect(url_for("readings.page"), 303))
