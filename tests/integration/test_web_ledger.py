"""The ledger's pages: filters in the address, a hazard's life, an enterprise's record, acts."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from steward.accounts.tables import AuditRow
from steward.domain.accounts import Role
from steward.domain.hazards import Source, Status
from steward.domain.search import HazardFilter
from steward.domain.weeks import local_date
from steward.ledger import tally
from steward.ledger.demonstration.enterprises import credit_code
from steward.ledger.queries import acts
from steward.ledger.tables import HazardRow, HazardTallyRow
from steward.operations.find_hazards import walk_hazards
from steward.storage.engine import Database, Session
from steward.web.ledger import hazards
from tests.support.accounts import enter, form_token
from tests.support.arriving import arriving, take
from tests.support.stage import Stage, SteppedClock

NAME, OTHER = "云岚机械有限公司", "北塘化工厂"
ROWS = [
    [
        "ZC-1",
        NAME,
        credit_code(1),
        "瓜沥镇",
        "机械",
        "电气线路",
        "一般",
        "线路老化",
        "2021-11-01",
        "2021-11-13",
    ],
    [
        "ZC-2",
        NAME,
        credit_code(1),
        "瓜沥镇",
        "机械",
        "电气线路",
        "重大",
        "无漏保",
        "2021-11-10",
        "2021-11-18",
    ],
    ["ZC-3", OTHER, "", "临浦镇", "化工", "消防通道", "一般", "<b>堵塞</b>", "2021-11-12", ""],
    [
        "ZC-4",
        OTHER,
        "",
        "临浦镇",
        "化工",
        "消防通道",
        "一般",
        "",
        "2021-11-02",
        "",
        "2021-11-05",
        "2021-11-06",
    ],
]


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture(autouse=True)
def ledger(stage: Stage, clock: SteppedClock, tmp_path: Path) -> None:
    clock.step(-3600)
    assert take(stage.database, arriving(tmp_path, ROWS), at=clock.now()).rejections == ()
    clock.step(3600)


def listed(page: str) -> list[str]:
    return re.findall(r'<span class="soft">(ZC-\d+|WG-\d+)</span>', page)


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["ZC-3", "ZC-2", "ZC-1"]),
        ("?state=", ["ZC-3", "ZC-2", "ZC-4", "ZC-1"]),
        ("?state=overdue", ["ZC-1"]),
        ("?state=due_soon", ["ZC-2"]),
        ("?state=without_deadline", ["ZC-3"]),
        ("?state=closed", ["ZC-4"]),
        ("?state=&sort=deadline", ["ZC-1", "ZC-2", "ZC-3", "ZC-4"]),
        ("?town=330109113", ["ZC-2", "ZC-1"]),
        ("?level=major", ["ZC-2"]),
        ("?text=北塘", ["ZC-3", "ZC-4"]),
        ("?text=ZC-4", ["ZC-4"]),
        ("?words=线路", ["ZC-1"]),
        ("?found_from=2021-11-02&found_to=2021-11-10", ["ZC-2", "ZC-4"]),
        ("?source=grid_patrol", []),
    ],
)
def test_an_address_is_a_list(client: FlaskClient, asked: str, found: list[str]) -> None:
    answer = client.get(f"/hazards{asked}")
    assert (answer.status_code, listed(answer.text)) == (200, found)
    assert f"{len(found)} 条" in plain(answer.text)


def test_days_overdue_are_said_in_words_and_nothing_of_a_text_is_markup(
    client: FlaskClient,
) -> None:
    page = plain(client.get("/hazards").text)
    assert "超期 3 天" in page
    assert "还有 2 天" in page
    assert "▲ 重大" in page
    assert "<b>堵塞</b>" in page


def test_each_chip_takes_away_what_it_names(client: FlaskClient) -> None:
    page = client.get(
        "/hazards?state=open&town=330109113&town=330109105&words=老化&sort=found"
    ).text
    chips = {
        html.unescape(words): html.unescape(address)
        for address, words in re.findall(r'<a href="([^"]+)" aria-label="去掉“(.+?)”"', page)
    }
    assert list(chips) == ["未闭环", "瓜沥镇", "临浦镇", "描述：老化"]
    left = client.get(chips["瓜沥镇"]).text
    assert "去掉“临浦镇”" in left
    assert "去掉“瓜沥镇”" not in left
    assert listed(client.get(chips["描述：老化"]).text) == ["ZC-1", "ZC-2", "ZC-3"]
    alone = re.search(r'href="([^"]+)" aria-label="去掉“未闭环”"', client.get("/hazards").text)
    assert alone is not None
    assert len(listed(client.get(html.unescape(alone[1])).text)) == 4


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("found_from=昨天", "日期应如 2021-11-16"),
        ("found_from=2021-11-10&found_to=2021-11-01", "结束的日子早于开始的日子"),
        ("found_to=9999-12-31", "超出了范围"),
        ("state=lost", "没有这种状态"),
        ("source=rumour", "没有这个来源"),
        ("sort=colour", "没有这种排序"),
        ("enterprise=x", "没有这家企业"),
    ],
)
def test_what_makes_no_sense_is_said_and_stays_typed(
    client: FlaskClient, asked: str, sentence: str
) -> None:
    answer = client.get(f"/hazards?text=云岚&{asked}")
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'value="云岚"' in answer.text
    assert client.get(f"/hazards.csv?{asked}").status_code == 400


def test_a_page_leads_to_the_next_and_back(
    client: FlaskClient, stage: Stage, clock: SteppedClock, tmp_path: Path
) -> None:
    rows = [
        [f"WG-{n}", OTHER, "", "临浦镇", "", "消防通道", "一般", "", f"2021-10-{1 + n % 30:02}"]
        for n in range(hazards.PAGE + 5)
    ]
    path = arriving(tmp_path, rows, "网格.csv")
    take(stage.database, path, at=clock.now(), source=Source.GRID_PATROL)
    address, seen = "/hazards?state=&source=grid_patrol", []
    first = client.get(address).text
    seen += listed(first)
    on = re.search(r'rel="next" href="([^"]+)"', first)
    assert on is not None
    second = client.get(html.unescape(on[1])).text
    seen += listed(second)
    assert len(seen) == len(set(seen)) == len(rows)
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back is not None
    assert listed(client.get(html.unescape(back[1])).text) == listed(first)


def test_the_list_is_taken_along_as_a_workbook_with_a_name(client: FlaskClient) -> None:
    answer = client.get("/hazards.xlsx?state=open&source=self_inspection&town=330109113")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["隐患编号", "ZC-1", "ZC-2"]
    mixed = client.get("/hazards.csv?state=").text
    assert mixed.startswith("\ufeff隐患编号,")
    assert mixed.split("\r\n")[0].endswith(",状态,来源")


def test_a_figure_of_a_broadcast_opens_down_to_its_rows(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    document = {"new_hazards": 2, "overdue_enterprises": 1, "week": "2021-W46", "town": None}
    document |= {"by_town": [], "as_of": "2021-11-16T09:00"}
    evidence = {"new_hazards": [2, 3], "overdue_enterprises": [1], "overdue_hazards": [1]}
    made = stage.broadcast(clock.now(), title="每周播报", figures=document, evidence=evidence)
    page = client.get(f"/broadcasts/{made}").text
    links = [
        html.unescape(one) for one in re.findall(r'href="(/(?:hazards|enterprises)\?[^"]+)"', page)
    ]
    assert links == [
        f"/hazards?broadcast={made}&figure=new_hazards",
        f"/enterprises?broadcast={made}&figure=overdue_enterprises",
        f"/hazards?broadcast={made}&figure=overdue_hazards",
    ]
    behind = client.get(links[0]).text
    assert listed(behind) == ["ZC-3", "ZC-2"]
    assert f"播报 {made} 的“本周新增隐患”：当时的 2 条" in behind
    enterprise = client.get(links[1]).text
    assert NAME in enterprise
    assert OTHER not in enterprise
    assert client.get(f"/hazards?broadcast={made}&figure=monitored").status_code == 404
    # And from the hazard back to the broadcast.
    assert f'href="/broadcasts/{made}"' in client.get("/hazards/2").text
    assert "本周新增隐患" in plain(client.get("/hazards/2").text)


def test_an_enterprise_has_its_record(client: FlaskClient) -> None:
    page = plain(client.get("/enterprises?state=overdue").text)
    assert NAME in page
    assert OTHER not in page
    page = plain(client.get("/enterprises/1").text)
    for words in (
        NAME,
        "✓ 校验相符",
        "未闭环 2 条",
        "1 条超期",
        "▲ 1 处",
        "反复 2 次",
        "2021-11-10 企业自查",
    ):
        assert words in page
    assert "没有（按名称和镇街辨认）" in plain(client.get("/enterprises/2").text)
    assert client.get("/enterprises/99").status_code == 404
    assert client.get("/hazards/99").status_code == 404


def submit(client: FlaskClient, number: int, act: str, **fields: str) -> tuple[int, str]:
    """Press a button on the hazard's page as it stands now."""
    page = client.get(f"/hazards/{number}").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    fields = {"seen": seen[1] if seen else "", **fields}
    fields["csrf_token"] = form_token(client, f"/hazards/{number}")
    answer = client.post(f"/hazards/{number}/acts/{act}", data=fields)
    return answer.status_code, answer.text


def stands(database: Database, number: int) -> HazardRow:
    with database.session() as session:
        return acts.hazard(session, number)


def assert_tallied(database: Database) -> None:
    """The tally is what the rows say; where something was taken back, noughts may stay."""

    def told(session: Session) -> list[str]:
        t = HazardTallyRow
        some = t.found + t.voided + t.closed + t.closed_voided > 0
        return sorted(map(str, session.execute(select(*t.__table__.columns).where(some))))

    with database.session(write=True) as session:
        kept = told(session)
        tally.rebuild(session)
        assert told(session) == kept


def test_a_hazard_goes_through_its_life_and_back(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    steps = [
        ("extend", {"deadline": "2021-12-01", "reason": "停产改造"}, Status.REGISTERED),
        ("rectify", {}, Status.AWAITING_REVIEW),
        ("fail", {"reason": "漏保没有接好"}, Status.RECTIFYING),
        ("rectify", {}, Status.AWAITING_REVIEW),
        ("pass", {}, Status.CLOSED),
        ("reopen", {"reason": "点错了"}, Status.AWAITING_REVIEW),
        ("void", {"reason": "重复登记"}, Status.VOIDED),
        ("restore", {"reason": "不是重复"}, Status.AWAITING_REVIEW),
        ("pass", {}, Status.CLOSED),
    ]
    for act, fields, after in steps:
        clock.step(60)
        assert submit(client, 2, act, **fields)[0] == 303, act
        assert stands(stage.database, 2).status == after
    page = plain(client.get("/hazards/2").text)
    for words in (
        "整改期限 2021-11-18 → 2021-12-01 operator-1",
        "停产改造",
        "待复查 → 整改中 operator-1",
        "漏保没有接好",
        "已闭环 → 待复查 operator-1",
        "已作废 → 待复查",
        "进入台账 随文件 来件.csv",
    ):
        assert words in page
    assert_tallied(stage.database)
    with stage.database.session() as session:
        log = session.scalars(select(AuditRow).where(AuditRow.what == "hazard_acted_on")).all()
    assert len(log) == len(steps)
    assert {(one.who, one.about) for one in log} == {("operator-1", "隐患 ZC-2（企业自查）")}


def test_a_duplicate_is_merged_by_its_number_and_taken_out_again(
    client: FlaskClient, stage: Stage
) -> None:
    assert submit(client, 2, "merge", into="ZC-9")[1].count("没有这个编号的隐患")
    assert submit(client, 2, "merge", into="ZC-3")[1].count("不属于同一企业")
    assert submit(client, 1, "merge", into="ZC-2")[1].count("应保留先发现的一条")
    assert submit(client, 2, "merge", into="ZC-1")[0] == 303
    assert stands(stage.database, 2).merged_into_id == 1
    assert "已并入" in client.get("/hazards/2").text
    assert "并入这一条的" in client.get("/hazards/1").text
    assert submit(client, 2, "restore", reason="两回事")[0] == 303
    assert stands(stage.database, 2).merged_into_id is None
    assert_tallied(stage.database)


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        ("extend", {"deadline": "2021-11-18", "reason": "晚一点"}, "应晚于原来的期限"),
        ("extend", {"deadline": "2021-12-01"}, "请写明延期的原因"),
        ("extend", {"deadline": "下周", "reason": "晚一点"}, "日期应如"),
        ("void", {"reason": " "}, "请写明作废的原因"),
        ("pass", {"reason": "合格"}, "已登记，不能办理"),
        ("void", {"reason": "长" * 201}, "最多 200 字"),
    ],
)
def test_a_refused_act_changes_nothing_and_keeps_what_was_typed(
    client: FlaskClient, stage: Stage, act: str, fields: dict[str, str], sentence: str
) -> None:
    status, page = submit(client, 2, act, **fields)
    assert status == 400
    assert sentence in page
    if fields.get("reason", "").strip():
        assert fields["reason"] in page
    assert stands(stage.database, 2).status == Status.REGISTERED


def test_who_has_not_seen_the_last_change_is_told_and_loses_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    seen = re.search(r'name="seen" value="([^"]+)"', client.get("/hazards/2").text)
    assert seen is not None
    assert submit(client, 2, "start")[0] == 303
    clock.step(1)
    status, page = submit(client, 2, "void", seen=seen[1], reason="登记错了")
    assert status == 409
    assert "刚刚有人办理过" in page
    assert 'value="登记错了"' in page
    assert stands(stage.database, 2).status == Status.RECTIFYING


def test_a_viewer_sees_and_does_not_act(app: Flask, stage: Stage, clock: SteppedClock) -> None:
    with app.test_client() as viewer:
        enter(viewer, stage.database, Role.VIEWER, at=clock.now())
        page = viewer.get("/hazards/2")
        assert page.status_code == 200
        assert "/acts/" not in page.text
        assert viewer.post("/hazards/2/acts/start").status_code in (400, 403)
    assert stands(stage.database, 2).status == Status.REGISTERED


def test_what_was_done_here_comes_back_unchanged_with_a_file(
    client: FlaskClient, stage: Stage, clock: SteppedClock, tmp_path: Path
) -> None:
    clock.step(0.123456)
    submit(client, 2, "rectify")
    submit(client, 3, "extend", deadline="2021-12-01", reason="停产")
    submit(client, 1, "void", reason="错")
    before = list(walk_hazards(stage.database, HazardFilter(local_date(clock.now()))))
    path = tmp_path / "台账.xlsx"
    path.write_bytes(client.get("/hazards.xlsx?state=&source=self_inspection").data)
    report = take(stage.database, path, at=clock.now() + timedelta(hours=1))
    assert (report.rows_unchanged, report.rows_updated, report.rejections) == (4, 0, ())
    assert list(walk_hazards(stage.database, HazardFilter(local_date(clock.now())))) == before
