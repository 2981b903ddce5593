"""An emergency in the middle of a broadcast, and what staff set, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from steward.broadcasts.queries import receipts
from steward.clock import SystemClock
from steward.domain.broadcasts import Priority
from steward.operations.hold_hall import pause_hall, resume_hall, set_quiet_hours
from steward.operations.set_volume import set_volume
from steward.operations.stop_broadcasts import stop_all
from steward.scheduler.engine import Engine
from tests.acceptance.conftest import Launch
from tests.acceptance.test_hall_page import events, ready, snapshot, wait
from tests.support.accounts import DUTY
from tests.support.served import Process
from tests.support.stage import Stage

pytestmark = pytest.mark.browser

OpenHall = Callable[[Browser], Page]
CLAUSES = ("第一句。", "第二句。", "第三句。", "第四句。")
# Listens at the loudspeaker and keeps the largest step between two samples that follow each other.
LISTEN = """
(() => {
  const code = `registerProcessor("steps", class extends AudioWorkletProcessor {
    constructor() {
      super();
      this.last = 0;
      this.step = 0;
      this.port.onmessage = () => { this.port.postMessage(this.step); this.step = 0; };
    }
    process([input]) {
      for (const sample of input[0] || []) {
        this.step = Math.max(this.step, Math.abs(sample - this.last));
        this.last = sample;
      }
      return true;
    }
  });`;
  const make = AudioContext.prototype.createAnalyser;
  AudioContext.prototype.createAnalyser = function () {
    const meter = make.call(this);
    this.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: "text/javascript" })))
      .then(() => {
        const steps = new AudioWorkletNode(this, "steps");
        meter.connect(steps);
        window.largestStep = () => new Promise((done) => {
          steps.port.onmessage = (event) => done(event.data);
          steps.port.postMessage("");
        });
      });
    return meter;
  };
})();
"""


def say(stage: Stage, clock: SystemClock, priority: Priority, seconds: float) -> int:
    """A broadcast of tones, ready to be aired by the engine."""
    return stage.broadcast(
        clock.now(), clauses=CLAUSES, seconds=seconds, priority=priority, title=priority.value
    )


def plays(page: Page, broadcast_id: int) -> None:
    """Wait until the page plays it."""
    expect(page.locator("html")).to_have_attribute(
        "data-player-broadcast", str(broadcast_id), timeout=15_000
    )


def heard(page: Page) -> list[tuple[str, int, int | None]]:
    """What the page reported of which broadcast and clause, in order."""
    log = snapshot(page)["log"]
    return [
        (entry["event"], entry["broadcast"], entry["ordinal"])
        for entry in log
        if entry["what"] == "receipt" and entry["event"] != "fetched"
    ]


def test_an_emergency_cuts_in_and_the_broadcast_resumes_at_its_clause(
    stage: Stage,
    clock: SystemClock,
    launch: Launch,
    open_hall: OpenHall,
    engine: Engine,
    faults: list[str],
) -> None:
    page = open_hall(launch())
    ready(page)
    routine = say(stage, clock, Priority.ROUTINE, 2.0)
    expect(page.locator(".clause.speaking")).to_have_text(CLAUSES[1], timeout=15_000)
    urgent = say(stage, clock, Priority.EMERGENCY, 0.6)
    plays(page, urgent)
    expect(page.locator("[data-caption-after]")).to_have_text("之后“routine”从第 2/4 句继续")
    wait(lambda: ("ended", None) in events(stage, routine), seconds=40)
    assert heard(page) == [
        ("started", routine, None),
        ("clause", routine, 0),
        ("clause", routine, 1),
        ("interrupted", routine, 1),
        ("started", urgent, None),
        *(("clause", urgent, ordinal) for ordinal in range(4)),
        ("ended", urgent, None),
        ("started", routine, None),
        ("clause", routine, 1),
        ("clause", routine, 2),
        ("clause", routine, 3),
        ("ended", routine, None),
    ]
    wait(lambda: stage.row(routine).state == "played")
    assert stage.row(urgent).state == "played"
    assert stage.row(routine).from_ordinal == 1
    expect(page.locator("[data-holding]")).to_be_hidden(timeout=8_000)
    assert faults == []


def test_the_cut_makes_no_click(
    stage: Stage, clock: SystemClock, launch: Launch, server: Process, engine: Engine
) -> None:
    page = launch().new_page(bypass_csp=True)
    page.add_init_script(LISTEN)
    page.goto(f"{server.address}/hall/main")
    ready(page)
    for _ in range(3):
        routine = say(stage, clock, Priority.ROUTINE, 4.0)
        plays(page, routine)
        expect(page.locator(".clause.speaking")).to_have_text(CLAUSES[0], timeout=15_000)
        page.evaluate("window.largestStep()")
        page.wait_for_timeout(200)
        steady = page.evaluate("window.largestStep()")
        assert steady > 0.005  # the tone is heard there
        stop_all(stage.database, "main", at=clock.now(), by=DUTY)
        expect(page.locator("html")).to_have_attribute("data-player-state", "idle", timeout=8_000)
        page.wait_for_timeout(200)
        assert page.evaluate("window.largestStep()") < 1.5 * steady
        assert snapshot(page)["level"] == 0
    assert snapshot(page)["loudest"] > 0.3


def test_a_pause_is_seen_and_ends_where_it_began(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall, engine: Engine
) -> None:
    page = open_hall(launch())
    ready(page)
    routine = say(stage, clock, Priority.ROUTINE, 1.5)
    expect(page.locator(".clause.speaking")).to_have_text(CLAUSES[1], timeout=15_000)
    pause_hall(stage.database, "main", at=clock.now(), by=replace(DUTY, name="王值班"))
    sign = page.locator("[data-holding]")
    expect(sign).to_contain_text("已暂停播报", timeout=8_000)
    expect(sign).to_contain_text("由 王值班 暂停，紧急播报照常播出，之后“routine”从第 2/4 句继续")
    expect(page.locator("[data-hold-sign]")).to_have_text("已暂停播报")
    wait(lambda: snapshot(page)["level"] == 0, seconds=2)
    wait(lambda: ("interrupted", 1) in events(stage, routine))
    resume_hall(stage.database, "main", at=clock.now(), by=replace(DUTY, name="王值班"))
    expect(page.locator(".clause.speaking")).to_have_text(CLAUSES[1], timeout=15_000)
    expect(page.locator("[data-hold-sign]")).to_be_hidden()
    wait(lambda: ("ended", None) in events(stage, routine))
    with stage.database.session() as session:
        begun = [
            row.ordinal
            for row, _ in receipts.of_broadcast(session, routine)
            if row.event == "clause"
        ]
    assert begun == [0, 1, 1, 2, 3]


def test_quiet_hours_are_seen_and_an_emergency_passes(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall, engine: Engine
) -> None:
    page = open_hall(launch())
    ready(page)
    set_quiet_hours(stage.database, "main", "00:00-12:00,12:00-23:59", at=clock.now(), by=DUTY)
    expect(page.locator("[data-hold-sign]")).to_contain_text("安静时段到 23:59", timeout=8_000)
    routine = say(stage, clock, Priority.IMPORTANT, 0.5)
    urgent = say(stage, clock, Priority.EMERGENCY, 0.5)
    wait(lambda: ("ended", None) in events(stage, urgent))
    assert ("started", None) not in events(stage, routine)
    expect(page.locator("[data-holding]")).to_contain_text("紧急播报照常播出")
    set_quiet_hours(stage.database, "main", "", at=clock.now(), by=DUTY)
    wait(lambda: ("ended", None) in events(stage, routine))


def test_the_volume_is_followed_at_once_and_an_emergency_has_its_own(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall, engine: Engine
) -> None:
    page = open_hall(launch())
    ready(page)

    def levels(count: int = 8) -> float:
        """The loudest of some looks."""
        found: list[float] = []
        for _ in range(count):
            found.append(snapshot(page)["level"])
            page.wait_for_timeout(30)
        return max(found)

    say(stage, clock, Priority.ROUTINE, 6.0)
    expect(page.locator(".clause.speaking")).to_have_text(CLAUSES[0], timeout=15_000)
    full = levels()
    set_volume(stage.database, "main", 50, at=clock.now(), by=DUTY)
    expect(page.locator("[data-sound-words]")).to_have_text("声音已开启 · 音量 50", timeout=8_000)
    page.wait_for_timeout(100)
    assert levels() == pytest.approx(full / 4, rel=0.05)
    set_volume(stage.database, "main", 0, at=clock.now(), by=DUTY)
    expect(page.locator("[data-sound-words]")).to_contain_text("音量 0", timeout=8_000)
    page.wait_for_timeout(100)
    assert levels() < 0.001
    urgent = say(stage, clock, Priority.EMERGENCY, 6.0)
    plays(page, urgent)
    expect(page.locator(".clause.speaking")).to_have_text(CLAUSES[0], timeout=15_000)
    assert levels() == pytest.approx(full * 0.36, rel=0.05)
