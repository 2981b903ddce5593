"""The hall's page in a real browser: it plays, shows what it plays, and copes.

Before a click nothing here may look into a page that waits for one: the driver's own look counts
as a click. There the server is asked.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from steward.broadcasts.queries import players, receipts
from steward.clock import SystemClock
from steward.domain.broadcasts import BroadcastState as S
from tests.acceptance.conftest import Launch
from tests.support.served import Process, gunicorn
from tests.support.stage import SCRIPT, Stage

pytestmark = pytest.mark.browser

OpenHall = Callable[[Browser], Page]
PAUSE_S = 0.12


def snapshot(page: Page) -> dict[str, Any]:
    state: dict[str, Any] = page.evaluate("window.hazardPlayer.snapshot()")
    return state


def events(stage: Stage, broadcast_id: int) -> list[tuple[str, int | None]]:
    with stage.database.session() as session:
        return [(row.event, row.ordinal) for row, _ in receipts.of_broadcast(session, broadcast_id)]


def wait(what: Callable[[], Any], *, seconds: float = 15.0) -> Any:
    """The first true answer; fails when there is none in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = what()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def ready(page: Page) -> None:
    """Connected, and the one that speaks."""
    expect(page.locator("[data-connection-words]")).to_have_text("在线", timeout=15_000)
    expect(page.locator("html")).to_have_attribute("data-player-leads", "true", timeout=15_000)


def test_a_broadcast_is_heard_seen_and_confirmed(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall, faults: list[str]
) -> None:
    page = open_hall(launch())
    ready(page)
    expect(page.locator("[data-sound-words]")).to_have_text("声音已开启")
    expect(page.locator("[data-town] [data-open]").first).to_have_text("0", timeout=10_000)
    broadcast_id = stage.broadcast(clock.now(), seconds=0.8)
    stage.move(broadcast_id, S.PLAYING, clock.now())
    lit = page.locator(".clause.speaking")
    before = snapshot(page)
    for words in SCRIPT:
        expect(lit).to_have_text(words, timeout=8_000)
    assert page.locator("[data-spoken-as='超期预警'].speaking").count() == 1
    during = snapshot(page)
    assert during["contextTime"] > before["contextTime"] + 2.0
    assert during["loudest"] > 0.2  # the tones peak at 0.33: what plays is no silence
    assert during["late"] == 0
    course = [step for step in during["course"] if step["what"] == "clause"]
    for one, following in itertools.pairwise(course):
        assert following["start"] - one["end"] == pytest.approx(PAUSE_S, abs=1e-6)
    chime = during["course"][0]
    assert chime["what"] == "chime"
    assert course[0]["start"] == pytest.approx(chime["end"], abs=1e-6)
    wait(lambda: ("ended", None) in events(stage, broadcast_id))
    assert events(stage, broadcast_id) == [
        ("fetched", None),
        ("started", None),
        *(("clause", ordinal) for ordinal in range(4)),
        ("ended", None),
    ]
    expect(page.locator("[data-idle]")).to_be_visible()
    assert faults == []


def test_clips_made_while_it_plays_join_without_losing_a_word(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall
) -> None:
    page = open_hall(launch())
    ready(page)
    broadcast_id = stage.broadcast(clock.now(), clips=1, seconds=0.6)
    stage.move(broadcast_id, S.PLAYING, clock.now())
    expect(page.locator(".clause.speaking")).to_have_text(SCRIPT[0], timeout=8_000)
    time.sleep(1.2)  # past the first clause: the page waits
    for ordinal in range(1, 4):
        stage.add_clip(broadcast_id, ordinal, clock.now(), seconds=0.6, hertz=500.0 + ordinal)
    expect(page.locator(".clause.speaking")).to_have_text(SCRIPT[3], timeout=8_000)
    wait(lambda: ("ended", None) in events(stage, broadcast_id))
    assert [o for e, o in events(stage, broadcast_id) if e == "clause"] == [0, 1, 2, 3]
    assert not [entry for entry in snapshot(page)["log"] if entry["what"] == "unvoiced"]


def test_words_without_a_voice_are_shown_for_as_long_as_reading_takes(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall
) -> None:
    page = open_hall(launch())
    ready(page)
    broadcast_id = stage.broadcast(clock.now(), clips=0)
    for ordinal in range(4):
        stage.mute(broadcast_id, ordinal, clock.now())
    stage.move(broadcast_id, S.PLAYING, clock.now())
    for words in SCRIPT:
        expect(page.locator(".clause.speaking")).to_have_text(words, timeout=8_000)
    state = snapshot(page)
    assert state["course"][0]["what"] == "chime"
    assert state["loudest"] > 0.02  # the chime
    for step in state["course"][1:5]:
        assert step["end"] - step["start"] >= 1.5
    wait(lambda: ("ended", None) in events(stage, broadcast_id))


def test_a_page_that_may_not_sound_says_so_and_plays_after_a_click(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall
) -> None:
    page = open_hall(launch(sound=False))

    def sounds() -> list[str]:
        with stage.database.session() as session:
            known = players.of_hall(session, stage.hall_id, clock.now().replace(year=2000))
            return [player.sound for player in known]

    wait(lambda: sounds() == ["blocked"])
    broadcast_id = stage.broadcast(clock.now(), seconds=1.5)
    stage.move(broadcast_id, S.PLAYING, clock.now())
    wait(lambda: ("blocked", None) in events(stage, broadcast_id))
    time.sleep(1.0)
    assert ("started", None) not in events(stage, broadcast_id)
    page.mouse.click(960, 475)  # where the big button is
    wait(lambda: ("started", None) in events(stage, broadcast_id))
    wait(lambda: sounds() == ["ready"])
    expect(page.locator("[data-unlock]")).to_be_hidden()
    expect(page.locator(".clause.speaking")).to_have_text(SCRIPT[0], timeout=8_000)
    wait(lambda: ("ended", None) in events(stage, broadcast_id))
    assert snapshot(page)["loudest"] > 0.2


def test_the_button_is_there_and_the_keyboard_works_it(
    stage: Stage, launch: Launch, open_hall: OpenHall
) -> None:
    page = open_hall(launch(sound=False))
    time.sleep(3.0)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-player-sound", "ready")
    states = [entry["state"] for entry in snapshot(page)["log"] if entry["what"] == "sound"]
    assert states == ["blocked", "ready"]


def test_a_second_window_does_not_speak_twice_and_takes_over(
    stage: Stage, clock: SystemClock, launch: Launch, server: Process
) -> None:
    context = launch().new_context(viewport={"width": 1280, "height": 720})
    first, second = context.new_page(), context.new_page()
    first.goto(f"{server.address}/hall/main")
    ready(first)
    second.goto(f"{server.address}/hall/main")
    expect(second.locator("[data-sound-words]")).to_have_text("本机另一窗口正在播音")
    broadcast_id = stage.broadcast(clock.now(), seconds=2.5)
    stage.move(broadcast_id, S.PLAYING, clock.now())
    expect(second.locator(".clause.speaking")).to_have_text(SCRIPT[0], timeout=8_000)
    wait(lambda: ("started", None) in events(stage, broadcast_id))
    assert snapshot(second)["loudest"] == 0
    assert snapshot(second)["state"] == "captions"
    expect(second.locator(".clause.speaking")).to_have_text(SCRIPT[1], timeout=8_000)
    assert [event for event, _ in events(stage, broadcast_id)].count("started") == 1
    first.close()
    expect(second.locator("html")).to_have_attribute("data-player-leads", "true", timeout=8_000)
    wait(lambda: snapshot(second)["loudest"] > 0.2, seconds=8)
    wait(lambda: ("ended", None) in events(stage, broadcast_id))


def test_a_page_loaded_anew_goes_on_with_the_clause_now_due(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall
) -> None:
    page = open_hall(launch())
    ready(page)
    broadcast_id = stage.broadcast(clock.now(), seconds=3.0)
    stage.move(broadcast_id, S.PLAYING, clock.now())
    expect(page.locator(".clause.speaking")).to_have_text(SCRIPT[2], timeout=15_000)
    page.reload()
    expect(page.locator(".clause.speaking")).to_have_text(SCRIPT[2], timeout=8_000)
    assert snapshot(page)["course"][0]["what"] == "clause"  # no chime again
    wait(lambda: ("ended", None) in events(stage, broadcast_id))
    wait(lambda: snapshot(page)["state"] == "idle")


def test_a_cancelled_broadcast_stops_at_once(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall
) -> None:
    page = open_hall(launch())
    ready(page)
    broadcast_id = stage.broadcast(clock.now(), seconds=3.0)
    stage.move(broadcast_id, S.PLAYING, clock.now())
    expect(page.locator(".clause.speaking")).to_have_text(SCRIPT[0], timeout=8_000)
    stage.move(broadcast_id, S.CANCELLED, clock.now(), why="值班员取消")
    wait(lambda: snapshot(page)["state"] == "idle", seconds=3)
    wait(lambda: ("interrupted", 0) in events(stage, broadcast_id))
    wait(lambda: snapshot(page)["level"] == 0, seconds=2)


def test_it_comes_back_after_the_server_was_away(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall, server: Process
) -> None:
    page = open_hall(launch())
    ready(page)
    first = snapshot(page)["lastId"]
    server.stop()
    expect(page.locator("[data-connection-words]")).to_have_text(
        "连接中断，正在重连", timeout=8_000
    )
    broadcast_id = stage.broadcast(clock.now(), seconds=0.5)
    again = Process(gunicorn(server.port), server.port, stage.settings)
    try:
        ready(page)
        change_id = stage.move(broadcast_id, S.PLAYING, clock.now())
        wait(lambda: ("ended", None) in events(stage, broadcast_id))
        log = snapshot(page)["log"]
        heard = [entry["id"] for entry in log if entry["what"] == "change"]
        assert heard == list(range(first + 1, change_id + 1))
    finally:
        again.stop()


def test_it_comes_back_after_an_http_error(
    stage: Stage, clock: SystemClock, launch: Launch, server: Process
) -> None:
    page = launch().new_page()
    refused = []

    def refuse_twice(route: Route) -> None:
        if len(refused) < 2:
            refused.append(route.request.url)
            route.fulfill(status=503, body="away")
        else:
            route.continue_()

    page.route("**/events*", refuse_twice)
    page.goto(f"{server.address}/hall/main")
    ready(page)
    assert len(refused) == 2


def test_the_screen_says_why_nothing_is_heard(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall, faults: list[str]
) -> None:
    page = open_hall(launch())
    ready(page)
    sign = page.locator("[data-waiting]")
    expect(sign).to_be_hidden()
    broadcast_id = stage.broadcast(clock.now())
    why = "第 2 句听回不符：应为“本周新增隐患28条，”，听到“本周新增隐患三十八条”"
    stage.move(broadcast_id, S.HELD, clock.now(), why)
    expect(sign).to_contain_text("每周播报：没有播出，等值班员处理", timeout=8_000)
    expect(sign).to_contain_text(why)
    stage.move(broadcast_id, S.CANCELLED, clock.now())
    expect(sign).to_be_hidden(timeout=8_000)
    assert faults == []


def test_words_without_a_voice_are_marked(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: OpenHall
) -> None:
    page = open_hall(launch())
    ready(page)
    broadcast_id = stage.broadcast(clock.now(), clips=1)
    for ordinal in range(1, 4):
        stage.mute(broadcast_id, ordinal, clock.now())
    stage.move(broadcast_id, S.PLAYING, clock.now())
    expect(page.locator(".clause.speaking")).to_have_text(SCRIPT[0], timeout=8_000)
    note = page.locator("[data-caption-note]")
    expect(note).to_be_hidden()
    expect(page.locator(".clause.speaking")).to_have_text(SCRIPT[1], timeout=8_000)
    expect(note).to_have_text("这一句没有声音，请看文字")
