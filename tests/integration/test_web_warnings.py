"""The warning lists on the console."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.operations.follow_warnings import follow_warnings
from steward.storage.engine import Database
from tests.contract.test_foresight import DAY, NOW
from tests.contract.test_warnings import CASES, RULES
from tests.support.accounts import form_token
from tests.support.ledgers import fill
from tests.support.stage import Stage


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    with sqlite_database.session(write=True) as session:
        fill(session, CASES)
    follow_warnings(sqlite_database, due_soon_days=7, rules=RULES, now=NOW - DAY)
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def role() -> Role:
    return Role.OPERATOR


def test_the_lists_and_their_filters(client: FlaskClient) -> None:
    page = client.get("/warnings").text
    assert "超期预警 1 家" in page
    assert "到期预警 3 家" in page
    assert "已超期 6 天" in page
    assert "没有人签收" in page
    soon = client.get("/warnings?kind=due_soon").text
    assert "今天到期" in soon
    assert soon.index("企业2") < soon.index("企业1") < soon.index("企业3")
    assert "企业3" not in client.get("/warnings?kind=due_soon&q=企业2").text.partition("<tbody>")[2]
    assert "没有这样的企业" in client.get("/warnings?state=taken").text
    before = client.get("/warnings?as_of=2021-11-12T09:00").text
    assert "已超期 2 天" in before
    assert "签收" not in before.partition("<tbody>")[2]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("as_of=yesterday", 400, "时刻应如"),
        ("town=没有", 404, "没有这个镇街"),
        ("kind=x", 400, "没有这种预警"),
    ],
)
def test_a_wrong_question_is_answered_in_words(
    client: FlaskClient, asked: str, status: int, said: str
) -> None:
    answer = client.get(f"/warnings?{asked}")
    assert answer.status_code == status
    assert said in answer.text


def test_a_warning_is_taken_up(client: FlaskClient) -> None:
    token = form_token(client, "/warnings")
    refused = client.post("/warnings/1", data={"csrf_token": token, "note": "约谈"})
    assert refused.status_code == 400
    assert 'value="约谈"' in refused.text
    form = {"csrf_token": token, "responsible": "王五", "note": "约谈"}
    done = client.post("/warnings/1?kind=overdue&town=330109105", data=form)
    assert done.location == "/warnings?town=330109105&kind=overdue"
    assert "王五" in client.get("/warnings").text
    assert "王五" in client.get("/warnings?state=taken").text


def test_the_workbook_has_both_lists(client: FlaskClient) -> None:
    answer = client.get("/warnings.xlsx?town=330109105")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["超期预警", "到期预警"]
    rows = [row[:5] for row in book["超期预警"].iter_rows(min_row=2, values_only=True)]
    assert [(row[1], row[2], row[4]) for row in rows] == [("企业1", 2, -6)]


def test_what_was_is_listed(client: FlaskClient, stage: Stage) -> None:
    assert "还没有解除过的预警" in client.get("/warnings/past").text
    follow_warnings(stage.database, due_soon_days=0, rules=RULES, now=NOW)
    assert "企业1" in client.get("/warnings/past").text
