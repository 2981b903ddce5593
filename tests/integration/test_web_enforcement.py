"""Enforcement assistance on the console."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.operations.rank_for_inspection import rank_for_inspection
from steward.storage.engine import Database
from tests.contract.test_foresight import CASES, NOW
from tests.support.accounts import form_token
from tests.support.ledgers import fill
from tests.support.stage import Stage


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    with sqlite_database.session(write=True) as session:
        fill(session, CASES)
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def role() -> Role:
    return Role.OPERATOR


def test_from_the_ranking_to_a_list_to_print(client: FlaskClient, stage: Stage) -> None:
    assert "还没有排过先后" in client.get("/enforcement").text
    rank_for_inspection(stage.database, rules=None, now=NOW)
    page = client.get("/enforcement").text
    assert page.index("企业1") < page.index("企业2")
    assert "未闭环重大隐患 1 处" in page
    token = form_token(client, "/enforcement")
    wrong = client.post(
        "/enforcement/rounds", data={"csrf_token": token, "total": "x", "title": "甲"}
    )
    assert wrong.status_code == 400
    assert 'value="甲"' in wrong.text
    done = client.post("/enforcement/rounds", data={"csrf_token": token, "title": "周三"})
    assert done.status_code == 303
    paper = client.get(done.location).text
    assert "消防法第二十七条" in paper
    assert "罚则" in paper
    assert client.get("/enforcement/rounds/99").status_code == 404
    assert client.get("/enforcement?town=nowhere").status_code == 404


def test_an_exclusion_by_its_form(client: FlaskClient, stage: Stage) -> None:
    rank_for_inspection(stage.database, rules=None, now=NOW)
    token = form_token(client, "/enforcement")
    form = {"csrf_token": token, "enterprise": "企业1", "reason": "停产", "until": "2021-11-2"}
    wrong = client.post("/enforcement/exclusions", data=form)
    assert wrong.status_code == 400
    assert 'value="停产"' in wrong.text
    form["until"] = "2021-11-20"
    assert client.post("/enforcement/exclusions", data=form).status_code == 303
    assert "恢复检查：企业1" in client.get("/enforcement").text
    ended = client.post("/enforcement/exclusions/1/end", data={"csrf_token": token})
    assert ended.status_code == 303
    assert "恢复检查：企业1" not in client.get("/enforcement").text


def test_a_penalty_by_its_form_until_it_is_done(client: FlaskClient) -> None:
    token = form_token(client, "/enforcement/penalties")
    form = {
        "csrf_token": token,
        "number": "杭萧临罚〔2021〕1号",
        "enterprise": "企业1",
        "decided_on": "2021-11-15",
        "kind": "fine",
        "fine": "5000",
        "on_the_spot": "yes",
        "officers": "张三，李四",
        "grounds": "配电箱<未设>漏电保护",
    }
    wrong = client.post("/enforcement/penalties", data=form)
    assert wrong.status_code == 400
    assert "不超过 3000 元" in wrong.text
    assert "杭萧临罚〔2021〕1号" in wrong.text
    form["fine"] = "500"
    assert client.post("/enforcement/penalties", data=form).status_code == 303
    page = client.get("/enforcement/penalties").text
    assert "缴纳罚款" in page
    assert "&lt;未设&gt;" in page
    steps = {"csrf_token": token, "day": "2021-11-16"}
    for step in ("paid_on", "published_on"):
        answer = client.post("/enforcement/penalties/1/steps", data=steps | {"step": step})
        assert answer.status_code == 303
    assert "没有未办的事" in client.get("/enforcement/penalties").text
