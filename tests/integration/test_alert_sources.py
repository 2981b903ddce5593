"""Alerts of others from a folder and from addresses: each once, none lost, whatever is there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from steward.broadcasts.queries import alerts
from steward.broadcasts.tables import AlertFeedRow, AlertRow
from steward.clock import SystemClock
from steward.domain.announcements import approval_rules
from steward.errors import AlertError
from steward.narration.lexicon import built_in
from steward.operations.announce_alert import Intake
from steward.operations.collect_alerts import Collector, collect_alerts, collector_of
from steward.operations.fetch_alerts import fetch_alerts
from steward.operations.fetch_document import fetch_document, shown
from steward.operations.furnish import furnish
from steward.operations.take_alert import take_alert
from steward.operations.take_folder import PATIENCE, take_folder
from steward.operations.watch_folder import SETTLED, Watched
from steward.settings import Settings
from steward.storage.engine import Database
from tests.support import studios
from tests.support.alert_server import AlertServer, alert_server
from tests.support.cap import document, reference
from tests.support.studios import BEFORE, SLOT

SECOND = timedelta(seconds=1)
ASKED = Intake(rules=approval_rules("alert.*=approver"))
LIMIT_S = 0.4


@pytest.fixture
def house(sqlite_database: Database) -> Database:
    furnish(sqlite_database, at=BEFORE)
    return sqlite_database


@pytest.fixture
def server() -> Iterator[AlertServer]:
    with alert_server() as server:
        yield server


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    (tmp_path / "in").mkdir()
    return Watched(tmp_path / "in")


def rows(database: Database) -> list[AlertRow]:
    with database.session() as session:
        return list(reversed(alerts.recent(session, incoming=True)))


def outcomes(database: Database) -> list[tuple[str, str]]:
    return [(row.identifier, row.outcome) for row in rows(database)]


def feed_row(database: Database) -> AlertFeedRow:
    with database.session() as session:
        (row,) = alerts.feeds(session)
        return row


def look(database: Database, watched: Watched, seconds: float = 0) -> int:
    now = SLOT + timedelta(seconds=seconds)
    return take_folder(database, watched, ASKED, lexicon=built_in(), now=now)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_files_are_taken_once_they_are_whole_the_oldest_first(
    house: Database, watched: Watched
) -> None:
    for number, name in enumerate(("b.xml", "a.cap")):
        path = watched.folder / name
        path.write_bytes(document(name))
        os.utime(path, (number, number))
    (watched.folder / "c.xml.part").write_bytes(b"<")
    (watched.folder / ".hidden.xml").write_bytes(document("H"))
    (watched.folder / "link.xml").symlink_to("/etc/passwd")
    assert look(house, watched) == 0
    assert look(house, watched, 1) == 0
    assert look(house, watched, SETTLED.total_seconds()) == 2
    assert outcomes(house) == [("b.xml", "waiting"), ("a.cap", "waiting")]
    assert rows(house)[0].source == "文件夹：b.xml"
    assert names(watched.folder) == [
        ".hidden.xml",
        "c.xml.part",
        "done/a.cap",
        "done/b.xml",
        "link.xml",
    ]
    assert look(house, watched, 10) == 0


def test_what_is_being_written_is_waited_for_and_what_stays_half_is_refused(
    house: Database, watched: Watched
) -> None:
    path = watched.folder / "a.xml"
    whole = document()
    path.write_bytes(whole[:300])
    (watched.folder / "half.xml").write_bytes(whole[:200])
    look(house, watched)
    assert look(house, watched, 30) == 0
    path.write_bytes(whole)
    look(house, watched, 31)
    assert look(house, watched, 34) == 1
    assert outcomes(house) == [("A1", "waiting")]
    assert look(house, watched, PATIENCE.total_seconds()) == 1
    reason = watched.folder / "refused" / "half.xml.原因.txt"
    assert "不是完整、正确的 XML" in reason.read_text(encoding="utf-8")
    assert (watched.folder / "refused" / "half.xml").read_bytes() == whole[:200]


def test_a_duplicate_is_refused_with_its_reason_beside_it_under_a_name_of_its_own(
    house: Database, watched: Watched
) -> None:
    for at in (0, 10, 20):
        (watched.folder / "a.xml").write_bytes(document())
        look(house, watched, at)
        assert look(house, watched, at + 3) == 1
    assert outcomes(house) == [("A1", "waiting"), ("A1", "refused"), ("A1", "refused")]
    assert names(watched.folder) == [
        "done/a.xml",
        "refused/a-2.xml",
        "refused/a-2.xml.原因.txt",
        "refused/a.xml",
        "refused/a.xml.原因.txt",
    ]


def test_what_a_process_that_died_was_taking_is_taken_up_and_not_twice(
    house: Database, watched: Watched
) -> None:
    look(house, watched)
    for name, identifier in (("a.xml", "A1"), ("b.xml", "B1")):
        (watched.folder / "taking" / name).write_bytes(document(identifier))
    # One was on record already when its process died.
    take_alert(
        house, document(), ASKED, lexicon=built_in(), source="文件夹：a.xml", at=SLOT, again=False
    )
    assert look(house, watched, 1) == 2
    assert outcomes(house) == [("A1", "waiting"), ("B1", "waiting")]
    assert names(watched.folder) == ["done/a.xml", "done/b.xml"]


def test_a_folder_that_cannot_be_used_is_told_and_tried_again(
    house: Database, tmp_path: Path
) -> None:
    (tmp_path / "in").write_bytes(b"")
    watched = Watched(tmp_path / "in")
    assert look(house, watched) == 0
    assert "不能读写" in feed_row(house).fault
    (tmp_path / "in").unlink()
    look(house, watched, 1)
    assert feed_row(house).fault == ""
    assert feed_row(house).address == f"文件夹：{tmp_path}/in"


def test_a_name_that_is_no_text_is_taken_like_any_other(house: Database, watched: Watched) -> None:
    path = os.fsencode(watched.folder) + b"/\xff\xfe.xml"
    with open(path, "wb") as stream:
        stream.write(b"<alert/>")
    look(house, watched)
    assert look(house, watched, 3) == 1
    assert rows(house)[0].source == "文件夹：\\udcff\\udcfe.xml"
    assert len(list((watched.folder / "refused").iterdir())) == 2


def atom(*links: str, updated: str = "2021-11-16T08:59:00+08:00") -> bytes:
    """A feed, the newest first."""
    entries = "".join(
        f"<entry><updated>{updated}</updated><link href='{link}'/></entry>" for link in links
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>".encode()


def fetch(database: Database, server: AlertServer, path: str = "/feed", seconds: float = 0) -> str:
    now = SLOT + timedelta(seconds=seconds)
    return fetch_alerts(
        database, server.at(path), ASKED, lexicon=built_in(), now=now, limit_s=LIMIT_S
    )


def test_a_feed_names_alerts_that_are_each_fetched_once(
    house: Database, server: AlertServer
) -> None:
    server.pages |= {
        "/feed": atom("/2.xml", "1.xml"),
        "/1.xml": document("A1"),
        "/2.xml": document("A2", msg_type="Update", references=reference("A1")),
    }
    assert fetch(house, server) == ""
    assert server.asked == ["/feed", "/1.xml", "/2.xml"]
    assert outcomes(house) == [("A1", "settled"), ("A2", "waiting")]
    assert rows(house)[0].source == server.at("/1.xml")
    assert fetch(house, server, seconds=60) == ""
    assert server.asked[3:] == ["/feed"]
    server.pages["/feed"] = atom("/3.xml", "/2.xml", "/1.xml")
    server.pages["/3.xml"] = document("A3")
    assert fetch(house, server, seconds=120) == ""
    assert server.asked[4:] == ["/feed", "/3.xml"]
    assert len(rows(house)) == 3
    assert feed_row(house).good_at == SLOT + 120 * SECOND


def test_rss_an_alert_inside_a_feed_and_an_alert_by_itself(
    house: Database, server: AlertServer
) -> None:
    item = "<item><link>{}</link><pubDate>Tue, 16 Nov 2021 08:59:00 +0800</pubDate></item>"
    inline = document("I1").decode().partition("?>")[2]
    entry = f"<entry><content type='text/xml'>{inline}</content></entry></feed>"
    server.pages |= {
        "/rss": f"<rss><channel>{item.format('/r.xml')}<item/></channel></rss>".encode(),
        "/r.xml": document("R1"),
        "/inline": atom().replace(b"</feed>", entry.encode()),
        "/cap": document("C1"),
    }
    for _ in range(2):
        for path in ("/rss", "/inline", "/cap"):
            assert fetch(house, server, path) == ""
    assert outcomes(house) == [("R1", "waiting"), ("I1", "waiting"), ("C1", "waiting")]
    server.pages["/cap"] = document("C2")
    fetch(house, server, "/cap")
    assert outcomes(house)[3:] == [("C2", "waiting")]


def test_an_alert_from_two_sources_is_said_once(house: Database, server: AlertServer) -> None:
    server.pages |= {"/a": document(), "/b": document()}
    for _ in range(3):
        fetch(house, server, "/a")
        fetch(house, server, "/b")
    assert outcomes(house) == [("A1", "waiting"), ("A1", "refused")]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/hangs", "0.4 秒内没有答完"),
        ("/drips", "0.4 秒内没有答完"),
        ("/headers", "0.4 秒内没有答完"),
        ("/endless", "太大"),
        ("/short", "没有收全"),
        ("/away", "转到别处（302）"),
        ("/garbage", "看不懂"),
        ("/broken", "对方出错（500）"),
        ("/none", "没有这个地址（404）"),
        ("/page", "XML"),
        ("/bomb", "安全"),
        ("/other", "不是 Atom"),
    ],
)
def test_a_server_that_does_wrong_is_told_of_and_takes_no_longer_than_its_time(
    house: Database, server: AlertServer, path: str, sentence: str
) -> None:
    server.pages |= {
        "/broken": 500,
        "/page": b"<html><p>hello</html>",
        "/bomb": b"<!DOCTYPE x [<!ENTITY y 'y'>]><x>&y;</x>",
        "/other": b"<html/>",
    }
    begun = time.monotonic()
    assert sentence in fetch(house, server, path)
    assert time.monotonic() - begun < 10  # on a machine that is busy, too; not for ever
    row = feed_row(house)
    assert sentence in row.fault
    assert row.good_at is None
    assert rows(house) == []


def test_what_could_not_be_fetched_is_fetched_the_next_time(
    house: Database, server: AlertServer
) -> None:
    server.pages |= {"/feed": atom("/2.xml", "/1.xml"), "/1.xml": 500, "/2.xml": document("A2")}
    assert "500" in fetch(house, server)
    assert outcomes(house) == [("A2", "waiting")]
    server.pages["/1.xml"] = document("A1")
    assert fetch(house, server, seconds=60) == ""
    assert outcomes(house)[1:] == [("A1", "waiting")]


def test_a_feed_does_not_send_us_to_another_server(house: Database, server: AlertServer) -> None:
    with alert_server() as other:
        other.pages["/1.xml"] = document()
        server.pages["/feed"] = atom("http://[", "file:///etc/passwd", other.at("/1.xml"))
        assert "另一台服务器" in fetch(house, server)
        assert other.asked == []
    assert rows(house) == []


def test_an_address_is_asked_with_its_password_and_shown_without_it(server: AlertServer) -> None:
    server.pages["/a%20%E9%A2%84?x=1"] = b"good"
    address = server.at("/a 预?x=1").replace("127", "me:secret@127")
    assert fetch_document(address, most_bytes=100).content == b"good"
    assert shown(address) == server.at("/a 预")
    with pytest.raises(AlertError, match="写得不对"):
        fetch_document("http://[/", most_bytes=100)
    with pytest.raises(AlertError, match="http"):
        fetch_document("file:///etc/passwd", most_bytes=100)
    server.let_go.set()
    with pytest.raises(AlertError, match="连不上"):
        fetch_document("http://127.0.0.1:9/", most_bytes=100)


def test_the_collector_goes_by_the_settings(
    house: Database, server: AlertServer, tmp_path: Path
) -> None:
    assert collector_of(Settings()) is None
    settings = Settings(
        cap_folder=str(tmp_path / "in"),
        cap_feeds=f"{server.at('/a,1')}, {server.at('/b')}",
        cap_feed_s=60,
        cap_targets="main",
        cap_trusted_senders="a.example",
    )
    collector = collector_of(settings)
    assert collector is not None
    assert collector.addresses == (server.at("/a,1"), server.at("/b"))
    assert collector.intake.targets == ("main",)
    assert collector.intake.trusted == {"a.example"}
    faults = collect_alerts(house, collector, now=SLOT)
    assert len(faults) == 2
    assert collect_alerts(house, collector, now=SLOT + 59 * SECOND) == []
    assert len(collect_alerts(house, collector, now=SLOT + 60 * SECOND)) == 2
    collect_alerts(house, collector, now=SLOT + 120 * SECOND, stopping=lambda: True)
    assert server.asked == ["/a,1", "/b"] * 2


def test_the_engine_collects_in_a_lane_of_its_own(
    house: Database, server: AlertServer, tmp_path: Path
) -> None:
    collector = Collector(
        ASKED, addresses=(server.at("/hangs"), server.at("/cap")), limit_s=LIMIT_S
    )
    server.pages["/cap"] = document("C1")
    engine = studios.engine_of(studios.studio_of(house, tmp_path), tmp_path, collector=collector)
    assert isinstance(engine.clock, SystemClock)
    thread = threading.Thread(target=engine.run)
    thread.start()
    try:
        until = time.monotonic() + 30
        while not rows(house) and time.monotonic() < until:
            engine.runner.wait(0.05)
        # By this machine's clock the alert is of years ago: refused, and on record.
        assert outcomes(house) == [("C1", "refused")]
    finally:
        engine.runner.stop()
        thread.join()
