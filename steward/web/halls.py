"""One hall on the console: what it does, and what staff may do with it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.domain.halls import EMERGENCY_FLOOR, LOUDEST
from steward.errors import BroadcastError
from steward.operations.hold_hall import pause_hall, resume_hall, set_quiet_hours
from steward.operations.set_volume import check_volume, set_volume
from steward.operations.show_controls import acts_upon, controls_of
from steward.operations.show_desk import lined_up
from steward.operations.show_hall import find_hall
from steward.operations.stop_broadcasts import skip_broadcast, stop_all
from steward.web.auth.guard import actor
from steward.web.context import web

SHOWN_ACTS = 10
_HALL = "hall"  # the field of the hall's own volume; those of priorities bear their names

blueprint = Blueprint("halls", __name__, url_prefix="/halls")


@blueprint.get("/<name>")
def page(name: str) -> str:
    """The hall now, its controls, and what was done with it."""
    return _page(name)


def _page(name: str, fault: str = "", typed: dict[str, str] | None = None) -> str:
    own = web()
    hall = find_hall(own.database, name)
    lined = lined_up(own.database, name)
    controls = controls_of(own.database, hall.id, at=own.clock.now())
    settings = {one.value: str(controls.own.get(one.value, "")) for one in Priority}
    settings |= {_HALL: str(controls.volume), "quiet": controls.quiet}
    return render_template(
        "halls/page.html",
        hall=hall,
        controls=controls,
        playing=lined[0] if lined and lined[0].state == "playing" else None,
        waiting=[one for one in lined if one.state != "playing"],
        acts=acts_upon(own.database, hall.id, SHOWN_ACTS),
        priorities=PRIORITY_NAMES,
        floor=EMERGENCY_FLOOR,
        loudest=LOUDEST,
        settings=settings | (typed or {}),
        fault=fault,
    )


@blueprint.post("/<name>/<any(pause,resume,skip,quiet,volume):act>")
def control(name: str, act: str) -> Response:
    """Do it, and back to the hall's page; when it is refused what was typed stays."""
    own = web()
    at, form = own.clock.now(), request.form
    try:
        if act == "pause":
            pause_hall(own.database, name, at=at, by=actor())
        elif act == "resume":
            resume_hall(own.database, name, at=at, by=actor())
        elif act == "skip":
            skip_broadcast(
                own.database,
                name,
                at=at,
                by=actor(),
                emergencies="emergencies" in form,
                meant=form.get("broadcast", type=int),
            )
        elif act == "quiet":
            set_quiet_hours(own.database, name, form.get("quiet", ""), at=at, by=actor())
        else:
            _set_volumes(name)
    except BroadcastError as error:
        typed = {key: form[key] for key in (*Priority, _HALL, "quiet") if key in form}
        return make_response(_page(name, error.sentence, typed), 400)
    return make_response(redirect(url_for("halls.page", name=name), 303))


def _set_volumes(name: str) -> None:
    """Set what differs from what is set; nothing when one of them is refused."""
    own = web()
    found = controls_of(own.database, find_hall(own.database, name).id, at=own.clock.now())
    now: dict[Priority | None, int | None] = {one: found.own.get(one.value) for one in Priority}
    now[None] = found.volume
    wanted = {one: _percent(one.value if one else _HALL) for one in now}
    for one, percent in wanted.items():
        check_volume(percent, one)
    for one, percent in wanted.items():
        if percent != now[one]:
            at = own.clock.now()
            set_volume(own.database, name, percent, at=at, by=actor(), priority=one)


def _percent(field: str) -> int | None:
    """The number typed into a field; None for an empty one. Raises BroadcastError."""
    text = request.form.get(field, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise BroadcastError(f"音量应为 0–{LOUDEST} 的整数", place=text[:20])
    return int(text)


@blueprint.route("/<name>/stop", methods=["GET", "POST"])
def stop(name: str) -> Response:
    """Stop all, asked once more: what would be cancelled stands there."""
    own = web()
    hall = find_hall(own.database, name)
    if request.method == "POST":
        emergencies = "emergencies" in request.form
        stop_all(own.database, name, at=own.clock.now(), by=actor(), emergencies=emergencies)
        return make_response(redirect(url_for("halls.page", name=name), 303))
    lined = lined_up(own.database, name)
    return make_response(render_template("halls/stop.html", hall=hall, lined=lined))
