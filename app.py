"""Composition root of the web: settings → application.

flask --app app run
gunicorn -k gevent -w 1 -c python:steward.web.gunicorn_hooks "app:create_app()"
"""

from __future__ import annotations

from flask import Flask

from steward.operations.choose_clock import clock_of
from steward.scheduler.timetable import Timetable
from steward.settings import load
from steward.storage.engine import Database
from steward.web import factory


def create_app() -> Flask:
    """The application of this process, from the settings in force. Raises StewardError."""
    settings = load()
    schedule = Timetable(settings.holidays)
    return factory.create_app(settings, Database(settings.database), clock_of(settings), schedule)
