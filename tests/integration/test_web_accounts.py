"""Accounts, tokens and a town's own page: secrets shown once, acts on record, towns kept apart."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.domain.broadcasts import BroadcastState as S
from steward.operations.keep_accounts import list_accounts
from steward.operations.keep_tokens import list_tokens
from steward.operations.log_in import log_in
from steward.operations.read_audit import search_audit
from tests.support.accounts import add, enter, form_token, submit
from tests.support.stage import SCRIPT, Stage, SteppedClock

LINPU, GUALI = "330109105", "330109113"
SECRET = re.compile(r'<code class="secret">([^<]+)</code>')


@pytest.fixture
def role() -> Role:
    return Role.ADMIN


def post(client: FlaskClient, address: str, **fields: str) -> tuple[int, str]:
    fields["csrf_token"] = form_token(client, "/accounts")
    answer = client.post(address, data=fields)
    assert answer.headers["Cache-Control"] == "no-store" or answer.status_code == 404
    return answer.status_code, answer.location or answer.text


def acts(stage: Stage) -> list[tuple[str, str]]:
    return [(one.what, one.about) for one in reversed(search_audit(stage.database))]


def roles(stage: Stage, clock: SteppedClock) -> dict[str, tuple[str, str | None]]:
    found = list_accounts(stage.database, at=clock.now())
    return {one.account.name: (one.account.role.value, one.account.town_code) for one in found}


def test_an_account_is_added_and_its_password_shown_once(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    code, page = submit(client, "/accounts", name="张三", role="operator")
    assert code == 200
    once = SECRET.findall(page)
    assert len(once) == 1
    assert log_in(stage.database, "张三", once[0], at=clock.now(), address="10.0.0.5")
    again = client.get("/accounts").text
    assert once[0] not in again
    assert "须改密码" in again
    assert once[0] not in "".join(one.after for one in search_audit(stage.database))
    assert acts(stage)[0] == ("user_added", "帐号 张三")


def test_role_and_town_are_changed_a_password_reset_an_account_closed_and_opened(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add(stage.database, "li", Role.VIEWER, at=clock.now())
    changed = post(client, "/accounts/li/role", role="town_officer", town=LINPU)
    assert changed == (303, "/accounts/li")
    assert roles(stage, clock)["li"] == ("town_officer", LINPU)
    assert "（临浦镇）" in client.get("/accounts/li").text
    code, page = post(client, "/accounts/li/reset")
    assert code == 200
    assert log_in(stage.database, "li", SECRET.findall(page)[0], at=clock.now(), address="10.0.0.5")
    post(client, "/accounts/li/disable")
    assert "已停用" in client.get("/accounts").text
    code, page = post(client, "/accounts/li/disable")
    assert (code, "已经停用" in page) == (400, True)
    post(client, "/accounts/li/enable")
    assert "已停用" not in client.get("/accounts").text
    did = [what for what, about in acts(stage) if about == "帐号 li"]
    assert did == ["user_role", "user_reset", "user_disabled", "user_enabled"]


def test_what_is_refused_says_why_and_stays_typed(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    for fields, sentence in [
        ({"name": "admin-1", "role": "viewer"}, "已经有名为“admin-1”的帐号"),
        ({"name": "王五", "role": ""}, "请选择一个角色"),
        ({"name": "王五", "role": "king"}, "请选择一个角色"),
        ({"name": "王五", "role": "town_officer"}, "须指定镇街"),
        ({"name": "王五", "role": "viewer", "town": LINPU}, "只有镇街安监员"),
        ({"name": "王五", "role": "town_officer", "town": "x\x00"}, "没有名称或代码"),
        ({"name": "<script>alert(1)</script>", "role": "viewer"}, "只用汉字、字母、数字"),
        ({"name": "a\x00b", "role": "viewer"}, "只用汉字、字母、数字"),
        ({"name": "../x", "role": "viewer"}, "只用汉字、字母、数字"),
        ({"name": "长" * 41, "role": "viewer"}, "只用汉字、字母、数字"),
    ]:
        code, page = post(client, "/accounts", **fields)
        assert code == 400, fields
        assert sentence in page
        assert "<script>alert" not in page
        if fields["name"] == "王五":
            assert 'value="王五"' in page
        if fields["name"].startswith("<script>"):
            assert "&lt;script&gt;alert(1)" in page
    assert list(roles(stage, clock)) == ["admin-1"]
    for address in ("/accounts/nobody", "/accounts/%00", "/accounts/%3Cscript%3E"):
        assert client.get(address).status_code == 404
    assert post(client, "/accounts/admin-1/role", role="viewer")[0] == 400
    assert post(client, "/accounts/admin-1/disable")[0] == 400
    assert post(client, "/accounts/admin-1/promote")[0] == 404
    answer = client.post("/accounts", data={"name": "a" * 1_000_000})
    assert (answer.status_code, "送来的内容太大了" in answer.text) == (413, True)
    assert roles(stage, clock)["admin-1"] == ("admin", None)


def test_a_token_is_added_shown_once_used_and_revoked(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    code, page = post(client, "/tokens", name="平台", use="role:viewer")
    assert code == 200
    (key,) = SECRET.findall(page)
    assert key not in client.get("/tokens").text
    assert "从未" in client.get("/tokens").text
    other = client.application.test_client()
    bearer = {"Authorization": f"Bearer {key}"}
    assert other.get("/", headers=bearer).status_code == 200
    assert "2021-11-16 09:00:00</td>" in client.get("/tokens").text
    assert post(client, "/tokens/revoke", name="平台") == (303, "/tokens")
    assert other.get("/", headers=bearer).status_code == 401
    assert "吊销</span>" in client.get("/tokens").text
    code, page = post(client, "/tokens", name="大屏", use="hall:main")
    assert [(one.hall, one.role) for one in list_tokens(stage.database)] == [
        ("main", None),
        (None, Role.VIEWER),
    ]
    assert [what for what, _ in acts(stage)] == ["token_added", "token_revoked", "token_added"]


def test_a_token_that_makes_no_sense_is_refused(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    for fields, sentence in [
        ({"name": "屏", "use": ""}, "请选择令牌用于"),
        ({"name": "屏", "use": "role:king"}, "请选择令牌用于"),
        ({"name": "屏", "use": "hall:nowhere\x00"}, "请选择令牌用于"),
        ({"name": "屏", "use": "role:town_officer"}, "须指定镇街"),
        ({"name": "屏", "use": "hall:main", "town": LINPU}, "只有镇街安监员"),
        ({"name": '"><img src=x onerror=alert(1)>', "use": "role:viewer"}, "只用汉字"),
    ]:
        code, page = post(client, "/tokens", **fields)
        assert (code, sentence in page) == (400, True), fields
        assert "<img src=x" not in page
    assert 'value="屏"' in post(client, "/tokens", name="屏", use="")[1]
    assert post(client, "/tokens/revoke", name="x\x00")[0] == 400
    assert post(client, "/tokens/revoke", name="没有")[0] == 400
    assert post(client, "/tokens", name="a" * 1_000_000, use="role:viewer")[0] == 413
    assert list_tokens(stage.database) == []


def test_nobody_below_an_administrator_keeps_accounts(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.APPROVER, at=clock.now())
    for address in ("/accounts", "/accounts/admin-1", "/tokens"):
        assert client.get(address).status_code == 403


def test_a_town_sees_what_was_said_about_it_and_no_other_town_does(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    about, elsewhere = stage.broadcast(clock.now()), stage.broadcast(clock.now(), title="全区")
    with stage.database.session(write=True) as session:
        session.merge(stage.row(about)).town_code = LINPU
    for number in (about, elsewhere):
        stage.move(number, S.PLAYING, clock.step(1))
        stage.move(number, S.PLAYED, clock.step(9))
    (stage.folder / "broadcasts").mkdir(parents=True)
    (stage.folder / "broadcasts" / f"{about}.mp3").write_bytes(b"sound")
    page = client.get(f"/town/{LINPU}/broadcasts").text
    assert "".join(SCRIPT) in page
    assert f'href="/town/{LINPU}/broadcasts/{about}.mp3"' in page
    with client.get(f"/town/{LINPU}/broadcasts/{about}.mp3") as sound:
        assert (sound.status_code, sound.mimetype) == (200, "audio/mpeg")
    assert client.get(f"/town/{GUALI}/broadcasts/{about}.mp3").status_code == 404
    assert "全区" not in page.split("<main")[1]
    assert "还没有播过" in client.get(f"/town/{GUALI}/broadcasts").text
    for unknown in ("330100000", "x%00"):
        assert client.get(f"/town/{unknown}/broadcasts").status_code == 404
    own, other = (
        SECRET.findall(post(client, "/tokens", name=name, use="role:town_officer", town=code)[1])[
            0
        ].split("key=")[1]
        for name, code in (("临浦", LINPU), ("瓜沥", GUALI))
    )
    program = client.application.test_client()
    address = f"/town/{LINPU}/broadcasts"
    seen = program.get(address, headers={"Authorization": f"Bearer {own}"})
    assert (seen.status_code, f"/broadcasts/{about}.mp3" in seen.text) == (200, True)
    refused = program.get(address, headers={"Authorization": f"Bearer {other}"})
    assert refused.status_code == 403
    assert "您只能看自己镇街的" in refused.get_json()["error"]
