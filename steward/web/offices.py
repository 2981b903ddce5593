"""镇街送达: which town was given what, has been sent it, has taken it; and sending once more."""

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

from steward.domain.offices import CONTACT_NAMES, FORMATS, ISSUED, MATTER_NAMES, Matter
from steward.errors import DeliveryError
from steward.operations.export_offices import file_name, write_xlsx
from steward.operations.resend import resend
from steward.operations.show_offices import (
    SHOW_NAMES,
    STANDING_NAMES,
    Show,
    show_offices,
)
from steward.web.auth.guard import actor
from steward.web.context import web

blueprint = Blueprint("offices", __name__)


@blueprint.get("/offices")
def page() -> Response:
    """?matter= (briefing, report) ?period= (a week or a month; the newest) ?show=."""
    return _page()


def _page(fault: str = "") -> Response:
    """The page; with why a form of it was refused."""
    own, form = web(), request.form
    matter, show = _matter(), _show()
    period = (form.get("period") or request.args.get("period", "")).strip()
    try:
        overview = show_offices(own.database, matter, period, now=own.clock.now(), show=show)
    except DeliveryError as error:
        fault = fault or error.sentence
        overview = show_offices(own.database, matter, "", now=own.clock.now(), show=show)
    drawn = render_template(
        "offices/page.html",
        overview=overview,
        show=show,
        fault=fault,
        sent=request.args.get("sent", "")[:20],
        matters={one: MATTER_NAMES[one] for one in ISSUED},
        shows=SHOW_NAMES,
        standings=STANDING_NAMES,
        kinds=CONTACT_NAMES,
        formats={ending: one.name for ending, one in FORMATS.items()} | {"feed": "订阅"},
        mails=bool(own.settings.mail_server),
    )
    return make_response(drawn, 400 if fault else 200, {"Cache-Control": "no-store"})


@blueprint.get("/offices.xlsx")
def export() -> Response:
    """The same question's answer as a workbook; 400 for one that makes no sense."""
    own = web()
    period = request.args.get("period", "").strip()
    now = own.clock.now()
    overview = show_offices(own.database, _matter(), period, now=now, show=_show())
    stream = io.BytesIO()
    write_xlsx(overview, stream)
    stream.seek(0)
    answer = send_file(
        stream,
        mimetype=FORMATS["xlsx"].mime,
        as_attachment=True,
        download_name=file_name(overview),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/offices/again")
def again() -> Response:
    """重新送达 of one town's issue: `town`, `matter`, `period`."""
    own, form = web(), request.form
    town = form.get("town", "")[:12]
    try:
        count = resend(
            own.database,
            _matter(),
            form.get("period", "")[:8],
            town,
            at=own.clock.now(),
            by=actor(),
        )
    except DeliveryError as error:
        return _page(error.sentence)
    back = url_for(
        "offices.page",
        matter=_matter().value,
        period=form.get("period", ""),
        show=_show().value,
        sent=count,
    )
    return make_response(redirect(back, 303))


def _matter() -> Matter:
    given = request.form.get("matter") or request.args.get("matter", "")
    return Matter(given) if given in ISSUED else Matter.BRIEFING


def _show() -> Show:
    given = request.form.get("show") or request.args.get("show", "")
    return Show(given) if given in set(Show) else Show.ALL
