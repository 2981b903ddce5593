"""台账: hazards by a filter that stands in the address; the same as a file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Response, make_response, render_template, request, send_file

from steward.domain.hazards import LEVEL_NAMES, SOURCE_NAMES, STATUS_NAMES
from steward.domain.offices import FORMATS
from steward.domain.search import Counted, Hazard, HazardFilter, Order, Page
from steward.errors import LedgerError
from steward.operations.export_hazards import csv_lines, file_name, write_xlsx
from steward.operations.find_hazards import count_hazards, hazard_page, walk_hazards
from steward.operations.list_names import Names, list_names, name_enterprise
from steward.operations.open_figure import OpenedFigure, open_figure
from steward.web.context import web
from steward.web.ledger import asked
from steward.web.ledger.blueprint import blueprint
from steward.web.town.asked import asked_mark
from steward.web.turns import in_turn

PAGE = 50  # hazards
MOST_IN_A_WORKBOOK = 100_000  # made while the browser waits
_TURN = 200  # rows


@dataclass(frozen=True)
class Question:
    """What an address asks for, understood."""

    words: asked.Words
    filter: HazardFilter
    order: Order
    figure: OpenedFigure | None


@blueprint.get("/hazards")
def hazards() -> Response:
    """A page of them; open ones where the address asks for nothing. 400 for what makes no sense."""
    own = web()
    words = _words()
    names, fault = list_names(own.database), ""
    found: Page[Hazard] = Page([])
    counted, question = Counted(0), None
    try:
        question = _question(words)
        after, before = (asked_mark(name, question.order.by) for name in ("after", "before"))
        found = hazard_page(
            own.database, question.filter, question.order, limit=PAGE, after=after, before=before
        )
        whole = after is None and before is None and (found.on is None or found.stopped)
        counted = (
            Counted(len(found.rows), found.stopped)
            if whole
            else count_hazards(own.database, question.filter)
        )
    except LedgerError as error:
        fault = str(error)
    drawn = render_template(
        "ledger/hazards.html",
        found=found,
        counted=counted,
        words=words,
        fault=fault,
        names=names,
        same=same,
        chips=_chips(words, names, question),
        orders=asked.ORDERS,
        states=asked.STATES,
        **word_lists(),
    )
    return make_response(drawn, 400 if fault else 200, {"Cache-Control": "no-store"})


@blueprint.get("/hazards.<any(csv, xlsx):form>")
def export(form: str) -> Response:
    """All of them as a file that intake takes back; 400 for what makes no sense."""
    own = web()
    question = _question(_words())
    with_source = question.filter.source is None
    rows = in_turn(walk_hazards(own.database, question.filter), _TURN)
    name = file_name(_called(question), question.filter.today, form)
    if form == "csv":
        answer = Response(csv_lines(rows, with_source=with_source), mimetype="text/csv")
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    else:
        stream = io.BytesIO()
        write_xlsx(_not_too_many(rows), stream, with_source=with_source)
        stream.seek(0)
        answer = send_file(
            stream, mimetype=FORMATS["xlsx"].mime, as_attachment=True, download_name=name
        )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def same(words: Iterable[str]) -> list[tuple[str, str]]:
    """Words that are their own values, for a choice among them."""
    return [(word, word) for word in words]


def word_lists() -> dict[str, object]:
    """The words for what a hazard is, and the day it is looked at."""
    return {
        "local_today": asked.today(),
        "levels": LEVEL_NAMES,
        "statuses": STATUS_NAMES,
        "sources": SOURCE_NAMES,
    }


def figure_asked() -> tuple[int, str] | None:
    """?broadcast= and ?figure=: whose, and under which name its ids are kept."""
    number, kept = request.args.get("broadcast", ""), request.args.get("figure", "")
    if not kept or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return int(number), kept


def _words() -> asked.Words:
    return asked.typed(asked.FIELDS, {"state": "open"})


def _question(words: asked.Words) -> Question:
    """Raises LedgerError; NotFound for a figure that has no list."""
    whose = figure_asked()
    figure = open_figure(web().database, *whose) if whose else None
    narrowed = asked.hazard_filter(words, figure.ids if figure else None)
    return Question(words, narrowed, asked.order_of(words), figure)


def _chips(words: asked.Words, names: Names, question: Question | None) -> list[asked.Chip]:
    if question is None:
        return []
    number = question.filter.enterprise_id
    enterprise = "" if number is None else name_enterprise(web().database, number)
    return asked.chips(words, names, figure_words(question.figure), enterprise)


def figure_words(figure: OpenedFigure | None) -> str:
    """播报 12 的“本周新增隐患”：当时的 28 条."""
    if figure is None:
        return ""
    return f"播报 {figure.broadcast_id} 的“{figure.name}”：当时的 {len(figure.ids)} 条"


def _called(question: Question) -> str:
    """What the file is of, for its name."""
    narrowed = question.filter
    said = [
        *(list_names(web().database).towns.get(code, "") for code in sorted(narrowed.towns)),
        SOURCE_NAMES[narrowed.source] if narrowed.source else "",
        asked.STATES.get(str(narrowed.standing or narrowed.status or ""), ""),
    ]
    return "".join(said)


def _not_too_many(rows: Iterable[Hazard]) -> Iterator[Hazard]:
    for number, row in enumerate(rows):
        if number >= MOST_IN_A_WORKBOOK:
            raise LedgerError(f"超过 {MOST_IN_A_WORKBOOK:,} 条，请缩小范围，或导出 CSV（不限条数）")
        yield row
