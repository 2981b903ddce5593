"""The main job, end to end: an empty folder, `steward run --demo`, and a voice in the hall.

Nothing is put in from inside: the command, a browser, and then the files that are left.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyloudnorm
import pytest
import soundfile
from playwright.sync_api import Page, expect

from steward.broadcasts.queries import broadcasts, receipts
from steward.settings import PREFIX
from steward.storage.engine import Database
from tests.acceptance.conftest import Launch
from tests.support.served import ROOT, free_port
from tests.support.voices import VOICES

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.timeout(600)]

PUBLISHED = ("本周新增隐患28条", "到期预警企业51家", "超期预警企业64家")
LONGEST_SILENCE_S = 1.5


@pytest.fixture(scope="module")
def voices() -> Path:
    """The installed voices; made by `make setup`."""
    if not any(VOICES.glob("*.onnx")):
        if os.environ.get("CI") == "true":
            pytest.fail(f"the voices must be installed in CI: {VOICES}")
        pytest.skip(f"no voices in {VOICES}; run make setup")
    return VOICES


@pytest.fixture
def house(tmp_path: Path, voices: Path) -> Iterator[tuple[Path, int]]:
    """`steward run --demo` on an empty folder; gives the folder and the port."""
    folder, port = tmp_path / "var", free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    own |= {
        "STEWARD_DATA_DIR": str(folder),
        "STEWARD_PORT": str(port),
        "STEWARD_VOICES_DIR": str(voices),
    }
    command = [sys.executable, "-c", "from steward.cli import main; main()", "run", "--demo"]
    with (tmp_path / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, env=own, cwd=ROOT, stdout=output, stderr=output)
    try:
        _until(lambda: process.poll() is not None or _ready(port), 240)
        assert process.poll() is None, (tmp_path / "output.txt").read_text(encoding="utf-8")
        yield folder, port
    finally:
        process.terminate()
        process.wait(20)


def _until(what: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s")


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_the_published_sentence_is_heard_in_the_hall(
    house: tuple[Path, int], launch: Launch
) -> None:
    folder, port = house
    page = launch().new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"http://127.0.0.1:{port}/hall/main")
    expect(page.locator("[data-demonstration]")).to_contain_text("演示时钟 2021年11月16日")
    lit = page.locator(".clause.speaking")
    times = []
    for words in PUBLISHED:
        expect(lit).to_contain_text(words, timeout=180_000)
        times.append(page.evaluate("window.hazardPlayer.snapshot().contextTime"))
    assert times[0] < times[1] < times[2]
    assert page.evaluate("window.hazardPlayer.snapshot().loudest") > 0.1
    for figure, value in (("new_hazards", 28), ("due_soon_enterprises", 51), ("monitored", 10145)):
        shown = page.locator(f".card[data-figure={figure}] [data-value]")
        expect(shown).to_have_text(str(value))

    database = Database(f"sqlite:///{folder / 'steward.db'}")
    try:

        def heard() -> int | None:
            with database.session() as session:
                played = broadcasts.recently_played(session)
                return played[0].id if played and played[0].sound_key else None

        broadcast_id = _until(heard, 180)
        with database.session() as session:
            row = broadcasts.get(session, broadcast_id)
            told = [receipt.event for receipt, _ in receipts.of_broadcast(session, row.id)]
            assert row.voice_id == "zf_xiaobei"
    finally:
        database.dispose()
    assert told[:2] == ["fetched", "started"]
    assert told[-1] == "ended"
    _check_sound(folder / "broadcasts" / f"{broadcast_id}.wav")
    once = re.search(
        r"帐号 admin，一次性密码 (\S+?)（", (folder.parent / "output.txt").read_text("utf-8")
    )
    assert once is not None
    page.goto(f"http://127.0.0.1:{port}/")
    _enter(page, once[1])
    for kind in ("mp3", "ogg", "wav"):
        assert page.locator(f"a[href='/broadcasts/{broadcast_id}.{kind}']").count() == 1


def _enter(page: Page, once: str) -> None:
    """Log in with the password from the terminal, and change it, as one must."""
    page.get_by_label("帐号").fill("admin")
    page.get_by_label("密码").fill(once)
    page.keyboard.press("Enter")
    page.get_by_label("现在的密码").fill(once)
    page.get_by_label("新密码", exact=True).fill("first-shift-2021")
    page.get_by_label("再输入一遍新密码").fill("first-shift-2021")
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("admin（管理员）")


def _check_sound(path: Path) -> None:
    """As long as such a script is, as loud as agreed, not clipped, never long silent."""
    samples, rate_hz = soundfile.read(path, dtype="float64")
    assert 15 < len(samples) / rate_hz < 180
    assert -18.0 < pyloudnorm.Meter(rate_hz).integrated_loudness(samples) < -14.0
    assert np.abs(samples).max() <= 10 ** (-1.0 / 20)
    loud = np.flatnonzero(np.abs(samples) > 10 ** (-50 / 20))
    assert np.diff(loud).max() / rate_hz < LONGEST_SILENCE_S
