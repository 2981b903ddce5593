"""Alerts (CAP 1.2): ours for others to fetch, as documents and as a feed; and both for staff."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, request, send_file, url_for

from steward.cap.feeds import MIME_TYPE, Entry, atom
from steward.errors import NotFound
from steward.operations.find_sound import find_broadcast_sound
from steward.operations.show_alerts import issued_alert, issued_alerts, show_alert, show_alerts
from steward.web.context import web

blueprint = Blueprint("cap", __name__, url_prefix="/cap")


@blueprint.get("")
def page() -> str:
    """What went out, what came in, and what became of each."""
    database = web().database
    return render_template(
        "cap/page.html",
        issued=show_alerts(database, incoming=False),
        received=show_alerts(database, incoming=True),
        access=web().settings.cap_access,
    )


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
                address=_public(url_for("cap.document", identifier=one.identifier)),
            )
            for one in shown
        ],
        title=f"{settings.district}隐患管家 播报提示",
        author=settings.issuer.sender_name,
        address=_public(url_for("cap.feed")),
    )
    return _conditional(
        content, "application/atom+xml", max((one.at for one in shown), default=None)
    )


@blueprint.get("/<identifier>.xml")
def document(identifier: str) -> Response:
    """One of ours, exactly as it was issued."""
    found = issued_alert(web().database, identifier)
    return _conditional(found.xml.encode(), MIME_TYPE, found.at)


@blueprint.get("/<identifier>.mp3")
def sound(identifier: str) -> Response:
    """How the halls said it, once its sound is whole."""
    own = web()
    found = issued_alert(own.database, identifier)
    if found.broadcast is None:
        raise NotFound("这份警报没有声音")
    folder = own.settings.data_dir / "broadcasts"
    _, _, path = find_broadcast_sound(own.database, folder, found.broadcast, "mp3")
    return send_file(path, mimetype="audio/mpeg", conditional=True)


def _public(path: str) -> str:
    """An absolute address, below the public one where it is set."""
    return f"{web().settings.public_url or request.host_url.rstrip('/')}{path}"


def _conditional(content: bytes, mime_type: str, changed_at: datetime | None) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = f"{mime_type}; charset=utf-8"
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.last_modified = changed_at
    response.make_conditional(request)
    return response
