"""Alerts on the web: ours as documents and as a feed, to whom the setting lets; and for staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree

from steward.broadcasts.queries import alerts
from steward.cap.read import read_alert
from steward.cap.write import write_alert
from steward.domain.accounts import Role
from steward.domain.alerts import Alert, Info, MessageType, Outcome
from steward.domain.broadcasts import BroadcastState, Priority
from steward.operations.issue_alerts import issue_alerts
from steward.operations.keep_tokens import add_token
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import ROOT, add, enter, form_token
from tests.support.cap import document
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path, clock: SteppedClock) -> Stage:
    stage = Stage(sqlite_database, tmp_path / "var")
    add(sqlite_database, "admin", Role.ADMIN, at=clock.now())
    return stage


def browse(stage: Stage, clock: SteppedClock, **settings: str) -> Iterator[FlaskClient]:
    changed = stage.settings.model_copy(update=settings)
    app = create_app(changed, stage.database, clock, no_plans)
    with app.test_client() as client:
        yield client
    app.extensions[EXTENSION].tail.stop()


@pytest.fixture
def client(stage: Stage, clock: SteppedClock) -> Iterator[FlaskClient]:
    yield from browse(stage, clock)


@pytest.fixture
def public(stage: Stage, clock: SteppedClock) -> Iterator[FlaskClient]:
    yield from browse(stage, clock, cap_access="open", public_url="https://b.example")


def issue(stage: Stage, clock: SteppedClock, title: str = "紧急通知") -> str:
    made = stage.broadcast(clock.now(), title=title, priority=Priority.EMERGENCY)
    stage.move(made, BroadcastState.PLAYING, clock.now())
    (identifier,) = issue_alerts(stage.database, stage.settings.issuer, now=clock.now())
    stage.move(made, BroadcastState.PLAYED, clock.now())
    return identifier


def test_programs_with_a_token_fetch_it_exactly_as_it_was_issued(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    identifier = issue(stage, clock)
    _, secret = add_token(stage.database, "平台", role=Role.VIEWER, at=clock.now(), by=ROOT)
    for address in (f"/cap/{identifier}.xml", "/cap/feed.atom"):
        assert client.get(address).status_code == 401
    headers = {"Authorization": f"Bearer {secret}"}
    answer = client.get(f"/cap/{identifier}.xml", headers=headers)
    assert answer.status_code == 200
    assert answer.content_type == "application/cap+xml; charset=utf-8"
    with stage.database.session() as session:
        assert answer.text == alerts.issued(session, identifier).xml
    assert read_alert(answer.data).infos[0].sender_name == "萧山区应急管理局"
    assert client.get("/cap/feed.atom", headers=headers).status_code == 200
    assert client.get("/cap/none.xml", headers=headers).status_code == 404
    assert client.get(f"/cap/{identifier}.mp3", headers=headers).status_code == 404


def test_the_feed_names_them_newest_first_to_anybody_where_that_is_set(
    public: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    empty = public.get("/cap/feed.atom")
    assert etree.fromstring(empty.data).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"
    assert "Last-Modified" not in empty.headers
    first = issue(stage, clock, "第一次 <1>")
    clock.step(60)
    second = issue(stage, clock, "第二次")
    answer = public.get("/cap/feed.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}id") == "https://b.example/cap/feed.atom"
    entries = feed.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}title") for one in entries] == ["第二次", "第一次 <1>"]
    links = [one.find(f"{ATOM}link") for one in entries]
    assert [one.get("href") for one in links] == [
        f"https://b.example/cap/{one}.xml" for one in (second, first)
    ]
    assert {one.get("type") for one in links} == {"application/cap+xml"}
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == 2
    assert public.get("/cap").status_code == 303


def test_what_has_not_changed_is_not_sent_again(
    public: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    identifier = issue(stage, clock)
    for address in ("/cap/feed.atom", f"/cap/{identifier}.xml"):
        answer = public.get(address)
        tag, changed = answer.headers["ETag"], answer.headers["Last-Modified"]
        same = public.get(address, headers={"If-None-Match": tag})
        assert (same.status_code, same.data) == (304, b"")
        assert public.get(address, headers={"If-Modified-Since": changed}).status_code == 304
        assert public.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    tag = public.get("/cap/feed.atom").headers["ETag"]
    clock.step(60)
    issue(stage, clock)
    answer = public.get("/cap/feed.atom", headers={"If-None-Match": tag})
    assert answer.status_code == 200


def test_staff_see_what_went_out_and_came_in_with_its_document_escaped(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    assert "还没有收到过" in client.get("/cap").text
    identifier = issue(stage, clock)
    info = Info("暴雨", "Immediate", "Severe", "Likely", headline="<script>alert(1)</script>")
    at = clock.now()
    alert = Alert("X1", "q.example", at, "Actual", MessageType.ALERT, "Public", (info,))
    xml = write_alert(alert)
    with stage.database.session(write=True) as session:
        row = alerts.put(
            session,
            alert,
            xml=xml,
            digest="0" * 64,
            incoming=True,
            outcome=Outcome.REFUSED,
            reason="已过有效期",
            source="上传",
            at=at + timedelta(seconds=1),
        )
    page = client.get("/cap").text
    assert identifier in page
    assert "已过有效期" in page
    one = client.get(f"/cap/{row.id}").text
    assert "<script>alert" not in page + one
    assert "&lt;headline&gt;&amp;lt;script&amp;gt;" in one
    assert client.get("/cap/999").status_code == 404


def test_staff_see_how_the_sources_do(stage: Stage, clock: SteppedClock) -> None:
    addresses = "http://me:secret@a.example/feed?key=1 http://b.example/feed"
    for client in browse(stage, clock, cap_feeds=addresses):
        enter(client, stage.database, Role.VIEWER, at=clock.now())
        assert client.get("/cap").text.count("还没有看过") == 2
        with stage.database.session(write=True) as session:
            alerts.note_feed(session, "http://a.example/feed", at=clock.now(), fault="连不上")
            alerts.note_feed(session, "http://b.example/feed", at=clock.now(), etag='"1"')
        page = client.get("/cap").text
        assert "有问题" in page
        assert "连不上" in page
        assert "11月16日 09:00:00 看过" in page
        assert "secret" not in page


def bring(client: FlaskClient, content: bytes, name: str = "预警.xml") -> tuple[int, str]:
    parts = (("csrf_token", "", form_token(client, "/cap").encode()), ("file", name, content))
    body = b""
    for field, filename, value in parts:
        named = f'; filename="{filename}"' if field == "file" else ""
        head = f'--x\r\nContent-Disposition: form-data; name="{field}"{named}\r\n\r\n'
        body += head.encode() + value + b"\r\n"
    answer = client.post(
        "/cap/incoming", data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
    )
    return answer.status_code, answer.location or answer.text


def test_an_approver_brings_one_and_sees_what_became_of_it(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.OPERATOR, at=clock.now())
    assert "接收一份警报文件" not in client.get("/cap").text
    enter(client, stage.database, Role.APPROVER, at=clock.now())
    code, onward = bring(client, document())
    assert code == 303
    page = client.get(onward).text
    assert "等审批" in page
    assert "发布单位不在信任名单里" in page
    assert "上传：预警.xml" in page
    assert "&lt;headline&gt;暴雨红色预警" in page
    code, onward = bring(client, document())
    assert "重复：同一发布单位的这个编号已经收到过" in client.get(onward).text
    code, onward = bring(client, document("A2") + b" " * 1024 * 1024)
    page = client.get(onward).text
    assert "文件太大" in page
    assert "没有保存原文" in page
    assert bring(client, b"", "")[0] == 400
    assert bring(client, b"x" * (1024 * 1024 + 64 * 1024))[0] == 413
    assert client.get("/cap").text.count("未接收") == 2
