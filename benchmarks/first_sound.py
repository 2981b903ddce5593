"""From "broadcast now" to what the hall hears, in a real browser on the real processes.

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
from steward.domain.accounts import Actor
from steward.domain.announcements import Draft
from steward.domain.broadcasts import Priority
from steward.narration.lexicon import with_file
from steward.operations.announce import announce
from steward.operations.compose import compile_script
from steward.operations.stop_broadcasts import stop_all
from steward.settings import PREFIX
from steward.storage.engine import Database
from tests.acceptance.conftest import ALLOWED, ALWAYS, CHROMIUM
from tests.support.served import free_port

ROOT = Path(__file__).parents[1]
VOICES = ROOT / "var" / "voices"
GOAL_S = 0.3
FOLLOWED = 8  # of each kind, to their ends
STAFF = Actor("benchmark", "command", "")
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


def run(rows: int | None = None) -> list[Measured]:
    """`rows` is how many emergencies of new words are announced (30), and how many said before."""
    count = rows or 30
    with house() as (database, page, engine):
        kinds = {
            "emergency, new text": (_new, Priority.EMERGENCY, count),
            "emergency, said before": (_known, Priority.EMERGENCY, count),
            "routine, heard back first": (
                lambda n: _new(100 + n),
                Priority.ROUTINE,
                max(2, count // 6),
            ),
            "routine, said before": (_known, Priority.ROUTINE, max(2, count // 6)),
        }
        presses = {
            name: [_press(database, page, text(n), priority, n < FOLLOWED) for n in range(times)]
            for name, (text, priority, times) in kinds.items()
        }
        memory = engine.memory_info().rss / 2**20
    lines = []
    for name, made in presses.items():
        for what, values in (
            ("press to chime", [one.chime_s for one in made]),
            ("press to first word", [one.word_s for one in made]),
            ("silence between chime and word", [one.silence_s for one in made]),
        ):
            against = "goal of the chime" if "chime" in what[:14] else "the same"
            for share, value in (
                ("p50", statistics.median(values)),
                ("p95", statistics.quantiles(values, n=20, method="inclusive")[-1]),
                ("worst", max(values)),
            ):
                lines.append(Measured(f"{name}: {what}, {share}", value, against, GOAL_S))
        gaps, followed = sum(one.gaps for one in made), min(len(made), FOLLOWED)
        lines.append(Measured(f"{name}: gaps after it", gaps, "announcements", followed, ""))
    lines.append(Measured("engine's memory, both models loaded", memory, "of 1 GiB", 1024, "MiB"))
    return lines


def _new(number: int) -> str:
    """Words that were never said: the engine speaks them while the chime is heard."""
    return TEXTS[number % len(TEXTS)].format(n=17 + 3 * number)


def _known(number: int) -> str:
    """Words whose sound the cache has since they were new."""
    return _new(number % 4)


@contextmanager
def house() -> Iterator[tuple[Database, Page, psutil.Process]]:
    """`steward run` on an empty folder: its database, its hall's page, its engine's process."""
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
                until(lambda: _opened(page, port), 60)
                until(lambda: look(page)["leads"], 20)
                database = Database(f"sqlite:///{folder}/steward.db")
                engine = next(
                    child
                    for child in psutil.Process(process.pid).children(recursive=True)
                    if child.cmdline()[-1] == "engine"
                )
                until(lambda: engine.memory_info().rss > 400 * 2**20, 60)  # models loaded
                compile_script(Draft("", "今天9时试音。"), with_file(None))  # as the web has done
                time.sleep(3)
                yield database, page, engine
                database.dispose()
                browser.close()
        finally:
            process.terminate()
            process.wait(20)


def _press(database: Database, page: Page, text: str, priority: Priority, follow: bool) -> Press:
    """`follow` it to its end, so that gaps are seen; else it is stopped after its first word."""
    pressed = time.time()
    announced, _ = announce(
        database,
        text,
        hall="main",
        priority=priority,
        at=datetime.now(UTC),
        by=STAFF,
    )

    def words() -> dict[str, Any] | None:
        seen = look(page)
        course = [step["what"] for step in seen["course"]]
        return seen if seen["broadcast"] == announced and "clause" in course else None

    seen = until(words, 60)
    chime = next(step for step in seen["course"] if step["what"] == "chime")
    word = next(step for step in seen["course"] if step["what"] == "clause")
    zero = seen["now"] / 1000 - seen["contextTime"]  # when the audio clock stood at 0
    last: dict[str, Any] = seen

    def over() -> bool:
        nonlocal last
        now = look(page)
        if now["broadcast"] == announced:
            last = now
        return bool(now["broadcast"] != announced)

    if not follow:
        stop_all(database, "main", at=datetime.now(UTC), by=STAFF, emergencies=True)
    until(over, 90)
    return Press(
        chime_s=zero + chime["start"] - pressed,
        word_s=zero + word["start"] - pressed,
        silence_s=word["start"] - chime["end"],
        gaps=int(last["late"]),
    )


def _opened(page: Page, port: int) -> bool:
    from playwright.sync_api import Error

    try:
        page.goto(f"http://127.0.0.1:{port}/hall/main")
    except Error:
        return False
    return True


def look(page: Page) -> dict[str, Any]:
    """What the page does now; `now` and `origin` are on the machine's clock, in milliseconds;
    `cut` is its last interruption."""
    seen: dict[str, Any] = page.evaluate(
        """(() => {
          const { log, ...seen } = window.hazardPlayer.snapshot();
          const cut = log.filter((entry) => entry.event === "interrupted").at(-1);
          return { now: Date.now(), origin: performance.timeOrigin, ...seen, cut: cut || null };
        })()"""
    )
    return seen


def until(what: Callable[[], Any], seconds: float) -> Any:
    """The first true answer. Raises TimeoutError when there is none in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = what()
        if answer:
            return answer
        time.sleep(0.05)
    raise TimeoutError("it did not happen in time")
