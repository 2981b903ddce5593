"""The interface as its own document tells of it, asked what nobody thought of."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from steward.broadcasts.queries import alarms
from steward.domain.accounts import Role
from steward.domain.alarms import AlarmKind, Wrong
from steward.domain.broadcasts import BroadcastState as S
from steward.operations.keep_tokens import add_token
from steward.storage.base import Base
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import ROOT
from tests.support.programs import program
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

EXAMPLES = int(os.environ.get("API_EXAMPLES", "8"))  # a longer run sets more
THINGS = 6  # numbers of announcements and broadcasts that are asked for
DATES = st.dates(date(2000, 1, 2), date(2099, 12, 30)).map(lambda day: f"{day}T12:30:00Z")
# Needs a digest, or a state, that is not to be guessed.
UNLIKELY = {
    f"POST /api/v1/announcements/{{number}}/{act}" for act in ("approve", "submit", "return")
}
TRIES = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# Not: what is well-formed may still be refused (there is no such hall), and a refusal may be a 404.
LEFT_OUT = {
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One hall with an announcement in each state, a broadcast that was heard, an alarm."""
    folder = tmp_path_factory.mktemp("api")
    database = Database(f"sqlite:///{folder / 'steward.db'}")
    Base.metadata.create_all(database.engine)
    stage, clock = Stage(database, folder / "var"), SteppedClock()
    options = stage.settings.model_copy(update={"api_per_minute": 100_000})
    app = create_app(options, database, clock, no_plans)
    played = stage.broadcast(clock.now())
    for state in (S.PLAYING, S.PLAYED):
        stage.move(played, state, clock.now())
    files = stage.folder / "broadcasts"
    files.mkdir(parents=True)
    for kind in ("mp3", "ogg", "wav", "vtt"):
        (files / f"{played}.{kind}").write_bytes(b"0123456789")
    with database.session(write=True) as session:
        wrong = Wrong(f"past:{played}", AlarmKind.FAILED, "播报失败", stage.hall_id, played)
        alarms.raise_(session, wrong, at=clock.now())
    writer = program(app, database, clock)
    for more in ({}, {"priority": "important"}, {"submit": False}):
        body = {"text": "今天下午3点开会。", "targets": ["main"], **more}
        assert writer.post("/announcements", body).status_code == 201
    _, app.config["TEST_KEY"] = add_token(
        database, "试探", at=clock.now(), by=ROOT, role=Role.ADMIN
    )
    yield app
    app.extensions[EXTENSION].tail.stop()
    database.dispose()


def likely(case: schemathesis.Case) -> schemathesis.Case:
    """The same, about something that is there: half of it would be refused unread otherwise."""
    number, body = case.path_parameters.get("number"), case.body
    if isinstance(number, int):
        case.path_parameters["number"] = 1 + number % THINGS
    if "hall" in case.path_parameters and len(case.path_parameters["hall"]) % 2:
        case.path_parameters["hall"] = "main"
    if isinstance(body, dict) and isinstance(body.get("targets"), list):
        body["targets"] = ["main"]
    return case


def is_sent_whole(case: schemathesis.Case) -> bool:
    """Not so: what is wrong with it is a parameter of which no value is sent."""
    return [] not in (case.query or {}).values()


def read_to_the_end(app: Flask) -> Any:
    """The application, each answer read and its file closed, which the asker leaves open."""

    def run(environ: dict[str, Any], start: Any) -> list[bytes]:
        answer = app(environ, start)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()  # type: ignore[attr-defined]

    return run


class Asking:
    """Asks, and counts what was answered to which operation."""

    def __init__(self, key: str) -> None:
        self.answered: Counter[tuple[str, int]] = Counter()
        self._headers = {"Authorization": f"Bearer {key}"}
        self._checks = [one for one in CHECKS.get_all() if one.__name__ not in LEFT_OUT]

    def ask(self, label: str, cases: st.SearchStrategy[schemathesis.Case]) -> None:
        """Ask each case, and hold its answer against the document."""

        @TRIES
        @given(case=cases)
        def once(case: schemathesis.Case) -> None:
            answer = case.call(headers=self._headers)
            case.validate_response(answer, checks=self._checks)
            self.answered[label, answer.status_code] += 1

        once()


def test_every_answer_is_one_that_the_document_tells_of(app: Flask) -> None:
    schemathesis.openapi.format("date-time", DATES)
    asking, labels = Asking(app.config["TEST_KEY"]), set()
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", read_to_the_end(app))
    for found in api.get_all_operations():
        operation = found.ok()
        labels.add(operation.label)
        good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        asking.ask(operation.label, good.map(likely))
        bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        asking.ask(operation.label, bad.filter(is_sent_whole))
    done = {label for label, status in asking.answered if status < 300}
    assert labels - done <= UNLIKELY, asking.answered
