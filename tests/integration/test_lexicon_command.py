"""`steward lexicon` and the page 读音核对, from names in a database to what staff read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from steward.cli import steward
from steward.errors import NarrationError
from steward.ledger.tables import EnterpriseRow
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

AT = datetime(2021, 11, 16, 1, tzinfo=UTC)


@pytest.fixture
def url(stage: Stage, database_url: str) -> str:
    """A ledger with its towns and three enterprises, two of one name."""
    with stage.database.session() as session:
        for name in ("重远五金厂", "重远五金厂", "永兴纺织有限公司"):
            session.add(EnterpriseRow(name=name, town_id=1, created_at=AT))
    return database_url


@pytest.fixture
def client(stage: Stage, url: str) -> Iterator[FlaskClient]:
    app = create_app(stage.settings, stage.database, SteppedClock(), no_plans)
    with app.test_client() as client:
        yield client
    app.extensions[EXTENSION].tail.stop()


def run(url: str, folder: Path, *words: str) -> Result:
    env = {"STEWARD_DATABASE_URL": url, "STEWARD_DATA_DIR": str(folder)}
    return CliRunner().invoke(steward, words, env=env)


def test_doubtful_names_and_the_line_that_settles_them(url: str, tmp_path: Path) -> None:
    printed = run(url, tmp_path, "lexicon", "check").output
    assert "重远  zhòng yuǎn  重 chóng  1 个，如重远五金厂" in printed
    assert "核对了 24 个名称，1 个词的读音拿不准。" in printed
    assert printed.endswith("\n重远\tzhong4 yuan3\n")
    (tmp_path / "lexicon.tsv").write_text("重远\tchong2 yuan3\n", encoding="utf-8")
    assert "没有拿不准的读音" in run(url, tmp_path, "lexicon", "check").output


def test_the_same_as_json(url: str, tmp_path: Path) -> None:
    told = json.loads(run(url, tmp_path, "lexicon", "check", "--json").output)
    assert told["names"] == 24
    assert told["unreadable"] == []
    assert told["doubtful"] == [
        {
            "words": "重远",
            "syllables": ["zhong4", "yuan3"],
            "place": 0,
            "others": ["chong2"],
            "line": "重远\tzhong4 yuan3",
            "names": ["重远五金厂"],
        }
    ]


def test_what_a_sentence_sounds_like(tmp_path: Path) -> None:
    said = run("", tmp_path, "lexicon", "say", "长山2处，LNG").output.splitlines()
    assert said == ["长山两处，LNG", "chang2 shan1 liang3 chu4 ， LNG"]
    (tmp_path / "lexicon.tsv").write_text("长山\tzhang3 shan1\n", encoding="utf-8")
    said = run("", tmp_path, "lexicon", "say", "长山").output.splitlines()
    assert said == ["长山", "zhang3 shan1"]


def test_a_bad_line_of_the_users_lexicon_is_named(tmp_path: Path) -> None:
    (tmp_path / "lexicon.tsv").write_text("长山\tzhong6 shan1\n", encoding="utf-8")
    fault = run("", tmp_path, "lexicon", "say", "长山").exception
    assert isinstance(fault, NarrationError)
    assert fault.place == f"{tmp_path / 'lexicon.tsv'} 第1行"


def test_the_page_shows_word_reading_and_line(client: FlaskClient) -> None:
    page = client.get("/readings").text
    assert "<mark>重</mark>远" in page
    assert "zhòng yuǎn" in page
    assert "chóng" in page
    assert '<code class="line">重远\tzhong4 yuan3</code>' in page
    assert "<form" not in page
    assert 'href="/readings"' in client.get("/plans").text


def test_the_page_when_all_is_settled(client: FlaskClient, stage: Stage) -> None:
    stage.settings.data_dir.mkdir(parents=True, exist_ok=True)
    (stage.settings.data_dir / "lexicon.tsv").write_text("重远\tchong2 yuan3\n", encoding="utf-8")
    page = client.get("/readings").text
    assert "没有要核对的读音" in page
    assert "<table" not in page


def test_the_page_names_a_bad_line(client: FlaskClient, stage: Stage) -> None:
    stage.settings.data_dir.mkdir(parents=True, exist_ok=True)
    (stage.settings.data_dir / "lexicon.tsv").write_text("重远\tqqq9 yuan3\n", encoding="utf-8")
    answer = client.get("/readings")
    assert answer.status_code == 500
    assert "qqq9" in answer.text
    assert "第1行" in answer.text
