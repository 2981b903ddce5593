"""Logging in by the district's single sign-on, against a real small provider on this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from steward.domain.accounts import Role
from steward.operations.read_audit import search_audit
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import add
from tests.support.served import free_port, no_plans
from tests.support.sign_on import CLIENT, SECRET, Provider, served
from tests.support.stage import Stage, SteppedClock


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    stage = Stage(sqlite_database, tmp_path / "var")
    at = SteppedClock().now()
    add(stage.database, "zhang", Role.OPERATOR, at=at, password=None)
    add(stage.database, "admin", Role.ADMIN, at=at)
    return stage


@pytest.fixture
def provider() -> Iterator[Provider]:
    with served(Provider(claims={"sub": "7", "preferred_username": "Zhang"})) as provider:
        yield provider


def client_of(stage: Stage, issuer: str) -> FlaskClient:
    settings = stage.settings.model_copy(
        update={
            "oidc_issuer": issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
        }
    )
    return create_app(settings, stage.database, SteppedClock(), no_plans).test_client()


@pytest.fixture
def client(stage: Stage, provider: Provider) -> Iterator[FlaskClient]:
    client = client_of(stage, provider.issuer)
    yield client
    client.application.extensions[EXTENSION].tail.stop()


def back_from(client: FlaskClient, onward: str = "/voices") -> str:
    """To the provider and back as a browser goes; the address it sends the browser back to."""
    away = client.get("/login/sso", query_string={"next": onward})
    assert away.status_code == 302
    answer = requests.get(away.location, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def test_the_provider_vouches_and_the_account_is_in(
    client: FlaskClient, stage: Stage, provider: Provider
) -> None:
    assert 'href="/login/sso?next=/voices"' in client.get("/login?next=/voices").text
    answer = client.get(back_from(client))
    assert (answer.status_code, answer.location) == (303, "/voices")
    assert provider.asked == ["http://localhost/login/sso/done"]
    assert "zhang（播报员）" in client.get("/voices").text
    entry = search_audit(stage.database)[0]
    assert (entry.what, entry.who, entry.about) == ("login", "zhang", "统一登录")


def test_an_answer_is_taken_once_and_by_the_browser_that_asked(
    client: FlaskClient, stage: Stage
) -> None:
    back = back_from(client)
    other = client.application.test_client()
    assert other.get(back).status_code == 403
    assert client.get(back).status_code == 303
    again = client.get(back)
    assert again.status_code == 403
    assert "统一登录没有成功" in again.text


@pytest.mark.parametrize(
    "forge",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
    ],
)
def test_an_identity_that_is_not_for_us_now_is_refused(
    client: FlaskClient, provider: Provider, forge: dict[str, object]
) -> None:
    provider.forge = forge
    answer = client.get(back_from(client))
    assert answer.status_code == 403
    assert "没有通过核对" in answer.text
    assert client.get("/").status_code == 303


def test_an_identity_signed_by_another_key_is_refused(
    client: FlaskClient, provider: Provider
) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "own"})
    answer = client.get(back_from(client))
    assert answer.status_code == 403
    assert "没有通过核对" in answer.text


def test_who_cancels_there_is_told_here(client: FlaskClient, provider: Provider) -> None:
    provider.denies = True
    answer = client.get(back_from(client))
    assert answer.status_code == 403
    assert "被取消" in answer.text


@pytest.mark.parametrize("name", ["admin", "nobody", "<script>alert(1)</script>", ""])
def test_a_name_without_such_an_account_is_refused(
    client: FlaskClient, provider: Provider, name: str
) -> None:
    """An account with a password is not the provider's to give, whatever it calls somebody."""
    provider.claims = {"sub": "8", "preferred_username": name}
    answer = client.get(back_from(client))
    assert answer.status_code == 403
    assert "没有为您开通" in answer.text
    assert "<script>alert" not in answer.text
    assert client.get("/").status_code == 303


def test_a_provider_that_is_away_is_told(stage: Stage) -> None:
    client = client_of(stage, f"http://127.0.0.1:{free_port()}")
    answer = client.get("/login/sso")
    assert answer.status_code == 403
    assert "没有应答" in answer.text
    client.application.extensions[EXTENSION].tail.stop()


def test_without_a_provider_there_is_no_such_log_in(stage: Stage) -> None:
    client = client_of(stage, "")
    assert "单位统一登录" not in client.get("/login").text
    assert client.get("/login/sso").status_code == 404
    client.application.extensions[EXTENSION].tail.stop()
