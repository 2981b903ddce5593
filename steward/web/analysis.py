"""隐患分析: a week or a month of the district or a town, with every number's list behind it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, make_response, render_template, request, send_file, url_for

from steward.analysis.inquiry import FEWEST_WEEKS, MOST_WEEKS
from steward.domain.figures import Town
from steward.domain.inquiry import Analysis
from steward.domain.offices import FORMATS
from steward.domain.periods import Period, Span
from steward.domain.tendency import TENDENCY_RULE
from steward.errors import FiguresError, NotFound
from steward.operations.analyse import Offered, offered
from steward.operations.board import towns_of
from steward.operations.draw_analysis import PICTURES, draw, draw_png
from steward.operations.export_analysis import (
    GROUPS,
    REPEAT_RULE,
    file_name,
    headline,
    write_analysis,
)
from steward.operations.find_town import find_town
from steward.web.context import web
from steward.web.ledger.asked import VALID

blueprint = Blueprint("analysis", __name__)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; `fault` and `status` where it makes no sense."""

    period: Period
    offered: Offered
    town: Town | None = None
    weeks: int = FEWEST_WEEKS
    found: Analysis | None = None
    fault: str = ""
    status: int = 200

    @property
    def words(self) -> dict[str, str]:
        """The fields of an address that asks for the same."""
        words = {"period": str(self.period)}
        if self.town is not None:
            words["town"] = self.town.code
        return words | ({"weeks": str(self.weeks)} if self.weeks != FEWEST_WEEKS else {})


@blueprint.get("/analysis")
def page() -> Response:
    """?period= (2021-W46, 2021-10) ?town= ?weeks=; the last whole month without."""
    return _page(_asked())


@blueprint.get("/analysis.xlsx")
def export() -> Response:
    """Every table of the page as a workbook."""
    asked = _asked()
    if asked.found is None:
        return _no_file(asked)
    stream = io.BytesIO()
    district = web().settings.district
    write_analysis(asked.found, stream, district)
    stream.seek(0)
    return _file(stream, FORMATS["xlsx"].mime, file_name(asked.found, district, "xlsx"))


@blueprint.get("/analysis/<name>.<any(svg, png):form>")
def picture(name: str, form: str) -> Response:
    """One of the page's pictures as a file. NotFound for one that is not there."""
    if name not in PICTURES:
        raise NotFound("没有这张图", place=name)
    asked = _asked()
    if asked.found is None:
        return _no_file(asked)
    chart = draw(asked.found).get(name)
    if chart is None:
        raise NotFound("这个范围、这个时期没有这张图", place=name)
    own = web().settings
    called = file_name(asked.found, own.district, form, chart.caption)
    if form == "svg":
        return _file(io.BytesIO(chart.svg.encode()), "image/svg+xml", called)
    return _file(io.BytesIO(draw_png(chart, own.fonts_folder)), "image/png", called)


def _no_file(asked: Asked) -> Response:
    """The page that says why: 404 where nothing is wrong but there is nothing."""
    return _page(replace(asked, status=404 if asked.status == 200 else asked.status))


def _file(stream: io.BytesIO, mime: str, name: str) -> Response:
    answer = send_file(stream, mimetype=mime, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(asked: Asked) -> Response:
    drawn = render_template(
        "analysis/page.html",
        asked=asked,
        one=asked.found,
        headline=headline(asked.found) if asked.found else [],
        charts=draw(asked.found) if asked.found else {},
        spans=_spans(asked.found) if asked.found else {},
        towns=[(one.code, one.name) for one in towns_of(web().database)],
        rows=_rows(asked.town),
        weeks=(FEWEST_WEEKS, 20, MOST_WEEKS),
        groups=GROUPS,
        rule=TENDENCY_RULE,
        repeat_rule=REPEAT_RULE,
    )
    return make_response(drawn, asked.status, {"Cache-Control": "no-store"})


def _rows(town: Town | None) -> Callable[..., str]:
    """The address of the list behind a number: days, and what narrows it."""

    def rows(days: Span, **narrowed: str) -> str:
        words = {"state": VALID} | ({"town": town.code} if town else {}) | narrowed
        by = words.pop("by", "found")
        words |= {f"{by}_from": days.first.isoformat(), f"{by}_to": days.last.isoformat()}
        return url_for("ledger.hazards", _external=False, **words)

    return rows


def _spans(one: Analysis) -> dict[str, Span]:
    """The days of the periods it is compared with."""
    spans = {"before": Span(one.before.first, one.before.last)}
    if one.year_before is not None:
        spans["year_before"] = Span(one.year_before.first, one.year_before.last)
    return spans


def _asked() -> Asked:
    own, words = web(), request.args
    now = own.clock.now()
    known = offered(own.database, now)
    typed = words.get("period", "")
    try:
        period = Period.parse(typed) if typed else known.usual
    except ValueError:
        return Asked(
            known.usual, known, fault="时期应如 2021-W46（周）或 2021-10（月）", status=400
        )
    try:
        town = find_town(own.database, words.get("town"))
    except FiguresError as error:
        return Asked(period, known, fault=error.sentence, status=404)
    if known.empty:  # nothing is wrong with the question
        return Asked(period, known, town, fault="台账里还没有隐患，没有可以分析的")
    weeks = words.get("weeks", str(FEWEST_WEEKS))
    number = int(weeks) if weeks.isascii() and weeks.isdigit() and len(weeks) < 4 else 0
    try:
        found = own.analyses.of(period, now=now, town=town.code if town else None, weeks=number)
    except FiguresError as error:
        return Asked(period, known, town, fault=error.sentence, status=400)
    return Asked(period, known, town, number, found)
