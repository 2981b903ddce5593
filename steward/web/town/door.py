"""The way in by a personal link: the key leaves the address at once."""

from __future__ import annotations

from flask import Response, make_response, redirect, request, url_for

from steward.operations.enter_by_link import enter_by_link
from steward.web.addresses import public
from steward.web.auth.guard import address, remember
from steward.web.context import web
from steward.web.town.blueprint import blueprint


def link_of(town: str, key: str) -> str:
    """The whole address that opens a town's page with a token."""
    return public(url_for("towns.enter", town=town, key=key))


@blueprint.get("/<town>/enter")
def enter(town: str) -> Response:
    """Log the browser in by ?key=, and on to the town's page. A HEAD logs nobody in."""
    if request.method != "HEAD":
        own = web()
        key = request.args.get("key", "")
        remember(enter_by_link(own.database, town, key, at=own.clock.now(), address=address()))
    return make_response(redirect(url_for("towns.page", town=town), 303))


@blueprint.after_request
def _tell_nobody(response: Response) -> Response:
    """The address with the key goes to no cache and to no other page, refused or not."""
    if request.endpoint == "towns.enter":
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
