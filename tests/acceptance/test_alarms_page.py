"""Alarms in a real browser: they come without a reload, and a key takes notice of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from steward.broadcasts.queries import alarms
from steward.clock import SystemClock
from steward.domain.accounts import Role
from steward.domain.alarms import AlarmKind, Wrong
from tests.acceptance.conftest import Launch
from tests.support.accounts import PASSWORD, add
from tests.support.served import Process
from tests.support.stage import Stage

pytestmark = pytest.mark.browser


def put(stage: Stage, clock: SystemClock, text: str) -> None:
    with stage.database.session(write=True) as session:
        alarms.raise_(session, Wrong(f"past:{text}", AlarmKind.UNHEARD, text), at=clock.now())


def test_alarms_come_by_themselves_and_a_key_takes_notice(
    launch: Launch, stage: Stage, clock: SystemClock, server: Process, faults: list[str]
) -> None:
    add(stage.database, "duty", Role.OPERATOR, at=clock.now())
    page: Page = launch().new_page(viewport={"width": 390, "height": 844})
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(f"{server.address}/alarms")
    page.get_by_label("帐号").fill("duty")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有告警：")).to_be_visible()
    count = page.locator("[data-count]")
    expect(count).to_be_hidden()

    put(stage, clock, "指挥大厅“每周播报”没有人听到")
    expect(page.get_by_text("指挥大厅“每周播报”没有人听到")).to_be_visible(timeout=10_000)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(count).to_have_text("1")
    assert page.title().startswith("（1 个告警）")

    page.get_by_role("button", name="知道了").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有告警：")).to_be_visible()
    expect(page.locator("tbody tr")).to_contain_text("duty")
    expect(count).to_be_hidden()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert faults == []
