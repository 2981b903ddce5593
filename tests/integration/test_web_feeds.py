"""Podcasts and the calendar on the web: by a key in the address, as programs fetch them."""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from lxml import etree
from sqlalchemy import select

from steward.broadcasts.queries import broadcasts
from steward.domain.accounts import Role
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.plans import DayRule, MissedRule
from steward.offices.tables import DownloadRow
from steward.operations.add_plan import add_plan
from steward.operations.keep_tokens import add_token, revoke_token
from steward.operations.read_audit import search_audit
from steward.operations.remove_plan import remove_plan
from steward.scheduler.timetable import Timetable
from steward.speech.audio.files import Tags, write_file
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from steward.web.unlogged import LOGGERS, cleaned
from tests.support.accounts import ROOT, add, enter, submit
from tests.support.podcasts import (
    ITUNES,
    PODCAST,
    PodcastClient,
    check_podcast,
    give_briefing,
)
from tests.support.served import Process, free_port, gunicorn
from tests.support.stage import Stage, SteppedClock, tone

LINPU, GUALI = "330109105", "330109113"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real sound."""
    path = tmp_path_factory.mktemp("sound") / "tone.mp3"
    write_file(path, tone(4, 440), Tags("试音", "萧山区", "2021-11-16"))
    return path.read_bytes()


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path, clock: SteppedClock) -> Stage:
    stage = Stage(sqlite_database, tmp_path / "var")
    add(sqlite_database, "admin", Role.ADMIN, at=clock.now())
    return stage


@pytest.fixture
def app(stage: Stage, clock: SteppedClock) -> Iterator[Flask]:
    timetable = Timetable(stage.settings.holidays)
    app = create_app(stage.settings, stage.database, clock, timetable)
    yield app
    app.extensions[EXTENSION].tail.stop()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A program: it knows no cookies."""
    return app.test_client(use_cookies=False)


def feed_key(stage: Stage, clock: SteppedClock, name: str, town: str | None = None) -> str:
    return add_token(stage.database, name, at=clock.now(), by=ROOT, feed=True, town=town)[1]


def brief(stage: Stage, clock: SteppedClock, sound: bytes, **more: object) -> int:
    folder = stage.settings.offices_folder
    return give_briefing(stage.database, folder, GUALI, at=clock.now(), sound=sound, **more)  # type: ignore[arg-type]


def receipts(stage: Stage) -> list[tuple[int, str, str, str]]:
    with stage.database.session() as session:
        rows = session.scalars(select(DownloadRow).order_by(DownloadRow.id))
        return [(one.issue_id, one.format, one.by, one.where) for one in rows]


@pytest.fixture
def served(stage: Stage, tmp_path: Path) -> Iterator[Process]:
    """The server as in production, which logs each request, its errors too."""
    port = free_port()
    logs = ["--access-logfile", str(tmp_path / "access.log"), "--error-logfile"]
    command = [*gunicorn(port), *logs, str(tmp_path / "error.log"), "--log-level", "debug"]
    process = Process(command, port, stage.settings)
    yield process
    process.stop()


def test_a_podcast_client_subscribes_looks_again_and_resumes(
    served: Process, stage: Stage, clock: SteppedClock, mp3: bytes, tmp_path: Path
) -> None:
    key = feed_key(stage, clock, "瓜沥订阅", GUALI)
    first = brief(stage, clock, mp3, script="新增 3 < 4 条 & \x0b停。")
    podcasts = PodcastClient(served.port)
    address = f"http://127.0.0.1:{served.port}/feeds/{key}/town/{GUALI}.xml"
    status, found = podcasts.refresh(address)
    assert status == 200
    assert found.feed.title == "萧山区隐患管家 · 瓜沥镇每周简报"
    (item,) = found.entries
    assert item.title == "瓜沥镇每周简报"
    assert item.description == "新增 3 &lt; 4 条 &amp;  停。"  # it is HTML
    (enclosure,) = item.enclosures
    assert (enclosure.type, int(enclosure.length)) == ("audio/mpeg", len(mp3))
    assert podcasts.refresh(address) == (304, None)
    assert podcasts.ask("HEAD", enclosure.href)[0] == 200
    assert receipts(stage) == []
    assert podcasts.fetch(enclosure.href, lost_after=2_000) == mp3
    assert receipts(stage) == [(first, "feed", "瓜沥订阅", "127.0.0.1")]
    captions = podcasts.ask("GET", enclosure.href.replace(".mp3", ".vtt"))
    assert (captions[0], captions[2]) == (200, b"WEBVTT\n")
    assert captions[1]["Content-Type"] == "text/vtt; charset=utf-8"
    beyond = podcasts.ask("GET", enclosure.href, {"Range": f"bytes={len(mp3)}-"})
    assert (beyond[0], beyond[1]["Content-Range"]) == (416, f"bytes */{len(mp3)}")
    clock.step(60)
    brief(stage, clock, mp3, number=2, reason="晚到的隐患")
    status, found = podcasts.refresh(address)
    assert [one.title for one in found.entries] == [
        "更正：瓜沥镇每周简报",
        "瓜沥镇每周简报（已更正）",
    ]
    assert found.entries[1].id == item.id != found.entries[0].id
    assert podcasts.refresh(address) == (304, None)
    assert podcasts.ask("HEAD", address)[0] == 200
    assert len(receipts(stage)) == 1
    served.stop()
    logged = (tmp_path / "access.log").read_text()
    assert logged.count(f"/feeds/…/town/{GUALI}.xml") == 5
    assert key not in logged + (tmp_path / "error.log").read_text()


def test_the_feed_is_as_its_readers_want_it(
    client: FlaskClient, stage: Stage, clock: SteppedClock, mp3: bytes
) -> None:
    key = feed_key(stage, clock, "瓜沥订阅", GUALI)
    address = f"/feeds/{key}/town/{GUALI}.xml"
    empty = client.get(address)
    assert empty.status_code == 200
    assert "Last-Modified" not in empty.headers
    made = brief(stage, clock, mp3)
    answer = client.get(address)
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    check_podcast(answer.data, f"http://localhost{address}")
    channel = etree.fromstring(answer.data).find("channel")
    assert channel.findtext("generator") == "隐患管家"
    assert channel.findtext(f"{ITUNES}author") == "萧山区应急管理局"
    assert channel.findtext(f"{ITUNES}block") == "yes"
    cover = channel.find(f"{ITUNES}image").get("href")
    png = client.get(cover.removeprefix("http://localhost"), buffered=True)
    assert png.mimetype == "image/png"
    width, height, depth, colour = struct.unpack(">IIBB", png.data[16:26])
    assert (png.data[:4], width, height, depth, colour) == (b"\x89PNG", 1400, 1400, 8, 2)
    item = channel.find("item")
    base = f"http://localhost/feeds/{key}/town/{GUALI}/{made}"
    assert item.find("enclosure").get("url") == f"{base}.mp3"
    assert item.find(f"{PODCAST}transcript").get("url") == f"{base}.vtt"
    assert item.findtext(f"{ITUNES}duration") == "4"
    assert item.findtext("guid") == f"hazard-steward:briefing:{GUALI}:2021-W46:1"
    assert item.findtext("pubDate") == "Tue, 16 Nov 2021 01:00:00 +0000"


def test_addresses_stand_below_the_public_one(
    stage: Stage, clock: SteppedClock, mp3: bytes
) -> None:
    settings = stage.settings.model_copy(update={"public_url": "https://b.example"})
    app = create_app(settings, stage.database, clock, Timetable(settings.holidays))
    key = feed_key(stage, clock, "瓜沥订阅", GUALI)
    brief(stage, clock, mp3)
    text = app.test_client().get(f"/feeds/{key}/town/{GUALI}.xml").text
    assert "http://localhost" not in text
    check_podcast(text.encode(), f"https://b.example/feeds/{key}/town/{GUALI}.xml")


def test_the_district_hears_its_broadcasts(
    client: FlaskClient, stage: Stage, clock: SteppedClock, mp3: bytes
) -> None:
    key = feed_key(stage, clock, "全区订阅")
    made = stage.broadcast(clock.now())
    stage.move(made, S.PLAYING, clock.now())
    stage.move(made, S.PLAYED, clock.step(60))
    with stage.database.session(write=True) as session:
        row = broadcasts.get(session, made)
        row.sound_key, row.duration_ms = "k", 20_000
    folder = stage.folder / "broadcasts"
    folder.mkdir(parents=True)
    (folder / f"{made}.mp3").write_bytes(mp3)
    answer = client.get(f"/feeds/{key}/district.xml")
    check_podcast(answer.data, f"http://localhost/feeds/{key}/district.xml")
    item = etree.fromstring(answer.data).find("channel/item")
    assert item.findtext("title") == "每周播报"
    assert item.findtext("link") == f"http://localhost/broadcasts/{made}"
    assert item.find(f"{PODCAST}transcript") is None
    part = client.get(
        item.find("enclosure").get("url").removeprefix("http://localhost"),
        headers={"Range": "bytes=5-9"},
        buffered=True,
    )
    assert (part.status_code, part.data) == (206, mp3[5:10])
    assert part.headers["Cache-Control"] == "private, no-cache"
    assert receipts(stage) == []


def test_a_key_opens_its_own_feeds_and_nothing_else(
    client: FlaskClient, stage: Stage, clock: SteppedClock, mp3: bytes
) -> None:
    made = brief(stage, clock, mp3)
    guali, linpu = (feed_key(stage, clock, name, name) for name in (GUALI, LINPU))
    district = feed_key(stage, clock, "全区订阅")
    _, link = add_token(
        stage.database, "瓜沥链接", at=clock.now(), by=ROOT, role=Role.TOWN_OFFICER, town=GUALI
    )
    _, viewer = add_token(stage.database, "平台", at=clock.now(), by=ROOT, role=Role.VIEWER)
    _, hall = add_token(stage.database, "大屏", at=clock.now(), by=ROOT, hall="main")
    for path, opens in (
        (f"town/{GUALI}.xml", {guali, link}),
        (f"town/{GUALI}/{made}.mp3", {guali, link}),
        (f"town/{LINPU}/{made}.mp3", set()),
        (f"town/{LINPU}.xml", {linpu}),
        ("district.xml", {district}),
        ("plans.ics", {guali, linpu, district, link}),
    ):
        for key in (guali, linpu, district, link, viewer, hall, "hs_wrong", guali[:-1]):
            answer = client.get(f"/feeds/{key}/{path}", buffered=True)
            assert (answer.status_code == 200) == (key in opens), (path, key)
            assert answer.status_code in (200, 403, 404)
            if answer.status_code != 200:
                assert key not in answer.text
    wrong = client.get(f"/feeds/{viewer}/district.xml")
    assert (wrong.status_code, "请向管理员要新的地址" in wrong.text) == (404, True)
    assert wrong.headers["Cache-Control"] == "private, no-cache"
    refused = client.get(f"/feeds/{guali}/town/{LINPU}.xml")
    assert (refused.status_code, "不是这个镇街的" in refused.text) == (403, True)
    bearer = {"Authorization": f"Bearer {district}"}
    for address in ("/", "/cap/feed.atom", "/api/v1/plans", "/hall/main"):
        assert client.get(address, headers=bearer).status_code == 403, address
    revoke_token(stage.database, "全区订阅", at=clock.now(), by=ROOT)
    assert client.get(f"/feeds/{district}/plans.ics").status_code == 404
    told = "".join(f"{one.about}{one.before}{one.after}" for one in search_audit(stage.database))
    assert not any(key in told for key in (guali, linpu, district))


def test_an_administrator_makes_a_key_and_is_shown_its_addresses_once(
    app: Flask, stage: Stage, clock: SteppedClock, mp3: bytes
) -> None:
    brief(stage, clock, mp3)
    browser = app.test_client()
    enter(browser, stage.database, Role.ADMIN, at=clock.now())
    for address in ("/plans", "/plans/calendar"):
        assert 'href="/tokens?use=feed#add"' in browser.get(address).text
    assert '<option value="feed" selected>' in browser.get("/tokens?use=feed").text
    for name, town, feeds in (
        ("瓜沥", GUALI, (f"town/{GUALI}.xml", "plans.ics")),
        ("全区", "", ("district.xml", "plans.ics")),
    ):
        status, page = submit(browser, "/tokens", name=name, use="feed", town=town)
        assert status == 200
        shown = re.findall(r'<code class="secret">http://localhost([^<]+)</code>', page)
        assert tuple(one.split("/", 3)[3] for one in shown) == feeds
        for one in shown:
            assert app.test_client().get(one).status_code == 200
            assert one not in browser.get("/tokens").text
    assert browser.get("/tokens").text.count('<td data-label="用于">订阅密钥</td>') == 2
    enter(browser, stage.database, Role.VIEWER, at=clock.now())
    page = browser.get("/plans").text
    assert ("请管理员在“令牌”页添加" in page, "/tokens" in page) == (True, False)


def test_no_log_holds_a_key(
    app: Flask, stage: Stage, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    key = feed_key(stage, clock, "全区订阅")
    path = f"/feeds/{key}/district.xml"

    def broken() -> None:
        raise RuntimeError(path)

    app.before_request_funcs[None].insert(0, broken)
    assert app.test_client().get(path).status_code == 500
    for name in LOGGERS:
        logging.getLogger(name).error('%s "GET %s HTTP/1.1" 200', "10.0.0.7", path)
    caplog.handler.setFormatter(logging.Formatter("%(message)s"))
    told = caplog.text
    assert told.count("/feeds/…/district.xml") == 5
    assert key not in told
    assert cleaned(f"/town/1/enter?key={key}&x=paths_{'x' * 30}") == (
        f"/town/1/enter?key=…&x=paths_{'x' * 30}"
    )


def plan(stage: Stage, clock: SteppedClock, **more: object) -> int:
    facts = {
        "title": "每周播报",
        "template": "weekly",
        "when": "0 9 * * 1",
        "at": clock.now(),
        "by": ROOT,
        "check": Timetable(stage.settings.holidays).check,
        "hall": "main",
        "day_rule": DayRule.EVERY_DAY,
        "missed_rule": MissedRule.SKIP,
        "late_minutes": 30,
        "priority": Priority.ROUTINE,
        "own_templates": stage.settings.own_templates,
    }
    return add_plan(stage.database, **(facts | more))[0].id  # type: ignore[arg-type]


def test_a_calendar_is_subscribed_to(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    weekly = plan(stage, clock)
    plan(stage, clock, title="临浦镇", template="weekly_town", town=LINPU, when="30 8 * * 5")
    address = f"/feeds/{feed_key(stage, clock, '全区订阅')}/plans.ics"
    answer = client.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(answer.data)
    assert calendar["x-wr-calname"] == "隐患管家播报计划（萧山区）"
    assert calendar["method"] == "PUBLISH"
    events = calendar.events
    assert len(events) == 16
    assert len({one["uid"] for one in events}) == 16
    first = events[1]
    assert first.start == datetime(2021, 11, 22, 1, 0, tzinfo=UTC)
    assert (first["summary"], first["location"]) == ("每周播报", "指挥大厅")
    assert first["uid"] == f"plan-{weekly}-20211122T010000Z@hazard-steward.invalid"
    assert first["description"] == "内容：全区\n优先级：常规\n错过时：跳过"
    assert {str(one["status"]) for one in events} == {"CONFIRMED"}
    tag = {"If-None-Match": answer.headers["ETag"]}
    clock.step(3600)
    assert client.get(address, headers=tag).status_code == 304
    remove_plan(stage.database, weekly, at=clock.now(), by=ROOT)
    answer = client.get(address, headers=tag)
    assert answer.status_code == 200
    gone = [one for one in Calendar.from_ical(answer.data).events if one["summary"] == "每周播报"]
    assert {(str(one["status"]), one["sequence"]) for one in gone} == {("CANCELLED", 1)}
    assert first["uid"] in {one["uid"] for one in gone}
    towns = client.get(f"/feeds/{feed_key(stage, clock, '临浦订阅', LINPU)}/plans.ics")
    calendar = Calendar.from_ical(towns.data)
    assert calendar["x-wr-calname"] == "隐患管家播报计划（临浦镇）"
    assert {str(one["summary"]) for one in calendar.events} == {"临浦镇"}


def test_a_calendar_tells_that_a_year_is_not_known(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    clock.step(20 * 366 * 86_400)
    plan(stage, clock, day_rule=DayRule.WORKDAYS)
    answer = client.get(f"/feeds/{feed_key(stage, clock, '订阅')}/plans.ics")
    assert "年的放假调休安排未知" in Calendar.from_ical(answer.data)["x-wr-caldesc"]
