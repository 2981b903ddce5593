"""Logging in, out, and changing the password, as a browser does it; and what is refused."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.errors import SettingsError
from steward.operations.keep_accounts import change_role, disable_account
from steward.operations.keep_secret import secret_key
from steward.operations.read_audit import search_audit
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import PASSWORD, ROOT, add, form_token, submit
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

NEW = "新密码也要够长才行-2"


@pytest.fixture
def stage(database: Database, tmp_path: Path, clock: SteppedClock) -> Stage:
    stage = Stage(database, tmp_path / "var")
    add(database, "zhang.san", Role.OPERATOR, at=clock.now())
    return stage


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def log_in(client: FlaskClient, name: str = "zhang.san", password: str = PASSWORD) -> None:
    assert submit(client, "/login", name=name, password=password)[0] == 303


def test_log_in_leads_to_where_one_wanted_to_go(client: FlaskClient) -> None:
    wanted = client.get("/voices?x=1").location
    code, onward = submit(client, wanted, name=" Zhang.San ", password=PASSWORD)
    assert (code, onward) == (303, "/voices?x=1")
    page = client.get(onward).text
    assert "zhang.san（播报员）" in page
    assert "操作记录" not in page


@pytest.mark.parametrize(
    "onward",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb"],
)
def test_log_in_leads_to_no_other_site(client: FlaskClient, onward: str) -> None:
    fields = {"name": "zhang.san", "password": PASSWORD, "csrf_token": form_token(client, "/login")}
    answer = client.post("/login", query_string={"next": onward}, data=fields)
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_refusal_says_the_same_of_everything_and_keeps_the_name(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add(stage.database, "gone", Role.VIEWER, at=clock.now())
    disable_account(stage.database, "gone", at=clock.now(), by=ROOT)
    add(stage.database, "outside", Role.VIEWER, at=clock.now(), password=None)
    pages = []
    for name, password in (
        ("zhang.san", "wrong-password"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("outside", PASSWORD),
        ("", PASSWORD),
    ):
        code, page = submit(client, "/login", name=name, password=password)
        assert code == 403
        assert f'name="name" value="{name}"' in page
        assert password not in page
        pages.append(re.sub(r'value="[^"]*"| autofocus', "", page))
    assert len(set(pages)) == 1
    assert "帐号或密码不对" in pages[0]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "../../etc/passwd",
        "zhang.san\x00",
        "a\r\nSet-Cookie: x=1",
        "'; DROP TABLE users; --",
        "长" * 5000,
    ],
)
def test_what_is_no_name_is_refused_and_comes_back_harmless(
    client: FlaskClient, stage: Stage, clock: SteppedClock, name: str
) -> None:
    fields = {"name": name, "password": "x\x00\ud800".encode("utf-8", "replace").decode()}
    fields["csrf_token"] = form_token(client, "/login")
    answer = client.post("/login", data=fields)
    if len(name) > 1000:  # more than a form may hold
        assert answer.status_code == 413
        assert "太大了" in answer.text
        return
    assert answer.status_code == 403
    assert "帐号或密码不对" in answer.text
    for part in ("<script>alert", "<img src=x", 'value="49'):
        assert part not in answer.text.split("<main")[1]
    (entry,) = search_audit(stage.database)
    assert (entry.what, entry.who) == ("login_failed", "")


def test_a_megabyte_is_refused_before_it_is_read(client: FlaskClient) -> None:
    answer = client.post("/login", data={"name": "a" * 1_000_000, "password": "b"})
    assert answer.status_code == 413
    assert "送来的内容太大了" in answer.text


def test_a_form_of_another_site_cannot_log_in_or_out(client: FlaskClient) -> None:
    answer = client.post("/login", data={"name": "zhang.san", "password": PASSWORD})
    assert answer.status_code == 403
    assert "来自别的网站" in answer.text
    log_in(client)
    assert client.post("/logout").status_code == 403
    assert client.get("/").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    page = client.get("/login")
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert page.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in page.headers


def test_behind_an_https_proxy_the_cookie_is_secure_and_the_address_the_callers(
    stage: Stage, clock: SteppedClock
) -> None:
    settings = stage.settings.model_copy(update={"https_proxy": True})
    app = create_app(settings, stage.database, clock, no_plans)
    client = app.test_client()
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "6.6.6.6, 10.1.2.3"}
    page = client.get("/login", headers=forwarded)
    assert "Secure" in page.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    fields = {"name": "zhang.san", "password": "wrong-password", "csrf_token": found[1]}
    headers = forwarded | {"Referer": "https://localhost/login"}
    answer = client.post("/login", data=fields, headers=headers, base_url="https://localhost")
    assert answer.status_code == 403
    assert "帐号或密码不对" in answer.text
    assert search_audit(stage.database)[0].where == "10.1.2.3"
    app.extensions[EXTENSION].tail.stop()


def test_without_a_proxy_a_forged_address_is_not_believed(
    client: FlaskClient, stage: Stage
) -> None:
    fields = {"name": "zhang.san", "password": "wrong", "csrf_token": form_token(client, "/login")}
    client.post("/login", data=fields, headers={"X-Forwarded-For": "6.6.6.6"})
    assert search_audit(stage.database)[0].where == "127.0.0.1"


def test_a_session_known_before_is_another_one_after(client: FlaskClient) -> None:
    """Who has slipped somebody a cookie knows nothing of what that cookie becomes."""
    before_token = form_token(client, "/login")
    with client.session_transaction() as cookie:
        before = dict(cookie)
        cookie["planted"] = "x"
    log_in(client)
    with client.session_transaction() as cookie:
        after = dict(cookie)
    assert "planted" not in after
    assert before.get("csrf_token") != after.get("csrf_token")
    client.get("/voices")
    fields = {"text": "你好", "csrf_token": before_token}
    assert client.post("/voices/auditions", data=fields).status_code == 403
    log_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != after["_user_id"]


def test_a_cookie_kept_over_the_log_out_is_worth_nothing(client: FlaskClient) -> None:
    log_in(client)
    kept = client.get_cookie("steward_session")
    assert kept is not None
    token = form_token(client, "/voices")
    assert client.post("/logout", data={"csrf_token": token}).location == "/login"
    assert client.get("/").status_code == 303
    client.set_cookie("steward_session", kept.value)
    assert client.get("/").location == "/login"


def test_a_cookie_that_was_tampered_with_or_signed_by_another_is_worth_nothing(
    app: Flask, client: FlaskClient
) -> None:
    log_in(client)
    kept = client.get_cookie("steward_session")
    assert kept is not None
    with client.session_transaction() as cookie:
        contents = dict(cookie)
    signed_by_another = Flask("other")
    signed_by_another.secret_key = "dev"
    serializer = signed_by_another.session_interface.get_signing_serializer(  # type: ignore[attr-defined]
        signed_by_another
    )
    for forged in (kept.value[:-2] + "xx", serializer.dumps(contents)):
        other = app.test_client()
        other.set_cookie("steward_session", forged)
        assert other.get("/").status_code == 303


def test_a_session_ends_unused_and_after_a_shift(client: FlaskClient, clock: SteppedClock) -> None:
    log_in(client)
    for _ in range(6):  # used every 119 minutes
        clock.step(119 * 60)
        assert client.get("/").status_code == 200
    clock.step(6 * 60)  # 12 hours after the log-in
    assert client.get("/").status_code == 303
    log_in(client)
    clock.step(120 * 60)
    assert client.get("/").status_code == 303


def test_disabling_and_a_new_role_work_at_once(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    log_in(client)
    add(stage.database, "admin", Role.ADMIN, at=clock.now())
    change_role(stage.database, "zhang.san", Role.ADMIN, at=clock.now(), by=ROOT)
    assert client.get("/audit").status_code == 200
    disable_account(stage.database, "zhang.san", at=clock.now(), by=ROOT)
    assert client.get("/audit").status_code == 303


def test_five_wrong_passwords_lock_the_account_for_a_while(
    app: Flask, client: FlaskClient, clock: SteppedClock
) -> None:
    for _ in range(5):
        assert submit(client, "/login", name="zhang.san", password="wrong-one")[0] == 403
        clock.step(60)
    fields = {"name": "zhang.san", "password": PASSWORD, "csrf_token": form_token(client, "/login")}
    answer = client.post("/login", data=fields)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(10 * 60)
    assert "请在 09:15:00 之后再试" in answer.text
    assert 'value="zhang.san"' in answer.text
    # Another web process knows it, too; and time heals it.
    own = app.extensions[EXTENSION]
    other = create_app(own.settings, own.database, clock, no_plans)
    assert submit(other.test_client(), "/login", name="ZHANG.SAN", password=PASSWORD)[0] == 429
    other.extensions[EXTENSION].tail.stop()
    clock.step(10 * 60)
    log_in(client)


def test_the_password_is_changed_and_every_other_log_in_ends(
    app: Flask, client: FlaskClient, stage: Stage
) -> None:
    other = app.test_client()
    log_in(other)
    log_in(client)
    for fields, sentence in (
        ({"old": "wrong-one", "new": NEW, "again": NEW}, "现在的密码不对"),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, "两次输入的新密码不一样"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "应为 10 至 128 个字符"),
        ({"old": PASSWORD, "new": "x" * 129, "again": "x" * 129}, "应为 10 至 128 个字符"),
        ({"old": PASSWORD, "new": "abcdefgh\x00ijk", "again": "abcdefgh\x00ijk"}, "控制字符"),
        ({"old": PASSWORD, "new": "zhang.san-123", "again": "zhang.san-123"}, "太容易猜"),
        ({"old": PASSWORD, "new": "ab" * 8, "again": "ab" * 8}, "太容易猜"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "和现在的一样"),
    ):
        code, page = submit(client, "/password", **fields)
        assert code in (400, 403)
        assert sentence in page
        assert fields["new"] not in page
    assert submit(client, "/password", old=PASSWORD, new=NEW, again=NEW) == (303, "/")
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 303
    assert submit(other, "/login", name="zhang.san", password=PASSWORD)[0] == 403
    log_in(other, password=NEW)
    acts = [entry.what for entry in search_audit(stage.database, who="zhang.san")]
    assert acts[:3] == ["login", "login_failed", "password_changed"]


def test_a_one_time_password_must_be_changed_first(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add(stage.database, "li.si", Role.VIEWER, at=clock.now(), must_change=True)
    log_in(client, "li.si")
    assert client.get("/").location == "/password"
    page = client.get("/password").text
    assert "一次性密码" in page
    assert submit(client, "/password", old=PASSWORD, new=NEW, again=NEW) == (303, "/")
    assert client.get("/").status_code == 200


def test_pages_of_the_log_in_have_nothing_inline(client: FlaskClient) -> None:
    for _ in range(2):
        for address in ("/login", "/password"):
            page = client.get(address)
            assert "//" not in page.text
            assert " style=" not in page.text
            assert not re.search(r'<script(?! type="module" src="/static/)|\son\w+=', page.text)
            assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
        log_in(client)


def test_the_secret_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret.key"
    first = secret_key(path)
    assert len(first) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert secret_key(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret_key(tmp_path / "other" / "secret.key") != first
    assert sorted(one.name for one in path.parent.iterdir()) == ["secret.key"]
    path.write_text("dev\n", encoding="ascii")
    with pytest.raises(SettingsError, match="不完整"):
        secret_key(path)
