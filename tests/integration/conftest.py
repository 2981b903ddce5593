"""The web of one hall, by itself: its stage, its clock, a browser in which somebody is logged in.

A module that needs less says so with a fixture of the same name: `stage` on one database where the
kind makes no difference, `role` for another person.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import enter
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock
from tests.support.upstream import Upstream, postgres_upstream


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Stage:
    return Stage(database, tmp_path / "var")


@pytest.fixture
def app(stage: Stage, clock: SteppedClock) -> Iterator[Flask]:
    app = create_app(stage.settings, stage.database, clock, no_plans)
    yield app
    app.extensions[EXTENSION].tail.stop()


@pytest.fixture
def role() -> Role:
    return Role.OPERATOR


@pytest.fixture
def client(app: Flask, role: Role, stage: Stage, clock: SteppedClock) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        enter(client, stage.database, role, at=clock.now())
        yield client


@pytest.fixture(scope="session")
def second(postgres_url: str) -> Iterator[Upstream]:
    """A second database of the server, with somebody else's cases; dropped afterwards."""
    with postgres_upstream(postgres_url, f"upstream_{uuid.uuid4().hex[:8]}") as own:
        yield own
