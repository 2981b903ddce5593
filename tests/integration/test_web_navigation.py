"""The console's frame: links by role, the open one marked, nothing that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.storage.engine import Database
from steward.web import navigation
from steward.web.auth.access import ACCESS
from tests.support.accounts import add, enter
from tests.support.stage import Stage, SteppedClock


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def shown(page: str) -> list[tuple[str, str]]:
    """Titles and addresses of the links, as they stand: the groups', then those of the open one."""
    found = re.findall(r"<nav.*?</nav>", page, re.DOTALL)
    return re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', "".join(found))


def current(page: str) -> list[str]:
    return re.findall(r'aria-current="page">([^<]+)<', page)


def test_each_role_sees_what_it_may_open_and_all_of_it_is_there(
    app: Flask, client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    built = [
        (name, [title for one, title in group if one in app.view_functions and reaches(one, role)])
        for role in Role
        for name, group in navigation.PLACES
    ]
    groups = len(navigation.PLACES)
    for number, role in enumerate(Role):
        if role is Role.TOWN_OFFICER:
            continue
        may = dict(built[number * groups : (number + 1) * groups])
        enter(client, stage.database, role, at=clock.now())
        heads = shown(client.get("/").text)
        assert [title for _, title in heads] == [name for name, titles in may.items() if titles]
        for address, name in heads:
            page = client.get(address)
            assert page.status_code == 200, address
            below = shown(page.text)[len(heads) :]
            assert [title for _, title in below] == (may[name] if len(may[name]) > 1 else [])
            for one, _ in below:
                assert client.get(one).status_code == 200, one


def reaches(endpoint: str, role: Role) -> bool:
    return role.reaches(ACCESS[endpoint].role or Role.VIEWER)


def test_the_open_page_is_marked_and_so_is_what_lies_below_it(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.ADMIN, at=clock.now())
    assert current(client.get("/").text) == ["首页"]
    assert current(client.get("/audit?who=x").text) == ["操作记录"]
    assert current(client.get("/password").text) == []
    assert navigation._below("/voices/auditions/1", "/voices")
    assert not navigation._below("/voicesque", "/voices")


def test_who_is_not_known_sees_no_links_but_in_a_house_without_accounts(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    titles = [title for _, title in shown(client.get("/").text)]
    assert "首页" in titles
    assert "管理" not in titles
    add(stage.database, "first", Role.ADMIN, at=clock.now(), must_change=True)
    for address in ("/login", "/no-such-page"):
        page = client.get(address).text
        assert shown(page) == []
        assert 'href="#main"' in page


def test_a_refusal_and_a_one_time_password_have_the_links_of_who_asks(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    refused = client.get("/audit")
    assert refused.status_code == 403
    assert "播报" in [title for _, title in shown(refused.text)]
    add(stage.database, "admin-1", Role.ADMIN, at=clock.now(), must_change=True)
    enter(client, stage.database, Role.ADMIN, at=clock.now())
    assert shown(client.get("/password").text) == []


def test_a_link_to_what_is_not_built_is_left_out(app: Flask) -> None:
    with app.test_request_context("/"):
        found = navigation.links((("甲", (("no.such", "没有"), ("pages.index", "首页"))),))
    assert [(link.title, link.address, link.current) for link in found] == [("甲", "/", True)]
