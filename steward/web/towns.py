"""A town's own page: what was said about it. Whoever is bound to a town sees that town alone."""

from __future__ import annotations

from flask import Blueprint, render_template

from steward.operations.find_sound import broadcast_sounds
from steward.operations.show_town import show_town
from steward.web.context import web

blueprint = Blueprint("towns", __name__, url_prefix="/towns")


@blueprint.get("/<town>/broadcasts")
def broadcasts(town: str) -> str:
    """The town's broadcasts with their sounds; `town` is its code."""
    own = web()
    place, said = show_town(own.database, town)
    folder = own.settings.data_dir / "broadcasts"
    sounds = {one.id: broadcast_sounds(folder, one.id) for one in said}
    return render_template("town.html", place=place, said=said, sounds=sounds)
