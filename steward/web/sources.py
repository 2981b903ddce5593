"""数据来源: how fresh each is, what its runs brought, and the rows that wait."""

from __future__ import annotations

import io

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

from steward.errors import SourceError
from steward.operations.ask_source import ask_source
from steward.operations.dismiss_row import dismiss_row
from steward.operations.feel_pulse import engine_gone
from steward.operations.settle_town import settle_town
from steward.operations.show_sources import (
    file_faults,
    show_source,
    show_sources,
    write_rejected,
)
from steward.web.auth.guard import actor
from steward.web.context import web

_LARGEST = 2**63  # of a number in the database
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("sources", __name__, url_prefix="/sources")


@blueprint.get("")
def page() -> str:
    """Every source that is declared."""
    own = web()
    now = own.clock.now()
    path, faults = file_faults(own.database)
    return render_template(
        "sources/page.html",
        sources=show_sources(own.database, at=now),
        path=path or str(own.settings.sources),
        faults=faults,
        gone=engine_gone(own.database, at=now),
    )


@blueprint.get("/<name>")
def source(name: str) -> str:
    """One source: its runs, newest first (?before= a run's number), and what waits."""
    return _source(name)


def _source(name: str, fault: str = "", typed: str = "") -> str:
    own = web()
    before = request.args.get("before", type=int)
    now = own.clock.now()
    return render_template(
        "sources/one.html",
        detail=show_source(
            own.database,
            name,
            at=now,
            before_run=before if before is None or 0 <= before < _LARGEST else None,
        ),
        first=before is None,
        fault=fault,
        typed=typed,
        gone=engine_gone(own.database, at=now),
    )


@blueprint.post("/<name>/pull")
def pull(name: str) -> Response:
    """立即拉取: the engine does it. 400 when it is asked for already."""
    own = web()
    try:
        ask_source(own.database, name, at=own.clock.now(), by=actor())
    except SourceError as error:
        return make_response(_source(name, error.sentence), 400)
    return make_response(redirect(url_for("sources.source", name=name), 303))


@blueprint.post("/<name>/town")
def town(name: str) -> Response:
    """`word` of this source means `town`; its rows come in with the run that follows."""
    own = web()
    word, meant = request.form.get("word", ""), request.form.get("town", "")
    try:
        settle_town(own.database, word, meant, source=name, at=own.clock.now(), by=actor())
    except SourceError as error:
        return make_response(_source(name, error.sentence, meant), 400)
    return make_response(redirect(url_for("sources.source", name=name), 303))


@blueprint.post("/<name>/dismiss")
def dismiss(name: str) -> Response:
    """`row` is let be, until it comes changed. 400 when it does not wait any more."""
    own = web()
    number = request.form.get("row", type=int)
    try:
        if number is None or not 0 <= number < _LARGEST:
            raise SourceError("请写明是哪一行")
        dismiss_row(own.database, name, number, at=own.clock.now(), by=actor())
    except SourceError as error:
        return make_response(_source(name, error.sentence), 400)
    return make_response(redirect(url_for("sources.source", name=name, _anchor="waiting"), 303))


@blueprint.get("/<name>/rejected.xlsx")
def rejected(name: str) -> Response:
    """The rows that wait, each with its reason, to be corrected and taken in as a file."""
    own = web()
    stream = io.BytesIO()
    write_rejected(own.database, name, stream, file=own.settings.sources)
    stream.seek(0)
    answer = send_file(
        stream, mimetype=_XLSX, as_attachment=True, download_name=f"{name}-未接收的行.xlsx"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
