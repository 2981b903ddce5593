"""The pages around the halls: the way in, and each broadcast's own page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.errors import BroadcastError
from steward.operations.decide_broadcast import cancel_broadcast, release_broadcast
from steward.operations.feel_pulse import engine_gone
from steward.operations.find_sound import broadcast_sounds
from steward.operations.list_broadcasts import coming, find_broadcast, heard
from steward.operations.show_alarms import need_me
from steward.operations.show_desk import show_halls, show_todo
from steward.operations.show_merges import count_merges
from steward.operations.show_sequel import show_sequel
from steward.operations.show_sources import show_freshness
from steward.operations.show_voices import show_readback, voice_titles
from steward.operations.watch_figures import outdated_broadcasts
from steward.web.auth.guard import actor
from steward.web.context import web
from steward.web.sequels import rules

DECISIONS = {"release": release_broadcast, "cancel": cancel_broadcast}

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> str:
    """What plays in each hall, what waits for staff, what comes next, what was said."""
    own = web()
    now = own.clock.now()
    next_ones, warnings = coming(own.database, own.schedule, at=now)
    finished = heard(own.database)
    folder = own.settings.data_dir / "broadcasts"
    return render_template(
        "index.html",
        halls=show_halls(own.database, own.schedule, at=now),
        todo=show_todo(own.database),
        alarms=need_me(own.database),
        gone=engine_gone(own.database, at=now),
        freshness=show_freshness(own.database, at=now),
        merges=count_merges(own.database),
        coming=next_ones[:5],
        warnings=warnings,
        readback=show_readback(own.database),
        outdated=outdated_broadcasts(own.database),
        finished=finished,
        sounds={one.id: broadcast_sounds(folder, one.id) for one in finished},
    )


@blueprint.get("/broadcasts/<int:broadcast_id>")
def broadcast(broadcast_id: int) -> str:
    """One broadcast: script, figures, what happened, who heard it."""
    own = web()
    return render_template(
        "broadcast.html",
        detail=find_broadcast(own.database, broadcast_id),
        titles=voice_titles(),
        sounds=broadcast_sounds(own.settings.data_dir / "broadcasts", broadcast_id),
        sequel=show_sequel(own.database, broadcast_id, rules=rules(), at=own.clock.now()),
    )


@blueprint.post("/broadcasts/<int:broadcast_id>/decision")
def decide(broadcast_id: int) -> Response:
    """Staff let a held broadcast pass, or cancel it; 400 when it is not held any more."""
    own = web()
    act = DECISIONS.get(request.form.get("decision", ""))
    if act is None:
        raise BroadcastError("请选择放行或取消")
    act(own.database, broadcast_id, at=own.clock.now(), by=actor())
    return make_response(redirect(url_for("pages.broadcast", broadcast_id=broadcast_id), 303))
