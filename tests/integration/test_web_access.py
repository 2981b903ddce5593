"""Who may use which address: every route stands in the table, and the door holds to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from steward.domain.accounts import Role
from steward.operations.audition import recent_auditions
from steward.operations.keep_accounts import disable_account
from steward.operations.keep_tokens import add_token, list_tokens, revoke_token
from steward.web.auth.access import ACCESS, Needs
from steward.web.auth.guard import PROGRAMS
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import ROOT, TOWN, add, enter
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

KEYS = ("/login", f"/town/{TOWN}/enter")  # where one proves oneself
VALUES = {"account": "main", "key": "0" * 64, "filename": "site.css", "town": TOWN}


@pytest.fixture
def app(stage: Stage, clock: SteppedClock) -> Iterator[Flask]:
    app = create_app(stage.settings, stage.database, clock, no_plans)
    app.config["WTF_CSRF_METHODS"] = set()  # who may, here; forms have tests of their own
    yield app
    app.extensions[EXTENSION].tail.stop()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def addresses(app: Flask) -> list[tuple[str, str, Needs]]:
    """Every route as (method, address, what it needs)."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        address = adapter.build(rule.endpoint, {k: _value(rule, k) for k in rule.arguments})
        found += [(method, address, ACCESS[rule.endpoint]) for method in _methods(rule)]
    return found


def _value(rule: Rule, argument: str) -> Any:
    """Something that the route takes: a number, one of what it names, or the hall."""
    converter = rule._converters[argument]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else VALUES.get(argument, "main")


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def status(client: FlaskClient, method: str, address: str) -> tuple[int, str]:
    """Status and where to; a stream is opened and left."""
    answer = client.open(address, method=method)
    answer.close()
    return answer.status_code, answer.headers.get("Location", "")


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ACCESS)


def test_a_route_that_is_not_in_the_table_is_refused(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/new", "pages.new", lambda: "secret")
    answer = client.get("/new")
    assert answer.status_code == 403
    assert "没有登记谁可以使用" in answer.text


def test_a_stranger_sees_the_halls_and_the_log_in_alone(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add(stage.database, "admin", Role.ADMIN, at=clock.now())
    for method, address, needs in addresses(app):
        code, onward = status(client, method, address)
        if needs.role is None:
            assert code not in (401, 403) or address in KEYS, (method, address, code)
            assert not onward.startswith("/login"), address
        elif method == "GET" and not needs.program and not address.endswith(PROGRAMS):
            assert (code, onward.split("?")[0]) == (303, "/login"), address
        else:
            assert code == 401, address


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_its_rank_reaches(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock, role: Role
) -> None:
    for method, address, needs in addresses(app):
        enter(client, stage.database, role, at=clock.now())
        code, _ = status(client, method, address)
        if needs.role is None:
            continue
        if needs.program:
            assert code == 401, (method, address)
        elif role is Role.TOWN_OFFICER:
            assert code == 403 or needs.towns or address == "/", (method, address, code)
        elif role.reaches(needs.role):
            assert code not in (401, 403) or address == "/password", (method, address, code)
        else:
            assert code == 403, (method, address)


def test_pages_are_open_until_there_is_an_account_and_acts_never(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    form = {"text": "你好", "pace": "1.0", "voice": "espeak_cmn"}
    assert client.get("/").status_code == 200
    assert client.get("/audit").status_code == 303
    assert client.post("/voices/auditions", data=form).status_code == 401
    assert recent_auditions(stage.database) == []
    add(stage.database, "admin", Role.ADMIN, at=clock.now())
    answer = client.get("/voices?x=1")
    assert answer.status_code == 303
    assert answer.location == "/login?next=/voices?x%3D1"
    # Once closed it stays so: a disabled account is one, too.
    add(stage.database, "second", Role.ADMIN, at=clock.now())
    disable_account(stage.database, "admin", at=clock.now(), by=ROOT)
    assert client.get("/").status_code == 303


def test_a_one_time_password_opens_nothing_but_its_change(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add(stage.database, "admin-1", Role.ADMIN, at=clock.now(), must_change=True)
    for method, address, needs in addresses(app):
        enter(client, stage.database, Role.ADMIN, at=clock.now())
        code, onward = status(client, method, address)
        if needs.role is not None and not needs.own and not needs.program:
            assert (code, onward) == (303, "/password"), address


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_token_has_its_roles_rights_and_needs_no_form(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    app.config["WTF_CSRF_METHODS"] = {"POST"}
    at = clock.now()
    _, viewer = add_token(stage.database, "看板", role=Role.VIEWER, at=at, by=ROOT)
    _, operator = add_token(stage.database, "平台", role=Role.OPERATOR, at=at, by=ROOT)
    form = {"text": "你好", "pace": "1.0", "voice": "espeak_cmn"}
    refused = client.post("/voices/auditions", data=form, headers=bearer(viewer))
    assert refused.status_code == 403
    assert "须由播报员或更高的角色来做，您现在是查看" in refused.get_json()["error"]
    assert client.get("/", headers=bearer(viewer)).status_code == 200
    taken = client.post("/voices/auditions", data=form, headers=bearer(operator))
    assert taken.status_code == 303
    assert len(recent_auditions(stage.database)) == 1


def test_a_token_has_no_log_in_to_end_and_no_password_to_change(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    """Not even that of an account of its name."""
    add(stage.database, "zhang", Role.ADMIN, at=clock.now())
    _, key = add_token(stage.database, "zhang", role=Role.ADMIN, at=clock.now(), by=ROOT)
    for method, address in (("GET", "/password"), ("POST", "/password"), ("POST", "/logout")):
        answer = client.open(address, method=method, headers=bearer(key))
        assert answer.status_code == 403
        assert "只给人用" in answer.get_json()["error"]


def test_a_wrong_token_is_refused_whatever_cookie_comes_with_it(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.ADMIN, at=clock.now())
    _, key = add_token(stage.database, "平台", role=Role.ADMIN, at=clock.now(), by=ROOT)
    revoke_token(stage.database, "平台", at=clock.now(), by=ROOT)
    app.config["WTF_CSRF_METHODS"] = {"POST"}
    for header in (bearer(key), bearer("hs_none"), bearer(""), {"Authorization": "Basic eDp5"}):
        for answer in (client.get("/", headers=header), client.post("/logout", headers=header)):
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert "请使用有效的令牌" in answer.get_json()["error"]


def test_a_halls_token_is_for_that_hall_alone(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    _, key = add_token(stage.database, "大厅主屏", hall="main", at=clock.now(), by=ROOT)
    assert client.get("/hall/main/board.json", headers=bearer(key)).status_code == 200
    report = {"player": "player0001", "sound": "ready"}
    sent = client.post("/hall/main/players", json=report, headers=bearer(key))
    assert sent.status_code == 200
    for address in ("/hall/second/board.json", "/", "/audit"):
        answer = client.get(address, headers=bearer(key))
        assert answer.status_code == 403
        assert "只用于大厅“main”" in answer.get_json()["error"]


def test_the_last_use_of_a_token_is_noted_once_a_minute(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    first = clock.now()
    _, key = add_token(stage.database, "看板", role=Role.VIEWER, at=first, by=ROOT)
    noted = []
    for seconds in (0, 59, 1, 30):
        clock.step(seconds)
        assert client.get("/", headers=bearer(key)).status_code == 200
        (token,) = list_tokens(stage.database)
        assert token.last_used_at is not None
        noted.append((token.last_used_at - first).total_seconds())
    assert noted == [0, 0, 60, 60]
