"""From "broadcast now" to what the hall hears, in a real browser on the real processes; and from
an emergency to its chime while something else plays.

`steward run` on an empty data folder, its hall page in Chromium with sound allowed, and new texts
announced one after the other. Times are the loudspeaker's: the audio clock at which the chime and
the first word begin, set against the instant before the text was handed over.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.measured import Measured
from steward.broadcasts.queries import changes
from steward.domain.accounts import Actor
from steward.domain.broadcasts import Priority
from steward.operations.announce import announce
from steward.settings import PREFIX
from steward.storage.engine import Database
from tests.acceptance.conftest import ALLOWED, ALWAYS, CHROMIUM
from tests.support.served import free_port

ROOT = Path(__file__).parents[1]
VOICES = ROOT / "var" / "voices"
GOAL_S = 0.3
TEXTS = (
    "临浦镇一家化工企业储罐泄漏，周边{n}米内人员请立即撤离，不要使用明火。",
    "紧急提示：瓜沥镇{n}号厂房起火，请附近人员马上离开。",
    "请注意，今天{n}时起有雷雨大风，户外作业全部停止。",
    "新塘街道一处工地发生坍塌，{n}名工人正在转移，请绕行。",
)


@dataclass(frozen=True)
class Press:
    """One announcement: seconds to the chime, to the first word, silence between, gaps after."""

    chime_s: float
    word_s: float
    silence_s: float
    gaps: int


@dataclass(frozen=True)
class Cut:
    """One interruption: seconds from the press to the cut and to the chime, from the engine's
    decision to the chime, of silence between; and whether it went on with the clause it was in."""

    cut_s: float
    chime_s: float
    decided_s: float
    silence_s: float
    resumed: bool


def run(rows: int | None = None) -> list[Measured]:
    """`rows` is how many emergencies are announced (8)."""
    with _house() as (database, page, engine):
        emergencies = [_press(database, page, n, Priority.EMERGENCY) for n in range(rows or 8)]
        routine = [_press(database, page, 50 + n, Priority.ROUTINE) for n in range(4)]
        cuts = [_interrupt(database, page, 100 + n) for n in range(rows or 8)]
        memory = engine.memory_info().rss / 2**20
    lines = []
    for name, presses in (("emergency", emergencies), ("routine, heard back first", routine)):
        for what, values in (
            ("press to chime", [one.chime_s for one in presses]),
            ("press to first word", [one.word_s for one in presses]),
            ("silence between chime and word", [one.silence_s for one in presses]),
        ):
            against = "goal of the chime" if "chime" in what[:14] else "the same"
            lines.append(
                Measured(f"{name}: {what}, median", statistics.median(values), against, GOAL_S)
            )
            lines.append(Measured(f"{name}: {what}, worst", max(values), against, GOAL_S))
        gaps = sum(one.gaps for one in presses)
        lines.append(Measured(f"{name}: gaps after it", gaps, "announcements", len(presses), ""))
    for what, values in (
        ("press to cut", [one.cut_s for one in cuts]),
        ("press to chime", [one.chime_s for one in cuts]),
        ("decision to chime", [one.decided_s for one in cuts]),
        ("silence between cut and chime", [one.silence_s for one in cuts]),
    ):
        name = f"interruption: {what}"
        lines.append(Measured(f"{name}, median", statistics.median(values), "goal", GOAL_S))
        lines.append(Measured(f"{name}, worst", max(values), "goal", GOAL_S))
    resumed = sum(one.resumed for one in cuts)
    lines.append(Measured("interruption: resumed at its clause", resumed, "of", len(cuts), ""))
    lines.append(Measured("engine's memory, both models loaded", memory, "of 1 GiB", 1024, "MiB"))
    return lines


@contextmanager
def _house() -> Iterator[tuple[Database, Page, psutil.Process]]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        own = {
            "DATA_DIR": folder,
            "VOICES_DIR": str(VOICES),
            "PORT": str(port),
        }
        process = subprocess.Popen(
            [sys.executable, "-c", "from steward.cli import main; main()", "run"],
            cwd=ROOT,
            env=os.environ | {PREFIX + name: value for name, value in own.items()},
            stdout=subprocess.DEVNULL,
        )
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM, args=[*ALWAYS, ALLOWED]
                )
                page = browser.new_page(viewport={"width": 1920, "height": 1080})
                _until(lambda: _opened(page, port), 60)
                _until(lambda: _look(page)["leads"], 20)
                database = Database(f"sqlite:///{folder}/steward.db")
                engine = next(
                    child
                    for child in psutil.Process(process.pid).children(recursive=True)
                    if child.cmdline()[-1] == "engine"
                )
                _until(lambda: engine.memory_info().rss > 400 * 2**20, 60)  # models loaded
                time.sleep(3)
                yield database, page, engine
                database.dispose()
                browser.close()
        finally:
            process.terminate()
            process.wait(20)


def _press(database: Database, page: Page, number: int, priority: Priority) -> Press:
    text = TEXTS[number % len(TEXTS)].format(n=17 + 3 * number)
    pressed = time.time()
    announced, _ = announce(
        database,
        text,
        hall="main",
        priority=priority,
        at=datetime.now(UTC),
        by=Actor("benchmark", "command", ""),
    )

    def words() -> dict[str, Any] | None:
        seen = _look(page)
        course = [step["what"] for step in seen["course"]]
        return seen if seen["broadcast"] == announced and "clause" in course else None

    seen = _until(words, 60)
    chime = next(step for step in seen["course"] if step["what"] == "chime")
    word = next(step for step in seen["course"] if step["what"] == "clause")
    zero = seen["now"] / 1000 - seen["contextTime"]  # when the audio clock stood at 0
    last: dict[str, Any] = seen

    def over() -> bool:
        nonlocal last
        now = _look(page)
        if now["broadcast"] == announced:
            last = now
        return bool(now["broadcast"] != announced)

    _until(over, 90)
    return Press(
        chime_s=zero + chime["start"] - pressed,
        word_s=zero + word["start"] - pressed,
        silence_s=word["start"] - chime["end"],
        gaps=int(last["late"]),
    )


def _interrupt(database: Database, page: Page, number: int) -> Cut:
    """An emergency while a routine broadcast is in its second clause or later."""
    text = "".join(one.format(n=17 + 3 * number + k) for k, one in enumerate(TEXTS))
    routine, _ = announce(
        database,
        text,
        hall="main",
        priority=Priority.ROUTINE,
        at=datetime.now(UTC),
        by="benchmark",
    )
    _until(lambda: _clause(page, routine) >= 1, 120)
    time.sleep(0.1 * (number % 5))
    text = TEXTS[number % len(TEXTS)].format(n=500 + number)
    pressed = time.time()
    urgent, _ = announce(
        database,
        text,
        hall="main",
        priority=Priority.EMERGENCY,
        at=datetime.now(UTC),
        by="benchmark",
    )
    seen = _until(lambda: _chiming(page, urgent), 60)
    zero = seen["now"] / 1000 - seen["contextTime"]
    chime = zero + seen["course"][0]["start"]
    cut = seen["origin"] / 1000 + seen["cut"]["at"] / 1000
    with database.session() as session:
        decided = changes.airings(session, urgent)[-1].timestamp()
    _until(lambda: _clause(page, routine) >= 0, 90)
    resumed = _clause(page, routine) == seen["cut"]["ordinal"]
    _until(lambda: _look(page)["broadcast"] is None, 90)
    return Cut(cut - pressed, chime - pressed, chime - decided, chime - cut, resumed)


def _clause(page: Page, broadcast: int) -> int:
    """The clause of a broadcast that is heard now; -1 when none is."""
    seen = _look(page)
    heard = seen["broadcast"] == broadcast and seen["clause"] is not None
    return int(seen["clause"]) if heard else -1


def _chiming(page: Page, broadcast: int) -> dict[str, Any] | None:
    seen = _look(page)
    return seen if seen["broadcast"] == broadcast and seen["course"] and seen["cut"] else None


def _opened(page: Page, port: int) -> bool:
    from playwright.sync_api import Error

    try:
        page.goto(f"http://127.0.0.1:{port}/hall/main")
    except Error:
        return False
    return True


def _look(page: Page) -> dict[str, Any]:
    seen: dict[str, Any] = page.evaluate(
        """(() => {
          const { log, ...seen } = window.hazardPlayer.snapshot();
          const cut = log.filter((entry) => entry.event === "interrupted").at(-1);
          return { now: Date.now(), origin: performance.timeOrigin, ...seen, cut: cut || null };
        })()"""
    )
    return seen


def _until(what: Callable[[], Any], seconds: float) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = what()
        if answer:
            return answer
        time.sleep(0.05)
    raise TimeoutError("it did not happen in time")
