"""A town's own colour: what its score is made of. Of other towns nothing is shown."""

from __future__ import annotations

from flask import Response, make_response, render_template

from steward.operations.show_map import town_of
from steward.web.town.blueprint import blueprint
from steward.web.town_map import asked_month, words


@blueprint.get("/<town>/colour")
def colour(town: str) -> Response:
    """The town's colour of ?month= (default: the last whole one)."""
    shown, fault = asked_month(steps_of=(town,))
    drawn = render_template(
        "map/town.html", town=town_of(shown, town), own=True, fault=fault, **words(shown)
    )
    return make_response(drawn, 400 if fault else 200)
