"""Writing announcements on the console: the form, drafts, sending, cancelling; what is refused."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements, readings
from steward.broadcasts.tables import AnnouncementRow
from steward.operations.keep_halls import add_hall
from tests.support.accounts import DUTY, form_token
from tests.support.stage import Stage, SteppedClock
from tests.support.writing import FORM, NEW, keeps, press, reads, written


def row(stage: Stage, number: int) -> AnnouncementRow:
    with stage.database.session() as session:
        return announcements.get(session, number)


def acts(stage: Stage) -> list[str]:
    with stage.database.session() as session:
        return [entry.what for entry in audit.walk(session) if "login" not in entry.what]


def test_the_only_hall_is_ticked_and_a_text_is_sent_in_two_steps(
    client: FlaskClient, stage: Stage
) -> None:
    page = client.get(NEW).text
    assert 'name="target" value="main" checked' in page
    assert "写明理由，您自己就能下达" in page
    code, onward = press(client, NEW, act="send")
    assert (code, onward) == (303, "/announcements/1/send")
    page = client.get(onward).text
    assert "将在 指挥大厅 立即播出，按先后排队。" in page
    assert press(client, onward, version="1") == (303, "/announcements/1")
    assert press_again(client, onward) == (303, "/announcements/1")
    with stage.database.session() as session:
        (made,) = announcements.broadcasts_of(session, 1)
    page = client.get("/announcements/1").text
    assert "已下达" in page
    assert f'href="/broadcasts/{made.id}"' in page
    assert acts(stage) == ["announcement_sent"]


def press_again(client: FlaskClient, address: str) -> tuple[int, str]:
    """The same form once more, as an impatient finger sends it."""
    data = {"csrf_token": form_token(client, NEW), "version": "1"}
    answer = client.post(address, data=data)
    return answer.status_code, answer.location


def test_several_halls_and_none_is_ticked(client: FlaskClient, stage: Stage) -> None:
    add_hall(stage.database, "east", "东厅", at=SteppedClock().now(), by=DUTY)
    assert "checked" not in "".join(re.findall(r'name="target"[^>]*', client.get(NEW).text))
    code, page = press(client, NEW, act="send", target="")
    assert (code, "没有名为“”的大厅或区域" in page) == (400, True)
    sent = FORM | {"csrf_token": form_token(client, NEW), "act": "send"}
    del sent["target"]
    answer = client.post(NEW, data=sent)
    assert answer.status_code == 400
    assert "请选择在哪里播报" in answer.text
    assert "今天下午3点开会。" in answer.text
    _, onward = press(client, NEW, act="send", target=["main", "east"], priority="emergency")
    page = client.get(onward).text
    assert "将在 指挥大厅、东厅 立即播出，打断正在播的内容。" in page
    assert "理由（必填" in page
    code, page = press(client, onward, version="1")
    assert (code, "请写明理由" in page) == (400, True)
    assert press(client, onward, version="1", reason="接119通报")[0] == 303
    assert row(stage, 1).reason == "接119通报"


def test_numbers_and_polyphones_are_shown_as_they_are_read(client: FlaskClient) -> None:
    answer = reads(client, text="会议室3楼，重新登记28条，长兴路朝阳社区。")
    part = answer["html"]
    assert "<i>28</i><b>二十八</b>" in part
    assert "<i>3</i><b>三</b>" in part
    assert re.search(r'value="重新 chong2 xin1"', part)
    assert "chóng xīn" in part
    assert answer["length"] == 22
    assert reads(client, text="[长山|chang2")["html"].count("读音标注没有写完") == 1


def test_a_number_is_said_another_way_where_it_is_asked_for(client: FlaskClient) -> None:
    text = "共28家，其中128家，另有28条。"
    part = reads(client, text=text)["html"]
    assert 'value="1|号码|28"' not in part  # the one inside 128 is no number of its own
    assert 'value="2|号码|28"' in part
    answer = reads(client, text=text, way="2|号码|28")
    assert answer["text"] == "共28家，其中128家，另有[28|号码]条。"
    assert answer["html"].count("<i>28</i><b>二八</b>") == 1
    back = reads(client, text=answer["text"], way="2|数|28")
    assert back["text"] == "共28家，其中128家，另有[28|数]条。"
    for way in ("9|号码|28", "x|号码|28", "0|nothing|28", "0|号码|", "|||", "0|号码|.*"):
        assert reads(client, text=text, way=way)["text"] == text
    _, page = press(client, NEW, way="0|逐字|128", text=text)
    assert "共28家，其中[128|逐字]家" in page


def test_a_text_without_a_title_is_called_by_its_beginning(
    client: FlaskClient, stage: Stage
) -> None:
    number, version = written(client, text="[长山|chang2 shan1]镇请注意，今天停电。")
    assert row(stage, number).title == "长山镇请注意"
    assert 'name="title" value=""' in client.get(f"/announcements/{number}/edit").text
    number, _ = written(
        client, text="今天停电。", status="exercise", number=number, version=version
    )
    assert row(stage, number).title == "【演练】今天停电"
    assert 'name="title" value=""' in client.get(f"/announcements/{number}/edit").text


def test_a_reading_is_fixed_for_this_text_or_for_every_text(
    client: FlaskClient, stage: Stage
) -> None:
    fix = {"act": "read", "fix_words": "朝阳", "fix_pinyin": "zhāo yáng", "text": "朝阳社区"}
    once = reads(client, **fix)
    assert 'name="reading" value="朝阳 zhao1 yang2"' in once["html"]
    assert "zhāo yáng" in once["html"]
    number, _ = written(client, text="朝阳社区", reading="朝阳 zhao1 yang2")
    assert ["朝阳", ["zhao1", "yang2"]] in row(stage, number).clauses[0]["pinyin"]
    dropped = reads(client, text="朝阳社区", reading="朝阳 zhao1 yang2", drop="朝阳")
    assert 'name="reading"' not in dropped["html"]
    for pinyin, sentence in (("zhaq1 yang2", "没有“zhaq1”"), ("zhao1", "拼音却有1个")):
        assert sentence in reads(client, **(fix | {"fix_pinyin": pinyin}))["faults"]["fix"]
    always = reads(client, **(fix | {"fix_always": "1", "fix_pinyin": "zhao1yang2"}))
    assert 'name="reading"' not in always["html"]
    assert "settled" in always["html"]
    with stage.database.session() as session:
        assert [(one.words, one.pinyin) for one in readings.every(session)] == [
            ("朝阳", "zhao1 yang2")
        ]
    assert acts(stage) == ["reading_settled"]


def test_without_scripts_the_buttons_do_the_same(client: FlaskClient) -> None:
    code, page = press(client, NEW, act="look", text="重新登记28条")
    assert (code, "chóng xīn" in page) == (200, True)
    code, page = press(client, NEW, fix="重新 chong2 xin1", text="重新登记28条")
    assert 'name="fix_words" value="重新"' in page
    assert 'name="fix_pinyin" value="chong2 xin1"' in page
    code, page = press(
        client, NEW, act="read", fix_words="重新", fix_pinyin="zhong4 xin1", text="重新登记"
    )
    assert "zhòng xīn" in page
    code, page = press(client, NEW, pick="outage")
    assert (code, "停什么" in page) == (200, True)
    code, page = press(client, NEW, template="outage", act="send")
    assert code == 400
    assert "请填写“停什么”" in page
    fields = {"field-what": "停电", "field-when": "明天8点", "field-where": "金城路"}
    code, page = press(client, NEW, template="outage", act="own", **fields)
    assert "停电通知。明天8点，金城路停电。</textarea>" in page


def test_a_draft_survives_and_two_windows_do_not_overwrite_each_other(
    client: FlaskClient, stage: Stage
) -> None:
    number, version = written(client, text="[写到一半|")
    assert row(stage, number).clauses == []
    edit = f"/announcements/{number}/edit"
    assert "[写到一半|" in client.get(edit).text
    assert f'href="{edit}"' in client.get("/announcements").text
    number, later = written(client, text="写完了", number=number, version=version)
    code, told = keeps(client, text="另一扇窗", number=number, version=version)
    assert (code, "在别处改过" in told["error"]) == (409, True)
    code, page = press(client, edit, act="save", text="另一扇窗", version=str(version))
    assert code == 409
    assert "在别处改过" in page
    assert "另一扇窗</textarea>" in page
    assert press(client, edit, act="copy", text="另一扇窗", version=str(version))[0] == 303
    assert [row(stage, one).text for one in (1, 2)] == ["写完了", "另一扇窗"]
    assert press(client, f"/announcements/{number}/discard", version=str(version))[0] == 400
    assert press(client, edit, act="save", version=str(later)) == (303, "/announcements")
    discard = {"csrf_token": form_token(client, NEW), "version": str(later + 1)}
    answer = client.post(f"/announcements/{number}/discard", data=discard)
    assert answer.location == "/announcements"
    assert row(stage, number).state == "cancelled"
    assert client.get(edit).location == f"/announcements/{number}"
    code, told = keeps(client, text="太晚了", number=number, version=later + 1)
    assert (code, "已经作废" in told["error"]) == (409, True)


def test_who_makes_it_an_exercise_begins_another(client: FlaskClient, stage: Stage) -> None:
    number, version = written(client)
    other, _ = written(client, number=number, version=version, status="exercise")
    assert other != number
    assert row(stage, number).state == "cancelled"
    assert row(stage, other).status == "exercise"


def test_words_of_a_drill_in_a_real_one_are_confirmed(client: FlaskClient, stage: Stage) -> None:
    number, version = written(client, text="今天下午消防演练。")
    address = f"/announcements/{number}/send"
    assert "文字里却有“演练”" in client.get(address).text
    fields = {"version": str(version), "csrf_token": form_token(client, address)}
    refused = client.post(address, data=fields)
    assert refused.status_code == 400
    assert 'name="confirmed"' in refused.text
    assert client.post(address, data=fields | {"confirmed": "on"}).status_code == 303
    assert row(stage, number).state == "sent"
