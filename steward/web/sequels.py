"""What follows a broadcast: its correction, its all clear, drafted with one press."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, url_for

from steward.operations.compare_with_ledger import Rules
from steward.operations.end_emergency import write_all_clear
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.write_correction import write_correction
from steward.web.auth.guard import actor
from steward.web.context import web

blueprint = Blueprint("sequels", __name__)


def rules() -> Rules:
    """How figures are computed and said in this installation."""
    settings = web().settings
    return Rules(
        settings.due_soon_days,
        own_templates=settings.own_templates,
        colour_rules=settings.colour_rules,
    )


@blueprint.post("/broadcasts/<int:broadcast_id>/correction")
def correct(broadcast_id: int) -> Response:
    """Draft the correction of a broadcast; 400 when there is nothing to put right."""
    own = web()
    number, _ = write_correction(
        own.database,
        broadcast_id,
        rules=rules(),
        district=own.settings.district,
        lexicon=lexicon_in_force(own.database, own.settings.lexicon),
        at=own.clock.now(),
        by=actor(),
    )
    return _look_at(number)


@blueprint.post("/broadcasts/<int:broadcast_id>/all-clear")
def end(broadcast_id: int) -> Response:
    """Draft the all clear of an emergency; 400 when there is nothing to end."""
    own = web()
    number, _ = write_all_clear(
        own.database,
        broadcast_id,
        lexicon=lexicon_in_force(own.database, own.settings.lexicon),
        at=own.clock.now(),
        by=actor(),
    )
    return _look_at(number)


def _look_at(number: int) -> Response:
    """On to where it is looked at before it is sent."""
    return make_response(redirect(url_for("desk.edit", number=number), 303))
