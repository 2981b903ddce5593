"""A hall's screen is enrolled by the code it shows, proves itself, and goes where staff put it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from steward import __version__
from steward.broadcasts.queries import receipts
from steward.clock import SystemClock
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.players import KnownPlayer
from steward.operations.enrol_player import change_player, enrol_player
from steward.operations.keep_halls import add_hall
from steward.operations.show_players import show_players
from tests.acceptance.conftest import Launch
from tests.support.accounts import DUTY
from tests.support.playing import until
from tests.support.stage import Stage

pytestmark = pytest.mark.browser


def test_a_screen_is_enrolled_proves_itself_and_moves(
    stage: Stage, clock: SystemClock, launch: Launch, open_hall: Callable[[Browser], Page]
) -> None:
    def players() -> list[KnownPlayer]:
        return show_players(stage.database, at=clock.now())

    add_hall(stage.database, "二号厅", "二号厅", at=clock.now(), by=DUTY)
    page = open_hall(launch())
    sign = page.locator("[data-enrol]")
    expect(sign).to_be_visible(timeout=15_000)
    code = sign.locator("b").inner_text()
    number = enrol_player(stage.database, code, "大厅主屏", at=clock.now(), by=DUTY)
    expect(sign).to_be_hidden(timeout=10_000)
    until(lambda: players()[0].volume == 100, "its volume told")
    (known,) = players()
    assert (known.id, known.sound, known.version) == (number, "ready", __version__)
    assert known.clock_ms is not None
    assert abs(known.clock_ms) < 2000

    broadcast_id = stage.broadcast(clock.now(), seconds=0.3)
    stage.move(broadcast_id, S.PLAYING, clock.now())

    def told() -> list[tuple[str, bool]]:
        with stage.database.session() as session:
            rows = receipts.of_broadcast(session, broadcast_id)
            return [(row.event, row.proven) for row, _ in rows]

    until(lambda: ("ended", True) in told(), "a proven receipt of its end")
    assert {proven for _, proven in told()} == {True}
    stage.move(broadcast_id, S.PLAYED, clock.now())

    change_player(stage.database, number, title="二号屏", hall="二号厅", at=clock.now(), by=DUTY)
    page.wait_for_url("**/hall/%E4%BA%8C%E5%8F%B7%E5%8E%85", timeout=15_000)
    moved = clock.now()
    until(lambda: players()[0].last_seen_at > moved, "heard of in its new hall")
    expect(sign).to_be_hidden()
    assert [(one.title, one.hall_name) for one in players()] == [("二号屏", "二号厅")]

    page.goto(page.url.rsplit("/", 1)[0] + "/main")  # as the machine begins the next morning
    page.wait_for_url("**/hall/%E4%BA%8C%E5%8F%B7%E5%8E%85", timeout=15_000)
    expect(page.locator("html")).to_have_attribute("data-player-leads", "true", timeout=15_000)
    assert len(players()) == 1

    page.evaluate("localStorage.setItem('steward-secret-二号厅', 'x')")
    page.reload()
    expect(sign).to_be_visible(timeout=15_000)
    assert [bool(one.enrolled_at) for one in players()] == [True, False]
