"""A program that asks by token: the test client with the token's header."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from steward.clock import Clock
from steward.domain.accounts import Role
from steward.operations.keep_tokens import add_token
from steward.storage.engine import Database
from tests.support.accounts import ROOT

API = "/api/v1"


class Program:
    """One program with its own token, without cookies."""

    def __init__(self, app: Flask, key: str) -> None:
        self.key = key
        self._client: FlaskClient = app.test_client(use_cookies=False)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._client.get(API + path, headers=self._headers(more), buffered=True, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        headers = self._headers(more)
        if "data" not in more:
            more["json"] = {} if body is None else body
        return self._client.post(API + path, headers=headers, **more)

    def _headers(self, more: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}


def program(
    app: Flask,
    database: Database,
    clock: Clock,
    name: str = "平台",
    role: Role | None = Role.OPERATOR,
    **bound: str,
) -> Program:
    """A program whose token was made for it."""
    _, key = add_token(database, name, at=clock.now(), by=ROOT, role=role, **bound)  # type: ignore[arg-type]
    return Program(app, key)
