"""The page of the voices, auditions and listening blind; where a clip came from."""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict

import pytest
from flask.testing import FlaskClient

from steward.accounts.queries import audit
from steward.broadcasts.queries import auditions, broadcasts, conditions, hearing
from steward.domain.accounts import Role
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.voices import Clip, Condition, Hearing, Take
from steward.operations.audition import LONGEST_TEXT, SAMPLE, find_audition, recent_auditions
from tests.support.accounts import enter, form_token
from tests.support.stage import SCRIPT, Stage, SteppedClock

WRONG = Hearing("本周新增隐患二十九条", False, ("二十八",), 0.1, False)
RIGHT = Hearing("本周新增隐患二十八条", True, (), 0.0, True)


def note(stage: Stage, clock: SteppedClock, *told: Condition) -> None:
    with stage.database.session(write=True) as session:
        for one in told:
            conditions.note(session, one, at=clock.now())


def row_of(page: str, voice_id: str) -> str:
    """The words in the row of one voice."""
    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    (row,) = [one for one in rows if f"· {voice_id}</span>" in one]
    return re.sub(r"<[^>]+>|\s+", " ", row)


def audition_of(stage: Stage, clock: SteppedClock, *takes: Take) -> int:
    """An audition that has been worked off."""
    with stage.database.session(write=True) as session:
        wanted = [(take.voice_id, take.pace) for take in takes]
        row = auditions.add(session, "本周新增隐患28条。", wanted, at=clock.now())
        for ordinal, take in enumerate(takes):
            auditions.settle(session, row.id, ordinal, take, at=clock.now())
        return row.id


def made(stage: Stage, voice_id: str, hertz: float, **facts: object) -> Take:
    """A take with a real sound."""
    clip = stage.clip(hertz=hertz)
    known = {"cost": 0.21, "loudness_lufs": -16.2, "hearing": RIGHT} | facts
    return Take(voice_id, 1.0, clip.key, clip.duration_ms, **known)  # type: ignore[arg-type]


def test_every_voice_stands_with_its_place_and_how_it_does(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    stage.settings.voices_folder.mkdir(parents=True)
    note(
        stage,
        clock,
        Condition("voice:espeak_cmn", "well"),
        Condition("voice:edge_xiaoxiao", "resting", "没有网络", 3),
    )
    page = client.get("/voices").text
    first = row_of(page, "zf_xiaobei")
    assert "首选" in first
    assert "不可用" in first
    assert "缺少" in first
    assert "第 1 备用" in row_of(page, "zm_yunjian")
    last = row_of(page, "espeak_cmn")
    assert "正常" in last
    assert "11月16日 09:00:00" in last
    resting = row_of(page, "edge_xiaoxiao")
    assert "暂停使用" in resting
    assert "没有网络" in resting
    assert "静音" not in page


def test_a_voice_that_failed_once_is_not_called_well(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    note(stage, clock, Condition("voice:espeak_cmn", "well", "没有声音", 1))
    row = row_of(client.get("/voices").text, "espeak_cmn")
    assert "上次没有成功" in row
    assert "正常" not in row


def test_it_is_told_whether_broadcasts_are_heard_back(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    assert "播报引擎还没有报告" in client.get("/voices").text
    assert "没有听回核对" not in client.get("/").text
    note(stage, clock, Condition("readback", "well"))
    assert "播报都经过听回核对" in client.get("/voices").text
    assert "没有听回核对" not in client.get("/").text
    note(stage, clock, Condition("readback", "off", "没有安装听回"))
    for address in ("/voices", "/"):
        page = client.get(address).text
        assert "播报没有听回核对" in page
        assert "没有安装听回" in page


def test_the_form_asks_the_engine_and_leads_to_the_takes(client: FlaskClient, stage: Stage) -> None:
    assert SAMPLE in client.get("/voices").text
    form: dict[str, object] = {"text": "本周新增隐患28条。", "pace": ["0.9", "1.0"]}
    form["voice"] = ["espeak_cmn"]
    form["csrf_token"] = form_token(client, "/voices")
    answer = client.post("/voices/auditions", data=form)
    assert answer.status_code == 303
    (asked,) = recent_auditions(stage.database)
    assert answer.location == f"/voices/auditions/{asked.id}"
    assert asked.wanted == [("espeak_cmn", 0.9), ("espeak_cmn", 1.0)]
    page = client.get(answer.location).text
    assert "已合成 0 / 2 段" in page
    assert page.count("排队中") == 2
    assert "合成中，已有 0 / 2 段" in client.get("/voices").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": "字" * (LONGEST_TEXT + 1)}, f"最多{LONGEST_TEXT}个字"),
        ({"text": "<b>。。。</b>"}, "没有可播报的内容"),
        ({"text": " "}, "没有可播报的内容"),
        ({"pace": []}, "请至少选一种语速"),
        ({"pace": ["fast"]}, "请至少选一种语速"),
        ({"voice": ["zf_xiaobei"]}, "请至少选一种可用的语音"),
        ({"voice": ["nobody"]}, "请至少选一种可用的语音"),
    ],
)
def test_what_cannot_be_said_is_refused_and_what_was_typed_stays(
    client: FlaskClient, stage: Stage, change: dict[str, object], sentence: str
) -> None:
    form = {"text": "写好的话28条", "pace": ["1.1"], "voice": ["espeak_cmn"]} | change
    form["csrf_token"] = form_token(client, "/voices")
    answer = client.post("/voices/auditions", data=form)
    assert answer.status_code == 400
    assert sentence in answer.text
    typed = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    assert typed is not None
    assert typed[1] == html.escape(str(form["text"]))
    if form["pace"] == ["1.1"]:
        assert 'value="1.1" checked' in answer.text
        assert 'value="1.0" checked' not in answer.text
    assert recent_auditions(stage.database) == []


@pytest.mark.parametrize("token", ["", "made-up", "of another session"])
def test_another_sites_page_cannot_use_the_form(
    client: FlaskClient, stage: Stage, clock: SteppedClock, token: str
) -> None:
    """It can send the cookie, and no token that belongs to it."""
    if token.startswith("of"):
        other = client.application.test_client()
        enter(other, stage.database, Role.OPERATOR, at=clock.now())
        token = form_token(other, "/voices")
    form = {"text": "你好", "pace": "1.0", "voice": "espeak_cmn", "csrf_token": token}
    form_token(client, "/voices")
    answer = client.post("/voices/auditions", data=form)
    assert answer.status_code == 403
    assert recent_auditions(stage.database) == []
    assert "来自别的网站" in answer.text
    assert "<html" in answer.text


def test_takes_stand_with_their_measures_and_what_was_heard(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    number = audition_of(
        stage,
        clock,
        made(stage, "zf_xiaobei", 300),
        made(stage, "zm_yunjian", 400, hearing=WRONG, loudness_lufs=None),
        Take("server", 1.0, fault="语音服务器没有应答"),
    )
    page = client.get(f"/voices/auditions/{number}").text
    for words in ("小贝（女声，默认）", "−16.2 LUFS", "0.21 秒", "无声", "一致", "不符"):
        assert words in page
    assert "数字不对：二十八" in page
    assert "听到“本周新增隐患二十九条”" in page
    assert "语音服务器没有应答" in page
    for address in re.findall(r'src="(/clips/[^"]+)"', page):
        assert client.get(address, buffered=True).status_code == 200
    assert page.count("<audio") == 2


def test_blind_listening_has_no_names_on_it_and_an_order_in_its_address(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    ids = ("zf_xiaobei", "zm_yunjian", "zm_yunxi")
    takes = [made(stage, id_, 300 + 50 * n) for n, id_ in enumerate(ids)]
    number = audition_of(stage, clock, *takes)
    answer = client.get(f"/voices/auditions/{number}/blind?take=0&take=2")
    assert answer.status_code == 302
    assert re.search(r"blind\?take=0&take=2&seed=\d+$", answer.location)
    page = client.get(answer.location).text
    found = re.search(r"data-course='([^']*)'", page)
    assert found is not None
    course = json.loads(html.unescape(found[1]))
    assert set(course["takes"]) == {"0", "2"}
    assert [sorted(pair) for pair in course["pairs"]] == [[0, 2]]
    assert "小贝" not in page.replace(found[0], "")
    assert found[0] in client.get(answer.location).text  # the order stands in the address
    alone = client.get(f"/voices/auditions/{number}/blind?take=1&seed=1").text
    assert "至少要两段声音" in alone
    assert "blind.js" not in alone


def test_an_unknown_audition_is_told(client: FlaskClient) -> None:
    for address in ("/voices/auditions/9", "/voices/auditions/9/blind"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "没有编号为 9 的试听" in answer.text


def test_nothing_on_these_pages_is_inline_or_from_elsewhere(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    number = audition_of(stage, clock, made(stage, "zf_xiaobei", 300), made(stage, "a", 400))
    for address in ("/voices", f"/voices/auditions/{number}/blind?seed=1"):
        page = client.get(address).text
        assert "//" not in page
        assert " style=" not in page
        assert not re.search(r"<script[^>]*>[^<]", page)


def test_a_broadcast_tells_where_each_clip_came_from(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    broadcast_id = stage.broadcast(clock.now(), clauses=[*SCRIPT, "完毕。"], clips=0)
    stage.mute(broadcast_id, 3, clock.now())
    tone = asdict(stage.clip()) | {"voice_id": "zf_xiaobei"}
    clips = [
        Clip(**tone | {"computed_s": 0.42, "hearing": RIGHT}),
        Clip(**tone | {"voice_id": "zm_yunjian", "cached": True, "speed": 0.88, "hearing": WRONG}),
        Clip(**tone),
    ]
    with stage.database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        for ordinal, clip in enumerate(clips):
            broadcasts.set_clip(session, row, ordinal, clip, at=clock.now(), by="stage")
    page = client.get(f"/broadcasts/{broadcast_id}").text
    told = [
        re.sub(r"<[^>]+>|\s+", "", one) for one in re.findall(r"origin\">(.*?)</p>", page, re.S)
    ]
    assert told == [
        "小贝（女声，默认）·语速1倍·合成用时0.4秒·听回一致",
        "云健（男声，备用）·语速0.88倍·取自缓存·听回不符，数字不对：二十八，"
        "听到“本周新增隐患二十九条”",
        "小贝（女声，默认）·语速1倍·取自缓存·没有听回",
        "没有声音，只显示文字",
        "还没有合成",
    ]


def test_a_broadcast_held_for_what_was_heard_shows_both_texts_and_the_clip(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    broadcast_id = stage.broadcast(clock.now(), clips=1)
    nearest = Clip(**asdict(stage.clip(hertz=500)) | {"hearing": WRONG})
    with stage.database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        why = "第 2 句听回不符"
        hearing.hold(session, row, 1, nearest, at=clock.now(), by="stage", why=why)
        assert row.state == S.HELD.value
    page = client.get(f"/broadcasts/{broadcast_id}").text
    assert "已扣留，没有播出：第 2 句听回不符" in page
    assert f"<dt>应为</dt><dd>{SCRIPT[1]}</dd>" in page
    assert "<dt>听到</dt><dd>本周新增隐患二十九条</dd>" in page
    assert f'src="/clips/{nearest.key}.wav"' in page
    assert "请亲耳听一遍" in page


@pytest.mark.parametrize(
    ("decision", "state", "act"),
    [("release", "approved", "broadcast_released"), ("cancel", "cancelled", "broadcast_cancelled")],
)
def test_staff_decide_over_a_held_broadcast_on_its_page(
    client: FlaskClient,
    stage: Stage,
    clock: SteppedClock,
    decision: str,
    state: str,
    act: str,
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    stage.move(broadcast_id, S.HELD, clock.now(), "错过 40 分钟，按计划等待确认")
    address = f"/broadcasts/{broadcast_id}"
    assert "错过 40 分钟，按计划等待确认" in client.get(address).text
    token = form_token(client, address)
    refused = client.post(f"{address}/decision", data={"decision": decision})
    assert (refused.status_code, stage.row(broadcast_id).state) == (403, "held")
    fields = {"csrf_token": token, "decision": decision}
    answer = client.post(f"{address}/decision", data=fields)
    assert (answer.status_code, answer.location) == (303, address)
    assert stage.row(broadcast_id).state == state
    with stage.database.session() as session:
        (entry,) = [one for one in audit.walk(session) if one.what == act]
    assert entry.who == "operator-1"
    again = client.post(f"{address}/decision", data=fields)
    assert again.status_code == 400
    assert "不能变为" in again.text
    assert client.post(f"{address}/decision", data=fields | {"decision": "x"}).status_code == 400


def test_a_viewer_sees_why_it_is_held_and_cannot_decide(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    stage.move(broadcast_id, S.HELD, clock.now(), "错过 40 分钟")
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    page = client.get(f"/broadcasts/{broadcast_id}").text
    assert "错过 40 分钟" in page
    assert "放行，播出" not in page
    fields = {
        "csrf_token": form_token(client, f"/broadcasts/{broadcast_id}"),
        "decision": "release",
    }
    assert client.post(f"/broadcasts/{broadcast_id}/decision", data=fields).status_code == 403
    assert stage.row(broadcast_id).state == "held"


def test_what_was_put_down_is_what_is_found(stage: Stage, clock: SteppedClock) -> None:
    take = made(stage, "zf_xiaobei", 300, hearing=WRONG)
    number = audition_of(stage, clock, take)
    assert find_audition(stage.database, number).takes == [take]


def test_what_waits_for_staff_stands_first(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    assert "等您决定" not in client.get("/").text
    broadcast_id = stage.broadcast(clock.now(), clips=1, title="听错的播报")
    stage.move(broadcast_id, S.HELD, clock.now(), why="第 2 句听回不符")
    page = client.get("/").text
    assert "等您决定：1 次播报已扣留" in page
    assert page.index("第 2 句听回不符") < page.index("指挥大厅")
    assert f'href="/broadcasts/{broadcast_id}"' in page
