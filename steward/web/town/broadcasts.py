"""What was broadcast about a town, or in its own office, with its sound."""

from __future__ import annotations

from flask import Response, render_template

from steward.errors import NotFound
from steward.operations.find_sound import broadcast_sounds
from steward.operations.list_broadcasts import find_broadcast
from steward.operations.show_town import show_town
from steward.web.context import web
from steward.web.sounds import send_broadcast
from steward.web.town.blueprint import blueprint


@blueprint.get("/<town>/broadcasts")
def broadcasts(town: str) -> str:
    """The town's broadcasts; `town` is its code."""
    own = web()
    place, said = show_town(own.database, town)
    folder = own.settings.data_dir / "broadcasts"
    sounds = {one.id: broadcast_sounds(folder, one.id) for one in said}
    return render_template("town/broadcasts.html", place=place, said=said, sounds=sounds)


@blueprint.get("/<town>/broadcasts/<int:number>.<any(mp3, ogg, wav, vtt):kind>")
def broadcast_sound(town: str, number: int, kind: str) -> Response:
    """One of their files. Raises NotFound, also for what is another town's."""
    if town not in find_broadcast(web().database, number).towns:
        raise NotFound("这个镇街没有这次播报")
    return send_broadcast(number, kind)
