"""A first broadcast without a manual and without a mouse: typed, its reading fixed, heard, sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from steward.broadcasts.queries import announcements
from steward.clock import SystemClock
from steward.domain.accounts import Role
from steward.scheduler.engine import Engine
from tests.acceptance.conftest import Launch
from tests.acceptance.test_hall_page import ready
from tests.acceptance.test_hall_priority import OpenHall, plays
from tests.support import studios
from tests.support.accounts import PASSWORD, add
from tests.support.served import Process
from tests.support.stage import Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def engine(stage: Stage, tmp_path: Path) -> Iterator[Engine]:
    """The engine at work beside the web, in a thread; its voice speaks silence."""
    studio = studios.studio_of(stage.database, stage.folder)
    engine = studios.engine_of(studio, tmp_path, prepare_ahead_s=0)
    thread = threading.Thread(target=engine.run)
    thread.start()
    yield engine
    engine.runner.stop()
    thread.join()


def go_to(page: Page, name: str) -> None:
    """Press Tab until the button of that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == name:
            return
    raise AssertionError(f"no way to {name} with the keyboard")


def test_nothing_typed_is_lost_when_another_window_or_the_log_in_gets_in_the_way(
    stage: Stage, clock: SystemClock, server: Process, launch: Launch, faults: list[str]
) -> None:
    add(stage.database, "wang", Role.OPERATOR, at=clock.now())
    browser = launch()
    first = written_on(browser, server, faults)
    first.keyboard.type("今天停电。")
    expect(first.locator("[data-kept]")).to_contain_text("草稿已存", timeout=20_000)
    second = written_on(browser, server, faults)
    second.goto(first.url)
    second.get_by_label("说什么").fill("今天停水。")
    expect(second.locator("[data-kept]")).to_contain_text("草稿已存", timeout=20_000)
    first.get_by_label("说什么").fill("今天停电停水。")
    expect(first.locator("#conflict")).to_contain_text("在别处改过", timeout=20_000)
    first.get_by_role("button", name="把我写的另存为一张新的").click()
    expect(first).to_have_url(f"{server.address}/announcements/2/edit#sound")
    expect(first.get_by_label("说什么")).to_have_value("今天停电停水。")
    second.reload()
    expect(second.get_by_label("说什么")).to_have_value("今天停水。")

    second.context.clear_cookies()  # the log-in has ended
    second.get_by_label("说什么").fill("明天停水。")
    expect(second.locator("[data-kept]")).to_contain_text("登录已过期", timeout=20_000)
    enter(second, server)
    expect(second.locator("#unkept")).to_contain_text("明天停水。")
    second.get_by_role("button", name="放回来").click()
    expect(second.get_by_label("说什么")).to_have_value("明天停水。")
    expect(second.locator("[data-kept]")).to_contain_text("草稿已存", timeout=20_000)
    assert faults == []


def enter(page: Page, server: Process) -> None:
    """Log in, on to a new announcement."""
    page.goto(f"{server.address}/login?next=/announcements/new")
    page.get_by_label("帐号").fill("wang")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("说什么")).to_be_focused()


def written_on(browser: Browser, server: Process, faults: list[str]) -> Page:
    """A browser of its own in which somebody begins to write."""
    page = browser.new_context().new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    enter(page, server)
    return page


def test_a_broadcast_is_written_heard_and_sent_with_the_keyboard(
    stage: Stage,
    clock: SystemClock,
    server: Process,
    launch: Launch,
    open_hall: OpenHall,
    engine: Engine,
    faults: list[str],
) -> None:
    add(stage.database, "wang", Role.OPERATOR, at=clock.now())
    browser = launch()
    hall = open_hall(browser)
    ready(hall)
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    keys = page.keyboard
    page.goto(f"{server.address}/login?next=/announcements/new")
    expect(page.get_by_label("帐号")).to_be_focused()
    for text in ("wang", PASSWORD):
        keys.type(text)
        keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_label("说什么")).to_be_focused()

    keys.type("今天下午3点，请朝阳社区开会。")
    expect(page.locator(".figure")).to_have_text("3三", timeout=20_000)
    expect(page.locator("[data-kept]")).to_contain_text("草稿已存", timeout=20_000)
    page.reload()  # as after a closed tab
    expect(page.get_by_label("说什么")).to_have_value("今天下午3点，请朝阳社区开会。")

    page.get_by_label("说什么").focus()
    keys.press("Tab")
    expect(page.locator(".word").first).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_label("读作")).to_be_focused()
    keys.type("zhao1 yang")
    keys.press("Enter")
    expect(page.locator("#wrong-fix")).to_contain_text("不是带声调数字的拼音")
    keys.type("2")
    keys.press("Enter")
    expect(page.locator("#spoken rt").first).to_have_text("zhāo yáng")
    expect(page.locator("#wrong-fix")).to_be_empty()

    go_to(page, "试听")
    keys.press("Enter")
    expect(page.get_by_role("button", name="从头播放")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="从头播放").focus()
    keys.press("Enter")
    expect(page.locator("[data-clause='1'][data-playing]")).to_be_visible(timeout=20_000)

    page.get_by_role("button", name="试听", exact=True).focus()
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "将在 指挥大厅 立即播出，按先后排队。"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("button", name="确认下达")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已下达")
    with stage.database.session() as session:
        (made,) = announcements.broadcasts_of(session, 1)
    plays(hall, made.id)
    assert ["朝阳", ["zhao1", "yang2"]] in made.clauses[1]["pinyin"]
    assert faults == []
