"""播报记录: what was said and who heard it, by days, to read and to take along."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, make_response, render_template, request, send_file

from steward.domain.announcements import STATUS_NAMES
from steward.domain.broadcasts import STATE_NAMES, BroadcastState
from steward.domain.playlog import Asked
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import BroadcastError
from steward.operations.export_playlog import csv_lines, file_name, write_xlsx
from steward.operations.read_playlog import day_range, playlog_page, walk_playlog
from steward.operations.show_hall import Hall, all_halls
from steward.web.context import web
from steward.web.turns import in_turn

PAGE = 50  # broadcasts
DAYS = 7
_TURN = 20  # broadcasts: a year is seconds of work
_LARGEST = 2**63  # of a number in the database
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("playlog", __name__)


@dataclass(frozen=True)
class Question:
    """What the form asks for, understood."""

    asked: Asked
    first: date
    last: date


@blueprint.get("/playlog")
def page() -> Response:
    """The newest first: ?from= ?to= (days) ?hall= (a name) ?state= ?before= (a broadcast)."""
    own = web()
    halls = all_halls(own.database)
    words, fault, found = _words(), "", []
    try:
        question = _question(words, halls)
    except BroadcastError as error:
        fault = error.sentence
    else:
        before = request.args.get("before", type=int)
        found = playlog_page(
            own.database,
            question.asked,
            after_id=before if before is None or 0 <= before < _LARGEST else None,
            limit=PAGE + 1,
        )
    drawn = render_template(
        "playlog.html",
        found=found[:PAGE],
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        halls=halls,
        states=STATE_NAMES,
        status_names=STATUS_NAMES,
        words=words,
        fault=fault,
    )
    return make_response(drawn, 400 if fault else 200, {"Cache-Control": "no-store"})


@blueprint.get("/playlog.<any(csv, xlsx):form>")
def export(form: str) -> Response:
    """The same question's answer as a file, the oldest first; 400 for one that makes no sense."""
    own = web()
    question = _question(_words(), all_halls(own.database))
    logged = in_turn(walk_playlog(own.database, question.asked), _TURN)
    name = file_name(question.first, question.last, form)
    if form == "csv":
        answer = Response(csv_lines(logged), mimetype="text/csv")
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    else:
        stream = io.BytesIO()
        write_xlsx(logged, stream)
        stream.seek(0)
        answer = send_file(stream, mimetype=_XLSX, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _words() -> dict[str, str]:
    """What was asked for as it was typed; the last seven days where no day is named."""
    today = web().clock.now().astimezone(DISTRICT_ZONE).date()
    given = {name: request.args.get(name, "").strip() for name in ("from", "to", "hall", "state")}
    if not given["from"] and not given["to"]:
        given["from"], given["to"] = str(today - timedelta(days=DAYS - 1)), str(today)
    return given


def _question(words: dict[str, str], halls: list[Hall]) -> Question:
    """Raises BroadcastError."""
    first = _day(words["from"] or words["to"])
    last = _day(words["to"] or words["from"])
    since, until = day_range(first, last)
    hall = next((one for one in halls if one.name == words["hall"]), None)
    if words["hall"] and hall is None:
        raise BroadcastError("没有这个大厅", place=words["hall"][:40])
    if words["state"] and words["state"] not in set(BroadcastState):
        raise BroadcastError("没有这种结果", place=words["state"][:40])
    state = BroadcastState(words["state"]) if words["state"] else None
    return Question(Asked(since, until, hall.id if hall else None, state), first, last)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BroadcastError("日期应如 2021-11-16", place=text[:20]) from error
