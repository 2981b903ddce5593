"""What the pages of announcements refuse, and what they take as text and nothing else."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from steward.broadcasts.queries import announcements
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.accounts import Role
from steward.domain.announcements import Draft, Kind
from steward.narration.lexicon import built_in
from steward.operations.compose import save_draft
from tests.support.accounts import DUTY, enter, form_token
from tests.support.stage import Stage, SteppedClock
from tests.support.writing import FORM, NEW, SCRIPT, keeps, press, reads, written

FIELDS = {"field-what": "停电", "field-when": "明天8点", "field-where": "金城路"}


def row(stage: Stage, number: int = 1) -> AnnouncementRow:
    with stage.database.session() as session:
        return announcements.get(session, number)


def test_script_is_text_wherever_it_is_typed(client: FlaskClient, stage: Stage) -> None:
    for field in ("title", "text", "target", "priority", "status", "repeats", "start", "fix_words"):
        _, page = press_raw(client, NEW, act="send", **{field: SCRIPT})
        assert "<script>alert" not in page, field
    fields = FIELDS | {"field-where": SCRIPT}
    assert "<script>alert" not in press_raw(client, NEW, template="outage", **fields)[1]
    assert "<script>alert" not in press_raw(client, NEW, template=SCRIPT)[1]
    assert "<script>alert" not in reads(client, text=SCRIPT, reading=f"{SCRIPT} zhong4")["html"]
    assert "应全是汉字" in reads(client, act="read", fix_words=SCRIPT)["faults"]["fix"]
    number, version = written(client, title=SCRIPT, text=f"开会{SCRIPT}", priority="emergency")
    address = f"/announcements/{number}"
    assert press_raw(client, f"{address}/send", version=str(version), reason=SCRIPT)[0] == 303
    for page in (address, "/announcements", "/approvals", "/", f"{address}/sound"):
        assert "<script>alert" not in client.get(page).text
    assert "alert(" in row(stage, number).reason


def press_raw(client: FlaskClient, address: str, **fields: str) -> tuple[int, str]:
    sent = FORM | {"csrf_token": form_token(client, NEW)} | fields
    answer = client.post(address, data=sent)
    return answer.status_code, answer.text


def test_what_is_filled_in_is_never_read_as_a_template(client: FlaskClient, stage: Stage) -> None:
    escape = "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}"
    number, _ = written(client, template="outage", **(FIELDS | {"field-where": escape}))
    assert escape.replace(" ", "") in row(stage, number).text.replace(" ", "")
    assert "49" not in row(stage, number).text
    for name in ("../weekly", "weekly", "nothing", "a" * 500, ""):
        answer = client.post(
            NEW,
            data=FORM | {"csrf_token": form_token(client, NEW), "template": name, "act": "send"},
        )
        assert answer.status_code == (400 if name else 303), name


def test_control_characters_are_left_out(client: FlaskClient, stage: Stage) -> None:
    number, version = written(
        client,
        title="停\x00电\x1b[31m",
        text="今天\x00停电\u202e。\r\n请\x07准备。",
        priority="emergency",
    )
    kept = row(stage, number)
    assert (kept.title, kept.text) == ("停电[31m", "今天停电。\n请准备。")
    written(
        client, template="outage", **(FIELDS | {"field-where": "金\x00城路", "field-\x00": "x"})
    )
    assert "金城路" in row(stage, 2).text
    code, _ = press(client, "/announcements/1/send", version=str(version), reason="接\x00报\n了")
    assert code == 303
    assert row(stage).reason == "接报 了"
    assert "应全是汉字" in reads(client, act="read", fix_words="朝\x00阳")["faults"]["fix"]


def test_too_much_is_refused_with_a_sentence_and_stays_typed(
    client: FlaskClient, stage: Stage
) -> None:
    code, told = keeps(client, text="长" * 1_000_000)
    assert (code, "太大" in told["error"]) == (413, True)
    code, page = press(client, NEW, act="send", text="长" * 2500)
    assert code == 400
    assert "内容太长：有2500个字，一次播报最多2000个字" in page
    assert "长" * 2500 in page
    assert reads(client, text="长" * 2500)["length"] == 2500
    assert keeps(client, text="长" * 2500)[0] == 200  # a draft may be shortened later
    code, told = keeps(client, text="长" * 25_000)
    assert (code, "太长" in told["error"]) == (400, True)
    fields = FIELDS | {"field-where": "长" * 201}
    assert "太长，最多200个字" in press(client, NEW, act="send", template="outage", **fields)[1]


def test_what_makes_no_sense_is_told_at_its_field(client: FlaskClient, stage: Stage) -> None:
    for fields, name, sentence in (
        ({"repeats": "0"}, "repeats", "1 到 20"),
        ({"repeats": "abc"}, "repeats", "整数"),
        ({"repeats": "2", "interval": "9999"}, "interval", "1 到 1440"),
        ({"start": "soon"}, "start", "时间应如"),
        ({"expires": "9999-12-31T23:59"}, "expires", "时间应如"),
        ({"priority": "loud"}, "priority", "列出的选项"),
        ({"text": " "}, "text", "请写要播报的内容"),
        ({"text": "…"}, "text", "没有可播报的内容"),
        ({"target": "nowhere"}, "targets", "nowhere"),
    ):
        code, page = press(client, NEW, act="send", **fields)
        assert code == 400, fields
        assert f'id="wrong-{name}"' in page, fields
        assert sentence in page, fields
    _, onward = press(client, NEW, act="send", start="2021-11-16T08:00")
    code, page = press(client, onward, version="1")
    assert (code, "开始时间已经过去" in page) == (400, True)
    assert client.get("/announcements/99").status_code == 404
    assert client.get("/announcements/99/edit").status_code == 404


def test_forms_of_other_sites_and_those_who_may_not_are_refused(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    number, version = written(client)
    assert client.post("/announcements/draft.json", data=FORM).status_code == 403
    assert client.post(NEW, data=FORM | {"act": "send"}).status_code == 403
    token = {"csrf_token": form_token(client, NEW)}
    assert client.post(f"/announcements/{number}/approve", data=token).status_code == 403
    for role in (Role.VIEWER, Role.TOWN_OFFICER):
        enter(client, stage.database, role, at=clock.now())
        assert "写播报" not in client.get("/", follow_redirects=True).text
        for address in (NEW, "/announcements", "/approvals", f"/announcements/{number}"):
            assert client.get(address).status_code == 403, (role, address)
        for address in (NEW, f"/announcements/{number}/send", f"/announcements/{number}/discard"):
            assert client.post(address, data=FORM).status_code == 403, (role, address)
    assert row(stage, number).version == version


def test_a_draft_of_another_kind_keeps_what_it_refers_to(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    told = stage.broadcast(clock.now(), title="每周播报")
    draft = Draft("更正", "更正：28条。", targets=("main",), kind=Kind.CORRECTION, refers_to=told)
    draft_as_of = clock.now() - timedelta(hours=1)
    number, version = save_draft(
        stage.database,
        draft,
        lexicon=built_in(),
        at=clock.now(),
        by=DUTY,
        figures={"new_hazards": 28},
        as_of=draft_as_of,
    )
    edit = f"/announcements/{number}/edit"
    page = client.get(edit).text
    assert f'href="/broadcasts/{told}"' in page
    assert "更正" in page
    assert press(client, edit, act="send", version=str(version), text="更正：29条。")[0] == 303
    kept = row(stage, number)
    assert (kept.kind, kept.refers_to, kept.as_of) == ("correction", told, draft_as_of)
    assert kept.figures == {"new_hazards": 28}
    assert kept.text == "更正：29条。"
