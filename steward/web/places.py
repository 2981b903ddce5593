"""区域: the tree of zones with their halls; add, rename, move, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.accounts import NAME_LENGTH
from steward.domain.halls import HALL_KIND_NAMES, HallKind
from steward.domain.places import TITLE_LENGTH, PlacedHall, PlacedZone
from steward.errors import NotFound, PlaceError
from steward.operations import keep_halls, keep_zones
from steward.operations.show_places import Places, show_places
from steward.web.auth.guard import actor
from steward.web.context import web

blueprint = Blueprint("places", __name__, url_prefix="/places")

Typed = dict[str, str]
_FIELDS = ("name", "title", "kind", "town", "zone", "parent")


@blueprint.get("")
def page() -> str:
    """The tree, and the forms that add to it."""
    return _page()


def _page(fault: str = "", typed: Typed | None = None, of: str = "") -> str:
    """`of` is the form that was refused: "hall" or "zone"."""
    return _drawn("places/page.html", show_places(web().database), fault, typed or {}, of=of)


def _drawn(template: str, places: Places, fault: str, typed: Typed, **facts: object) -> str:
    return render_template(
        template,
        places=places,
        kinds=HALL_KIND_NAMES,
        towns={town.code: town.name for town in places.towns},
        fault=fault,
        typed=typed,
        name_length=NAME_LENGTH,
        title_length=TITLE_LENGTH,
        **facts,
    )


@blueprint.post("/halls")
def add_hall() -> Response:
    """A new hall, room or town office."""
    typed = _typed()
    return _done(
        lambda how: keep_halls.add_hall(
            web().database,
            typed["name"],
            typed["title"],
            kind=_kind(typed),
            town=typed["town"] or None,
            zone=typed["zone"] or None,
            **how,
        ),
        lambda fault: _page(fault, typed, "hall"),
    )


@blueprint.post("/zones")
def add_zone() -> Response:
    """A new zone."""
    typed = _typed()
    return _done(
        lambda how: keep_zones.add_zone(
            web().database, typed["name"], typed["title"], parent=typed["parent"] or None, **how
        ),
        lambda fault: _page(fault, typed, "zone"),
    )


@blueprint.get("/halls/<name>")
def hall(name: str) -> str:
    """One hall, and what the administrator may do with it."""
    return _hall(name)


def _hall(name: str, fault: str = "", typed: Typed | None = None) -> str:
    places = show_places(web().database)
    found = next((one for one in places.halls if one.name == name), None)
    if found is None:
        raise NotFound(f"没有名为“{name}”的大厅")
    return _drawn("places/hall.html", places, fault, _over(_of_hall(found), typed), hall=found)


@blueprint.post("/halls/<name>")
def change_hall(name: str) -> Response:
    """Another title, kind, town."""
    typed = _typed()
    return _done(
        lambda how: keep_halls.change_hall(
            web().database,
            name,
            title=typed["title"],
            kind=_kind(typed),
            town=typed["town"] or None,
            **how,
        ),
        lambda fault: _hall(name, fault, typed),
    )


@blueprint.post("/halls/<name>/move")
def move_hall(name: str) -> Response:
    """Into a zone, or out of all."""
    zone = _typed()["zone"] or None
    return _done(
        lambda how: keep_halls.move_hall(web().database, name, zone, **how),
        lambda fault: _hall(name, fault),
    )


@blueprint.post("/halls/<name>/remove")
def remove_hall(name: str) -> Response:
    """Away with it, when nothing needs it."""
    return _done(
        lambda how: keep_halls.remove_hall(web().database, name, **how),
        lambda fault: _hall(name, fault),
    )


@blueprint.get("/zones/<name>")
def zone(name: str) -> str:
    """One zone, and what the administrator may do with it."""
    return _zone(name)


def _zone(name: str, fault: str = "", typed: Typed | None = None) -> str:
    places = show_places(web().database)
    found = next((one for one in places.zones if one.name == name), None)
    if found is None:
        raise NotFound(f"没有名为“{name}”的区域")
    return _drawn("places/zone.html", places, fault, _over(_of_zone(found), typed), zone=found)


@blueprint.post("/zones/<name>")
def rename_zone(name: str) -> Response:
    """Another title."""
    typed = _typed()
    return _done(
        lambda how: keep_zones.rename_zone(web().database, name, typed["title"], **how),
        lambda fault: _zone(name, fault, typed),
    )


@blueprint.post("/zones/<name>/move")
def move_zone(name: str) -> Response:
    """Into another zone, or to the top."""
    typed = _typed()
    return _done(
        lambda how: keep_zones.move_zone(web().database, name, typed["parent"] or None, **how),
        lambda fault: _zone(name, fault, typed),
    )


@blueprint.post("/zones/<name>/remove")
def remove_zone(name: str) -> Response:
    """Away with it, when it is empty."""
    return _done(
        lambda how: keep_zones.remove_zone(web().database, name, **how),
        lambda fault: _zone(name, fault),
    )


def _typed() -> Typed:
    """What was typed into the form that was sent, "" where it has no such field."""
    return {name: request.form.get(name, "").strip() for name in _FIELDS}


def _over(known: Typed, typed: Typed | None) -> Typed:
    """What is known, and over it what was typed into the form that was sent."""
    return known | {name: text for name, text in (typed or {}).items() if name in request.form}


def _kind(typed: Typed) -> HallKind:
    if typed["kind"] not in set(HallKind):
        raise PlaceError("请选择类型：大厅、房间或镇街安监办")
    return HallKind(typed["kind"])


def _of_hall(found: PlacedHall) -> Typed:
    return {
        "title": found.title,
        "kind": found.kind.value,
        "town": found.town_code or "",
        "zone": found.zone or "",
    }


def _of_zone(found: PlacedZone) -> Typed:
    return {"title": found.title, "parent": found.parent or ""}


def _done(act: Callable[[dict[str, Any]], object], again: Callable[[str], str]) -> Response:
    """Do it, and back to the tree; when it is refused, the page again with what was typed."""
    try:
        act({"at": web().clock.now(), "by": actor()})
    except PlaceError as error:
        return make_response(again(error.sentence), 400)
    return make_response(redirect(url_for("places.page"), 303))
