"""The plans' pages: added, refused, removed; the month as a calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.operations.list_plans import list_plans
from steward.operations.read_audit import search_audit
from steward.scheduler.timetable import Timetable
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import enter, form_token
from tests.support.stage import Stage, SteppedClock

WEEKLY = {
    "title": "周会",
    "template": "weekly",
    "hall": "main",
    "repeat": "weekly",
    "clock": "08:30",
    "weekday": "2",
    "day_rule": "shift",
    "missed_rule": "ask",
    "late_minutes": "10",
    "priority": "important",
}
LINPU = "330109105"


@pytest.fixture
def client(stage: Stage, clock: SteppedClock) -> Iterator[FlaskClient]:
    timetable = Timetable(stage.settings.holidays)
    app = create_app(stage.settings, stage.database, clock, timetable)
    with app.test_client() as client:
        enter(client, stage.database, Role.OPERATOR, at=clock.now())
        yield client
    app.extensions[EXTENSION].tail.stop()


def add(client: FlaskClient, **fields: str) -> tuple[int, str]:
    fields = WEEKLY | fields | {"csrf_token": form_token(client, "/plans")}
    answer = client.post("/plans", data=fields)
    return answer.status_code, answer.location or answer.text


def test_a_plan_is_added_listed_and_removed(client: FlaskClient, stage: Stage) -> None:
    assert "还没有计划" in client.get("/plans").text
    assert add(client) == (303, "/plans")
    (plan,) = list_plans(stage.database)
    assert (plan.when, plan.hall, plan.priority.value) == ("30 8 * * 2", "main", "important")
    page = client.get("/plans").text
    for words in (
        "周会",
        "每周二 08:30",
        "顺延到工作日",
        "2021年11月23日 星期二 08:30",
        "等待确认",
    ):
        assert words in page
    index = client.get("/").text
    assert "周会" in index
    token = {"csrf_token": form_token(client, "/plans")}
    assert client.post(f"/plans/{plan.id}/remove", data=token).location == "/plans"
    assert list_plans(stage.database) == []
    again = client.post(f"/plans/{plan.id}/remove", data=token)
    assert (again.status_code, "或它已被删除" in again.text) == (400, True)
    assert [one.what for one in search_audit(stage.database)] == ["plan_removed", "plan_added"]


def test_a_plan_of_one_town_needs_the_town(client: FlaskClient, stage: Stage) -> None:
    code, page = add(client, template="weekly_town")
    assert (code, "要选定一个镇街" in page) == (400, True)
    code, page = add(client, town=LINPU)
    assert (code, "不能选定镇街" in page) == (400, True)
    assert add(client, template="weekly_town", town=LINPU)[0] == 303
    assert add(client, template="daily", town=LINPU)[0] == 303
    page = re.sub(r"<[^>]+>|\s+", "", client.get("/plans").text)
    assert "weekly_town（临浦镇）" in page


def test_what_is_refused_says_why_and_the_form_stays(client: FlaskClient, stage: Stage) -> None:
    for fields, sentence in [
        ({"title": " "}, "1 至 80 个字"),
        ({"title": "长" * 81}, "1 至 80 个字"),
        ({"title": "周\x00会"}, "控制字符"),
        ({"title": "周\n会"}, "控制字符"),
        ({"template": "../weekly"}, "没有名为“../weekly”的播报模板"),
        ({"hall": "nowhere\x00"}, "的大厅"),
        ({"town": "x\x00"}, "没有名称或代码"),
        ({"clock": ""}, "请写明时刻"),
        ({"repeat": "own", "cron": "61 9 * * *"}, "某一段不对"),
        ({"repeat": "own", "cron": "<script>alert(1)</script>"}, "播报时间应为五段"),
        ({"repeat": "own", "cron": "0 9 * * \x00"}, "控制字符"),
        ({"repeat": "own", "cron": "0 9 30 2 *"}, "以后不会再播报"),
        ({"repeat": "once", "once": "2021-11-15T09:00"}, "以后不会再播报"),
        ({"day_rule": "never"}, "在列出的选项里选择"),
        ({"late_minutes": "-1"}, "补播时限应为分钟数"),
        ({"priority": "loud"}, "在列出的选项里选择"),
    ]:
        code, page = add(client, **fields)
        assert code == 400, fields
        assert sentence in page, fields
        assert "<script>alert" not in page
        assert '<option value="important" selected>' in page or "priority" in fields
        if "title" not in fields:
            assert 'value="周会"' in page
    assert list_plans(stage.database) == []
    assert add(client, title="a" * 1_000_000)[0] == 413


def test_script_in_a_plans_name_is_text(client: FlaskClient, stage: Stage) -> None:
    assert add(client, title="<script>alert(1)</script>")[0] == 303
    for address in ("/plans", "/plans/calendar", "/"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_calendar_of_a_month(client: FlaskClient) -> None:
    add(client)
    page = client.get("/plans/calendar").text
    assert "2021年11月" in page
    assert page.count("<b>08:30</b> 周会") == 2  # the 23rd and the 30th: not before it was made
    assert 'href="/plans/calendar?month=2021-10"' in page
    assert 'href="/plans/calendar?month=2021-12"' in page
    october = client.get("/plans/calendar?month=2021-10").text
    assert october.count('class="rest">休') == 7 + 1  # and the legend's
    assert "国庆节" in october
    assert "month=2022-01" in client.get("/plans/calendar?month=2021-12").text
    assert "2099 年的放假调休安排未知" in client.get("/plans/calendar?month=2099-01").text


def test_a_month_that_is_none_is_refused_beside_the_present_one(client: FlaskClient) -> None:
    for asked in ("2021-13", "1999-12", "9999-01", "x", "%00", "%3Cscript%3E", "２０２１-11"):
        answer = client.get(f"/plans/calendar?month={asked}")
        assert answer.status_code == 400
        assert "月份应如 2021-11" in answer.text
        assert "2021年11月" in answer.text


def test_a_viewer_reads_and_changes_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add(client)
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    page = client.get("/plans").text
    assert "周会" in page
    assert "添加计划" not in page
    token = {"csrf_token": form_token(client, "/")}
    for address in ("/plans", "/plans/1/remove"):
        assert client.post(address, data=token).status_code == 403
    assert len(list_plans(stage.database)) == 1
