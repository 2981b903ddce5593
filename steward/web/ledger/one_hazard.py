"""One hazard: its fields, its life, what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, make_response, render_template

from steward.domain.hazard_acts import HAZARD_ACT_NAMES, REASON_LENGTH, WITH_REASON, HazardAct
from steward.operations.show_hazard import show_hazard
from steward.web.context import web
from steward.web.ledger.blueprint import blueprint
from steward.web.ledger.hazards import word_lists

NOTES: Mapping[HazardAct, str] = {
    HazardAct.START: "企业已经开始整改。",
    HazardAct.RECTIFY: "企业已经整改完成，等待复查。",
    HazardAct.PASS: "复查合格，这条隐患就此闭环（销号）。",
    HazardAct.FAIL: "复查不合格，退回企业继续整改。",
    HazardAct.EXTEND: "新的整改期限应晚于原来的，原来的期限留在记录里。",
    HazardAct.MERGE: "与同一企业先发现的一条重复：这一条作废，只计先发现的那一条。",
    HazardAct.VOID: "登记错了：从现在起不再计入任何数字，记录保留。",
    HazardAct.REOPEN: "误点了闭环：回到待复查，闭环不再计数，记录保留。已播出的数字会提示更正。",
    HazardAct.RESTORE: "误作废的：恢复到作废以前的状态，合并也一并撤销，记录保留。",
}


@blueprint.get("/hazards/<int:number>")
def hazard(number: int) -> Response:
    """One hazard; `number` is the ledger's own."""
    return drawn(number)


def drawn(
    number: int,
    *,
    fault: str = "",
    act: HazardAct | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page; `act` is the one whose form was refused, with what was `typed` in it."""
    page = render_template(
        "ledger/hazard.html",
        shown=show_hazard(web().database, number),
        fault=fault,
        refused=act,
        typed=typed or {},
        acts=HAZARD_ACT_NAMES,
        notes=NOTES,
        with_reason=WITH_REASON,
        reason_length=REASON_LENGTH,
        **word_lists(),
    )
    return make_response(page, status, {"Cache-Control": "no-store"})
