"""Composition root of the web: settings → application.

flask --app app run
gunicorn -k gevent -w 1 -c python:steward.web.gunicorn_hooks "app:create_app()"
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Flask

from steward.domain.plans import Plan
from steward.operations.choose_clock import clock_of
from steward.operations.list_broadcasts import Outlook
from steward.scheduler import calendar
from steward.scheduler.schedule import outlook
from steward.settings import load
from steward.storage.engine import Database
from steward.web import factory


def create_app() -> Flask:
    """The application of this process, from the settings in force. Raises StewardError."""
    settings = load()

    def schedule(plans: Sequence[Plan], after: datetime) -> Outlook:
        view = outlook(plans, after, calendar.load(settings.holidays), count=10)
        return Outlook([(slot.plan, slot.slot_at) for slot in view.slots], view.warnings)

    return factory.create_app(settings, Database(settings.database), clock_of(settings), schedule)
