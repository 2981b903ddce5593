"""A hall as staff have it: a web process, a database, a browser that nobody has clicked in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from steward.clock import SystemClock
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support import studios
from tests.support.served import Process, free_port, gunicorn
from tests.support.stage import Stage

CHROMIUM = "/usr/bin/chromium"
ALWAYS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
# Sound allowed to this site, as `docs/hall.md` tells staff to set it.
ALLOWED = "--autoplay-policy=no-user-gesture-required"

Launch = Callable[..., Browser]


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts Chromium; `sound=False` keeps the browser's own rule: no sound before a click."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:

        def start(*, sound: bool = True) -> Browser:
            return playwright.chromium.launch(
                executable_path=CHROMIUM, args=[*ALWAYS, *([ALLOWED] if sound else [])]
            )

        yield start


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


@pytest.fixture
def engine(stage: Stage, tmp_path: Path) -> Iterator[Engine]:
    """The engine at work beside the web, in a thread; its voice speaks silence."""
    studio = studios.studio_of(stage.database, stage.folder)
    engine = studios.engine_of(studio, tmp_path, prepare_ahead_s=0)
    thread = threading.Thread(target=engine.run)
    thread.start()
    yield engine
    engine.runner.stop()
    thread.join()


@pytest.fixture
def server(stage: Stage) -> Iterator[Process]:
    """The web as in production: gunicorn with gevent."""
    port = free_port()
    process = Process(gunicorn(port), port, stage.settings)
    yield process
    process.stop()


@pytest.fixture
def faults() -> list[str]:
    """What pages complained of: errors of scripts, of the policy, requests to other hosts."""
    return []


@pytest.fixture
def open_hall(server: Process, faults: list[str]) -> Callable[[Browser], Page]:
    """Opens the hall's page in a fresh window of a browser, 1920 × 1080."""

    def open_(browser: Browser) -> Page:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(server.address) else faults.append(request.url)
            ),
        )
        page.goto(f"{server.address}/hall/main")
        return page

    return open_
