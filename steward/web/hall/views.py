"""Addresses of a hall."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from markupsafe import Markup

from steward import __version__
from steward.briefings.town_map.palette import pattern
from steward.domain.colours import Colour
from steward.domain.tiles import grid_of
from steward.errors import BroadcastError
from steward.operations.board import towns_of
from steward.operations.list_broadcasts import coming, heard
from steward.operations.list_waiting import waiting_in
from steward.operations.note_player import note_player
from steward.operations.show_controls import controls_document, controls_of
from steward.operations.show_hall import find_hall, hall_now
from steward.operations.take_receipt import take_receipt
from steward.speech.audio.mp3 import BIT_RATE
from steward.web.context import Web, web
from steward.web.hall.document import document_of
from steward.web.hall.stream import HallStream, last_id_of

blueprint = Blueprint("hall", __name__, url_prefix="/hall/<name>")


@blueprint.get("")
def page(name: str) -> str:
    """The screen of the hall."""
    own = web()
    hall = find_hall(own.database, name)
    grid = grid_of(towns_of(own.database))
    return render_template(
        "hall/page.html",
        hall=hall,
        grid=grid,
        patterns=_patterns(own),
        heartbeat_s=own.settings.heartbeat_s,
        version=__version__,
    )


@blueprint.get("/board.json")
def board(name: str) -> Response:
    """The figures of this minute, what comes next and came last, and what should be heard now."""
    own = web()
    hall = find_hall(own.database, name)
    now = own.clock.now()
    last = next(iter(heard(own.database, hall_id=hall.id, limit=1)), None)
    later, _ = coming(own.database, own.schedule, at=now)
    waiting = waiting_in(own.database, hall.id, at=now)
    following = next((one for one in later if one.hall_id == hall.id), None)
    return jsonify(
        now=now.isoformat(),
        board=own.board.at(now),
        colours=own.colours.at(now, own.settings.colour_rules),
        controls=_controls(own, hall.id),
        last=last and {"id": last.id, "title": last.title, "at": last.slot_at.isoformat()},
        waiting=waiting
        and {
            "id": waiting.id,
            "title": waiting.title,
            "at": waiting.slot_at.isoformat(),
            "held": waiting.held,
            "why": waiting.why,
        },
        next=following and {"title": following.title, "at": following.at.isoformat()},
    )


@blueprint.get("/events")
def events(name: str) -> Response:
    """The live stream; `Last-Event-ID` (or ?last_id=) goes on after that change."""
    own = web()
    hall = find_hall(own.database, name)
    last_id = last_id_of(request.headers.get("Last-Event-ID"), request.args.get("last_id"))
    stream = HallStream(
        tail=own.tail,
        clock=own.clock,
        hall=hall,
        now=hall_now(own.database, hall.id, last_id),
        controls=_controls(own, hall.id),
        look=lambda: _controls(own, hall.id),
        heartbeat_s=own.settings.heartbeat_s,
        demonstration=bool(own.settings.demo_clock),
    )
    response = Response(stream.events(), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


@blueprint.get("/stream.mp3")
def stream(name: str) -> Response:
    """What the hall sounds like, without an end: for network loudspeakers."""
    own = web()
    radio = own.radios.of(find_hall(own.database, name))
    # Who only asks for the headers is no listener.
    response = Response(b"" if request.method == "HEAD" else radio.listen(), mimetype="audio/mpeg")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["icy-name"] = f"hazard-steward {quote(name)}"
    response.headers["icy-br"] = str(BIT_RATE // 1000)
    return response


@blueprint.get("/broadcasts/<int:broadcast_id>.json")
def broadcast(name: str, broadcast_id: int) -> Response:
    """One broadcast, as a player needs it."""
    own = web()
    hall = find_hall(own.database, name)
    document = document_of(
        own.database,
        hall,
        broadcast_id,
        at=own.clock.now(),
        clip=lambda key: url_for("sounds.clip", key=key),
        chime=lambda file: url_for("static", filename=file),
    )
    document["downloads"] = {
        kind: url_for("sounds.broadcast", broadcast_id=broadcast_id, kind=kind)
        for kind in ("mp3", "ogg", "wav")
    }
    return jsonify(document)


@blueprint.post("/receipts")
def receipt(name: str) -> tuple[Response, int]:
    """A player reports of a broadcast."""
    own = web()
    hall = find_hall(own.database, name)
    number = take_receipt(
        own.database, hall, _report(), at=own.clock.now(), user_agent=_user_agent()
    )
    return jsonify(id=number), 201


@blueprint.post("/players")
def player(name: str) -> Response:
    """A player reports of itself; it is told whether it is enrolled, and where to play."""
    own = web()
    hall = find_hall(own.database, name)
    now = own.clock.now()
    answer = note_player(
        own.database,
        hall,
        _report(),
        at=now,
        user_agent=_user_agent(),
        clock_at=None if own.settings.demo_clock else now,
    )
    return jsonify(
        enrolled=answer.enrolled,
        hall=answer.hall,
        title=answer.title,
        code=answer.code,
        code_until=answer.code_until and answer.code_until.isoformat(),
        secret=answer.secret,
    )


def _patterns(own: Web) -> Markup:
    """What the tiles are filled with, as definitions of fills: four-red and so on."""
    bands = own.colours.at(own.clock.now(), own.settings.colour_rules)["bands"]
    kinds = {band["colour"]: band["pattern"] for band in bands}
    return Markup("".join(pattern(f"four-{one}", one, kinds.get(one, "")) for one in Colour))


def _controls(own: Web, hall_id: int) -> dict[str, Any]:
    return controls_document(controls_of(own.database, hall_id, at=own.clock.now()))


def _report() -> dict[str, Any]:
    """The JSON object sent. Flask raises 415 or 400; BroadcastError when it is no object."""
    report = request.get_json()
    if not isinstance(report, dict):
        raise BroadcastError("送来的内容应为 JSON 对象")
    return cast("dict[str, Any]", report)


def _user_agent() -> str:
    return request.headers.get("User-Agent", "")
