"""隐患预警: who is due soon and who is overdue, who answers for it, what was."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)

from steward.domain.figures import Town
from steward.domain.offices import FORMATS
from steward.domain.search import Mark
from steward.domain.warning_lists import WARNING_NAMES, Listed, Lists, WarningKind
from steward.domain.weeks import district_instant
from steward.errors import FiguresError, LedgerError
from steward.operations.board import towns_of
from steward.operations.export_warnings import file_name, write_warnings
from steward.operations.find_town import find_town
from steward.operations.follow_warnings import show_warnings
from steward.operations.take_warning import past_warnings, take_warning
from steward.web.auth.guard import actor
from steward.web.context import web
from steward.web.marks import before

PAGE = 100
_LARGEST = 2**31
KEPT = ("town", "kind", "state", "q", "start")
STATES = {
    "": "全部",
    "untaken": "没有人签收",
    "taken": "已签收",
    "escalated": "已升级",
}

blueprint = Blueprint("warnings", __name__)


@dataclass(frozen=True)
class Asked:
    """What the address asks for: an instant (None: now), a town, a list, what became of it."""

    as_of: datetime | None = None
    town: Town | None = None
    kind: WarningKind = WarningKind.OVERDUE
    state: str = ""
    text: str = ""


@blueprint.get("/warnings")
def page() -> Response:
    """The lists: ?town= ?kind= ?state= ?q= ?start= (a row) ?as_of= (an instant of before)."""
    return _page()


@blueprint.get("/warnings.xlsx")
def export() -> Response:
    """Both lists, of a town or of all, now or at an instant, as a workbook."""
    asked, fault, _ = _asked()
    if fault:
        return _page()
    lists = _lists(asked)
    stream = io.BytesIO()
    write_warnings(lists, stream)
    stream.seek(0)
    scope = asked.town.name if asked.town else web().settings.district
    answer = send_file(
        stream,
        mimetype=FORMATS["xlsx"].mime,
        as_attachment=True,
        download_name=file_name(lists, scope),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/warnings/<int:warning_id>")
def take(warning_id: int) -> Response:
    """Somebody has taken it up."""
    own = web()
    try:
        take_warning(
            own.database,
            warning_id,
            responsible=request.form.get("responsible", ""),
            note=request.form.get("note", ""),
            at=own.clock.now(),
            by=actor(),
        )
    except LedgerError as error:
        return _page(fault=str(error), taking=warning_id)
    kept = {name: request.args[name] for name in KEPT if request.args.get(name)}
    return make_response(redirect(url_for("warnings.page", _external=False, **kept), 303))


@blueprint.get("/warnings/past")
def past() -> str:
    """What is over, the latest first: ?town= ?before= (instant~id)."""
    own = web()
    town = find_town(own.database, request.args.get("town"))
    found = past_warnings(
        own.database,
        town=town.code if town else None,
        before=before(request.args.get("before", "")),
        limit=PAGE + 1,
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    more = str(Mark(last.closed_at, last.id)) if last and last.closed_at else ""
    return render_template(
        "warnings/past.html",
        found=found[:PAGE],
        more=more,
        names=WARNING_NAMES,
        towns=towns_of(own.database),
        town=town,
    )


def _page(*, fault: str = "", taking: int | None = None) -> Response:
    asked, wrong, status = _asked()
    lists = Lists(web().clock.now(), web().clock.now().date()) if wrong else _lists(asked)
    start = request.args.get("start", type=int) or 0
    start = start if 0 <= start < _LARGEST else 0
    shown = [one for one in lists.of(asked.kind) if _wanted(one, asked)]
    drawn = render_template(
        "warnings/page.html",
        lists=lists,
        asked=asked,
        shown=shown[start : start + PAGE],
        number=len(shown),
        start=start,
        page=PAGE,
        kinds=WARNING_NAMES,
        states=STATES,
        towns=towns_of(web().database),
        fault=fault or wrong,
        typed=request.form if fault else {},
        taking=taking,
    )
    return make_response(drawn, status if wrong else 400 if fault else 200)


def _asked() -> tuple[Asked, str, int]:
    """What is asked for; what is wrong with it, and as what that is answered."""
    words = request.args
    kind = words.get("kind", WarningKind.OVERDUE.value)
    state = words.get("state", "")
    try:
        as_of = district_instant(words["as_of"]) if words.get("as_of") else None
    except ValueError:
        return Asked(), "时刻应如 2021-11-16T09:00", 400
    try:
        town = find_town(web().database, words.get("town"))
    except FiguresError as error:
        return Asked(as_of), error.sentence, 404
    if kind not in set(WarningKind) or state not in STATES:
        return Asked(as_of, town), "没有这种预警", 400
    return Asked(as_of, town, WarningKind(kind), state, words.get("q", "").strip()), "", 200


def _lists(asked: Asked) -> Lists:
    own = web()
    now = own.clock.now()
    return show_warnings(
        own.database,
        as_of=asked.as_of or now,
        due_soon_days=own.settings.due_soon_days,
        town=asked.town.code if asked.town else None,
        now=None if asked.as_of else now,
    )


def _wanted(one: Listed, asked: Asked) -> bool:
    case = one.case
    taken = case is not None and case.acknowledged_at is not None
    if asked.text and asked.text not in one.entry.warned.name:
        return False
    if asked.state == "taken":
        return taken
    if asked.state == "untaken":
        return not taken
    return asked.state != "escalated" or (case is not None and case.escalated_at is not None)
