"""Approving on the console: exactly what is shown, by another person, once."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from flask.testing import FlaskClient

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements
from steward.broadcasts.tables import AnnouncementRow, BroadcastRow
from steward.domain.accounts import Role
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.voices import Hearing
from tests.support.accounts import enter, form_token
from tests.support.stage import Stage, SteppedClock
from tests.support.writing import NEW, press, written


def asked(client: FlaskClient) -> int:
    """An important announcement that waits for its approver."""
    number, version = written(client, priority="important")
    page = client.get(f"/announcements/{number}/send").text
    assert "提交后由另一位审批员审批" in page
    code, onward = press(client, f"/announcements/{number}/send", version=str(version))
    assert (code, onward) == (303, f"/announcements/{number}")
    return number


def sounded(stage: Stage, number: int, *, fault: str = "") -> None:
    """The engine has made the sound of every clause."""
    with stage.database.session(write=True) as session:
        row = announcements.get(session, number)
        for ordinal in range(len(row.clauses)):
            clip = None if fault else stage.clip()
            announcements.keep_clip(session, number, row.version, ordinal, clip, fault)


def row(stage: Stage, number: int) -> AnnouncementRow:
    with stage.database.session() as session:
        return announcements.get(session, number)


def made(stage: Stage, number: int) -> list[BroadcastRow]:
    with stage.database.session() as session:
        return list(announcements.broadcasts_of(session, number))


def digest(client: FlaskClient, number: int) -> str:
    """What the page shows to whoever decides."""
    page = client.get(f"/announcements/{number}").text
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    assert f"<code>{found[1][:12]}</code>" in page
    return found[1]


def test_it_is_listened_to_and_approved_and_the_second_is_told(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    number = asked(client)
    page = client.get(f"/announcements/{number}").text
    assert "撤回来改" in page
    assert "批准或退回，请审批员登录" in page
    enter(client, stage.database, Role.APPROVER, at=clock.now())
    assert "等审批的播报单：1 份" in client.get("/approvals").text
    page = client.get(f"/announcements/{number}").text
    assert "声音还没有合成完" in page
    assert 'data-making="true"' in page
    early = digest(client, number)
    code, told = press(client, f"/announcements/{number}/approve", digest=early)
    assert (code, "声音还没有合成完" in told) == (400, True)
    sounded(stage, number)
    page = client.get(f"/announcements/{number}").text
    assert page.count("<audio") == len(row(stage, number).clauses)
    assert "批准，播出" in page
    code, told = press(client, f"/announcements/{number}/approve", digest=early)
    assert (code, "刚有变化" in told) == (400, True)
    shown = digest(client, number)
    address = f"/announcements/{number}/approve"
    assert press(client, address, digest=shown) == (303, f"/announcements/{number}")
    assert [one.approved for one in made(stage, number)] == [shown]
    code, told = press(client, address, digest=shown)
    assert (code, "这张播报单已经下达" in told) == (400, True)
    assert len(made(stage, number)) == 1
    assert "没有等审批的播报单" in client.get("/approvals").text


def test_nobody_approves_his_own(client: FlaskClient, stage: Stage, clock: SteppedClock) -> None:
    enter(client, stage.database, Role.APPROVER, at=clock.now())
    number = asked(client)
    sounded(stage, number)
    page = client.get(f"/announcements/{number}").text
    assert "这是您自己写的，不能由您审批" in page
    assert "批准，播出" not in page
    address = f"/announcements/{number}/approve"
    code, told = press(client, address, digest=digest(client, number))
    assert (code, "不能审批自己写的播报" in told) == (403, True)
    assert made(stage, number) == []


def test_returned_with_a_reason_it_is_a_draft_again(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    number = asked(client)
    enter(client, stage.database, Role.APPROVER, at=clock.now())
    address = f"/announcements/{number}/return"
    code, told = press(client, address, reason=" \n")
    assert (code, "请写明原因" in told) == (400, True)
    assert press(client, address, reason="时间<b>写错了</b>")[0] == 303
    enter(client, stage.database, Role.OPERATOR, at=clock.now())
    page = client.get("/approvals").text
    assert "时间&lt;b&gt;写错了" in page
    assert "时间&lt;b&gt;写错了" in client.get(f"/announcements/{number}/edit").text


def test_withdrawn_it_is_written_on(client: FlaskClient, stage: Stage) -> None:
    number = asked(client)
    answer = press(client, f"/announcements/{number}/withdraw")
    assert answer == (303, f"/announcements/{number}/edit")
    assert row(stage, number).state == "draft"
    code, told = press(client, f"/announcements/{number}/withdraw")
    assert (code, "还是草稿" in told) == (400, True)


def test_a_clause_is_made_anew(client: FlaskClient, stage: Stage) -> None:
    number, _ = written(client, text="今天下午3点开会。请准时参加。")
    assert press(client, f"/announcements/{number}/listen")[0] == 303
    assert row(stage, number).wants_sound
    sounded(stage, number, fault="所有语音都失败了")
    part = client.get(f"/announcements/{number}/sound").text
    assert part.count("没有声音：所有语音都失败了") == 2
    assert "重做这一句" in part
    assert press(client, f"/announcements/{number}/listen", ordinal="1")[0] == 303
    assert set(row(stage, number).clips) == set()  # what failed is tried again with it
    sounded(stage, number)
    assert press(client, f"/announcements/{number}/listen", ordinal="1")[0] == 303
    assert set(row(stage, number).clips) == {"0"}


def test_what_was_heard_back_wrong_is_shown(client: FlaskClient, stage: Stage) -> None:
    number, version = written(client, text="今天下午3点开会。请准时参加。")
    wrong = Hearing("今天下午四点开会", False, ("三",), 0.1, False)
    right = Hearing("请准时参加", True, (), 0.0, True)
    with stage.database.session(write=True) as session:
        for ordinal, hearing in enumerate((wrong, right)):
            clip = replace(stage.clip(), hearing=hearing)
            announcements.keep_clip(session, number, version, ordinal, clip, "")
    part = html.unescape(client.get(f"/announcements/{number}/sound").text)
    assert "听回不符</span>，数字不对：三，听到“今天下午四点开会”" in part
    assert "听回一致" in part
    assert part.count("重做这一句") == 1


def test_what_was_sent_is_cancelled_as_far_as_it_has_not_ended(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    number, version = written(client, repeats="3")
    assert press(client, f"/announcements/{number}/send", version=str(version))[0] == 303
    first, *later = made(stage, number)
    for state in (S.RENDERING, S.READY, S.PLAYING, S.PLAYED):
        stage.move(first.id, state, clock.now())
    assert "取消还没播完的播报" in client.get(f"/announcements/{number}").text
    address = f"/announcements/{number}/cancel"
    assert press(client, address, reason="会议改期")[0] == 303
    assert [one.state for one in made(stage, number)] == ["played", "cancelled", "cancelled"]
    code, told = press(client, address)
    assert (code, "没有可取消的" in told) == (400, True)
    page = client.get(f"/announcements/{number}").text
    assert "取消还没播完的播报" not in page
    with stage.database.session() as session:
        last = list(audit.walk(session))[-1]
    assert last.what == "announcement_cancelled"
    assert "会议改期" in last.after
    assert all(str(one.id) in last.after for one in later)
    assert form_token(client, NEW)
