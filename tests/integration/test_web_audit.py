"""The administrator's page of the log of acts: searched, paged, harmless, and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from steward.accounts.queries import audit
from steward.domain.accounts import Actor, Role
from steward.domain.audit import Act, Facts
from steward.web.audit import PAGE
from tests.support.accounts import DUTY, enter
from tests.support.stage import Stage, SteppedClock


@pytest.fixture
def role() -> Role:
    return Role.ADMIN


def put(
    stage: Stage,
    clock: SteppedClock,
    act: Act = Act.AUDITION_ASKED,
    by: Actor = DUTY,
    days: int = 0,
    after: Facts | None = None,
) -> None:
    at = clock.now() + timedelta(days=days)
    with stage.database.session(write=True) as session:
        audit.record(session, act, at=at, by=by, about="试听 1", after=after)


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"第 (\d+) 条", page)]


def test_it_says_in_chinese_what_was_before_and_after(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    facts = {"role": "town_officer", "town": None, "priority": "emergency", "paces": [0.9, 1.0]}
    put(stage, clock, after=facts | {"until": "2021-11-16T01:15:00+00:00", "state": "held"})
    page = re.sub(r"<[^>]+>", "", client.get("/audit").text)
    for words in ("角色 镇街安监员", "优先级 紧急", "语速 0.9、1.0", "锁定至 2021-11-16 09:15:00"):
        assert words in page
    assert "状态 已扣留" in page
    assert "None" not in page


def test_it_is_searched_and_paged(client: FlaskClient, stage: Stage, clock: SteppedClock) -> None:
    for number in range(PAGE + 5):
        put(stage, clock, by=Actor(f"u{number}", "viewer", "10.0.0.5"), days=number // 50)
    first = client.get("/audit").text
    assert numbers(first) == list(range(PAGE + 5, 5, -1))
    older = re.search(r'href="(/audit\?[^"]+)">更早的', first)
    assert older is not None
    second = client.get(older[1].replace("&amp;", "&")).text
    assert numbers(second) == [5, 4, 3, 2, 1]
    assert "更早的" not in second
    assert numbers(client.get("/audit?who=u7").text) == [8]
    assert numbers(client.get("/audit?what=login").text) == []
    assert numbers(client.get("/audit?since=2021-11-17").text) == [55, 54, 53, 52, 51]
    assert numbers(client.get("/audit?until=2021-11-16&who=u1").text) == [2]


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("since=yesterday", 400, "日期应如 2021-11-16"),
        ("until=9999-12-31", 400, "日期应如 2021-11-16"),
        ("since=0001-01-01", 400, "日期应如 2021-11-16"),
        ("who=%00", 400, "控制字符"),
        ("who=%3Cscript%3Ealert(1)%3C/script%3E", 200, "没有这样的操作"),
        ("what='%20OR%201=1", 200, "没有这样的操作"),
        ("before=99999999999999999999", 200, "没有这样的操作"),
        ("before=-1", 200, "没有这样的操作"),
        ("before=x", 200, "没有这样的操作"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered(
    client: FlaskClient, query: str, status: int, sentence: str
) -> None:
    answer = client.get(f"/audit?{query}")
    assert answer.status_code == status
    assert sentence in answer.text
    assert "<script>alert" not in answer.text


def test_script_in_an_entry_is_text(client: FlaskClient, stage: Stage, clock: SteppedClock) -> None:
    script = "<script>alert(1)</script>"
    put(stage, clock, by=Actor(script, "operator", script), after={"text": script, script: script})
    page = client.get("/audit").text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") == 5


def test_nobody_below_an_administrator_sees_it(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    assert "操作记录" in client.get("/audit").text
    assert "/accounts" in client.get("/").text
    for role in (Role.VIEWER, Role.TOWN_OFFICER, Role.OPERATOR, Role.APPROVER):
        enter(client, stage.database, role, at=clock.now())
        answer = client.get("/audit")
        assert answer.status_code == 403
        assert "须由管理员" in answer.text
        assert "/accounts" not in client.get("/").text
