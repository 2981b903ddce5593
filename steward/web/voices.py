"""The voices: how each does, and listening to them side by side."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.errors import BroadcastError, NarrationError
from steward.operations import blind_listening
from steward.operations.audition import (
    LONGEST_TEXT,
    PACES,
    SAMPLE,
    find_audition,
    recent_auditions,
    request_audition,
)
from steward.operations.show_voices import (
    VoiceView,
    show_readback,
    show_voices,
    voice_titles,
)
from steward.web.auth.guard import actor
from steward.web.context import web

blueprint = Blueprint("voices", __name__, url_prefix="/voices")


@blueprint.get("")
def page() -> str:
    """How every voice does, and the form that asks for an audition."""
    views = show_voices(web().database, web().settings)
    return _page(views, SAMPLE, (1.0,), [view.id for view in views if view.offered])


def _page(
    views: list[VoiceView],
    text: str,
    paces: tuple[float, ...],
    chosen: list[str],
    fault: str = "",
) -> str:
    own = web()
    return render_template(
        "voices/page.html",
        voices=views,
        readback=show_readback(own.database),
        hear_back=own.settings.hear_back,
        auditions=recent_auditions(own.database),
        text=text,
        paces=PACES,
        chosen_paces=paces,
        chosen=chosen,
        fault=fault,
        longest=LONGEST_TEXT,
    )


@blueprint.post("/auditions")
def ask() -> Response:
    """Ask for an audition; the engine works it off. What was typed stays when it is refused."""
    own = web()
    views = show_voices(own.database, own.settings)
    text = request.form.get("text", "")
    paces = tuple(request.form.getlist("pace", type=float))
    chosen = request.form.getlist("voice")
    able = [view.id for view in views if view.id in chosen and not view.lacks]
    try:
        number = request_audition(
            own.database, text, paces, voices=able, at=own.clock.now(), by=actor()
        )
    except (NarrationError, BroadcastError) as error:
        return make_response(_page(views, text, paces, chosen, error.sentence), 400)
    return make_response(redirect(url_for("voices.audition", audition_id=number), 303))


@blueprint.get("/auditions/<int:audition_id>")
def audition(audition_id: int) -> str:
    """The takes of one audition, as far as they are made."""
    found = find_audition(web().database, audition_id)
    return render_template(
        "voices/audition.html",
        audition=found,
        titles=voice_titles(),
        suggested=blind_listening.suggested(found.takes),
    )


@blueprint.get("/auditions/<int:audition_id>/blind")
def blind(audition_id: int) -> Response:
    """Two takes at a time without their names; ?take= chooses among them, ?seed= their order."""
    found = find_audition(web().database, audition_id)
    wanted = request.args.getlist("take", type=int) or blind_listening.suggested(found.takes)
    seed = request.args.get("seed", type=int)
    if seed is None:
        again = url_for(
            "voices.blind", audition_id=audition_id, take=wanted, seed=secrets.randbelow(10**6)
        )
        return make_response(redirect(again))
    titles = voice_titles()
    takes = {
        ordinal: {
            "name": titles.get(take.voice_id, take.voice_id),
            "pace": take.pace,
            "sound": url_for("sounds.clip", key=take.clip_key),
        }
        for ordinal, take in enumerate(found.takes)
        if ordinal in wanted and take is not None and take.clip_key
    }
    course = {"takes": takes, "pairs": blind_listening.pairs(list(takes), seed)}
    return make_response(render_template("voices/blind.html", audition=found, course=course))
