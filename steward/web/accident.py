"""事故预警 and the record of incidents."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.accidents import HORIZON_DAYS, METHOD_NAMES
from steward.domain.incidents import KIND_NAMES, IncidentKind
from steward.domain.search import Mark
from steward.domain.weeks import district_instant
from steward.errors import FiguresError, LedgerError
from steward.operations.board import towns_of
from steward.operations.find_town import find_town
from steward.operations.foresee_accidents import show_foresight
from steward.operations.keep_incidents import (
    NewIncident,
    list_incidents,
    record_incident,
    void_incident,
)
from steward.web.auth.guard import actor
from steward.web.context import web
from steward.web.marks import before

PAGE = 50
_LARGEST = 2**31

blueprint = Blueprint("accident", __name__)


@blueprint.get("/accident")
def page() -> Response:
    """The last foresight, likeliest first: ?town= (a code) ?after= (a rank)."""
    own = web()
    after = request.args.get("after", type=int) or 0
    town, fault = None, ""
    try:
        town = find_town(own.database, request.args.get("town"))
    except FiguresError as error:
        fault = error.sentence
    shown = show_foresight(
        own.database,
        town=town.code if town else None,
        after=after if 0 <= after < _LARGEST else 0,
        limit=PAGE,
    )
    drawn = render_template(
        "accident/page.html",
        shown=shown,
        towns=towns_of(own.database),
        town=town,
        after=after,
        fault=fault,
        horizon=HORIZON_DAYS,
        methods=METHOD_NAMES,
    )
    return make_response(drawn, 404 if fault else 200)


@blueprint.get("/incidents")
def incidents() -> Response:
    """The record, the latest first: ?before= (instant~id); and the form that adds one."""
    return _record()


@blueprint.post("/incidents")
def record() -> Response:
    """Put an incident down."""
    own = web()
    try:
        record_incident(own.database, _typed(), at=own.clock.now(), by=actor())
    except (LedgerError, FiguresError) as error:
        return _record(fault=str(error))
    return make_response(redirect(url_for("accident.incidents"), 303))


@blueprint.post("/incidents/<int:incident_id>/void")
def void(incident_id: int) -> Response:
    """Void a mistaken entry."""
    own = web()
    reason = request.form.get("reason", "")
    try:
        void_incident(own.database, incident_id, reason=reason, at=own.clock.now(), by=actor())
    except LedgerError as error:
        return _record(fault=str(error), voiding=incident_id)
    return make_response(redirect(url_for("accident.incidents"), 303))


def _typed() -> NewIncident:
    """What the form holds. Raises LedgerError, FiguresError."""
    form = request.form
    if form.get("kind") not in set(IncidentKind):
        raise LedgerError("请选择事故类别", place="事故类别")
    try:
        occurred_at = district_instant(form.get("occurred_at", ""))
    except ValueError as error:
        raise LedgerError("发生时间应如 2021-11-15 09:30", place="发生时间") from error
    town = find_town(web().database, form.get("town"))
    return NewIncident(
        external_id=form.get("number", ""),
        enterprise=form.get("enterprise", ""),
        kind=IncidentKind(form["kind"]),
        occurred_at=occurred_at,
        town=town.code if town else None,
        deaths=_people("deaths", "死亡人数"),
        injured=_people("injured", "受伤人数"),
        description=form.get("description", ""),
    )


def _people(name: str, title: str) -> int:
    text = request.form.get(name, "").strip() or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise LedgerError("人数应为整数", place=title)
    return int(text)


def _record(*, fault: str = "", voiding: int | None = None) -> Response:
    own = web()
    found = list_incidents(own.database, before=before(request.args.get("before", "")), limit=51)
    more = found[PAGE - 1] if len(found) > PAGE else None
    drawn = render_template(
        "accident/incidents.html",
        found=found[:PAGE],
        more=str(Mark(more.occurred_at, more.id)) if more else "",
        kinds=KIND_NAMES,
        towns=towns_of(own.database),
        typed=request.form if fault else {},
        fault=fault,
        voiding=voiding,
    )
    return make_response(drawn, 400 if fault else 200)
