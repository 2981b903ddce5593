"""Logging in with the keyboard alone, in a real browser, on a large screen and on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from steward.clock import SystemClock
from steward.domain.accounts import Role
from tests.acceptance.conftest import Launch
from tests.support.accounts import PASSWORD, add
from tests.support.served import Process
from tests.support.stage import Stage

pytestmark = pytest.mark.browser

NEW = "another-password-7"
SIZES = {"desk": {"width": 1920, "height": 1080}, "telephone": {"width": 390, "height": 844}}


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, launch: Launch, faults: list[str]) -> Page:
    page = launch().new_page(viewport=SIZES[request.param])
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        # A refused log-in has a status of its own; the browser tells it on its console.
        lambda line: (
            faults.append(line.text)
            if line.type == "error" and "status of 403" not in line.text
            else None
        ),
    )
    return page


def test_in_and_out_with_the_keyboard_alone(
    page: Page, stage: Stage, clock: SystemClock, server: Process, faults: list[str]
) -> None:
    add(stage.database, "admin", Role.ADMIN, at=clock.now(), must_change=True)
    keys = page.keyboard
    page.goto(f"{server.address}/audit")
    keys.type("Admin")
    keys.press("Tab")
    keys.type("wrong-password")
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("帐号或密码不对")
    expect(page.get_by_label("帐号")).to_have_value("Admin")
    keys.type(PASSWORD)  # the field of the password has the focus: the name stays
    keys.press("Enter")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    for text in (PASSWORD, NEW, NEW):
        keys.type(text)
        keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".who")).to_contain_text("admin（管理员）")
    page.get_by_role("link", name="管理", exact=True).click()
    page.get_by_role("link", name="操作记录").click()
    acts = page.locator("tbody tr").all_inner_texts()
    assert [("修改密码" in acts[0]), ("登录" in acts[1]), ("登录失败" in acts[2])] == [True] * 3
    page.get_by_label("操作", exact=True).select_option("登录失败")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert faults == []
