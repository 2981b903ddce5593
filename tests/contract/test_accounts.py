"""Accounts and tokens on both databases: kept, locked out, bound; never a secret in clear."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from steward.accounts import passwords
from steward.accounts.queries import attempts, users
from steward.broadcasts.queries import halls
from steward.domain.accounts import Caller, Role
from steward.errors import AccessRefused, AccountError, LockedOut
from steward.ledger.towns import ensure_towns
from steward.operations.keep_accounts import (
    add_account,
    change_role,
    disable_account,
    enable_account,
    ensure_first_account,
    list_accounts,
    reset_account,
)
from steward.operations.keep_tokens import add_token, list_tokens, revoke_token
from steward.operations.know_caller import caller_of_session, caller_of_token
from steward.operations.log_in import log_in, log_in_from_outside
from steward.operations.read_audit import search_audit, verify_audit
from steward.storage.engine import Database
from tests.support.accounts import PASSWORD, ROOT, add

NOW = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
HOME = "10.0.0.5"
IDLE = timedelta(hours=2)
TOWN = "临浦镇"


@pytest.fixture(autouse=True)
def places(database: Database) -> None:
    with database.session(write=True) as session:
        ensure_towns(session)
        halls.ensure(session, "main", "指挥大厅")


def wrong(database: Database, name: str, *, at: datetime = NOW, address: str = HOME) -> None:
    with pytest.raises(AccessRefused, match="帐号或密码不对"):
        log_in(database, name, "wrong-password", at=at, address=address)


def test_the_first_start_makes_one_administrator_and_tells_its_password_once(
    database: Database,
) -> None:
    once = ensure_first_account(database, at=NOW, by=ROOT)
    assert ensure_first_account(database, at=NOW, by=ROOT) == ""
    (listed,) = list_accounts(database, at=NOW)
    assert (listed.account.name, listed.account.role) == ("admin", Role.ADMIN)
    assert listed.account.must_change
    key = log_in(database, "admin", once, at=NOW, address=HOME)
    caller = caller_of_session(database, key, at=NOW, idle=IDLE)
    assert caller == Caller("admin", Role.ADMIN, must_change=True)


def test_two_first_starts_at_once_make_one_administrator(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: ensure_first_account(database, at=NOW, by=ROOT), range(4)))
    assert sum(bool(once) for once in told) == 1


def test_no_secret_stands_in_the_database_or_in_the_log(database: Database) -> None:
    account, once = add_account(database, "zhang", Role.OPERATOR, at=NOW, by=ROOT)
    assert account.must_change
    key = log_in(database, "zhang", once, at=NOW, address=HOME)
    _, token = add_token(database, "平台", role=Role.OPERATOR, at=NOW, by=ROOT)
    with database.session() as session:
        kept = [
            str(row)
            for table in ("users", "user_sessions", "tokens", "audit_log", "login_attempts")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(kept) >= 5
    for secret in (once, key, token, token.removeprefix("hs_")):
        assert not any(secret in row for row in kept)
    assert "$argon2id$" in "".join(kept)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a/b",
        "../x",
        "a b",
        "-rf",
        ".hidden",
        "<b>",
        "a\x00b",
        "a\nb",
        "x" * 41,
        "a'b",
        "％",
    ],
)
def test_what_is_no_name_becomes_none(database: Database, name: str) -> None:
    with pytest.raises(AccountError, match="只用汉字、字母、数字"):
        add_account(database, name, Role.VIEWER, at=NOW, by=ROOT)
    with pytest.raises(AccountError, match="只用汉字、字母、数字"):
        add_token(database, name, role=Role.VIEWER, at=NOW, by=ROOT)
    assert list_accounts(database, at=NOW) == []


def test_a_name_is_one_name_however_it_is_written(database: Database) -> None:
    account, _ = add_account(database, "Ｚhang", Role.VIEWER, at=NOW, by=ROOT)
    assert account.name == "zhang"
    with pytest.raises(AccountError, match="已经有名为“zhang”的帐号"):
        add_account(database, "ZHANG", Role.ADMIN, at=NOW, by=ROOT)


def test_a_town_belongs_to_a_town_officer_and_to_nobody_else(database: Database) -> None:
    officer, _ = add_account(
        database, "li", Role.TOWN_OFFICER, at=NOW, by=ROOT, town=TOWN, password=PASSWORD
    )
    assert officer.town_code is not None
    for role, town, sentence in (
        (Role.TOWN_OFFICER, None, "须指定镇街"),
        (Role.TOWN_OFFICER, "无此镇", "没有名称或代码为“无此镇”的镇街"),
        (Role.VIEWER, TOWN, "只有镇街安监员"),
    ):
        with pytest.raises(AccountError, match=sentence):
            add_account(database, "wang", role, at=NOW, by=ROOT, town=town)
        with pytest.raises(AccountError, match=sentence):
            add_token(database, "wang", role=role, at=NOW, by=ROOT, town=town)
    change_role(database, "li", Role.OPERATOR, at=NOW, by=ROOT)
    (listed,) = list_accounts(database, at=NOW)
    assert (listed.account.role, listed.account.town_code) == (Role.OPERATOR, None)
    (entry, _) = search_audit(database)
    assert '"role":"town_officer"' in entry.before
    assert '"role":"operator"' in entry.after


def test_an_administrator_always_remains(database: Database) -> None:
    add(database, "one", Role.ADMIN, at=NOW)
    add(database, "two", Role.ADMIN, at=NOW)
    disable_account(database, "one", at=NOW, by=ROOT)
    for act in (
        lambda: disable_account(database, "two", at=NOW, by=ROOT),
        lambda: change_role(database, "two", Role.APPROVER, at=NOW, by=ROOT),
    ):
        with pytest.raises(AccountError, match="唯一可用的管理员"):
            act()
    enable_account(database, "one", at=NOW, by=ROOT)
    disable_account(database, "two", at=NOW, by=ROOT)


def test_a_reset_ends_log_ins_and_the_lock(database: Database) -> None:
    add(database, "zhang", Role.OPERATOR, at=NOW)
    key = log_in(database, "zhang", PASSWORD, at=NOW, address=HOME)
    for _ in range(5):
        wrong(database, "zhang")
    (listed,) = list_accounts(database, at=NOW)
    assert listed.locked_until == NOW + attempts.WINDOW
    once = reset_account(database, "zhang", at=NOW, by=ROOT)
    assert caller_of_session(database, key, at=NOW, idle=IDLE) is None
    log_in(database, "zhang", once, at=NOW, address=HOME)
    with pytest.raises(AccountError, match="没有名为“nobody”的帐号"):
        reset_account(database, "nobody", at=NOW, by=ROOT)


def test_the_lock_opens_by_itself_and_at_the_told_second(database: Database) -> None:
    add(database, "zhang", Role.OPERATOR, at=NOW)
    for minute in range(5):
        wrong(database, "zhang", at=NOW + timedelta(minutes=minute))
    opens = NOW + attempts.WINDOW
    for at in (NOW + timedelta(minutes=4), opens - timedelta(seconds=1)):
        with pytest.raises(LockedOut, match=r"请在 09:15:00 之后再试") as refused:
            log_in(database, "zhang", PASSWORD, at=at, address="10.9.9.9")
        assert refused.value.wait_s == (opens - at).total_seconds()
    log_in(database, "zhang", PASSWORD, at=opens, address=HOME)
    acts = [(one.what, one.who) for one in search_audit(database)]
    assert acts[:2] == [("login", "zhang"), ("locked_out", "zhang")]
    assert acts.count(("login_failed", "zhang")) == 5


def test_unknown_names_lock_alike_and_an_address_locks_whatever_the_name(
    database: Database,
) -> None:
    for _ in range(5):
        wrong(database, "nobody")
    with pytest.raises(LockedOut):
        log_in(database, "nobody", PASSWORD, at=NOW, address="10.0.0.6")
    for number in range(15):
        wrong(database, f"guess-{number}")
    add(database, "zhang", Role.OPERATOR, at=NOW)
    with pytest.raises(LockedOut):
        log_in(database, "zhang", PASSWORD, at=NOW, address=HOME)
    log_in(database, "zhang", PASSWORD, at=NOW, address="10.0.0.6")


def test_guesses_at_the_same_moment_are_counted_one_by_one(database: Database) -> None:
    add(database, "zhang", Role.OPERATOR, at=NOW)

    def guess(number: int) -> str:
        try:
            log_in(database, "zhang", f"guess-number-{number}", at=NOW, address=f"10.0.1.{number}")
        except LockedOut:
            return "locked"
        except AccessRefused:
            return "refused"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(16)))
    assert sorted(told) == ["locked"] * 11 + ["refused"] * 5
    assert verify_audit(database)[1] == ""


def test_a_hash_is_compared_whether_there_is_an_account_or_not(database: Database) -> None:
    """Nobody learns from the time an answer takes: as much is computed for nobody's password."""
    kept = passwords.hashed(PASSWORD)
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, PASSWORD + "x")
    assert not passwords.matches(None, PASSWORD)
    own, nobodys = kept.split("$")[:4], passwords._nobodys().split("$")[:4]
    assert own == nobodys  # argon2id, its version and its cost


def test_a_hash_of_another_cost_is_renewed_at_the_next_log_in(database: Database) -> None:
    from argon2 import PasswordHasher

    add(database, "zhang", Role.OPERATOR, at=NOW)
    with database.session(write=True) as session:
        old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
        users.get(session, "zhang").password_hash = old
    log_in(database, "zhang", PASSWORD, at=NOW, address=HOME)
    with database.session() as session:
        renewed = users.get(session, "zhang").password_hash
    assert renewed is not None
    assert renewed != old
    assert not passwords.outdated(renewed)
    log_in(database, "zhang", PASSWORD, at=NOW, address=HOME)


def test_single_sign_on_opens_its_own_accounts_alone(database: Database) -> None:
    add(database, "admin", Role.ADMIN, at=NOW)
    add(database, "zhang", Role.OPERATOR, at=NOW, password=None)
    key = log_in_from_outside(database, "Zhang", "https://sso 7", at=NOW, address=HOME)
    assert caller_of_session(database, key, at=NOW, idle=IDLE) == Caller("zhang", Role.OPERATOR)
    for name, subject in (
        ("admin", "https://sso 7"),  # has a password: it is not the provider's to give
        ("zhang", "https://sso 8"),  # somebody else who has taken the name there
        ("nobody", "https://sso 9"),
        ("<b>", "https://sso 9"),
    ):
        with pytest.raises(AccessRefused, match="没有为您开通"):
            log_in_from_outside(database, name, subject, at=NOW, address=HOME)
    disable_account(database, "zhang", at=NOW, by=ROOT)
    with pytest.raises(AccessRefused):
        log_in_from_outside(database, "zhang", "https://sso 7", at=NOW, address=HOME)
    with pytest.raises(AccountError, match="没有密码可以重置"):
        reset_account(database, "zhang", at=NOW, by=ROOT)


def test_a_token_is_bound_and_can_be_revoked(database: Database) -> None:
    for role, hall, sentence in (
        (None, None, "三者选一"),
        (Role.VIEWER, "main", "三者选一"),
        (None, "nowhere", "没有名为“nowhere”的大厅"),
        (None, "../main", "没有名为"),
    ):
        with pytest.raises(AccountError, match=sentence):
            add_token(database, "t", role=role, hall=hall, at=NOW, by=ROOT)
    token, key = add_token(database, "大厅主屏", hall="main", at=NOW, by=ROOT)
    assert len(key) >= 46
    known = Caller("大厅主屏", None, hall="main", is_token=True)
    assert caller_of_token(database, key, at=NOW) == known
    assert caller_of_token(database, key[:-1], at=NOW) is None
    revoke_token(database, "大厅主屏", at=NOW, by=ROOT)
    assert caller_of_token(database, key, at=NOW) is None
    with pytest.raises(AccountError, match="已被吊销"):
        revoke_token(database, "大厅主屏", at=NOW, by=ROOT)
    with pytest.raises(AccountError, match="请换一个名称"):
        add_token(database, "大厅主屏", hall="main", at=NOW, by=ROOT)
    assert [one.revoked_at for one in list_tokens(database)] == [NOW]
    assert token.hall == "main"


def test_a_feed_key_opens_nothing_but_feeds(database: Database) -> None:
    for bound in ({"role": Role.VIEWER}, {"hall": "main"}):
        with pytest.raises(AccountError, match="三者选一"):
            add_token(database, "f", feed=True, at=NOW, by=ROOT, **bound)  # type: ignore[arg-type]
    with pytest.raises(AccountError, match="没有名称或代码为“某镇”的镇街"):
        add_token(database, "f", feed=True, town="某镇", at=NOW, by=ROOT)
    token, key = add_token(database, "临浦订阅", feed=True, town="临浦镇", at=NOW, by=ROOT)
    assert (token.feed, token.role, token.hall, token.town_code) == (True, None, None, "330109105")
    caller = caller_of_token(database, key, at=NOW)
    assert caller == Caller("临浦订阅", None, "330109105", is_token=True)
    for role in (None, *Role):
        for hall in (None, "main"):
            assert "只用在订阅地址里" in caller.refusal(role, hall=hall, town="330109105")
    district, _ = add_token(database, "全区订阅", feed=True, at=NOW, by=ROOT)
    assert (district.feed, district.town_code) == (True, None)
    others = [*(Caller("a", role) for role in Role), Caller("h", None, hall="main")]
    assert not any(one.feed for one in others)
