"""A town's pages: its week and month, the files with their receipts, the hazards behind."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from steward.domain.accounts import Role
from steward.domain.hazards import Source
from steward.domain.offices import Matter
from steward.ledger.tables import HazardRow, TownRow
from steward.offices.queries import downloads
from steward.offices.tables import BriefingRow, DownloadRow
from steward.operations.keep_tokens import add_token
from steward.operations.take_file import take_file
from steward.scheduler.timetable import Timetable
from steward.storage.base import Base
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import ROOT, TOWN, enter
from tests.support.stage import Stage, SteppedClock
from tests.support.town_office import (
    OTHER,
    OWN,
    fill_ledger,
    give_month,
    give_past_weeks,
    give_week,
    put_files,
)

PAGE = f"/town/{OWN}"
NONE = "330109003"  # a town that was given nothing
assert OWN == TOWN


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database and the files of OWN's and OTHER's week; each test has a copy."""
    folder = tmp_path_factory.mktemp("given")
    database = Database(f"sqlite:///{folder / 'steward.db'}")
    Base.metadata.create_all(database.engine)
    stage, at = Stage(database, folder / "var"), SteppedClock().now()
    report = fill_ledger(database, folder / "in", at=at)
    assert report.rejections == ()
    for code in (OWN, OTHER):
        put_files(stage.folder, Matter.BRIEFING, give_week(database, code, at=at))
    database.dispose()
    return folder


@pytest.fixture
def stage(given: Path, tmp_path: Path) -> Iterator[Stage]:
    folder = tmp_path / "given"
    shutil.copytree(given, folder)
    database = Database(f"sqlite:///{folder / 'steward.db'}")
    yield Stage(database, folder / "var")
    database.dispose()


@pytest.fixture
def week() -> int:
    """The number of OWN's briefing; the next one is OTHER's."""
    return 1


@pytest.fixture
def app(stage: Stage, clock: SteppedClock) -> Iterator[Flask]:
    """With the calendar, which knows when the next ones come."""
    timetable = Timetable(stage.settings.holidays)
    app = create_app(stage.settings, stage.database, clock, timetable)
    yield app
    app.extensions[EXTENSION].tail.stop()


@pytest.fixture
def client(app: Flask, stage: Stage, clock: SteppedClock) -> FlaskClient:
    """The browser of OWN's officer; another one may come beside it."""
    client = app.test_client()
    enter(client, stage.database, Role.TOWN_OFFICER, at=clock.now())
    return client


def main(page: str) -> str:
    """What stands on a page, without markup."""
    text = re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0])
    return " ".join(text.split())


def receipts(stage: Stage) -> list[tuple[str, str, bool]]:
    with stage.database.session() as session:
        rows = session.scalars(select(DownloadRow).order_by(DownloadRow.id)).all()
        return [(row.format, row.by, row.staff) for row in rows]


def test_nothing_given_yet_says_when_it_comes(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    text = main(client.get(f"/town/{NONE}").text)
    assert "还没有发过简报。现在没有安排全区的每周播报" in text
    assert "2021年10月的月报应在 2021年11月3日 星期三 09:30 发，还没有做好" in text
    assert "没有更早的了" in main(client.get(f"/town/{NONE}/briefings").text)


def test_the_week_stands_on_top_with_sound_figures_words_and_files(
    client: FlaskClient, week: int
) -> None:
    page = client.get(PAGE).text
    text = main(page)
    assert "本周简报 2021年第46周（11月15日至21日）" in text
    for words in (
        "闭环率 25.0 %",
        "本周新增隐患 1 条",
        "隐患到期预警企业 1 家",
        "超期预警企业 2 家",
    ):
        assert words in text
    assert "超期预警企业2家。" in text
    assert f'<source src="{PAGE}/briefings/{week}.mp3?play=1" type="audio/mpeg">' in page
    assert f'default src="{PAGE}/briefings/{week}.vtt?play=1"' in page
    for ending in ("mp3", "ogg", "vtt", "txt", "docx", "pdf", "xlsx", "json", "zip"):
        assert f'href="{PAGE}/briefings/{week}.{ending}"' in page
    assert f'href="{PAGE}/briefings/{week}/overdue_enterprises"' in page
    assert "style=" not in page


def test_a_correction_says_what_changed_and_the_older_one_stays(
    client: FlaskClient, stage: Stage, clock: SteppedClock, week: int
) -> None:
    changes = [{"name": "本周新增隐患", "said": "2条", "now": "1条", "aloud": True}]
    at = clock.step(3600)
    new = give_week(stage.database, OWN, at=at, number=2, reason="重复登记已合并", changes=changes)
    text = main(client.get(PAGE).text)
    assert "更正第1次 重复登记已合并" in text
    assert "本周新增隐患 2条 1条" in text
    assert "更正前的： 第一次发的" in text
    assert "声音正在合成" not in text or "文件还没有做好" in text
    older = main(client.get(f"{PAGE}/briefings/{week}").text)
    assert "这一期已经更正，以 更正第1次 为准" in older
    assert "更正第1次" in main(client.get(f"{PAGE}/briefings/{new}").text)


def test_no_sound_is_said_and_the_rest_stays(client: FlaskClient, stage: Stage, week: int) -> None:
    for ending in ("mp3", "ogg", "vtt"):
        (stage.folder / "offices" / "briefing" / f"{week}.{ending}").unlink()
    with stage.database.session(write=True) as session:
        row = session.get_one(BriefingRow, week)
        row.sound, row.fault = "failed", "所有语音都没有合成"
    page = client.get(PAGE).text
    assert "这一期没有声音：所有语音都没有合成。文字和数据照常可用" in main(page)
    assert "<audio" not in page
    assert f'href="{PAGE}/briefings/{week}.docx"' in page


def test_what_was_before_is_listed_a_page_at_a_time(
    client: FlaskClient, stage: Stage, clock: SteppedClock, week: int
) -> None:
    give_past_weeks(stage.database, week, 30)
    give_month(stage.database, OWN, "2021-10", at=clock.now())
    give_month(stage.database, OWN, "2021-09", at=clock.now())
    page = client.get(PAGE).text
    assert "以前的每周简报 2021年第45周（11月8日至14日）" in main(page)
    assert "隐患月报 城厢街道2021年10月隐患报告和趋势分析" in main(page)
    assert "四色图： 黄色 一般 本月新增隐患 5 条" in main(page)
    assert "闭环率 75.0 % 检查率 无" in main(page)
    assert "以前的月报 2021年9月" in main(page)
    assert "还没有做好" not in main(page).split("隐患月报")[0]
    seen: list[str] = []
    onward = f"{PAGE}/briefings"
    while onward:
        page = client.get(onward).text
        seen += re.findall(r"\d+年第\d+周", main(page))
        found = re.search(r'<a class="button plain" href="([^"]+before=[^"]+)"', page)
        onward = found[1] if found else ""
    assert (len(seen), len(set(seen))) == (31, 31)
    assert main(client.get(f"{PAGE}/reports?before=2021-10").text).count("2021年") == 1


def test_another_towns_issue_is_none_under_ones_own_code(client: FlaskClient, week: int) -> None:
    other = week + 1
    for path in (
        f"/briefings/{other}",
        f"/briefings/{other}.docx",
        f"/briefings/{other}.zip",
        f"/briefings/{other}/overdue_enterprises",
        f"/briefings/{other}/overdue_enterprises.xlsx",
        "/reports/1",
        "/reports/1.pdf",
        "/hazards/5",
    ):
        assert client.get(PAGE + path).status_code == 404, path
        refused = client.get(f"/town/{OTHER}{path}")
        assert (refused.status_code, "城厢" in refused.text) == (403, False), path
    assert "北干" not in main(client.get(f"{PAGE}/hazards?standing=").text)
    assert client.get(f"{PAGE}/hazards/1").status_code == 200
    for path in ("/briefings/1/monitored", "/briefings/1/none", "/briefings/1.exe"):
        assert client.get(PAGE + path).status_code == 404


def test_files_have_names_types_and_answer_to_conditions_and_ranges(
    client: FlaskClient, week: int
) -> None:
    address = f"{PAGE}/briefings/{week}"
    with client.get(f"{address}.docx") as word:
        assert word.mimetype.endswith("wordprocessingml.document")
        named = word.headers["Content-Disposition"]
        assert named.startswith("attachment")
        assert unquote(named.split("filename*=UTF-8''")[1]) == "城厢街道_2021-W46_每周简报.docx"
        known = word.headers["ETag"]
    with client.get(f"{address}.docx", headers={"If-None-Match": known}) as again:
        assert (again.status_code, again.data) == (304, b"")
    with client.get(f"{address}.mp3?play=1", headers={"Range": "bytes=10-19"}) as part:
        assert (part.status_code, len(part.data)) == (206, 10)
        assert "inline" in part.headers["Content-Disposition"]
    with client.get(f"{address}.vtt?play=1") as captions:
        assert captions.content_type == "text/vtt; charset=utf-8"
    with client.get(f"{address}.mp3", headers={"Range": "bytes=9999999-"}) as beyond:
        assert beyond.status_code == 416


def test_all_in_one_is_the_same_bytes_each_time_with_chinese_names(
    client: FlaskClient, stage: Stage, clock: SteppedClock, week: int
) -> None:
    address = f"{PAGE}/briefings/{week}.zip"
    first, second = client.get(address), client.get(address)
    assert first.data == second.data
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert all(one.flag_bits & 0x800 for one in archive.infolist())
    endings = ("mp3", "ogg", "vtt", "txt", "docx", "pdf", "xlsx", "json")
    assert names == [f"城厢街道_2021-W46_每周简报.{ending}" for ending in endings]
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    put_files(stage.folder, Matter.BRIEFING, week, but=("ogg",))
    (stage.folder / "offices" / "briefing" / f"{week}.pdf").write_bytes(b"another")
    assert client.get(address).headers["ETag"] != first.headers["ETag"]


def test_a_whole_file_taken_by_the_town_is_a_receipt_and_by_staff_a_note(
    client: FlaskClient, stage: Stage, clock: SteppedClock, week: int
) -> None:
    address, at = f"{PAGE}/briefings/{week}", clock.now()

    def get(path: str, **headers: str) -> None:
        client.get(address + path, headers=headers).close()

    client.head(f"{address}.docx").close()
    get(".mp3?play=1", Range="bytes=0-1")  # a telephone asks whether there are ranges
    get(".mp3?play=1", Range="bytes=100-")
    get(".vtt?play=1")
    get(".nothing")
    with client.get(f"{address}.pdf") as first:
        known = first.headers["ETag"]
    get(".pdf", **{"If-None-Match": known})
    get(".mp3?play=1", Range="bytes=0-")
    get(".zip")
    _, key = add_token(
        stage.database, "城厢-张三", role=Role.TOWN_OFFICER, town=OWN, at=at, by=ROOT
    )
    phone = client.application.test_client()
    phone.get(f"{PAGE}/enter?key={key}")
    phone.get(f"{address}.xlsx").close()
    enter(client, stage.database, Role.VIEWER, at=at)
    get(".docx")
    me = "town_officer-1"
    assert receipts(stage) == [
        ("pdf", me, False),
        ("mp3", me, False),
        ("zip", me, False),
        ("xlsx", "城厢-张三", False),
        ("docx", "viewer-1", True),
    ]
    with stage.database.session() as session:
        counted = downloads.of_issues(session, Matter.BRIEFING, [week])
    assert [row.format for row in counted[week]] == ["pdf", "mp3", "zip", "xlsx"]


def rows(page: str) -> list[str]:
    """The enterprises in a list of hazards."""
    return re.findall(r'<th scope="row">([^<]+)</th>', page)


def test_a_figure_opens_the_hazards_behind_it_with_days_and_a_filter(
    client: FlaskClient, stage: Stage, clock: SteppedClock, week: int, tmp_path: Path
) -> None:
    behind = f"{PAGE}/briefings/{week}/overdue_enterprises"
    page = client.get(behind).text
    assert rows(page) == ["城厢甲厂", "城厢乙厂"]  # the longest overdue first
    text = main(page)
    assert "超期预警企业 2 家 这个数字截至 2021年11月16日 星期二 09:00，当时由 2 条隐患得出" in text
    assert "2021-11-10 超期 6 天" in text
    for query, left in (
        ("level=major", ["城厢甲厂"]),
        ("text=乙厂", ["城厢乙厂"]),
        ("category=电气安全&level=general", ["城厢乙厂"]),
        ("status=closed", []),
        ("source=grid_patrol", []),
        ("standing=due_soon", []),
        ("level=x&source=%00&after=nonsense&before=~", ["城厢甲厂", "城厢乙厂"]),
    ):
        assert rows(client.get(f"{behind}?{query}").text) == left, query
    # Frozen: what is closed or found since changes how they stand, not which they are.
    done = (
        "A-2",
        "城厢甲厂",
        "城厢街道",
        "电气安全",
        "重大",
        "",
        "2021-11-01",
        "2021-11-10",
        "2021-11-17",
    )
    later = ("A-9", "城厢戊厂", "城厢街道", "电气安全", "一般", "", "2021-11-01", "2021-11-10", "")
    at = clock.step(3 * 86_400)
    enter(client, stage.database, Role.TOWN_OFFICER, at=at)
    fill_ledger(stage.database, tmp_path / "in", at=at, rows=(done, later))
    page = client.get(behind).text
    assert sorted(rows(page)) == ["城厢乙厂", "城厢甲厂"]
    assert "已闭环" in page.split("<tbody>")[1]
    assert rows(client.get(f"{behind}?standing=open").text) == ["城厢乙厂"]
    assert "城厢戊厂" in rows(client.get(f"{PAGE}/hazards?standing=overdue").text)


def test_what_is_another_towns_by_now_is_shown_to_it_no_more(
    client: FlaskClient, stage: Stage, week: int
) -> None:
    with stage.database.session(write=True) as session:
        ids = {row.code: row.id for row in session.scalars(select(TownRow))}
        session.get_one(HazardRow, 2).town_id = ids[OTHER]
    behind = f"{PAGE}/briefings/{week}/overdue_enterprises"
    assert rows(client.get(behind).text) == ["城厢乙厂"]
    assert client.get(f"{PAGE}/hazards/2").status_code == 404


def test_the_whole_list_shows_what_is_open_unless_asked_otherwise(
    client: FlaskClient, week: int
) -> None:
    assert rows(client.get(f"{PAGE}/hazards").text) == ["城厢甲厂", "城厢甲厂", "城厢乙厂"]
    page = client.get(f"{PAGE}/hazards?standing=").text
    assert len(rows(page)) == 4
    assert "4 条" in main(page)
    assert "还有 4 天" in page


def test_a_list_taken_along_comes_back_and_changes_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock, week: int, tmp_path: Path
) -> None:
    for path, count in (
        (f"/briefings/{week}/overdue_enterprises.xlsx", 2),
        (f"/briefings/{week}/overdue_enterprises.xlsx?level=major&source=third_party", 1),
        ("/hazards.xlsx?standing=", 4),
    ):
        answer = client.get(PAGE + path)
        name = unquote(answer.headers["Content-Disposition"].split("filename*=UTF-8''")[1])
        assert name.startswith("隐患台账_城厢街道")
        taken = tmp_path / "back.xlsx"
        taken.write_bytes(answer.data)
        report = take_file(
            stage.database, taken, Source.THIRD_PARTY, at=clock.now(), error_folder=tmp_path
        )
        assert (report.rows_unchanged, report.rows_read, report.rejections) == (count, count, ())


def test_many_hazards_are_turned_over_without_missing_one(
    client: FlaskClient, stage: Stage, clock: SteppedClock, tmp_path: Path
) -> None:
    many = tuple(
        (f"N-{n}", f"厂{n}", "城厢街道", "消防", "一般", "", "2021-11-01", "2021-11-05", "")
        for n in range(120)
    )
    fill_ledger(stage.database, tmp_path / "in", at=clock.now(), rows=many)
    seen: list[str] = []
    onward = f"{PAGE}/hazards?standing=overdue"
    while onward:
        page = client.get(onward).text
        seen += rows(page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        onward = found[1].replace("&amp;", "&") if found else ""
    assert (len(seen), len(set(seen))) == (122, 122)
    assert re.search(r'href="[^"]+" rel="prev"', page)


def test_the_pages_of_staff_lead_to_other_towns(
    client: FlaskClient, stage: Stage, clock: SteppedClock, week: int
) -> None:
    assert f"/town/{OTHER}" not in client.get(PAGE).text
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    assert f'href="/town/{OTHER}"' in client.get(PAGE).text
    assert client.get(f"/town/{OTHER}").status_code == 200
    assert client.get("/town/330100000").status_code == 404
