"""The pages of sources and of merges: who may see them, what they say, what their forms do."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import create_engine, select, text

from steward.domain.accounts import Role
from steward.domain.hazards import Source
from steward.ledger.tables import HazardRow
from steward.operations.pull_source import pull_source
from steward.operations.take_file import take_file
from steward.operations.weekly_figures import figures_document, weekly_figures
from steward.sources.queries import sources
from steward.storage.engine import Database
from tests.support.accounts import add, enter, form_token
from tests.support.stage import Stage, SteppedClock
from tests.support.upstream import case, declare, declared, means, sqlite_upstream

NAME = "执法平台"
ONE = f"/sources/{NAME}"


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path, clock: SteppedClock) -> Stage:
    """Two cases are in, two wait: of a town with another name, and of an unknown level."""
    stage = Stage(sqlite_database, tmp_path / "var")
    add(sqlite_database, "admin", Role.ADMIN, at=clock.now())
    with sqlite_upstream(tmp_path) as own:
        own.put(case(1), case(2), case(3, place="临浦"), case(4, grade="特大"))
        source = declared(own.url)
        declare(sqlite_database, source, at=clock.now())
        pull_source(sqlite_database, source, means(clock.now()))
    return stage


def test_the_page_says_how_fresh_each_is_and_what_its_last_run_brought(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    page = client.get("/sources").text
    for said in (NAME, "区镇执法检查", "数据库", "读 4，新增 2", "未接收 2", "立即拉取"):
        assert said in page
    assert "1 个来源的数据都是新的" in page
    assert "数据来源" in client.get("/").text
    enter(client, stage.database, Role.OPERATOR, at=clock.step(25 * 3600))
    assert "超过 24 小时未更新" in client.get("/sources").text
    assert "已超过 24 小时未更新" in client.get("/").text


def test_viewers_read_and_press_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    assert "立即拉取" not in client.get("/sources").text
    assert "认定</button>" not in client.get(ONE).text
    token = form_token(client, "/sources")
    assert client.post(f"{ONE}/pull", data={"csrf_token": token}).status_code == 403
    assert client.get("/merges").status_code == 403


def test_pulling_is_asked_for_once(client: FlaskClient, stage: Stage) -> None:
    token = form_token(client, ONE)
    asked = client.post(f"{ONE}/pull", data={"csrf_token": token})
    assert asked.status_code == 303
    assert "马上（operator-1 要求）" in client.get(ONE).text
    again = client.post(f"{ONE}/pull", data={"csrf_token": token})
    assert again.status_code == 400
    assert "已经要求拉取" in again.text
    with stage.database.session() as session:
        assert sources.find(session, NAME).asked_by == "operator-1"


def test_what_waits_is_shown_with_its_reason_and_taken_along(
    client: FlaskClient, stage: Stage, clock: SteppedClock, tmp_path: Path
) -> None:
    page = client.get(ONE).text
    assert "隐患等级“特大”不认识" in page
    assert "所属镇街“临浦”不认识，是不是“临浦镇”？" in page
    assert "<option selected>临浦镇</option>" in page
    answer = client.get(f"{ONE}/rejected.xlsx")
    assert answer.headers["Content-Disposition"].endswith(".xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:2] == ("原行号", "错误原因")
    assert [row[1] for row in rows[1:]] == [
        "所属镇街“临浦”不认识，是不是“临浦镇”？",
        "隐患等级“特大”不认识",
    ]


def test_the_marked_copy_corrected_goes_in_as_a_file_and_settles_what_waits(
    client: FlaskClient, stage: Stage, clock: SteppedClock, tmp_path: Path
) -> None:
    # Where it is declared which column is which, the copy bears the ledger's own names.
    settings = stage.settings
    settings.sources.parent.mkdir(exist_ok=True)
    columns = "\n".join(f'{one} = "{name}"' for one, name in declared("sqlite://").columns.items())
    settings.sources.write_text(
        f'[[source]]\nname = "{NAME}"\nkind = "folder"\nsource = "enforcement"\n'
        f'when = "* * * * *"\nstale_after_hours = 24\nfolder = "in"\n[source.columns]\n{columns}\n',
        encoding="utf-8",
    )
    book = load_workbook(io.BytesIO(client.get(f"{ONE}/rejected.xlsx").data))
    for row in book.worksheets[0].iter_rows(min_row=2):
        for cell in row:
            cell.value = {"临浦": "临浦镇", "特大": "重大"}.get(str(cell.value), cell.value)
    book.save(tmp_path / "改好.xlsx")
    report = take_file(
        stage.database,
        tmp_path / "改好.xlsx",
        Source.ENFORCEMENT,
        at=clock.step(60),
        error_folder=tmp_path,
    )
    assert (report.rows_new, report.rejections) == (2, ())
    upstream = declared(f"sqlite:///{tmp_path / 'upstream.db'}")
    pull_source(stage.database, upstream, means(clock.step(600)))
    assert "没有等着的行" in client.get(ONE).text


def test_a_town_is_settled_and_its_rows_come_in(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    token = form_token(client, ONE)
    fields = {"csrf_token": token, "word": "临浦", "town": ""}
    assert client.post(f"{ONE}/town", data=fields).status_code == 400
    fields["town"] = "临浦镇"
    assert client.post(f"{ONE}/town", data=fields).status_code == 303
    with stage.database.session() as session:
        assert sources.find(session, NAME).asked_at is not None
    assert client.post(f"{ONE}/town", data=fields).status_code == 400


def test_a_row_is_let_be_until_it_comes_changed(
    client: FlaskClient, stage: Stage, clock: SteppedClock, tmp_path: Path
) -> None:
    page = client.get(ONE).text
    number = re.search(r'value="(\d+)" aria-label="不再收：ZF00004"', page)
    assert number is not None
    fields = {"csrf_token": form_token(client, ONE), "row": number[1]}
    assert client.post(f"{ONE}/dismiss", data=fields).status_code == 303
    assert "ZF00004" not in client.get(ONE).text
    assert client.post(f"{ONE}/dismiss", data=fields).status_code == 400
    assert client.post(f"{ONE}/dismiss", data=fields | {"row": "x"}).status_code == 400
    url = f"sqlite:///{tmp_path / 'upstream.db'}"
    pull_source(stage.database, declared(url), means(clock.step(60)))
    assert "ZF00004" not in client.get(ONE).text
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE cases SET note = '变了' WHERE case_no = 'ZF00004'"))
    engine.dispose()
    pull_source(stage.database, declared(url), means(clock.step(60)))
    assert "ZF00004" in client.get(ONE).text


def test_a_broadcasts_page_says_how_fresh_its_sources_were(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    figures = figures_document(weekly_figures(stage.database, as_of=clock.now()))
    later = figures_document(
        weekly_figures(stage.database, as_of=clock.now() + timedelta(hours=25))
    )
    fresh = stage.broadcast(clock.now(), figures=figures)
    stale = stage.broadcast(clock.now(), figures=later)
    page = client.get(f"/broadcasts/{fresh}").text
    assert "区镇执法检查：数据截至 2021年11月16日 星期二 09:00" in page
    assert "未更新" not in page
    assert "已超过 24 小时未更新" in client.get(f"/broadcasts/{stale}").text


def test_nobody_is_told_of_a_source_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/sources/none").status_code == 404


def test_pairs_are_decided_one_by_one(
    client: FlaskClient, stage: Stage, clock: SteppedClock, tmp_path: Path
) -> None:
    assert "没有等着决定的" in client.get("/merges").text
    path = tmp_path / "自查.csv"
    path.write_text(
        "隐患编号,企业名称,所属镇街,隐患类别,隐患等级,发现时间,隐患描述\n"
        "ZC1,企业1有限公司,临浦镇,消防通道,一般,2021-11-14,通道堆放了杂物1\n",
        encoding="utf-8",
    )
    take_file(stage.database, path, Source.SELF_INSPECTION, at=clock.now(), error_folder=tmp_path)
    assert "可能是同一条的隐患：1 对" in client.get("/").text
    page = client.get("/merges").text
    assert "可能是同一条隐患：1 对" in page
    assert page.index("ZC1") < page.index("ZF00001")  # found first, stays
    fields = {"csrf_token": form_token(client, "/merges")}
    assert client.post("/merges/1", data=fields).status_code == 400
    assert client.post("/merges/1", data=fields | {"decision": "merged"}).status_code == 303
    with stage.database.session() as session:
        merged = session.scalars(select(HazardRow).where(HazardRow.merged_into_id.is_not(None)))
        assert merged.one().external_id == "ZF00001"
    late = client.post("/merges/1", data=fields | {"decision": "different"})
    assert late.status_code == 400
    assert "operator-1已经决定过这一对" in late.text
    assert "撤销" in client.get("/merges").text
    assert client.post("/merges/1", data=fields | {"decision": "back"}).status_code == 303
    assert "可能是同一条隐患：1 对" in client.get("/merges").text
    assert client.post("/merges/99", data=fields | {"decision": "merged"}).status_code == 404
