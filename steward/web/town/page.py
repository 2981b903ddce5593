"""A town's first page."""

from __future__ import annotations

from flask import Response, make_response, redirect, url_for

from steward.web.town.blueprint import blueprint


@blueprint.get("/<town>")
def page(town: str) -> Response:
    """What the town was given last, and before."""
    return make_response(redirect(url_for("towns.broadcasts", town=town), 303))
