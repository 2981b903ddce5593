"""办理: the forms of a hazard's page."""

from __future__ import annotations

from datetime import date

from flask import Response, make_response, redirect, request, url_for

from steward.domain.hazard_acts import HazardAct
from steward.errors import ActedMeanwhile, LedgerError, NotFound
from steward.operations.act_on_hazard import Told, act_on_hazard
from steward.web.auth.guard import actor
from steward.web.context import web
from steward.web.ledger.blueprint import blueprint
from steward.web.ledger.one_hazard import drawn

_FIELDS = ("reason", "deadline", "into")


@blueprint.post("/hazards/<int:number>/acts/<act>")
def act(number: int, act: str) -> Response:
    """Do it and show the hazard. Refused, the page comes back with what was typed: 400, or 409 when
    somebody has acted since it was looked at."""
    own = web()
    typed = {name: request.form.get(name, "") for name in _FIELDS}
    if act not in set(HazardAct):
        raise NotFound("没有这种办理")
    wanted = HazardAct(act)
    try:
        told = Told(typed["reason"], _day(typed["deadline"]), typed["into"])
        seen = request.form.get("seen", "")
        act_on_hazard(own.database, number, wanted, told, at=own.clock.now(), by=actor(), seen=seen)
    except LedgerError as error:
        status = 409 if isinstance(error, ActedMeanwhile) else 400
        return drawn(number, fault=error.sentence, act=wanted, typed=typed, status=status)
    return make_response(redirect(url_for("ledger.hazard", number=number), 303))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LedgerError("日期应如 2021-11-16", place=text[:20]) from error
