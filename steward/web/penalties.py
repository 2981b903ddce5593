"""法定时限和次数: the record of penalties, what is still to be done, who has had how many."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.enforcement import CLOCK_NAMES, PENALTY_NAMES, PenaltyKind
from steward.errors import FiguresError, LedgerError
from steward.operations.board import towns_of
from steward.operations.find_town import find_town
from steward.operations.keep_penalties import (
    STEP_NAMES,
    NewPenalty,
    note_step,
    record_penalty,
    show_board,
    void_penalty,
)
from steward.web.auth.guard import actor
from steward.web.context import web

blueprint = Blueprint("penalties", __name__, url_prefix="/enforcement/penalties")


@blueprint.get("")
def page() -> Response:
    """The board, and the form that adds a decision."""
    return _page()


@blueprint.post("")
def record() -> Response:
    """Put a decision down."""
    own = web()
    try:
        record_penalty(
            own.database,
            _typed(),
            rules=own.settings.law_rules,
            at=own.clock.now(),
            by=actor(),
        )
    except (LedgerError, FiguresError) as error:
        return _page(fault=str(error))
    return _done()


@blueprint.post("/<int:penalty_id>/steps")
def step(penalty_id: int) -> Response:
    """It was paid, handed in, published."""
    own = web()
    try:
        note_step(
            own.database,
            penalty_id,
            request.form.get("step", ""),
            _day("day", "日期"),
            at=own.clock.now(),
            by=actor(),
        )
    except LedgerError as error:
        return _page(fault=str(error))
    return _done()


@blueprint.post("/<int:penalty_id>/void")
def void(penalty_id: int) -> Response:
    """Void a mistaken entry."""
    own = web()
    reason = request.form.get("reason", "")
    try:
        void_penalty(own.database, penalty_id, reason=reason, at=own.clock.now(), by=actor())
    except LedgerError as error:
        return _page(fault=str(error))
    return _done()


def _done() -> Response:
    return make_response(redirect(url_for("penalties.page"), 303))


def _typed() -> NewPenalty:
    """What the form holds. Raises LedgerError, FiguresError."""
    form = request.form
    if form.get("kind") not in set(PenaltyKind):
        raise LedgerError("请选择处罚种类", place="种类")
    fine = form.get("fine", "").strip() or "0"
    if not fine.isascii() or not fine.isdigit() or len(fine) > 9:
        raise LedgerError("罚款应为整数（元）", place="罚款")
    town = find_town(web().database, form.get("town"))
    return NewPenalty(
        number=form.get("number", ""),
        enterprise=form.get("enterprise", ""),
        town=town.code if town else None,
        decided_on=_day("decided_on", "决定日期"),
        kind=PenaltyKind(form["kind"]),
        fine=int(fine),
        on_the_spot=form.get("on_the_spot") == "yes",
        cash=form.get("cash") == "yes",
        officers=form.get("officers", "").replace("，", ",").replace("、", ",").split(","),
        grounds=form.get("grounds", ""),
    )


def _day(name: str, title: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise LedgerError("日期应如 2021-11-16", place=title) from error


def _page(*, fault: str = "") -> Response:
    own = web()
    drawn = render_template(
        "enforcement/penalties.html",
        board=show_board(
            own.database,
            rules=own.settings.law_rules,
            is_workday=own.schedule.is_workday,
            now=own.clock.now(),
        ),
        clock_names=CLOCK_NAMES,
        kinds=PENALTY_NAMES,
        steps=STEP_NAMES,
        towns=towns_of(own.database),
        typed=request.form if fault else {},
        fault=fault,
    )
    return make_response(drawn, 400 if fault else 200)
