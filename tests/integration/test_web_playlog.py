"""The play log: found by days, paged, taken along as CSV and XLSX, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from steward.broadcasts.queries import broadcasts, players, receipts
from steward.broadcasts.tables import AnnouncementRow
from steward.cli import steward
from steward.domain.accounts import Role
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import ReceiptEvent as R
from steward.domain.playlog import Asked
from steward.domain.sheets import guarded
from steward.operations.export_playlog import COLUMNS
from steward.operations.read_playlog import playlog_page, walk_playlog
from steward.storage.engine import Database
from steward.web import playlog
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import enter
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

DAYS = "from=2021-11-16&to=2021-11-22"
DIGEST = "a" * 64
DAY = timedelta(days=1)
NAMES = [heading for heading, _ in COLUMNS]


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def client(stage: Stage, clock: SteppedClock) -> Iterator[FlaskClient]:
    app = create_app(stage.settings, stage.database, clock, no_plans)
    with app.test_client() as client:
        enter(client, stage.database, Role.VIEWER, at=clock.now())
        yield client
    app.extensions[EXTENSION].tail.stop()


def tell(
    stage: Stage, made: int, player: str, at: datetime, *told: tuple[R, int | None], title: str = ""
) -> None:
    """What a player reports, a second after the other; with a title it is enrolled."""
    with stage.database.session(write=True) as session:
        row = players.seen(session, key=player, hall_id=stage.hall_id, at=at)
        if title:
            row.title, row.enrolled_at = title, at - timedelta(hours=1)
        for number, (event, ordinal) in enumerate(told):
            receipts.add(
                session,
                broadcast_id=made,
                player_id=row.id,
                event=event,
                ordinal=ordinal,
                proven=bool(title),
                at=at + timedelta(seconds=number),
            )


def play(stage: Stage, clock: SteppedClock, title: str = "每周播报") -> int:
    """One that was approved and played."""
    made = stage.broadcast(clock.now(), title=title)
    stage.move(made, S.PLAYING, clock.step(1))
    stage.move(made, S.PLAYED, clock.step(20))
    return made


def approve(stage: Stage, made: int, at: datetime) -> None:
    with stage.database.session(write=True) as session:
        row = AnnouncementRow(
            kind="adhoc", state="sent", author="王五", title="通知", text="x", priority="routine",
            created_at=at, updated_at=at, decided_by="赵六", decided_at=at, digest=DIGEST,
        )  # fmt: skip
        session.add(row)
        session.flush()
        broadcast = broadcasts.get(session, made)
        broadcast.announcement_id, broadcast.approved = row.id, DIGEST
        broadcast.status, broadcast.duration_ms = "exercise", 3200


@pytest.fixture
def two(stage: Stage, clock: SteppedClock) -> tuple[int, int]:
    """One heard by an enrolled player and cut short at another; one that nobody told of."""
    made = play(stage, clock, "=HYPERLINK(1)")
    approve(stage, made, clock.now())
    told = [(R.FETCHED, None), (R.STARTED, None), (R.CLAUSE, 0), (R.CLAUSE, 3), (R.ENDED, None)]
    tell(stage, made, "screen0001", clock.now(), *told, title="@东门屏")
    tell(stage, made, "screen0002", clock.now(), (R.CLAUSE, 1), (R.INTERRUPTED, 1), (R.MUTED, None))
    clock.step(3600)
    return made, play(stage, clock, "第二次")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_page_says_who_heard_what(client: FlaskClient, two: tuple[int, int]) -> None:
    page = client.get(f"/playlog?{DAYS}").text
    later, earlier = page.index("第二次"), page.index("=HYPERLINK(1)")
    assert later < earlier
    assert "没有人听到" in page[later:earlier]
    rest = page[earlier:]
    for words in ("有人听到", "演练", "@东门屏：播完", "screen（未登记）：播到第 2/4 句"):
        assert words in rest
    assert "被打断 1 次" in rest
    assert "已静音" in rest
    assert "王五 / 赵六" in rest
    assert "与批准内容一致" in rest


def test_the_csv_has_a_row_for_each_player_and_no_formula(
    client: FlaskClient, two: tuple[int, int]
) -> None:
    answer = client.get(f"/playlog.csv?{DAYS}")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "播报记录_2021-11-16_2021-11-22.csv" in unquote(answer.headers["Content-Disposition"])
    first, second, third = rows_of(answer.text)
    assert list(first) == NAMES
    assert first["播报编号"] == second["播报编号"] == str(two[0])
    assert (first["标题"], first["播放点"]) == ("'=HYPERLINK(1)", "'@东门屏")
    assert (first["应播时间"], first["开播时间"]) == ("2021-11-16 09:00:00", "2021-11-16 09:00:01")
    assert (first["时长（秒）"], first["性质"], first["有人听到"]) == ("3.2", "演练", "是")
    assert (first["首句"], first["末句"], first["已登记"]) == ("1", "4", "是")
    assert (first["下达"], first["批准"], first["与批准内容一致"]) == ("王五", "赵六", "是")
    assert first["批准内容校验值"] == DIGEST
    assert (second["首句"], second["被打断（次）"], second["没有声音"]) == ("2", "1", "已静音")
    assert second["播放点播完"] == ""
    assert (third["标题"], third["有人听到"], third["播放点"]) == ("第二次", "否", "")
    assert third["下达"] == "stage"


def test_the_workbook_has_true_dates_and_numbers(client: FlaskClient, two: tuple[int, int]) -> None:
    answer = client.get(f"/playlog.xlsx?{DAYS}", buffered=True)
    assert "播报记录_2021-11-16_2021-11-22.xlsx" in unquote(answer.headers["Content-Disposition"])
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    head, first, _, third = sheet.iter_rows(values_only=True)
    assert list(head) == NAMES
    one = dict(zip(NAMES, first, strict=True))
    assert isinstance(one["应播时间"], datetime)
    assert str(one["应播时间"]) == "2021-11-16 09:00:00"
    assert (one["播报编号"], one["时长（秒）"], one["首句"]) == (two[0], 3.2, 1)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert one["标题"] == "'=HYPERLINK(1)"
    assert dict(zip(NAMES, third, strict=True))["播放点"] is None


def test_it_is_asked_by_day_hall_and_result_and_paged(
    client: FlaskClient, stage: Stage, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playlog, "PAGE", 2)
    for number in range(5):
        play(stage, clock, f"第{number}次")
        clock.step(-21)  # the same slot: the number decides
    waiting = stage.broadcast(clock.now(), title="在等")
    stage.move(waiting, S.EXPIRED, clock.now())
    seen: list[str] = []
    address: str | None = f"/playlog?{DAYS}&state=played&hall=main"
    while address:
        page = client.get(address).text
        seen += re.findall(r">(第\d次|在等)<", page)
        older = re.search(r'href="(/playlog\?[^"]*before=[^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else None
    assert seen == ["第4次", "第3次", "第2次", "第1次", "第0次"]
    assert "在等" in client.get(f"/playlog?{DAYS}&state=expired").text
    assert "没有这样的播报" in client.get("/playlog?from=2021-11-17&to=2021-11-17").text
    assert "第4次" in client.get("/playlog").text  # the last seven days
    assert "第4次" in client.get("/playlog?to=2021-11-16").text  # one day


def test_either_database_gives_every_broadcast_once(
    database: Database, tmp_path: Path, clock: SteppedClock
) -> None:
    stage = Stage(database, tmp_path / "var")
    made = [play(stage, clock, "一"), play(stage, clock, "二")]
    clock.step(-42)
    made.append(play(stage, clock, "三"))
    approve(stage, made[0], clock.now())
    tell(stage, made[0], "screen0001", clock.now(), (R.CLAUSE, 2), (R.ENDED, None), title="东门屏")
    asked = Asked(clock.now() - DAY, clock.now() + DAY, stage.hall_id, S.PLAYED)
    paged = []
    while found := playlog_page(database, asked, after_id=paged[-1] if paged else None, limit=1):
        paged += [one.id for one in found]
    assert paged == [made[1], made[2], made[0]]
    walked = list(walk_playlog(database, asked))
    assert [one.id for one in walked] == paged[::-1]
    assert [(one.heard, one.asked_by, one.approved_by) for one in walked] == [
        (True, "王五", "赵六"),
        (False, "stage", ""),
        (False, "stage", ""),
    ]
    assert walked[0].ears[0].first == walked[0].ears[0].last == 2


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=yesterday", "日期应如 2021-11-16"),
        ("from=2021-11-16&to=2021-11-15", "结束的日子早于开始的日子"),
        ("from=2019-11-16&to=2021-11-15", "一次最多查 400 天"),
        ("from=9999-12-31", "日期超出了范围"),
        ("from=0001-01-01", "日期超出了范围"),
        ("hall=nowhere", "没有这个大厅"),
        ("state=lost", "没有这种结果"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered(
    client: FlaskClient, query: str, sentence: str
) -> None:
    page = client.get(f"/playlog?{query}")
    assert page.status_code == 400
    assert sentence in page.text
    value = query.partition("&")[0].partition("=")[2]
    assert f'value="{value}"' in page.text or value in ("nowhere", "lost")
    assert client.get(f"/playlog.csv?{query}").status_code == 400


def test_odd_pages_are_empty(client: FlaskClient, two: tuple[int, int]) -> None:
    for before in ("-1", "x", "99999999999999999999", "999"):
        assert client.get(f"/playlog?{DAYS}&before={before}").status_code == 200
    assert client.get("/playlog.pdf").status_code == 404


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_what_a_spreadsheet_would_compute_is_text(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded(f"a{text}") == f"a{text}"


def test_the_command_writes_the_same_file(
    two: tuple[int, int], stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = stage.database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("STEWARD_DATABASE_URL", url)
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path))
    days = ["--from", "2021-11-16", "--to", "2021-11-22"]
    done = CliRunner().invoke(steward, ["playlog", *days, "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(tmp_path / "播报记录_2021-11-16_2021-11-22.xlsx")
    assert len(list(book["播报记录"].iter_rows())) == 4
    path = tmp_path / "out.csv"
    assert CliRunner().invoke(steward, ["playlog", *days, "-o", str(path)]).exit_code == 0
    assert len(rows_of(path.read_text(encoding="utf-8"))) == 3
    for odd in (["-o", "x.pdf"], ["--from", "today", "-o", "x.csv"]):
        assert CliRunner().invoke(steward, ["playlog", *odd]).exit_code == 2
    backwards = ["--from", "2021-11-16", "--to", "2021-11-15", "-o", str(path)]
    assert CliRunner().invoke(steward, ["playlog", *backwards]).exit_code == 1
    nowhere = ["playlog", *days, "--hall", "nowhere", "-o", str(path)]
    assert CliRunner().invoke(steward, nowhere).exit_code == 1
