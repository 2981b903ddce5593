"""`steward user`, `token` and `audit`: what is printed once, what is refused, what is exported."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steward.accounts.tables import AuditRow
from steward.cli import steward
from steward.errors import StewardError
from steward.operations.log_in import log_in
from steward.settings import load
from steward.storage.engine import Database
from tests.support.accounts import PASSWORD
from tests.support.stage import SteppedClock

ONCE = re.compile(r"一次性密码（只显示这一次，首次登录须修改）：([a-z2-9]{4}(?:-[a-z2-9]{4}){3})\n")


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path / "var"))
    run("database", "upgrade")


def call(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(steward, arguments, input=typed)


def run(*arguments: str, typed: str | None = None) -> str:
    result = call(*arguments, typed=typed)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


def refusal(*arguments: str, typed: str | None = None) -> str:
    result = call(*arguments, typed=typed)
    assert isinstance(result.exception, StewardError), result.output
    return str(result.exception)


def enter(name: str, password: str) -> None:
    database = Database(load().database)
    try:
        log_in(database, name, password, at=SteppedClock().now(), address="10.0.0.5")
    finally:
        database.dispose()


def test_a_password_is_printed_once_or_read_from_the_input() -> None:
    once = ONCE.search(run("user", "add", "张三", "--role", "operator"))
    assert once is not None
    enter("张三", once[1])
    told = run("user", "add", "li", "--role", "approver", "--password-stdin", typed=f"{PASSWORD}\n")
    assert "一次性密码" not in told
    assert PASSWORD not in told
    enter("li", PASSWORD)
    again = ONCE.search(run("user", "reset", "li"))
    assert again is not None
    enter("li", again[1])
    listed = json.loads(run("user", "list", "--json"))
    assert [(one["name"], one["role"], one["must_change"]) for one in listed] == [
        ("li", "approver", True),
        ("张三", "operator", True),
    ]
    assert once[1] not in run("user", "list")


def test_roles_are_changed_and_accounts_disabled() -> None:
    run("user", "add", "one", "--role", "admin")
    run("user", "add", "two", "--role", "town_officer", "--town", "临浦镇")
    assert "现在是播报员" in run("user", "role", "two", "--role", "operator")
    assert "已停用帐号 two" in run("user", "disable", "two")
    assert "已停用" in run("user", "list")
    assert "已启用帐号 two" in run("user", "enable", "two")
    assert "统一登录" in run("user", "add", "three", "--role", "viewer", "--single-sign-on") + run(
        "user", "list"
    )
    for arguments, sentence in (
        (("disable", "one"), "唯一可用的管理员"),
        (("disable", "nobody"), "没有名为“nobody”的帐号"),
        (("add", "two", "--role", "viewer"), "已经有名为“two”的帐号"),
        (("add", "../x", "--role", "viewer"), "只用汉字、字母、数字"),
        (("add", "four", "--role", "viewer", "--town", "临浦镇"), "只有镇街安监员"),
    ):
        assert sentence in refusal("user", *arguments)
    short = refusal("user", "add", "five", "--role", "viewer", "--password-stdin", typed="short\n")
    assert "10 至 128 个字符" in short
    empty = refusal("user", "reset", "one", "--password-stdin", typed="")
    assert "10 至 128 个字符" in empty
    assert call("user", "add", "six", "--role", "king").exit_code == 2


def test_a_token_is_shown_once() -> None:
    told = run("token", "add", "平台", "--role", "operator")
    key = told.splitlines()[-1]
    assert re.fullmatch(r"hs_[\w-]{43}", key)
    assert key not in run("token", "list") + run("token", "list", "--json")
    assert "播报员" in run("token", "list")
    assert "没有名为“nowhere”的大厅" in refusal("token", "add", "屏", "--hall", "nowhere")
    assert "三者选一" in refusal("token", "add", "屏")
    assert "已吊销令牌 平台" in run("token", "revoke", "平台")
    link = run("token", "add", "临浦-张三", "--role", "town_officer", "--town", "临浦镇")
    assert "/town/330109105/enter?key=hs_" in link
    assert "吊销" in run("token", "list")
    assert "已被吊销" in refusal("token", "revoke", "平台")


def test_the_log_is_verified_listed_and_exported(tmp_path: Path) -> None:
    run("user", "add", "one", "--role", "admin")
    run("token", "add", "平台", "--role", "viewer")
    noted = run("audit", "verify").splitlines()[-1]
    assert noted.startswith("2:")
    run("user", "role", "one", "--role", "admin")
    assert "共 3 条" in run("audit", "verify", "--noted", noted)
    assert "不符" in refusal("audit", "verify", "--noted", "2:" + "0" * 64)
    assert call("audit", "verify", "--noted", "x").exit_code == 2
    assert "添加令牌" in run("audit", "list", "--what", "token_added")
    assert "没有这样的操作" in run("audit", "list", "--who", "nobody")
    assert "没有这样的操作" in run("audit", "list", "--until", "2021-11-16")
    assert "已导出 3 条" in run("audit", "export", "-o", str(tmp_path / "log.csv"))
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [row[5] for row in rows] == ["操作", "添加帐号", "添加令牌", "更改角色"]
    run("audit", "export", "--json", "--what", "user_added", "-o", str(tmp_path / "log.json"))
    (document,) = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    assert document["after"] == {"name": "one", "role": "admin", "town": None}
    assert "不能写入" in refusal("audit", "export", "-o", str(tmp_path / "no" / "log.csv"))


def test_a_changed_log_is_an_error() -> None:
    run("user", "add", "one", "--role", "admin")
    database = Database(load().database)
    with database.session(write=True) as session:
        row = session.get_one(AuditRow, 1)
        row.who = "somebody"
    database.dispose()
    assert "第 1 条的内容与它的校验值不符" in refusal("audit", "verify")
