"""合并: pairs that may be one hazard, decided one after the other."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.merges import Decision
from steward.errors import LedgerError
from steward.operations.decide_merge import decide_merge, take_back
from steward.operations.show_merges import decided_merges, waiting_merges
from steward.web.auth.guard import actor
from steward.web.context import web

BACK = "back"
_LARGEST = 2**63  # of a number in the database

blueprint = Blueprint("merges", __name__, url_prefix="/merges")


@blueprint.get("")
def page() -> str:
    """The pairs that wait, and what was decided lately."""
    return _page()


def _page(fault: str = "") -> str:
    database = web().database
    waiting, count = waiting_merges(database)
    return render_template(
        "merges/page.html",
        waiting=waiting,
        count=count,
        decided=decided_merges(database),
        fault=fault,
    )


@blueprint.post("/<int:number>")
def decide(number: int) -> Response:
    """`decision`: merged, different, or back. 400 when somebody was quicker, or it cannot be."""
    own = web()
    decision, at = request.form.get("decision", ""), own.clock.now()
    try:
        if number >= _LARGEST:
            raise LedgerError("没有这一对")
        if decision == BACK:
            take_back(own.database, number, at=at, by=actor())
        elif decision in set(Decision):
            decide_merge(own.database, number, Decision(decision), at=at, by=actor())
        else:
            raise LedgerError("请选择“合并”或“不是同一条”")
    except LedgerError as error:
        return make_response(_page(str(error)), 400)
    return make_response(redirect(url_for("merges.page"), 303))
