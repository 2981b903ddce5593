"""Alerts (CAP 1.2): ours for others to fetch, as documents and as a feed; and both for staff."""

from __future__ import annotations

from contextlib import closing

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

from steward.cap.feeds import MIME_TYPE, Entry, atom
from steward.domain.alerts import MOST_BYTES
from steward.errors import NotFound
from steward.operations.announce_alert import intake_of
from steward.operations.find_sound import find_broadcast_sound
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.show_alerts import (
    issued_alert,
    issued_alerts,
    show_alert,
    show_alerts,
    show_sources,
)
from steward.operations.take_alert import take_alert
from steward.web.addresses import public
from steward.web.auth.guard import actor
from steward.web.context import web
from steward.web.fetched import conditional

blueprint = Blueprint("cap", __name__, url_prefix="/cap")


@blueprint.get("")
def page() -> str:
    """What went out, what came in, and what became of each; and the form that brings one in."""
    return _page()


def _page(fault: str = "") -> str:
    database = web().database
    received = show_alerts(database, incoming=True)
    return render_template(
        "cap/page.html",
        waiting=sum(one.waits for one in received),
        issued=show_alerts(database, incoming=False),
        received=received,
        sources=show_sources(database, web().settings),
        access=web().settings.cap_access,
        fault=fault,
        most_kb=MOST_BYTES // 1024,
    )


@blueprint.post("/incoming")
def incoming() -> Response:
    """Take a file that somebody brings; what became of it stands on its own page."""
    own = web()
    brought = request.files.get("file")
    if brought is None or not brought.filename:
        return make_response(_page("请先选一个文件"), 400)
    with closing(brought):
        content = brought.stream.read(MOST_BYTES + 1)
    taken = take_alert(
        own.database,
        content,
        intake_of(own.settings),
        lexicon=lexicon_in_force(own.database, own.settings.lexicon),
        source=f"上传：{_name(brought.filename)}",
        at=own.clock.now(),
        by=actor(),
    )
    return make_response(redirect(url_for("cap.alert", number=taken.number), 303))


@blueprint.get("/<int:number>")
def alert(number: int) -> str:
    """One alert with its document."""
    return render_template("cap/alert.html", alert=show_alert(web().database, number))


@blueprint.get("/feed.atom")
def feed() -> Response:
    """Ours, newest first, as Atom."""
    own = web()
    settings = own.settings
    shown = issued_alerts(own.database)
    content = atom(
        [
            Entry(
                sender=one.sender,
                identifier=one.identifier,
                title=one.title,
                kind=one.kind,
                issued_at=one.sent or one.at,
                address=public(url_for("cap.document", identifier=one.identifier)),
            )
            for one in shown
        ],
        title=f"{settings.district}隐患管家 播报提示",
        author=settings.issuer.sender_name,
        address=public(url_for("cap.feed")),
    )
    return conditional(
        content, "application/atom+xml", max((one.at for one in shown), default=None)
    )


@blueprint.get("/<identifier>.xml")
def document(identifier: str) -> Response:
    """One of ours, exactly as it was issued."""
    found = issued_alert(web().database, identifier)
    return conditional(found.xml.encode(), MIME_TYPE, found.at)


@blueprint.get("/<identifier>.mp3")
def sound(identifier: str) -> Response:
    """How the halls said it, once its sound is whole."""
    own = web()
    found = issued_alert(own.database, identifier)
    if found.broadcast is None:
        raise NotFound("这份警报没有声音")
    folder = own.settings.data_dir / "broadcasts"
    path = find_broadcast_sound(own.database, folder, found.broadcast, "mp3").path
    return send_file(path, mimetype="audio/mpeg", conditional=True)


def _name(text: str) -> str:
    return "".join(one for one in text if one.isprintable())[:100]
