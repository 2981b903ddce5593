"""An exercise on the hall's page in a real browser: nobody takes it for real, nor the reverse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from steward.broadcasts.queries import broadcasts
from steward.clock import SystemClock
from steward.domain.broadcasts import BroadcastState as S
from tests.acceptance.conftest import Launch
from tests.support.stage import Stage

pytestmark = pytest.mark.browser


def on_air(stage: Stage, clock: SystemClock, status: str) -> int:
    number = stage.broadcast(clock.now(), seconds=1.5)
    with stage.database.session(write=True) as session:
        broadcasts.get(session, number).status = status
    stage.move(number, S.PLAYING, clock.now())
    return number


def test_an_exercise_is_marked_by_words_and_stripes_as_long_as_it_is_said(
    stage: Stage,
    clock: SystemClock,
    launch: Launch,
    open_hall: Callable[[Browser], Page],
    faults: list[str],
) -> None:
    page = open_hall(launch())
    expect(page.locator("[data-connection-words]")).to_have_text("在线", timeout=15_000)
    sign = page.locator("[data-drill]")
    expect(sign).to_be_hidden()
    drill = on_air(stage, clock, "exercise")
    expect(page.locator(".clause.speaking")).to_be_visible(timeout=8_000)
    expect(sign).to_contain_text("演练播报，不是真实情况")
    assert "repeating-linear-gradient" in sign.evaluate(
        "sign => getComputedStyle(sign).borderImageSource"
    )
    stage.move(drill, S.CANCELLED, clock.now())
    expect(sign).to_be_hidden(timeout=8_000)
    on_air(stage, clock, "actual")
    expect(page.locator(".clause.speaking")).to_be_visible(timeout=8_000)
    expect(sign).to_be_hidden()
    assert faults == []
