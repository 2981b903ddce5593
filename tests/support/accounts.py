"""A small cast: who acts, and browsers that are logged in."""

from __future__ import annotations

import re
from datetime import datetime

from flask.testing import FlaskClient

from steward.accounts.passwords import hashed
from steward.accounts.queries import sessions, users
from steward.domain.accounts import Actor, Role
from steward.storage.engine import Database

DUTY = Actor("值班员", "operator", "10.0.0.5")
ROOT = Actor("root", "command", "命令行 hall-pc")
TOWN = "330109001"  # whose officer `enter` makes
PASSWORD = "清晨六点半出发-Go"


def add(
    database: Database,
    name: str,
    role: Role,
    *,
    at: datetime,
    password: str | None = PASSWORD,
    town_code: str | None = None,
    must_change: bool = False,
) -> None:
    """An account that is there; `password` None: for single sign-on."""
    with database.session(write=True) as session:
        users.add(
            session,
            name,
            role,
            password_hash=hashed(password) if password else None,
            must_change=must_change,
            town_code=town_code,
            at=at,
        )


def enter(client: FlaskClient, database: Database, role: Role, *, at: datetime) -> str:
    """Log the client in as an account of this role; the name, and thus without a password."""
    name = f"{role.value}-1"
    with database.session(write=True) as session:
        row = users.find(session, name) or users.add(
            session,
            name,
            role,
            password_hash="none",
            must_change=False,
            town_code=TOWN if role is Role.TOWN_OFFICER else None,
            at=at,
        )
        key = sessions.begin(session, row, at=at)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = key
    return name


def form_token(client: FlaskClient, address: str) -> str:
    """This site's token in the forms of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found is not None, f"no form on {address}"
    return found[1]


def submit(client: FlaskClient, address: str, **fields: str) -> tuple[int, str]:
    """Fill in the form at `address` as a browser does; status, and the page or where to go on."""
    fields["csrf_token"] = form_token(client, address)
    answer = client.post(address, data=fields)
    return answer.status_code, answer.location or answer.text
