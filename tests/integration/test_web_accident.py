"""Accident early warning on the console, and the record of incidents."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.operations.foresee_accidents import foresee_accidents
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


FORM = {
    "number": "SG-2021-001",
    "enterprise": "企业1",
    "kind": "fire",
    "occurred_at": "2021-11-10T09:30",
    "deaths": "0",
    "injured": "2",
    "description": "配电箱<短路>起火",
}


def test_before_anything_is_reckoned_the_page_says_when_it_will_be(client: FlaskClient) -> None:
    assert "还没有推算过" in client.get("/accident").text


def test_the_likeliest_are_listed_with_reasons_and_their_limits(
    client: FlaskClient, stage: Stage
) -> None:
    foresee_accidents(stage.database, rules=None, now=NOW)
    page = client.get("/accident").text
    assert "不是结论" in page
    assert "不满一年零三个月" in page
    assert page.index("企业1") < page.index("企业2")
    assert "未闭环重大隐患 1 处" in page
    assert "企业1" not in client.get("/accident?town=330109113").text.partition("<tbody>")[2]
    assert client.get("/accident?town=nowhere").status_code == 404
    assert "没有这个镇街" in client.get("/accident?town=nowhere").text


def test_an_incident_is_recorded_refused_and_voided(client: FlaskClient) -> None:
    token = form_token(client, "/incidents")
    wrong = client.post("/incidents", data=FORM | {"enterprise": "没有", "csrf_token": token})
    assert wrong.status_code == 400
    assert "台账里没有这家企业" in wrong.text
    assert 'value="SG-2021-001"' in wrong.text  # what was typed stays
    done = client.post("/incidents", data=FORM | {"csrf_token": token})
    assert done.status_code == 303
    page = client.get("/incidents").text
    assert "火灾" in page
    assert "配电箱&lt;短路&gt;起火" in page
    assert client.post("/incidents/1/void", data={"csrf_token": token}).status_code == 400
    void = {"csrf_token": token, "reason": "演练误登"}
    assert client.post("/incidents/1/void", data=void).status_code == 303
    assert "演练误登" in client.get("/incidents").text
