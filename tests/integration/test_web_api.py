"""The interface for programs: who may ask what, by which token, and what comes of a request."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements, players, receipts
from steward.broadcasts.tables import KeptAnswerRow
from steward.domain.accounts import Role
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import ReceiptEvent
from steward.domain.halls import HallKind
from steward.operations.keep_halls import add_hall
from steward.operations.keep_tokens import revoke_token
from steward.storage.engine import Database
from steward.web.auth.access import ACCESS
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import ROOT, enter
from tests.support.programs import API, Program, program
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

TEXT = {"text": "今天下午3点开会，请各镇街参加。", "targets": ["main"]}
OWN, OTHER = "330109001", "330109002"
PROBLEM = {"type", "title", "status", "detail", "place", "retry"}


@pytest.fixture
def platform(app: Flask, stage: Stage, clock: SteppedClock) -> Program:
    return program(app, stage.database, clock)


def refused(answer: Any, status: int, words: str) -> dict[str, Any]:
    """The problem that the answer tells of."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    told: dict[str, Any] = answer.get_json()
    assert set(told) == PROBLEM
    assert told["status"] == status
    assert words in told["detail"]
    return told


def test_a_program_writes_one_and_follows_it_until_it_was_heard(
    platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    made = platform.post("/announcements", TEXT)
    assert made.status_code == 201
    sheet = made.get_json()
    assert made.location == f"{API}/announcements/{sheet['id']}"
    assert (sheet["state"], sheet["source"], sheet["author"]) == ("sent", "api", "平台")
    (said,) = sheet["broadcasts"]
    shown = platform.get(f"/broadcasts/{said['id']}").get_json()
    assert "".join(clause["written"] for clause in shown["script"]) == TEXT["text"]
    assert shown["announcement"] == sheet["id"]
    assert not shown["heard"]
    for state in (S.RENDERING, S.READY, S.PLAYING):
        stage.move(said["id"], state, clock.now())
    _ended(stage, said["id"], clock)
    told = platform.get(f"/broadcasts/{said['id']}/receipts").get_json()
    assert [one["event"] for one in told["items"]] == ["ended"]
    assert told["heard"]
    assert platform.get(f"/announcements/{sheet['id']}").get_json()["heard"]
    assert platform.get(f"/broadcasts?announcement={sheet['id']}").get_json()["items"][0]["heard"]
    in_hall = platform.get("/halls/main/receipts").get_json()["items"]
    assert [one["broadcast"] for one in in_hall] == [said["id"]]


def _ended(stage: Stage, broadcast_id: int, clock: SteppedClock) -> None:
    with stage.database.session(write=True) as session:
        at = clock.now()
        player = players.seen(session, key="hallscreen1", hall_id=stage.hall_id, at=at)
        receipts.add(
            session,
            broadcast_id=broadcast_id,
            player_id=player.id,
            event=ReceiptEvent.ENDED,
            at=at,
        )


def test_the_log_of_acts_names_the_token(platform: Program, database: Database) -> None:
    platform.post("/announcements", TEXT)
    with database.session() as session:
        last = list(audit.walk(session))[-1]
    assert (last.who, last.role, last.what) == ("平台", "token", "announcement_sent")


def test_the_same_key_makes_one_announcement(
    app: Flask, platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    key = {"Idempotency-Key": "2021-11-16/1"}
    first = platform.post("/announcements", TEXT, headers=key)
    again = platform.post("/announcements", TEXT, headers=key)
    assert (again.status_code, again.text, again.location) == (201, first.text, first.location)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    other = platform.post("/announcements", {**TEXT, "title": "会议"}, headers=key)
    refused(other, 422, "已用于另一个请求")
    # Another program's key is its own.
    second = program(app, stage.database, clock, "另一平台")
    assert second.post("/announcements", TEXT, headers=key).get_json()["id"] != 1
    for bad in ("", "x" * 101, "键".encode().decode("latin-1"), "a b"):
        answer = platform.post("/announcements", TEXT, headers={"Idempotency-Key": bad})
        refused(answer, 422, "英文字母")
    clock.step(timedelta(days=8).total_seconds())
    later = platform.post("/announcements", TEXT, headers=key)
    assert later.get_json()["id"] != first.get_json()["id"]
    with stage.database.session() as session:
        assert session.query(KeptAnswerRow).count() == 1


def test_what_was_refused_is_not_kept_and_leaves_no_draft(
    platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    key = {"Idempotency-Key": "urgent"}
    urgent = {**TEXT, "priority": "emergency"}
    told = refused(platform.post("/announcements", urgent, headers=key), 422, "请写明理由")
    assert told["place"] == "reason"
    assert platform.get("/announcements").get_json()["items"] == []
    done = platform.post("/announcements", {**urgent, "reason": "接119通报"}, headers=key)
    assert done.status_code == 201


def test_two_at_once_with_one_key_make_one_broadcast(platform: Program) -> None:
    start = threading.Barrier(4)
    answers: list[tuple[int, str]] = []

    def ask() -> None:
        start.wait()
        made = platform.post("/announcements", TEXT, headers={"Idempotency-Key": "once"})
        answers.append((made.status_code, made.text))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert {status for status, _ in answers} == {201}
    assert len(set(answers)) == 1
    assert len(platform.get("/broadcasts").get_json()["items"]) == 1


def waiting(platform: Program, stage: Stage) -> tuple[int, str]:
    """An important announcement that waits with its sound made: its number and its digest."""
    sheet = platform.post("/announcements", {**TEXT, "priority": "important"}).get_json()
    assert (sheet["state"], sheet["approval"]) == ("awaiting_approval", "approver")
    with stage.database.session(write=True) as session:
        row = announcements.get(session, sheet["id"])
        for ordinal in range(len(row.clauses)):
            clip = stage.clip(hertz=300 + ordinal)
            announcements.keep_clip(session, row.id, row.version, ordinal, clip, "")
    shown = platform.get(f"/announcements/{sheet['id']}").get_json()
    assert shown["sounding"] == len(shown["clauses"])
    assert all(clause["clip"] for clause in shown["clauses"])
    return sheet["id"], shown["digest"]


def test_another_token_approves_exactly_what_it_saw(
    app: Flask, platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    number, digest = waiting(platform, stage)
    seen = {"digest": digest}
    refused(platform.post(f"/announcements/{number}/approve", seen), 403, "须由审批员")
    chief = program(app, stage.database, clock, "审批平台", Role.APPROVER)
    stale = {"digest": "0" * 64}
    refused(chief.post(f"/announcements/{number}/approve", stale), 409, "刚有变化")
    done = chief.post(f"/announcements/{number}/approve", seen).get_json()
    assert (done["state"], done["decided_by"]) == ("sent", "审批平台")
    refused(chief.post(f"/announcements/{number}/approve", seen), 409, "已经下达")


def test_nobody_approves_his_own(app: Flask, stage: Stage, clock: SteppedClock) -> None:
    chief = program(app, stage.database, clock, "审批平台", Role.APPROVER)
    number, digest = waiting(chief, stage)
    answer = chief.post(f"/announcements/{number}/approve", {"digest": digest})
    refused(answer, 403, "不能审批自己写的")
    assert chief.get(f"/announcements/{number}").get_json()["state"] == "awaiting_approval"


def test_of_two_approvers_at_once_one_is_refused(
    app: Flask, platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    number, digest = waiting(platform, stage)
    chiefs = [program(app, stage.database, clock, f"审批{n}", Role.APPROVER) for n in range(2)]
    start = threading.Barrier(2)
    statuses: list[int] = []

    def approve(chief: Program) -> None:
        start.wait()
        made = chief.post(f"/announcements/{number}/approve", {"digest": digest})
        statuses.append(made.status_code)

    threads = [threading.Thread(target=approve, args=(chief,)) for chief in chiefs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409]
    assert len(platform.get("/broadcasts").get_json()["items"]) == 1


def test_a_draft_is_submitted_returned_and_cancelled(
    app: Flask, platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    draft = {**TEXT, "priority": "important", "submit": False}
    sheet = platform.post("/announcements", draft).get_json()
    assert (sheet["state"], sheet["version"], sheet["broadcasts"]) == ("draft", 1, [])
    address = f"/announcements/{sheet['id']}"
    refused(platform.post(f"{address}/submit", {"version": 2}), 409, "刚被改动过")
    assert platform.post(f"{address}/submit", {"version": 1}).get_json()["state"] == (
        "awaiting_approval"
    )
    chief = program(app, stage.database, clock, "审批平台", Role.APPROVER)
    told = refused(chief.post(f"{address}/return", {"reason": ""}), 422, "至少 1 个字")
    assert told["place"] == "reason"
    back = chief.post(f"{address}/return", {"reason": "时间写错了"}).get_json()
    assert back["state"] == "draft"
    assert "时间写错了" in back["decision"]
    assert platform.post(f"{address}/cancel").get_json()["state"] == "cancelled"
    refused(platform.post(f"{address}/cancel"), 409, "已经作废")
    sent = platform.post("/announcements", {**TEXT, "repeats": 3, "interval_minutes": 5})
    cancelled = platform.post(f"/announcements/{sent.get_json()['id']}/cancel").get_json()
    assert {one["state"] for one in cancelled["broadcasts"]} == {"cancelled"}
    again = platform.post(f"/announcements/{sent.get_json()['id']}/cancel")
    refused(again, 409, "没有可取消的")


def test_lists_go_on_from_where_the_last_page_ended(platform: Program) -> None:
    numbers = [platform.post("/announcements", TEXT).get_json()["id"] for _ in range(5)]
    for path in ("/announcements", "/broadcasts"):
        seen: list[int] = []
        before = ""
        while True:
            page = platform.get(f"{path}?limit=2{before}").get_json()
            seen += [one["id"] for one in page["items"]]
            if page["next"] is None:
                break
            before = f"&before={page['next']}"
        assert seen == numbers[::-1]
    page = platform.get("/broadcasts?state=played").get_json()
    assert page == {"items": [], "next": None}
    later = platform.get("/broadcasts?since=2021-11-16T09:00:01+08:00").get_json()
    assert later["items"] == []
    assert len(platform.get("/broadcasts?since=2021-11-16T09:00").get_json()["items"]) == 5


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Every operation as (endpoint, method, path below the prefix)."""
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and ACCESS[rule.endpoint].program:
            values: dict[str, Any] = {
                name: 1 if isinstance(rule._converters[name], IntegerConverter) else "main"
                for name in rule.arguments
            }
            if "kind" in values:
                values["kind"] = "mp3"
            address = adapter.build(rule.endpoint, values).removeprefix(API)
            (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found.append((rule.endpoint, method, address))
    return found


def ask(asker: Program, method: str, path: str) -> Any:
    return asker.get(path) if method == "GET" else asker.post(path)


def test_no_token_a_wrong_one_a_revoked_one_and_a_log_in_open_nothing(
    app: Flask, platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    revoke_token(stage.database, "平台", at=clock.now(), by=ROOT)
    browser = app.test_client()
    enter(browser, stage.database, Role.ADMIN, at=clock.now())
    for _, method, path in addresses(app):
        for asker in (platform, Program(app, "hs_none"), Program(app, "")):
            told = ask(asker, method, path)
            refused(told, 401, "请带上有效的令牌")
            assert told.headers["WWW-Authenticate"] == "Bearer"
        refused(browser.open(API + path, method=method, json={}), 401, "cookie 在这里不算数")


def test_each_role_may_do_what_its_rank_reaches(
    app: Flask, stage: Stage, clock: SteppedClock
) -> None:
    for role in Role:
        town = {"town": OWN} if role is Role.TOWN_OFFICER else {}
        asker = program(app, stage.database, clock, role.value, role, **town)
        for endpoint, method, path in addresses(app):
            code = ask(asker, method, path).status_code
            needed = ACCESS[endpoint].role
            assert needed is not None
            if not role.reaches(needed):
                assert code == 403, path
            elif not town:
                assert code not in (401, 403, 405, 500), (path, code)


def test_a_towns_token_sees_its_town_alone(
    app: Flask, platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    for code, name in ((OWN, "own"), (OTHER, "other")):
        add_hall(
            stage.database,
            name,
            f"{code}安监办",
            at=clock.now(),
            by=ROOT,
            kind=HallKind.TOWN_OFFICE,
            town=code,
        )
    sheets = {
        name: platform.post("/announcements", {**TEXT, "targets": [name]}).get_json()
        for name in ("own", "other", "main")
    }
    said = {name: sheet["broadcasts"][0]["id"] for name, sheet in sheets.items()}
    officer = program(app, stage.database, clock, "镇街", Role.TOWN_OFFICER, town=OWN)
    assert [hall["name"] for hall in officer.get("/halls").get_json()["items"]] == ["own"]
    listed = officer.get("/broadcasts").get_json()["items"]
    assert [one["id"] for one in listed] == [said["own"]]
    assert officer.get(f"/broadcasts?town={OTHER}").get_json()["items"] == []
    listed = officer.get("/announcements").get_json()["items"]
    assert [one["id"] for one in listed] == [sheets["own"]["id"]]
    assert officer.get(f"/broadcasts/{said['own']}").status_code == 200
    assert officer.get("/halls/own/receipts").status_code == 200
    for name in ("other", "main"):
        for path in (
            f"/broadcasts/{said[name]}",
            f"/broadcasts/{said[name]}/receipts",
            f"/broadcasts/{said[name]}/files/mp3",
            f"/halls/{name}/receipts",
        ):
            refused(officer.get(path), 403, "只能看本镇街")
        refused(officer.get(f"/announcements/{sheets[name]['id']}"), 404, "没有编号")
    assert officer.get("/figures").get_json()["town"]["code"] == OWN
    assert officer.get(f"/figures?town={OWN}").status_code == 200
    refused(officer.get(f"/figures?town={OTHER}"), 403, "只能看本镇街的数据")
    refused(officer.get("/alarms"), 403, "镇街看得到的只有自己镇街的")
    refused(officer.post("/announcements", TEXT), 403, "须由播报员")


def test_a_halls_token_sees_the_receipts_of_its_hall_alone(
    app: Flask, platform: Program, stage: Stage, clock: SteppedClock
) -> None:
    add_hall(stage.database, "east", "东厅", at=clock.now(), by=ROOT)
    both = platform.post("/announcements", {**TEXT, "targets": ["main", "east"]}).get_json()
    said = {one["hall"]: one["id"] for one in both["broadcasts"]}
    screen = program(app, stage.database, clock, "东厅主屏", None, hall="east")
    assert screen.get("/halls/east/receipts").status_code == 200
    assert screen.get(f"/broadcasts/{said['east']}/receipts").status_code == 200
    refused(screen.get("/halls/main/receipts"), 403, "只用于大厅“east”")
    refused(screen.get(f"/broadcasts/{said['main']}/receipts"), 403, "只用于大厅“east”")
    for endpoint, method, path in addresses(app):
        if not ACCESS[endpoint].hall_token:
            refused(ask(screen, method, path), 403, "只用于大厅“east”")


MALFORMED: list[tuple[bytes, int, str]] = [
    (b"{", 400, "不是正确的 JSON"),
    (b"", 400, "不是正确的 JSON"),
    (b"\xff\xfe", 400, "不是正确的 JSON"),
    (b"[" * 60_000, 400, "不是正确的 JSON"),
    (b'{"text":"\\ud800","targets":["main"]}', 400, "不是正确的 JSON"),
    (b'{"text":"a","targets":["main"],"repeats":1' + b"0" * 5000 + b"}", 400, "JSON"),
    (b"null", 422, "应为一个 JSON 对象"),
    (b'{"text":"a","targets":["main"],"repeats":NaN}', 422, "应为整数"),
    (b'{"text":"a","targets":["main"],"repeats":"2"}', 422, "应为整数"),
    (b'{"text":"a","targets":["main"],"repeats":1e400}', 422, "应为整数"),
    (b'{"text":"a\\u0000b","targets":["main"]}', 422, "有不能用的字符"),
    (b'{"text":"a\\u0007b","targets":["main"]}', 422, "有不能用的字符"),
    (b'{"text":"a","targets":["\\u0000"]}', 422, "有不能用的字符"),
    (b'{"text":"a","targets":["../main"]}', 422, "有不能用的字符"),
    (b'{"text":"a","targets":["nowhere"]}', 422, "没有名为“nowhere”"),
    (b'{"text":"a","targets":[]}', 422, "至少 1 个"),
    (b'{"text":"a","targets":["main"],"kind":"plan"}', 422, "没有这一项"),
    (b'{"text":"a","targets":["main"],"start_at":"9999-12-31T23:59"}', 422, "2099"),
    (b'{"text":"a","targets":["main"],"start_at":"0001-01-01"}', 422, "应为时间"),
    (b'{"text":"a","targets":["main"],"start_at":12}', 422, "应为时间"),
    (b'{"text":"[a|b","targets":["main"]}', 422, "读音"),
    (b'{"targets":["main"]}', 422, "text：缺少这一项"),
]


def test_what_is_malformed_is_refused_with_its_place(platform: Program) -> None:
    for body, status, words in MALFORMED:
        answer = platform.post("/announcements", data=body, content_type="application/json")
        refused(answer, status, words)
    assert platform.get("/announcements").get_json()["items"] == []


def test_too_much_another_type_and_forged_numbers(platform: Program) -> None:
    large = json.dumps({**TEXT, "text": "长" * 1_000_000}).encode()
    answer = platform.post("/announcements", data=large, content_type="application/json")
    refused(answer, 413, "太大")
    form = platform.post("/announcements", data="text=a", content_type="text/plain")
    refused(form, 415, "应为 JSON")
    for path in (
        "/broadcasts/0",
        "/broadcasts/7",
        "/broadcasts/" + "9" * 30,
        "/broadcasts/-1",
        "/announcements/1%00",
        "/announcements/7",
        "/halls/%00/receipts",
        "/halls/none/receipts",
        "/broadcasts/1/files/exe",
        "/nothing",
    ):
        refused(platform.get(path), 404, "没有")
    refused(platform.post("/halls"), 405, "不接受")
    for query in ("limit=0", "limit=x", "before=" + "9" * 30, "hall=%00", "state=x", "x=1"):
        refused(platform.get(f"/broadcasts?{query}"), 422, "")
    refused(platform.get("/broadcasts?limit=1&limit=2"), 422, "只能给一次")
    for query in ("as_of=0001-01-01", "as_of=x", "week=2021-W54", "week=9999-W01", "town=无"):
        refused(platform.get(f"/figures?{query}"), 422, "")


def test_who_asks_too_often_is_told_when_to_come_back(stage: Stage, clock: SteppedClock) -> None:
    settings = stage.settings.model_copy(update={"api_per_minute": 3})
    app = create_app(settings, stage.database, clock, no_plans)
    hasty = program(app, stage.database, clock)
    for _ in range(3):
        assert hasty.get("/halls").status_code == 200
    told = hasty.get("/halls")
    assert refused(told, 429, "请求太多")["retry"]
    assert 1 <= int(told.headers["Retry-After"]) <= 20
    assert program(app, stage.database, clock, "另一平台").get("/halls").status_code == 200
    app.extensions[EXTENSION].tail.stop()


def test_a_database_that_is_away_is_told_so(
    app: Flask, tmp_path: Path, clock: SteppedClock, stage: Stage
) -> None:
    away = create_app(
        stage.settings, Database(f"sqlite:///{tmp_path / 'none.db'}"), clock, no_plans
    )
    answer = Program(away, "hs_any").get("/halls")
    told = refused(answer, 503, "数据库暂时无法使用")
    assert told["retry"]
    assert told["place"] == ""
    assert answer.headers["Retry-After"] == "5"
    away.extensions[EXTENSION].database.dispose()


def test_the_document_to_read_has_every_operation_and_its_links_lead_somewhere(
    app: Flask,
) -> None:
    client = app.test_client()
    told = client.get(f"{API}/openapi.json").get_json()
    page = client.get(f"{API}/docs").text
    assert told["openapi"] == "3.1.0"
    declared = [(path, method) for path, item in told["paths"].items() for method in item]
    assert len(declared) == len(addresses(app))
    for path, method in declared:
        assert f"<code>{method.upper()} {path}</code>" in page
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert "需要角色：审批员或更高" in page
