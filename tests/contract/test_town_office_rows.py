"""What a town was given and took, and who came by a link, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.accounts import Caller, Role
from steward.domain.offices import Matter
from steward.errors import AccessRefused, NotFound
from steward.ledger.towns import ensure_towns
from steward.offices.queries import downloads, issues, shelf
from steward.operations.enter_by_link import enter_by_link
from steward.operations.keep_tokens import add_token, list_tokens, revoke_token
from steward.operations.know_caller import caller_of_session
from steward.operations.take_office_file import find_issue, note_download
from steward.storage.engine import Database
from tests.support.accounts import ROOT
from tests.support.town_office import OTHER, OWN, give_month

AT = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
IDLE = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def towns(database: Database) -> None:
    with database.session(write=True) as session:
        ensure_towns(session)


def test_the_newest_period_comes_first_and_in_it_what_holds(database: Database) -> None:
    for month, number in (("2021-09", 1), ("2021-10", 1), ("2021-08", 1), ("2021-10", 2)):
        give_month(database, OWN, month, at=AT, number=number)
    give_month(database, OTHER, "2021-10", at=AT)

    def seen(before: str, limit: int) -> list[list[tuple[str, int]]]:
        with database.session() as session:
            found = shelf.of_town(session, Matter.REPORT, OWN, before=before, limit=limit)
        return [[(one.period, one.number) for one in period] for period in found]

    assert seen("", 2) == [[("2021-10", 2), ("2021-10", 1)], [("2021-09", 1)]]
    assert seen("2021-09", 2) == [[("2021-08", 1)]]
    assert seen("2021-08", 2) == []


def test_what_staff_takes_is_no_receipt(database: Database) -> None:
    number = give_month(database, OWN, "2021-10", at=AT)
    name, issue = find_issue(database, OWN, Matter.REPORT, number)
    assert name == "城厢街道"
    with pytest.raises(NotFound):
        find_issue(database, OTHER, Matter.REPORT, number)
    for caller in (
        Caller("李四", Role.VIEWER),
        Caller("王五", Role.TOWN_OFFICER, OWN),
        Caller("城厢-张三", Role.TOWN_OFFICER, OWN, by_link=True),
    ):
        note_download(database, issue, "pdf", by=caller, at=AT, where="10.0.0.9")
    with database.session() as session:
        found = downloads.of_issues(session, Matter.REPORT, [number])[number]
        assert [(row.by, row.at, row.where) for row in found] == [
            ("王五", AT, "10.0.0.9"),
            ("城厢-张三", AT, "10.0.0.9"),
        ]
        assert issues.find(session, Matter.REPORT, number) == issue


def test_who_came_by_a_link_is_known_until_it_is_revoked(database: Database) -> None:
    _, key = add_token(database, "城厢-张三", role=Role.TOWN_OFFICER, town=OWN, at=AT, by=ROOT)
    with pytest.raises(AccessRefused, match="这个链接不对"):
        enter_by_link(database, OTHER, key, at=AT, address="10.0.0.9")
    session_key = enter_by_link(database, OWN, key, at=AT, address="10.0.0.9")
    assert key not in session_key

    def known(minutes: int) -> Caller | None:
        at = AT + timedelta(minutes=minutes)
        return caller_of_session(database, session_key, at=at, idle=IDLE)

    assert known(29) == Caller("城厢-张三", Role.TOWN_OFFICER, OWN, by_link=True)
    assert known(58) is not None
    assert list_tokens(database)[0].last_used_at == AT + timedelta(minutes=58)
    revoke_token(database, "城厢-张三", at=AT, by=ROOT)
    assert known(59) is None
