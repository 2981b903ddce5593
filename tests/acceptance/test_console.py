"""The console in a real browser: with the keyboard alone, and narrow as a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from steward.clock import SystemClock
from steward.domain.accounts import Role
from steward.domain.broadcasts import BroadcastState as S
from steward.operations.hold_hall import resume_hall
from tests.acceptance.conftest import Launch
from tests.support.accounts import DUTY, PASSWORD, add
from tests.support.served import Process
from tests.support.stage import Stage

pytestmark = pytest.mark.browser

SEEN = "document.dispatchEvent(new Event('visibilitychange'))"
PAGES = (
    *("/halls/main", "/halls/main/stop", "/plans", "/plans/calendar?month=2021-10", "/templates"),
    *("/templates/weekly", "/templates/weekly/edit", "/accounts", "/accounts/admin", "/tokens"),
    "/town/330109105/broadcasts",
)


@pytest.fixture
def page(launch: Launch, faults: list[str]) -> Page:
    page = launch().new_page(viewport={"width": 1920, "height": 1080})
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    return page


def test_a_hall_is_found_paused_and_seen_to_go_on_without_a_mouse(
    page: Page, stage: Stage, clock: SystemClock, server: Process, faults: list[str]
) -> None:
    add(stage.database, "admin", Role.ADMIN, at=clock.now())
    number = stage.broadcast(clock.now())
    stage.move(number, S.PLAYING, clock.now())
    keys = page.keyboard
    page.goto(f"{server.address}/login")
    expect(page.get_by_label("帐号")).to_be_focused()
    for text in ("admin", PASSWORD):
        keys.type(text)
        keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_role("navigation").locator("[aria-current=page]")).to_have_text("首页")
    keys.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    keys.press("Enter")
    page.get_by_role("link", name="控制").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("指挥大厅：正在播报")
    page.get_by_role("button", name="暂停").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("指挥大厅：已暂停")
    assert stage.row(number).state == "ready"
    # Somebody else lets it go on: the page tells by itself, at once when it is looked at again.
    resume_hall(stage.database, "main", at=clock.now(), by=DUTY)
    page.evaluate(SEEN)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("指挥大厅：现在没有播报", timeout=10_000)
    page.get_by_label("每天这些时候只播紧急的").fill("中午")
    with page.expect_event("console"):  # the browser tells of every refusal
        page.get_by_role("button", name="设安静时段").click()
    faults.clear()
    expect(page.get_by_role("alert")).to_contain_text("不是时段")
    with page.expect_response("**/halls/main"):
        page.evaluate(SEEN)
    expect(page.locator("[data-stale]")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in PAGES:
        page.goto(f"{server.address}{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert faults == []
    page.goto(server.address)
    page.context.clear_cookies()
    page.evaluate(SEEN)
    expect(page.locator("[data-stale]")).to_contain_text("登录已过期")
    server.stop()
    page.evaluate(SEEN)
    expect(page.locator("[data-stale]")).to_contain_text("与服务器断开")
