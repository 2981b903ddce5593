"""The analysis page: every number leads to as many rows, and is the one of the files."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from steward.cli import steward
from steward.domain.accounts import Role
from steward.storage.engine import Database
from tests.support.analysed import cases
from tests.support.ledgers import TOWNS, fill
from tests.support.stage import Stage
from tests.support.voices import FONTS

_LINK = re.compile(r'<a class="number" href="(/hazards\?[^"]+)">([\d,]+)</a>')
OCTOBER = "/analysis?period=2021-10"


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    with sqlite_database.session(write=True) as session:
        fill(session, cases())
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "fonts").symlink_to(FONTS)
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def role() -> Role:
    return Role.VIEWER


@pytest.mark.parametrize(
    "address", [OCTOBER, "/analysis?period=2021-W46", f"{OCTOBER}&town={TOWNS[1]}"]
)
def test_each_number_leads_to_as_many_rows(client: FlaskClient, address: str) -> None:
    links = dict(_LINK.findall(client.get(address).text))
    assert len(links) > 60
    headline = list(links.items())[:8]
    for link, number in [*headline, *list(links.items())[8::11]]:
        shown = client.get(link.replace("&amp;", "&")).text
        assert re.search(rf"<b>{number} 条</b>", shown), link


def test_the_page_says_its_rules_and_what_it_cannot_open(client: FlaskClient) -> None:
    page = client.get("/analysis").text
    assert "2021年10月" in page  # the last whole month
    assert "平方根的2倍" in page
    assert "12 个月内被查出 2 次" in page
    assert "这一行的数字点不开" in page
    assert 'industry="' not in page
    assert "不判断上升还是下降" not in page
    running = client.get("/analysis?period=2021-11").text
    assert "不判断上升还是下降" in running
    assert 'class="word' not in running


REFUSED = [
    ("period=gestern", 400, "时期应如"),
    ("period=9999-12", 400, "时期应如"),
    ("period=2022-01", 400, "还没有开始"),
    ("period=2019-01", 400, "台账自2020年3月起"),
    ("town=没有", 404, "没有这个镇街"),
    ("weeks=x", 400, "12 到 26 周"),
    ("weeks=99", 400, "12 到 26 周"),
]


def test_a_wrong_question_is_answered_in_words(client: FlaskClient) -> None:
    for asked, status, said in REFUSED:
        for address in ("/analysis", "/analysis.xlsx", "/analysis/weeks.svg"):
            answer = client.get(f"{address}?{asked}")
            assert (answer.status_code, said in answer.text) == (status, True), asked
            assert '<select id="period"' in answer.text


def test_the_workbook_has_the_numbers_of_the_page(client: FlaskClient) -> None:
    answer = client.get("/analysis.xlsx?period=2021-10")
    assert "2021-10.xlsx" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    page = client.get(OCTOBER).text
    for title, field in (("隐患类别 Top10", "category"), ("镇街", "town"), ("来源", "source")):
        table = page.partition(f"<h2>按{title}")[2].partition("</table>")[0]
        shown = [
            [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], re.DOTALL)
        ]
        rows = list(book[title].iter_rows(min_row=2, values_only=True))
        assert len(rows) > 2, field
        assert [(r[0], str(r[1]), f"{r[5]:.1f}%", str(r[2]), str(r[3])) for r in rows] == [
            tuple(cells[:5]) for cells in shown
        ]
    heat = list(book["镇街和类别"].iter_rows(min_row=2, values_only=True))
    assert [sum(row[-1] for row in heat)] == [book["概览"]["B2"].value]
    assert {"按周", "按月", "闭环时间", "屡查屡犯", "等级", "行业", "说明"} < {*book.sheetnames}


def test_every_picture_is_a_file(client: FlaskClient) -> None:
    page = client.get(OCTOBER).text
    names = set(re.findall(r"/analysis/(\w+)\.svg", page))
    assert names == {"weeks", "months", "composition", "category", "industry", "town"}
    for name in names:
        answer = client.get(f"/analysis/{name}.svg?period=2021-10")
        assert answer.mimetype == "image/svg+xml"
        assert ElementTree.fromstring(answer.data).attrib["aria-label"]
        assert answer.text in page
    png = client.get("/analysis/weeks.png?period=2021-10")
    assert (png.mimetype, png.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert ".png" in png.headers["Content-Disposition"]
    assert client.get("/analysis/town.svg?town=" + TOWNS[0]).status_code == 404
    assert client.get("/analysis/pie.svg").status_code == 404


def test_an_empty_ledger_says_so(client: FlaskClient, stage: Stage) -> None:
    with stage.database.session(write=True) as session:
        for table in ("hazard_tallies", "hazards"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    for address, status in (("/analysis", 200), ("/analysis.xlsx", 404)):
        answer = client.get(address)
        assert (answer.status_code, "台账里还没有隐患" in answer.text) == (status, True)


def test_the_command_says_the_numbers_of_the_page(
    client: FlaskClient, stage: Stage, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    monkeypatch.setenv("STEWARD_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("STEWARD_DEMO_CLOCK", "2021-11-16T09:00")
    words = ["analysis", "--month", "2021-10", "--town", "镇2"]
    done = CliRunner().invoke(steward, [*words, "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.output)
    page = client.get(f"{OCTOBER}&town={TOWNS[1]}").text
    links = dict(_LINK.findall(page))
    first = f"/hazards?state=valid&amp;town={TOWNS[1]}&amp;found_from=2021-10-01"
    assert links[f"{first}&amp;found_to=2021-10-31"] == str(document["new_hazards"]["now"])
    text = CliRunner().invoke(steward, words).output
    assert f"新增隐患  {document['new_hazards']['now']}（上期" in text
    both = CliRunner().invoke(steward, ["analysis", "--month", "2021-10", "--week", "2021-W40"])
    assert both.exit_code != 0
