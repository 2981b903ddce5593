"""Listening to voices in a real browser: rows fill by themselves, and blind with the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from steward.broadcasts.queries import auditions
from steward.clock import SystemClock
from steward.domain.voices import Take
from tests.acceptance.conftest import Launch
from tests.support.served import Process
from tests.support.stage import Stage

pytestmark = pytest.mark.browser

VOICES = ("zf_xiaobei", "zm_yunjian", "zm_yunxi")


def ask(stage: Stage, clock: SystemClock) -> int:
    with stage.database.session(write=True) as session:
        wanted = [(voice, 1.0) for voice in VOICES]
        return auditions.add(session, "本周新增隐患28条。", wanted, at=clock.now()).id


def settle(stage: Stage, clock: SystemClock, number: int, ordinal: int) -> None:
    clip = stage.clip(seconds=0.4, hertz=300.0 + 100 * ordinal)
    take = Take(VOICES[ordinal], 1.0, clip.key, clip.duration_ms, 0.2, -16.0)
    with stage.database.session(write=True) as session:
        auditions.settle(session, number, ordinal, take, at=clock.now())


@pytest.fixture
def page(launch: Launch, faults: list[str]) -> Page:
    page = launch().new_page(viewport={"width": 1920, "height": 1080})
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    return page


def test_rows_fill_while_one_listens(
    page: Page, stage: Stage, clock: SystemClock, server: Process, faults: list[str]
) -> None:
    number = ask(stage, clock)
    settle(stage, clock, number, 0)
    page.goto(f"{server.address}/voices/auditions/{number}")
    expect(page.get_by_role("status")).to_contain_text("已合成 1 / 3 段")
    page.locator("audio").first.evaluate("sound => { sound.loop = true; return sound.play(); }")
    settle(stage, clock, number, 1)
    settle(stage, clock, number, 2)
    expect(page.locator("audio")).to_have_count(3, timeout=10_000)
    expect(page.get_by_role("status")).to_contain_text("全部合成完毕")
    # What plays went on, and stops only for another.
    assert page.locator("audio").first.evaluate("sound => !sound.paused")
    page.locator("audio").nth(1).evaluate("sound => sound.play()")
    assert page.locator("audio").first.evaluate("sound => sound.paused")
    assert faults == []


def test_the_best_is_found_blind_with_the_keyboard_alone(
    page: Page, stage: Stage, clock: SystemClock, server: Process, faults: list[str]
) -> None:
    number = ask(stage, clock)
    for ordinal in range(3):
        settle(stage, clock, number, ordinal)
    page.goto(f"{server.address}/voices/auditions/{number}")
    page.get_by_role("button", name="盲听比较").click()
    fetched: list[str] = []
    page.route("**/clips/*", lambda route: route.continue_())  # no cache: each play is seen
    expect(page.get_by_role("status")).to_have_text("第 1 组，共 3 组")
    page.on("request", lambda request: fetched.append(request.url))
    best = stage.clip(seconds=0.4, hertz=400.0).key  # 云健's sound
    for round_ in (1, 2, 3):
        expect(page.get_by_role("status")).to_have_text(f"第 {round_} 组，共 3 组")
        assert "云健" not in page.locator("main").inner_text()
        heard = []
        for key in ("ArrowLeft", "ArrowRight"):
            with page.expect_request("**/clips/*.wav") as request:
                page.keyboard.press(key)
            heard.append(best in request.value.url)
        page.keyboard.press("1" if heard[0] else "2" if heard[1] else "0")
    expect(page.locator("[data-winner]")).to_have_text("您选出的是：云健（男声，备用） 1 倍")
    rows = page.locator("tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [
        ["云健（男声，备用）", "1", "倍", "2", "0", "0"],
        *([name, "1", "倍", "0", "1", "1"] for name in _rest(rows)),
    ]
    # No answer went to the server: it was asked for sounds and the page's own icon only.
    assert [one for one in fetched if "/clips/" not in one and "/static/" not in one] == []
    assert faults == []


def _rest(rows: list[str]) -> list[str]:
    """The names of the others, in whichever order equals stand."""
    names = [row.split()[0] for row in rows[1:]]
    assert sorted(names) == ["云希（男声）", "小贝（女声，默认）"]
    return names
