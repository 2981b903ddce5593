"""执法辅助: whom to inspect next and why, rounds to print, and who is left out."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.errors import FiguresError, LedgerError
from steward.operations.board import towns_of
from steward.operations.find_town import find_town
from steward.operations.rank_for_inspection import (
    end_exclusion,
    exclude_enterprise,
    make_round,
    rules_in_force,
    show_ranking,
)
from steward.operations.show_rounds import list_rounds, show_round
from steward.web.auth.guard import actor
from steward.web.context import web

PAGE = 50
_LARGEST = 2**31

blueprint = Blueprint("enforcement", __name__)


@blueprint.get("/enforcement")
def page() -> Response:
    """The last ranking, of all or of a town: ?town= (a code) ?after= (a place)."""
    return _page()


@blueprint.post("/enforcement/rounds")
def make() -> Response:
    """Make a round of it."""
    own = web()
    try:
        id_ = make_round(
            own.database,
            rules=own.settings.enforcement_rules,
            at=own.clock.now(),
            by=actor(),
            title=request.form.get("title", ""),
            total=_number("total", "一共"),
            per_town=_number("per_town", "每个镇街"),
        )
    except LedgerError as error:
        return _page(fault=str(error), about="round")
    return make_response(redirect(url_for("enforcement.round_", round_id=id_), 303))


@blueprint.get("/enforcement/rounds/<int:round_id>")
def round_(round_id: int) -> str:
    """One round, to print and take along: each enterprise with what it is judged by."""
    own = web()
    head, items, law = show_round(own.database, round_id, rules=own.settings.law_rules)
    return render_template("enforcement/round.html", head=head, items=items, law=law)


@blueprint.post("/enforcement/exclusions")
def exclude() -> Response:
    """Leave an enterprise out of rounds for a while."""
    own = web()
    form = request.form
    try:
        town = find_town(own.database, form.get("town"))
        exclude_enterprise(
            own.database,
            form.get("enterprise", ""),
            town=town.code if town else None,
            reason=form.get("reason", ""),
            until=_day(form.get("until", "")),
            at=own.clock.now(),
            by=actor(),
        )
    except (LedgerError, FiguresError) as error:
        return _page(fault=str(error), about="exclusion")
    return make_response(redirect(url_for("enforcement.page"), 303))


@blueprint.post("/enforcement/exclusions/<int:exclusion_id>/end")
def include(exclusion_id: int) -> Response:
    """It may be inspected again."""
    own = web()
    try:
        end_exclusion(own.database, exclusion_id, at=own.clock.now(), by=actor())
    except LedgerError as error:
        return _page(fault=str(error), about="exclusion")
    return make_response(redirect(url_for("enforcement.page"), 303))


def _page(*, fault: str = "", about: str = "") -> Response:
    own = web()
    after = request.args.get("after", type=int) or 0
    status = 400 if fault else 200
    town = None
    try:
        town = find_town(own.database, request.args.get("town"))
    except FiguresError as error:
        fault, status = error.sentence, 404
    now = own.clock.now()
    drawn = render_template(
        "enforcement/page.html",
        ranking=show_ranking(
            own.database,
            now=now,
            town=town.code if town else None,
            after=after if 0 <= after < _LARGEST else 0,
            limit=PAGE,
        ),
        rules=rules_in_force(own.settings.enforcement_rules, now),
        rounds=list_rounds(own.database),
        towns=towns_of(own.database),
        town=town,
        after=after,
        typed=request.form if fault else {},
        fault=fault,
        about=about,
    )
    return make_response(drawn, status)


def _number(name: str, title: str) -> int | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise LedgerError("名额应为整数", place=title)
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LedgerError("日期应如 2021-12-31", place="到哪一天") from error
