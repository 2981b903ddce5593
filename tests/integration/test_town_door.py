"""Whoever is bound to a town: every route is tried, and nothing but his own town's opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.domain.audit import Act
from steward.operations.keep_tokens import add_token, list_tokens, revoke_token
from steward.operations.read_audit import search_audit
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.integration.test_web_access import addresses, bearer, status
from tests.support.accounts import ROOT, TOWN, add, enter, form_token
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

OTHER = "330109002"


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def app(stage: Stage, clock: SteppedClock) -> Iterator[Flask]:
    app = create_app(stage.settings, stage.database, clock, no_plans)
    app.config["WTF_CSRF_METHODS"] = set()  # who may, here
    yield app
    app.extensions[EXTENSION].tail.stop()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def key(stage: Stage, clock: SteppedClock) -> str:
    """The secret of a personal link of TOWN."""
    town, at = Role.TOWN_OFFICER, clock.now()
    return add_token(stage.database, "城厢-张三", role=town, town=TOWN, at=at, by=ROOT)[1]


def by_account(client: FlaskClient, stage: Stage, clock: SteppedClock, key: str) -> None:
    enter(client, stage.database, Role.TOWN_OFFICER, at=clock.now())


def by_token(client: FlaskClient, stage: Stage, clock: SteppedClock, key: str) -> None:
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"


def by_link(client: FlaskClient, stage: Stage, clock: SteppedClock, key: str) -> None:
    assert client.get(f"/town/{TOWN}/enter?key={key}").status_code == 303


WAYS = [by_account, by_token, by_link]
Way = Callable[[FlaskClient, Stage, SteppedClock, str], None]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_opens_but_what_names_his_town(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock, key: str, way: Way
) -> None:
    opened = set()
    way(client, stage, clock, key)
    for method, address, needs in addresses(app):
        if needs.role is None:
            continue
        code, onward = status(client, method, address)
        if address == "/logout":
            way(client, stage, clock, key)
        if address == "/":
            assert (code, onward) == (303, f"/town/{TOWN}")
        elif f"/{TOWN}" in address:
            assert code not in (401, 403), (method, address)
            elsewhere, _ = status(client, method, address.replace(TOWN, OTHER))
            assert elsewhere == 403, (method, address)
            opened.add(address)
        elif needs.program and way is by_token:
            assert code == 403 or needs.towns, (method, address, code)
        elif needs.own and way is not by_token:
            assert code != 401, address
        else:
            assert code in (401, 403), (method, address, code)
            assert not needs.towns or needs.program or needs.own
    assert {f"/town/{TOWN}", f"/town/{TOWN}/broadcasts"} <= opened


def test_he_is_refused_with_a_way_back_and_sees_his_own_links_alone(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.TOWN_OFFICER, at=clock.now())
    for address in ("/broadcasts/1", f"/town/{OTHER}", "/alarms.json"):
        refused = client.get(address)
        assert refused.status_code == 403
        assert "自己镇街的" in refused.get_data(as_text=True) or refused.is_json
    page = client.get(f"/town/{OTHER}").text
    assert "回到自己镇街的页面" in page
    nav = page.split("<nav")[1].split("</nav>")[0]
    assert nav.count("href=") == nav.count(f'href="/town/{TOWN}') > 0


def test_an_officer_without_a_town_opens_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add(stage.database, "town_officer-1", Role.TOWN_OFFICER, at=clock.now(), town_code=None)
    enter(client, stage.database, Role.TOWN_OFFICER, at=clock.now())
    for address in ("/", "/alarms", f"/town/{TOWN}"):
        assert client.get(address).status_code == 403


def test_a_link_leaves_its_key_behind_and_ends_with_its_token(
    client: FlaskClient, stage: Stage, clock: SteppedClock, key: str
) -> None:
    address = f"/town/{TOWN}/enter?key={key}"
    assert "Set-Cookie" not in client.head(address).headers
    came = client.get(address)
    assert (came.status_code, came.location) == (303, f"/town/{TOWN}")
    assert came.headers["Referrer-Policy"] == "no-referrer"
    assert came.headers["Cache-Control"] == "no-store"
    assert key not in came.headers["Set-Cookie"] + came.text
    page = client.get(f"/town/{TOWN}/broadcasts").text
    assert "城厢-张三" in page
    assert "/password" not in page
    assert client.get("/password").status_code == 403
    (token,) = list_tokens(stage.database)
    assert token.last_used_at == clock.now()
    entry = search_audit(stage.database)[0]
    assert (entry.what, entry.who, entry.role) == (Act.LOGGED_IN, "城厢-张三", "link")
    revoke_token(stage.database, "城厢-张三", at=clock.now(), by=ROOT)
    assert client.get(f"/town/{TOWN}/broadcasts").location.startswith("/login")
    again = client.get(address)
    assert (again.status_code, "已经作废" in again.text) == (403, True)
    assert again.headers["Referrer-Policy"] == "no-referrer"


def test_a_link_lasts_as_long_as_a_log_in(
    client: FlaskClient, stage: Stage, clock: SteppedClock, key: str
) -> None:
    page, idle_s = f"/town/{TOWN}/broadcasts", stage.settings.session_minutes * 60
    client.get(f"/town/{TOWN}/enter?key={key}")
    clock.step(idle_s - 1)
    assert client.get(page).status_code == 200
    clock.step(idle_s + 1)
    assert client.get(page).status_code == 303
    client.get(f"/town/{TOWN}/enter?key={key}")
    for _ in range(12 * 3600 // (idle_s - 60)):
        clock.step(idle_s - 60)
        assert client.get(page).status_code == 200
    clock.step(idle_s - 60)
    assert client.get(page).status_code == 303


def test_who_logs_out_is_out_on_the_server_too(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock, key: str
) -> None:
    app.config["WTF_CSRF_METHODS"] = {"POST"}
    client.get(f"/town/{TOWN}/enter?key={key}")
    kept = client.get_cookie("steward_session")
    assert kept is not None
    token = form_token(client, f"/town/{TOWN}/broadcasts")
    assert client.post("/logout", data={"csrf_token": token}).status_code == 303
    client.set_cookie("steward_session", kept.value)
    assert client.get(f"/town/{TOWN}/broadcasts").status_code == 303


def test_wrong_keys_are_few_and_another_towns_key_is_one(
    client: FlaskClient, stage: Stage, clock: SteppedClock, key: str
) -> None:
    _, viewer = add_token(stage.database, "看板", role=Role.VIEWER, at=clock.now(), by=ROOT)
    assert client.get(f"/town/{OTHER}/enter?key={key}").status_code == 403
    assert client.get(f"/town/{TOWN}/enter?key={viewer}").status_code == 403
    for number in range(18):
        assert client.get(f"/town/{TOWN}/enter?key=hs_{number}").status_code == 403
    locked = client.get(f"/town/{TOWN}/enter?key={key}")
    assert (locked.status_code, "之后再试" in locked.text) == (429, True)
    assert int(locked.headers["Retry-After"]) > 5
    assert Act.LOCKED_OUT in [entry.what for entry in search_audit(stage.database)]
    clock.step(15 * 60 + 1)
    for _ in range(30):  # right ones do not count
        assert client.get(f"/town/{TOWN}/enter?key={key}").status_code == 303


def test_an_administrator_makes_a_link_that_works_and_ends_it(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.ADMIN, at=clock.now())
    asked = {"use": "role:town_officer", "name": "城厢-李四", "town": TOWN}
    made = client.post("/tokens", data=asked)
    assert made.headers["Cache-Control"] == "no-store"
    link = made.text.split('<code class="secret">')[1].split("<")[0]
    assert link.startswith(f"http://localhost/town/{TOWN}/enter?key=")
    assert link not in client.get("/tokens").text
    phone = app.test_client()
    phone.get(link)
    assert phone.get(f"/town/{TOWN}/broadcasts").status_code == 200
    client.post("/tokens/revoke", data={"name": "城厢-李四"})
    assert phone.get(f"/town/{TOWN}/broadcasts").status_code == 303
    refused = client.post("/tokens", data=asked | {"name": "李 四"})
    assert (refused.status_code, 'value="李 四"' in refused.text) == (400, True)


def test_a_token_of_a_town_is_no_less_good_for_a_hall_that_is_open(
    client: FlaskClient, stage: Stage, key: str
) -> None:
    assert client.get("/hall/main/board.json", headers=bearer(key)).status_code == 200
