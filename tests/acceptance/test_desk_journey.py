"""From the operator's desk to the ears of two halls: written, approved, cut off, interrupted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from steward.broadcasts.queries import announcements
from steward.broadcasts.tables import BroadcastRow
from steward.clock import SystemClock
from steward.domain.accounts import Role
from steward.operations.keep_halls import add_hall
from steward.scheduler.engine import Engine
from tests.acceptance.conftest import Launch
from tests.acceptance.test_hall_page import events, ready, wait
from tests.support.accounts import DUTY, PASSWORD, add
from tests.support.served import Process
from tests.support.stage import Stage

pytestmark = pytest.mark.browser

TEXT = (
    "请各镇街安监办注意。今天下午3点在三楼会议室召开安全生产例会。"
    "请带上本周新增的28条隐患清单。未整改的51家企业要逐家说明原因。"
)
URGENT = "三楼会议室起火，请立即从东侧楼梯撤离。"
HALLS = ("main", "east")


def entered(browser: Browser, server: Process, name: str) -> Page:
    """A window of its own in which somebody is logged in."""
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.goto(f"{server.address}/login")
    page.get_by_label("帐号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="写播报")).to_be_visible()
    return page


def hall_page(browser: Browser, server: Process, hall: str, faults: list[str]) -> Page:
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{server.address}/hall/{hall}")
    ready(page)
    return page


def write(page: Page, server: Process, text: str, priority: str, reason: str = "") -> None:
    """What an operator does: type, choose where and how pressing, confirm."""
    page.goto(f"{server.address}/announcements/new")
    page.get_by_label("说什么").fill(text)
    for hall in ("指挥大厅", "东厅"):
        page.get_by_role("checkbox", name=hall).check()
    page.get_by_role("radio", name=priority).check()
    page.get_by_role("button", name="下达").click()
    if reason:
        page.get_by_label("理由").fill(reason)
    page.get_by_role("button", name="确认下达" if reason else "提交审批").click()


def sent(stage: Stage, number: int) -> list[BroadcastRow]:
    """Its broadcasts, by hall."""
    with stage.database.session() as session:
        return list(announcements.broadcasts_of(session, number))


def begins_at(stage: Stage, broadcast_id: int) -> list[int]:
    """The clauses that were begun, in order."""
    told = [ordinal for event, ordinal in events(stage, broadcast_id) if event == "clause"]
    return [ordinal for ordinal in told if ordinal is not None]


def test_written_approved_heard_in_two_halls_cut_off_and_interrupted(
    stage: Stage,
    clock: SystemClock,
    server: Process,
    launch: Launch,
    engine: Engine,
    faults: list[str],
) -> None:
    add_hall(stage.database, "east", "东厅", at=clock.now(), by=DUTY)
    add(stage.database, "operator1", Role.OPERATOR, at=clock.now())
    add(stage.database, "approver1", Role.APPROVER, at=clock.now())
    browser = launch()
    screens = {hall: hall_page(browser, server, hall, faults) for hall in HALLS}
    operator = entered(browser, server, "operator1")
    write(operator, server, TEXT, "重要")
    expect(operator.get_by_role("heading", level=1)).to_contain_text("待审批")

    approver = entered(browser, server, "approver1")
    approver.get_by_role("link", name="待我办").click()
    approver.locator("main").get_by_role("link", name="请各镇街安监办注意").first.click()
    expect(approver.get_by_text("内容指纹")).to_be_visible()
    approver.get_by_role("button", name="批准，播出").click(timeout=20_000)
    expect(approver.get_by_role("heading", level=1)).to_contain_text("已下达")
    rows = sent(stage, 1)
    assert [row.hall_id for row in rows] == sorted({row.hall_id for row in rows})
    assert len(rows) == 2
    assert len({row.approved for row in rows}) == 1

    # The east hall loses its network in the middle of a sentence; its clips are with it already.
    for row, screen in zip(rows, screens.values(), strict=True):
        expect(screen.locator("html")).to_have_attribute(
            "data-player-broadcast", str(row.id), timeout=20_000
        )
    wait(lambda: 1 in begins_at(stage, rows[1].id))
    screens["east"].context.set_offline(True)
    wait(lambda: 2 in begins_at(stage, rows[0].id))
    screens["east"].context.set_offline(False)

    # An emergency cuts into both, on one person's word and with his reason.
    write(operator, server, URGENT, "紧急", reason="接119通报")
    expect(operator.get_by_role("heading", level=1)).to_contain_text("已下达")
    urgent = sent(stage, 2)
    for row in [*urgent, *rows]:
        wait(lambda row=row: ("ended", None) in events(stage, row.id), seconds=60)
        wait(lambda row=row: stage.row(row.id).state == "played")
    for row in rows:
        begun = begins_at(stage, row.id)
        assert "interrupted" in {event for event, _ in events(stage, row.id)}
        # Nothing is left out; the clause that was cut is begun twice, and none goes back further.
        assert sorted(set(begun)) == list(range(len(row.clauses)))
        assert all(after - before in (0, 1) for before, after in pairwise(begun))
    for row in urgent:
        assert begins_at(stage, row.id) == list(range(len(row.clauses)))

    # One page tells all of it, from the draft to the ear.
    operator.goto(f"{server.address}/broadcasts/{rows[1].id}")
    life = operator.locator("main").inner_text()
    places = [life.find(word) for word in ("operator1", "approver1", "打断", "播完")]
    assert -1 not in places
    assert "与批准内容一致" in life
    operator.set_viewport_size({"width": 390, "height": 844})
    assert operator.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []
