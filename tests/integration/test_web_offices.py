"""The page of what went to the towns, and that of who is reached: staff see it, the right act."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from steward.accounts.queries import audit
from steward.domain.accounts import Role
from steward.offices.queries import runs
from steward.operations.keep_contacts import list_contacts
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support import offices
from tests.support.accounts import enter, form_token
from tests.support.mail_server import Letters, mail_server
from tests.support.offices import DUE, MADE, post_to, sort
from tests.support.push_server import PushServer, push_server
from tests.support.served import no_plans
from tests.support.stage import SteppedClock

# The library looks for an optional part of itself when it is loaded.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

HOUR = timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[Letters]:
    with mail_server() as server:
        yield server


@pytest.fixture
def app(
    sqlite_database: Database, tmp_path: Path, server: Letters, clock: SteppedClock
) -> Iterator[Flask]:
    offices.settle(sqlite_database)
    settings = Settings(
        data_dir=tmp_path, mail_server=f"smtp://127.0.0.1:{server.port}", mail_from=offices.SENDER
    )
    app = create_app(settings, sqlite_database, clock, no_plans)
    yield app
    app.extensions[EXTENSION].tail.stop()


@pytest.fixture
def client(
    app: Flask, sqlite_database: Database, clock: SteppedClock, role: Role
) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        enter(client, sqlite_database, role, at=clock.now())
        yield client


def words(page: str) -> str:
    """What a reader sees of it."""
    main = page.split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def delivered(database: Database, folder: Path, server: Letters) -> dict[str, str]:
    """Two towns with a briefing, one of which cannot be reached and one has taken it."""
    codes = offices.settle(database)
    made = 0
    for town, name in (("瓜沥镇", "wang"), ("临浦镇", "chen")):
        offices.contact(database, town, name, f"{name}@x.cn")
        made = offices.briefing(database, folder, codes[town], town=town)
    server.refuse = {"wang@x.cn": "550 5.1.1 No such user"}
    sort(database, now=MADE)
    offices.send_all(database, post_to(folder, server), now=DUE)
    offices.take(database, made, codes["临浦镇"], at=DUE + HOUR)
    return codes


def test_who_has_not_taken_it_is_first_and_counted(
    client: FlaskClient, sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    delivered(sqlite_database, tmp_path / "offices", server)
    page = client.get("/offices").text
    seen = words(page)
    assert "2021年第46周每周简报" in seen
    assert "22 个镇街： 1 个已领取 ， 21 个未领取" in seen
    assert "全部 22 未领取 21 送达有问题 1 已领取 1" in seen
    assert "已生成 2 个镇街的" in seen
    assert "瓜沥镇 未能送达 11月15日 09:00 有声音 wang（电子邮件） 未能送达" in seen
    assert "邮件服务器拒收：550 5.1.1 No such user" in seen
    assert "临浦镇 已领取 11月15日 09:00 有声音 chen（电子邮件）11月15日 10:00" in seen
    assert "11月15日 11:00 瓜沥安监员（Word 文档）" in seen
    assert seen.index("瓜沥镇 未能送达") < seen.index("临浦镇 已领取")
    taken = words(client.get("/offices?show=taken").text)
    assert "临浦镇 已领取" in taken
    assert "瓜沥镇" not in taken
    trouble = words(client.get("/offices?show=trouble").text)
    assert "临浦镇" not in trouble


def test_a_period_is_chosen_and_one_that_is_none_is_refused_in_words(
    client: FlaskClient, sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    delivered(sqlite_database, tmp_path / "offices", server)
    before = client.get("/offices?period=2021-W45")
    assert (before.status_code, "0 个已领取" in words(before.text)) == (200, True)
    month = words(client.get("/offices?matter=report").text)
    assert "2021年10月隐患月报" in month
    for period in ("2021-W99", "2021-13", quote("上周")):
        answer = client.get(f"/offices?period={period}")
        assert answer.status_code == 400
        assert "没有这一期，周应如 2021-W46" in answer.text
    assert client.get("/offices.xlsx?period=2021-W99").status_code == 400


def test_what_did_not_arrive_is_sent_once_more_and_that_is_on_record(
    client: FlaskClient, sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    folder = tmp_path / "offices"
    codes = delivered(sqlite_database, folder, server)
    server.refuse = {}
    first = offices.rows(sqlite_database)[0].message_id
    status, onward = again(client, town=codes["瓜沥镇"], **_this_week())
    assert (status, "sent=1" in onward) == (303, True)
    assert "已安排重新送达 1 份" in words(client.get(onward).text)
    at = client.application.extensions[EXTENSION].clock.now()
    offices.send_all(sqlite_database, post_to(folder, server), now=at)
    assert [to for to, _ in server.taken] == ["chen@x.cn", "wang@x.cn"]
    assert str(server.letters("wang@x.cn")[0]["Message-ID"]) == first
    status, fault = again(client, town=codes["瓜沥镇"], **_this_week())
    assert (status, "没有要重新送的" in fault) == (400, True)
    with sqlite_database.session() as session:
        (entry,) = audit.search(session, what="delivery_retried")
    assert (entry.who, entry.about) == ("operator-1", f"2021-W46 每周简报 {codes['瓜沥镇']}")


def _this_week() -> dict[str, str]:
    return {"matter": "briefing", "period": "2021-W46", "show": "all"}


def test_a_town_without_contacts_or_without_an_issue_says_so(
    client: FlaskClient, sqlite_database: Database, tmp_path: Path
) -> None:
    codes = offices.settle(sqlite_database)
    offices.briefing(sqlite_database, tmp_path / "offices", codes["瓜沥镇"])
    assert "瓜沥镇 没有送给任何人 11月15日 09:00 有声音 没有联系人" in words(
        client.get("/offices").text
    )
    for town, fault in (("瓜沥镇", "没有联系人"), ("临浦镇", "还没有生成")):
        status, page = again(client, town=codes[town], **_this_week())
        assert (status, fault in page) == (400, True)


def test_reports_that_are_being_made_and_that_failed_are_told(
    client: FlaskClient, sqlite_database: Database, tmp_path: Path
) -> None:
    code = offices.settle(sqlite_database)["瓜沥镇"]
    now = client.application.extensions[EXTENSION].clock.now()
    with sqlite_database.session(write=True) as session:
        runs.claim(session, "2021-10", at=now, lease_until=now + HOUR)
    offices.report(sqlite_database, tmp_path / "offices", code, at=now)
    making = words(client.get("/offices?matter=report&period=2021-10").text)
    assert "正在生成：1 / 22 个镇街已生成" in making
    with sqlite_database.session(write=True) as session:
        runs.failed(session, "2021-10", due_at=now + HOUR, fault="没有字体")
    failed = words(client.get("/offices?matter=report&period=2021-10").text)
    assert "生成时出错，会再试：没有字体" in failed


def test_the_workbook_has_true_dates_and_every_town(
    client: FlaskClient, sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    delivered(sqlite_database, tmp_path / "offices", server)
    answer = client.get("/offices.xlsx")
    assert "filename*=UTF-8''" + quote("镇街送达_每周简报_2021-W46.xlsx") in str(
        answer.headers["Content-Disposition"]
    )
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert len(rows) == 23
    guali, linpu = rows["瓜沥镇"], rows["临浦镇"]
    assert guali[2:3] + guali[8:14] == (
        *("未能送达", "wang", "电子邮件", "未能送达"),
        guali[11],
        *(1, "邮件服务器拒收：550 5.1.1 No such user"),
    )
    assert f"{linpu[11]:%m-%d %H:%M} {linpu[14]:%m-%d %H:%M}" == "11-15 10:00 11-15 11:00"
    assert linpu[15:] == ("瓜沥安监员", 1)


class TestContacts:
    """镇街联系人, the administrator's."""

    @pytest.fixture
    def role(self) -> Role:
        return Role.ADMIN

    @pytest.fixture
    def push(self) -> Iterator[PushServer]:
        with push_server() as server:
            yield server

    def test_one_is_added_tried_and_removed_and_no_secret_is_seen_again(
        self, client: FlaskClient, sqlite_database: Database, server: Letters, push: PushServer
    ) -> None:
        code = offices.settle(sqlite_database)["瓜沥镇"]
        for address in ("Wang@Guali.CN", push.ntfy("geheimnis")):
            added = add(client, town=code, name="王强", address=address)
            assert added[0] == 303
        page = client.get("/offices/contacts")
        assert page.headers["Cache-Control"] == "no-store"
        seen = words(page.text)
        assert "瓜沥镇 王强 电子邮件 Wang@guali.cn" in seen
        assert "瓜沥镇 王强 消息推送 ntfy://…" in seen
        assert "22 个镇街，2 个联系人， 21 个镇街没有联系人" in seen
        mail, robot = (str(one.id) for one in list_contacts(sqlite_database))
        told = post(client, "test", contact=mail)
        assert "测试消息已发给瓜沥镇 王强（Wang@guali.cn），请对方看一下收件箱" in told
        told = post(client, "test", contact=robot)
        assert "测试消息已发给瓜沥镇 王强（ntfy://…），请看一下群里" in told
        assert server.letters()[0]["Subject"] == "萧山区隐患管家：测试"
        assert push.titles("geheimnis") == ["萧山区隐患管家：测试"]
        push.answers["geheimnis"] = [403]
        told = post(client, "test", contact=robot)
        assert "没有发给瓜沥镇 王强（ntfy://…）：没有权限（403）" in told
        post(client, "remove", contact=robot, status=303)
        with sqlite_database.session() as session:
            entries = audit.search(session)
        assert [one.what for one in reversed(entries)] == [
            *("contact_added", "contact_added"),
            *("contact_tested", "contact_tested", "contact_tested", "contact_removed"),
        ]
        everything = client.get("/offices/contacts").text + str(entries)
        assert "geheimnis" not in everything

    @pytest.mark.parametrize(
        ("town", "name", "address", "fault"),
        [
            ("", "王", "a@x.cn", "请选择镇街"),
            ("瓜沥镇", " ", "a@x.cn", "姓名应为 1 至 40 个字"),
            ("瓜沥镇", "王", "wang@", "不是正确的邮件地址"),
            ("瓜沥镇", "王", "a@x.cn\r\nBcc: b@x.cn", "不是正确的邮件地址"),
            ("瓜沥镇", "王", "smoke://x", "不认识的推送地址"),
            ("瓜沥镇", "王", "ntfy://h/a ntfy://h/b", "不认识的推送地址"),
            ("瓜沥镇", "王", "mailto://u:p@x.cn", "邮件请直接写邮件地址"),
            ("瓜沥镇", "王", "there@x.cn", "已有这个地址"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self,
        client: FlaskClient,
        sqlite_database: Database,
        town: str,
        name: str,
        address: str,
        fault: str,
    ) -> None:
        offices.contact(sqlite_database, "瓜沥镇", "在", "there@x.cn")
        status, page = add(client, town=town, name=name, address=address)
        assert (status, fault in page) == (400, True)
        assert f'value="{address.split()[0]}' in page
        assert len(list_contacts(sqlite_database)) == 1

    def test_a_list_is_taken_row_by_row_and_once(
        self, client: FlaskClient, sqlite_database: Database
    ) -> None:
        pasted = "地址\t镇街\t姓名\nwang@x.cn\t瓜沥镇\t王强\nli@\t临浦镇\t李\n\nx@x.cn\t某镇\t陈\n"
        page = post(client, "list", list=pasted, status=400)
        assert "添加 1 个， 2 行没有收下" in words(page)
        assert "第 3 行：不是正确的邮件地址" in page
        assert "第 5 行：没有名称或代码为“某镇”的镇街" in page
        assert "li@" in page  # stays typed
        right = pasted.replace("li@", "li@x.cn").replace("某镇", "临浦镇")
        assert "添加 2 个，1 个早已在内" in words(post(client, "list", list=right))
        assert len(list_contacts(sqlite_database)) == 3

    def test_a_file_is_taken_in_the_encodings_that_are_in_use(
        self, client: FlaskClient, sqlite_database: Database
    ) -> None:
        text = "镇街,姓名,地址\n瓜沥镇,王强,wang@x.cn\n"
        content = io.BytesIO(text.encode("gb18030"))
        assert "添加 1 个" in words(post(client, "list", file=(content, "名单.csv")))
        wrong = io.BytesIO("镇,人\n瓜沥镇,王\n".encode())
        page = post(client, "list", file=(wrong, "x.csv"), status=400)
        assert "缺少：镇街、姓名、地址" in page

    def test_without_a_sender_the_test_says_what_is_to_be_set(
        self, sqlite_database: Database, tmp_path: Path, clock: SteppedClock
    ) -> None:
        settings = Settings(data_dir=tmp_path, mail_server="smtp://127.0.0.1:9")
        offices.settle(sqlite_database)
        number = offices.contact(sqlite_database, "瓜沥镇", "王", "wang@x.cn")
        app = create_app(settings, sqlite_database, clock, no_plans)
        with app.test_client() as client:
            enter(client, sqlite_database, Role.ADMIN, at=clock.now())
            page = post(client, "test", contact=str(number))
        app.extensions[EXTENSION].tail.stop()
        assert "还要写明发件人地址（mail_from）" in page


def again(client: FlaskClient, **fields: str) -> tuple[int, str]:
    """重新送达 of a town; its status, and the page or where to go on."""
    fields["csrf_token"] = form_token(client, "/offices")
    answer = client.post("/offices/again", data=fields)
    return answer.status_code, answer.location or answer.text


def add(client: FlaskClient, **fields: str) -> tuple[int, str]:
    """Fill in the form that adds a contact."""
    fields["csrf_token"] = form_token(client, "/offices/contacts")
    answer = client.post("/offices/contacts", data=fields)
    return answer.status_code, answer.location or answer.text


def post(client: FlaskClient, form: str, *, status: int = 200, **fields: object) -> str:
    """One of the page's forms; the page that comes of it."""
    fields["csrf_token"] = form_token(client, "/offices/contacts")
    answer = client.post(f"/offices/contacts/{form}", data=fields)
    assert answer.status_code == status
    return answer.text
