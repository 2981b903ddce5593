"""Issues by mail: to every contact, in time, once; what becomes of what is refused."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from steward.domain.offices import ContactKind, SoundState
from steward.domain.weeks import district_instant
from steward.offices.queries import deliveries
from steward.operations.end_delivery import MOST_TRIES, TRIES_TO_TELL
from steward.operations.keep_contacts import remove_contact
from steward.operations.send_mail import LEASE
from steward.storage.engine import Database
from tests.support import offices
from tests.support.accounts import ROOT
from tests.support.mail_server import Letters, mail_server
from tests.support.offices import DUE, HOUR, MADE, post_to, rows, send_all, sort

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[Letters]:
    with mail_server() as server:
        yield server


def states(database: Database) -> list[tuple[str, int]]:
    return [(row.state, row.tries) for row in rows(database)]


def one_on_its_way(database: Database, folder: Path, *names: str) -> int:
    """A briefing of 瓜沥镇, for a contact each of these names."""
    code = offices.settle(database)["瓜沥镇"]
    for name in names or ("wang",):
        offices.contact(database, "瓜沥镇", name, f"{name}@guali.cn")
    made = offices.briefing(database, folder, code)
    sort(database, now=MADE)
    return made


def test_each_contact_has_a_letter_that_a_mail_client_understands(
    database: Database, tmp_path: Path, server: Letters
) -> None:
    made = one_on_its_way(database, tmp_path, "wang", "li")
    post = post_to(tmp_path, server)
    assert sort(database, now=MADE + MINUTE) == 0  # on its way once
    send_all(database, post, now=DUE - MINUTE)
    assert server.taken == []
    send_all(database, post, now=DUE)
    send_all(database, post, now=DUE + HOUR)
    assert [to for to, _ in server.taken] == ["wang@guali.cn", "li@guali.cn"]
    assert [(row.state, row.sent_at, row.fault) for row in rows(database)] == [
        ("sent", DUE, "")
    ] * 2
    letter, other = server.letters()
    assert letter["Subject"] == "萧山区隐患管家：瓜沥镇每周隐患简报（2021年第46周）"
    assert str(letter["From"]) == "萧山区隐患管家 <anjian@xiaoshan.example.cn>"
    assert letter["To"].addresses[0].addr_spec == "wang@guali.cn"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == DUE
    assert letter["Message-ID"] != other["Message-ID"]
    assert str(letter["Message-ID"]).endswith("@xiaoshan.example.cn>")
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for words in (
        "瓜沥镇安监办：",
        "数字截至 2021年11月15日 09:00",
        "本周新增隐患：3 条",
        "超期预警企业：2 家",
        "附件：Word 文档、PDF、数据表、声音 MP3",
        "https://bobao.example.cn/town/",
    ):
        assert words in text
    files = list(letter.iter_attachments())
    assert [(one.get_filename(), one.get_content_type()) for one in files] == [
        (
            "瓜沥镇_2021-W46_每周简报.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("瓜沥镇_2021-W46_每周简报.pdf", "application/pdf"),
        (
            "瓜沥镇_2021-W46_每周简报.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("瓜沥镇_2021-W46_每周简报.mp3", "audio/mpeg"),
    ]
    assert files[0].get_content() == f"docx of {made}\n".encode() * 40
    content = server.taken[0][1]
    assert b"filename*=utf-8''" in content  # RFC 2231, in one piece
    assert content.isascii()
    assert max(map(len, content.splitlines())) < 200
    words = re.findall(rb"=\?utf-8\?\S+\?=", content)
    assert words
    assert max(map(len, words)) <= 75  # RFC 2047


def test_files_that_find_no_room_stay_and_the_letter_says_so(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    made = one_on_its_way(sqlite_database, tmp_path)
    (tmp_path / "briefing" / f"{made}.pdf").write_bytes(b"x" * 200_000)
    limit = 40_000
    send_all(sqlite_database, post_to(tmp_path, server, limit_bytes=limit), now=DUE)
    (letter,) = server.letters()
    names = [str(one.get_filename())[-4:] for one in letter.iter_attachments()]
    assert names == ["docx", "xlsx", ".mp3"]
    body = letter.get_body(("plain",))
    assert body is not None
    assert "没有附上（一封邮件放不下）：PDF" in body.get_content()
    assert len(server.taken[0][1]) < limit


def test_who_is_unknown_is_gone_with_the_servers_words_and_an_alarm(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    one_on_its_way(sqlite_database, tmp_path, "wang", "li")
    server.refuse = {"wang@guali.cn": "550 5.1.1 No such user"}
    send_all(sqlite_database, post_to(tmp_path, server), now=DUE)
    gone, sent = rows(sqlite_database)
    assert (gone.state, gone.tries, sent.state) == ("gone", 1, "sent")
    assert gone.fault == "邮件服务器拒收：550 5.1.1 No such user"
    (alarm,) = offices.alarm_texts(sqlite_database)
    assert alarm == (
        "2021-W46 每周简报给瓜沥镇的未能送达：邮件服务器拒收：550 5.1.1 No such user。"
        "其余见“镇街送达”页"
    )
    send_all(sqlite_database, post_to(tmp_path, server), now=DUE + DAY)
    assert server.asked.count("wang@guali.cn") == 1


def test_what_may_go_later_is_tried_after_pauses_that_double_until_it_is_gone(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    one_on_its_way(sqlite_database, tmp_path)
    server.answers["wang@guali.cn"] = ["451 4.7.1 try later"]
    post, at, waits = post_to(tmp_path, server), DUE, []
    for _ in range(MOST_TRIES - 1):
        send_all(sqlite_database, post, now=at)
        (row,) = rows(sqlite_database)
        assert row.state == "waiting"
        send_all(sqlite_database, post, now=row.due_at - timedelta(seconds=1))
        waits.append((row.due_at - at) / MINUTE)
        at = row.due_at
        told = row.tries >= TRIES_TO_TELL
        assert bool(offices.alarm_texts(sqlite_database)) == told
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]
    send_all(sqlite_database, post, now=at)
    assert states(sqlite_database) == [("gone", MOST_TRIES)]
    assert len(server.asked) == MOST_TRIES


def test_a_server_that_is_away_is_a_try_for_every_letter_and_then_each_goes_once(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    one_on_its_way(sqlite_database, tmp_path, "wang", "li", "zhao")
    with mail_server() as other:
        nobody = post_to(tmp_path, other)
    send_all(sqlite_database, nobody, now=DUE)
    assert states(sqlite_database) == [("waiting", 1)] * 3
    assert {row.fault for row in rows(sqlite_database)} == {
        f"邮件服务器连不上：Connection refused（127.0.0.1:{other.port}）"
    }
    send_all(sqlite_database, post_to(tmp_path, server), now=DUE + MINUTE)
    assert states(sqlite_database) == [("sent", 2)] * 3
    assert len(server.taken) == 3
    assert server.connections == 1


def test_a_letter_of_which_nobody_knows_goes_again_as_the_same_letter(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    one_on_its_way(sqlite_database, tmp_path)
    server.answers["wang@guali.cn"] = ["hang", "close", "250 OK"]
    post = post_to(tmp_path, server, limit_s=0.3)
    for at in (DUE, DUE + MINUTE, DUE + 3 * MINUTE):
        send_all(sqlite_database, post, now=at)
    first, second, third = server.letters()
    assert str(first["Message-ID"]) == str(second["Message-ID"]) == str(third["Message-ID"])
    assert str(first["Date"]) == str(third["Date"])
    assert states(sqlite_database) == [("sent", 3)]


def test_who_died_while_sending_is_followed_after_the_lease_and_by_one_alone(
    database: Database, tmp_path: Path, server: Letters
) -> None:
    one_on_its_way(database, tmp_path)
    with database.session(write=True) as session:
        (found,) = deliveries.due(session, ContactKind.MAIL, now=DUE, limit=9)
        held = deliveries.claim(
            session, found.row, now=DUE, lease_until=DUE + LEASE, message_id="<a@b>"
        )
        assert held is not None
        again = deliveries.claim(
            session, found.row, now=DUE, lease_until=DUE + LEASE, message_id="<c@d>"
        )
        assert again is None
    post = post_to(tmp_path, server)
    send_all(database, post, now=DUE + LEASE - MINUTE)
    assert server.taken == []
    send_all(database, post, now=DUE + LEASE)
    send_all(database, post, now=DUE + 2 * LEASE)
    (letter,) = server.letters()
    assert str(letter["Message-ID"]) == "<a@b>"
    with database.session(write=True) as session:  # the dead one wakes up: too late
        deliveries.later(session, held, due_at=DUE, fault="zu spät")
    assert states(database) == [("sent", 2)]


def test_engines_that_send_at_once_send_each_letter_once(
    database: Database, tmp_path: Path, server: Letters
) -> None:
    people = [f"p{number}" for number in range(6)]
    one_on_its_way(database, tmp_path, *people)
    post, start = post_to(tmp_path, server), threading.Barrier(3)
    faults: list[BaseException] = []

    def run() -> None:
        start.wait()
        try:
            send_all(database, post, now=DUE)
        except BaseException as error:  # noqa: BLE001  (told below, in the test's own thread)
            faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(to for to, _ in server.taken) == [f"{name}@guali.cn" for name in people]
    assert states(database) == [("sent", 1)] * 6


def test_a_briefing_waits_an_hour_for_its_sound_and_then_says_that_it_comes_without(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    code = offices.settle(sqlite_database)["瓜沥镇"]
    offices.contact(sqlite_database, "瓜沥镇", "王", "wang@guali.cn")
    late = DUE - 10 * MINUTE
    offices.briefing(sqlite_database, tmp_path, code, made_at=late, sound=SoundState.WAITING)
    sort(sqlite_database, now=late)
    post = post_to(tmp_path, server)
    send_all(sqlite_database, post, now=DUE)
    send_all(sqlite_database, post, now=late + HOUR - MINUTE)
    assert (server.taken, states(sqlite_database)) == ([], [("waiting", 0)])
    send_all(sqlite_database, post, now=late + HOUR)
    (letter,) = server.letters()
    body = letter.get_body(("plain",))
    assert body is not None
    assert "声音还没有做好，先送文字" in body.get_content()


def test_a_correction_takes_the_place_of_what_still_waits_and_says_why(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    one_on_its_way(sqlite_database, tmp_path)
    code = offices.settle(sqlite_database)["瓜沥镇"]
    corrected = DUE - 5 * MINUTE
    offices.briefing(
        sqlite_database, tmp_path, code, number=2, made_at=corrected, reason="两条重复登记"
    )
    sort(sqlite_database, now=corrected)
    send_all(sqlite_database, post_to(tmp_path, server), now=DUE)
    assert [row.state for row in rows(sqlite_database)] == ["gone", "sent"]
    assert rows(sqlite_database)[0].fault.startswith("已有更正")
    (letter,) = server.letters()
    body = letter.get_body(("plain",))
    assert body is not None
    assert "这是更正第1次：两条重复登记。以前的请不再使用" in body.get_content()
    assert offices.alarm_texts(sqlite_database) == []


def test_who_comes_later_who_went_and_what_is_history_is_sent_nothing(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    codes = offices.settle(sqlite_database)
    was = offices.contact(sqlite_database, "瓜沥镇", "王", "wang@guali.cn")
    offices.contact(sqlite_database, "瓜沥镇", "新", "xin@guali.cn", at=DUE + MINUTE)
    offices.contact(sqlite_database, "临浦镇", "陈", "chen@linpu.cn")
    offices.briefing(sqlite_database, tmp_path, codes["瓜沥镇"])
    offices.briefing(sqlite_database, tmp_path, codes["临浦镇"], week="2021-W43")
    assert sort(sqlite_database, now=DUE + HOUR) == 1
    remove_contact(sqlite_database, was, at=DUE + HOUR, by=ROOT)
    sort(sqlite_database, now=DUE + HOUR)
    send_all(sqlite_database, post_to(tmp_path, server), now=DUE + HOUR)
    assert (server.taken, states(sqlite_database)) == ([], [("gone", 0)])


def test_who_has_not_fetched_it_is_reminded_once_and_then_it_is_an_alarm(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    codes = offices.settle(sqlite_database)
    for town, name in (("瓜沥镇", "wang"), ("临浦镇", "chen")):
        offices.contact(sqlite_database, town, name, f"{name}@x.cn")
        made = offices.briefing(sqlite_database, tmp_path, codes[town], town=town)
    post = post_to(tmp_path, server)
    sort(sqlite_database, now=MADE)
    send_all(sqlite_database, post, now=DUE)
    offices.take(sqlite_database, made, codes["临浦镇"], at=DUE + HOUR)
    thursday = district_instant("2021-11-18T10:00")
    assert sort(sqlite_database, now=thursday - MINUTE) == 0
    assert sort(sqlite_database, now=thursday) == 1
    assert sort(sqlite_database, now=thursday + MINUTE) == 0
    send_all(sqlite_database, post, now=thursday)
    assert [to for to, _ in server.taken] == ["wang@x.cn", "chen@x.cn", "wang@x.cn"]
    letter = server.letters()[-1]
    assert str(letter["Subject"]).startswith("【催办】萧山区隐患管家：瓜沥镇")
    assert list(letter.iter_attachments()) == []
    assert offices.alarm_texts(sqlite_database) == []
    tuesday = district_instant("2021-11-23T10:00")
    for at in (tuesday, tuesday + MINUTE):
        sort(sqlite_database, now=at)
    assert offices.alarm_texts(sqlite_database) == [
        "2021-W46 每周简报催办后，1 个镇街仍没有领取：瓜沥镇"
    ]


def test_what_could_not_even_be_tried_for_a_week_is_given_up(
    sqlite_database: Database, tmp_path: Path, server: Letters
) -> None:
    one_on_its_way(sqlite_database, tmp_path)  # and there is no mail server
    sort(sqlite_database, now=DUE + 7 * DAY, remind_after=0)
    assert states(sqlite_database) == [("waiting", 0)]
    sort(sqlite_database, now=DUE + 7 * DAY + MINUTE, remind_after=0)
    send_all(sqlite_database, post_to(tmp_path, server), now=DUE + 8 * DAY)
    assert (server.taken, states(sqlite_database)) == ([], [("gone", 0)])
    assert "7 天没有送出" in rows(sqlite_database)[0].fault


def test_nobody_is_reminded_where_that_is_not_wanted(
    sqlite_database: Database, tmp_path: Path
) -> None:
    one_on_its_way(sqlite_database, tmp_path)
    thursday = district_instant("2021-11-18T10:00")
    assert sort(sqlite_database, now=thursday, remind_after=0) == 0
    assert sort(sqlite_database, now=thursday + 10 * DAY, remind_after=0) == 0
    assert offices.alarm_texts(sqlite_database) == []
