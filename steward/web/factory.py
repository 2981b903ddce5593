"""The web application, put together from what it is given: settings, database, clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider

from steward.clock import Clock
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.schedule import Schedule
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web import (
    accident,
    accounts,
    addresses,
    alarms,
    analysis,
    audit,
    cap,
    contacts,
    enforcement,
    errors,
    feeds,
    halls,
    health,
    merges,
    navigation,
    offices,
    pages,
    penalties,
    places,
    plans,
    players,
    playlog,
    readings,
    reports,
    sequels,
    sounds,
    sources,
    templates,
    tokens,
    town_map,
    unlogged,
    voices,
    warning_lists,
    words,
)
from steward.web.api import interface
from steward.web.auth import guard, sso
from steward.web.auth import views as auth
from steward.web.context import EXTENSION, Web
from steward.web.desk import views as desk
from steward.web.hall import views as hall
from steward.web.hall.tail import Tail
from steward.web.ledger import views as ledger
from steward.web.town import views as town

ROOT = Path(__file__).resolve().parents[2]
LARGEST_BODY = 16 * 1024  # bytes, where `auth/access.py` allows no more


class Json(DefaultJSONProvider):
    """Flask's, for which brackets too deep to read are no JSON, as any other fault is."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def create_app(settings: Settings, database: Database, clock: Clock, schedule: Schedule) -> Flask:
    """The application of one process. It opens nothing by itself; the database stays the caller's.

    `schedule` knows the plans' times and the calendar. `app.extensions["steward"]` is its `Web`;
    `.tail.stop()` there sends every listener home.
    """
    app = Flask(
        "steward.web",
        static_folder=str(Path(__file__).with_name("static")),
        template_folder=str(ROOT / "templates" / "web"),
    )
    addresses.install(app)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json = Json(app)
    app.json.ensure_ascii = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Web(settings, database, clock, schedule, Tail(database))
    for blueprint in (
        hall.blueprint,
        pages.blueprint,
        desk.blueprint,
        alarms.blueprint,
        cap.blueprint,
        playlog.blueprint,
        ledger.blueprint,
        halls.blueprint,
        places.blueprint,
        players.blueprint,
        readings.blueprint,
        reports.blueprint,
        sequels.blueprint,
        sounds.blueprint,
        sources.blueprint,
        merges.blueprint,
        voices.blueprint,
        health.blueprint,
        auth.blueprint,
        sso.blueprint,
        audit.blueprint,
        plans.blueprint,
        templates.blueprint,
        accounts.blueprint,
        tokens.blueprint,
        offices.blueprint,
        contacts.blueprint,
        accident.blueprint,
        enforcement.blueprint,
        warning_lists.blueprint,
        analysis.blueprint,
        penalties.blueprint,
        town.blueprint,
        town_map.blueprint,
        feeds.blueprint,
        interface.blueprint,
    ):
        app.register_blueprint(blueprint)
    unlogged.install(app.logger)
    guard.install(app, settings)
    sso.install(app, settings)
    errors.install(app)
    words.install(app, settings.district, clock, DISTRICT_ZONE, bool(settings.demo_clock))
    navigation.install(app)
    app.after_request(_add_headers)
    if settings.https_proxy:
        app.after_request(_stay_with_https)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _stay_with_https(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
