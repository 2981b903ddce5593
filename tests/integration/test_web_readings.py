"""Readings that staff settle and drop on their page, and what is refused there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.operations.settle_readings import settled_readings
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import enter, form_token
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

PAGE = "/readings"


@pytest.fixture
def client(stage: Stage) -> Iterator[FlaskClient]:
    clock = SteppedClock()
    app = create_app(stage.settings, stage.database, clock, no_plans)
    with app.test_client() as client:
        enter(client, stage.database, Role.OPERATOR, at=clock.now())
        yield client
    app.extensions[EXTENSION].tail.stop()


def post(client: FlaskClient, address: str, **fields: str) -> tuple[int, str]:
    token = {"csrf_token": form_token(client, PAGE)}
    answer = client.post(address, data=token | fields)
    return answer.status_code, answer.text


def test_a_reading_is_settled_listed_and_dropped(client: FlaskClient, stage: Stage) -> None:
    assert post(client, PAGE, words="朝阳", pinyin="Zhāo yáng")[0] == 303
    (one,) = settled_readings(stage.database)
    assert (one.words, one.syllables, one.by) == ("朝阳", ("zhao1", "yang2"), "operator-1")
    page = client.get(PAGE).text
    assert "zhāo yáng" in page
    assert "operator-1" in page
    assert post(client, f"{PAGE}/drop", words="朝阳")[0] == 303
    assert settled_readings(stage.database) == []
    code, page = post(client, f"{PAGE}/drop", words="朝阳")
    assert (code, "读音表里没有“朝阳”" in page) == (404, True)
    assert post(client, f"{PAGE}/drop", words="\0")[0] == 404


def test_what_is_no_reading_is_refused_and_stays_typed(client: FlaskClient, stage: Stage) -> None:
    for words, pinyin, sentence in (
        ("朝阳", "zhao1", "拼音却有1个"),
        ("朝阳", "zhao9 yang2", "不是带声调数字的拼音"),
        ("abc", "a1", "应全是汉字"),
        ("朝\x00阳", "zhao1 yang2", "应全是汉字"),
        ("长" * 21, "chang2 " * 21, "最多20个字"),
        ("<script>x</script>", "a1", "应全是汉字"),
    ):
        code, page = post(client, PAGE, words=words, pinyin=pinyin)
        assert (code, sentence in page) == (400, True), words
        assert "<script>x" not in page
    assert f'value="{"长" * 21}"' in post(client, PAGE, words="长" * 21, pinyin="x")[1]
    assert post(client, PAGE, words="a" * 1_000_000)[0] == 413
    assert settled_readings(stage.database) == []


def test_a_viewer_reads_and_settles_nothing(client: FlaskClient, stage: Stage) -> None:
    token = {"csrf_token": form_token(client, PAGE)}
    enter(client, stage.database, Role.VIEWER, at=SteppedClock().now())
    assert client.post(PAGE, data=token | {"words": "朝阳"}).status_code == 403
    assert "以后都这样读</button>" not in client.get(PAGE).text
