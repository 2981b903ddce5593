"""`steward contact` and `steward deliveries`: for whoever is on duty without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steward.cli import steward
from steward.errors import StewardError
from steward.settings import load
from steward.storage.engine import Database
from tests.support import offices
from tests.support.mail_server import Letters, mail_server
from tests.support.offices import MADE, sort

# The library looks for an optional part of itself when it is loaded.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def server() -> Iterator[Letters]:
    with mail_server() as server:
        yield server


@pytest.fixture(autouse=True)
def house(tmp_path: Path, server: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("STEWARD_MAIL_SERVER", f"smtp://127.0.0.1:{server.port}")
    monkeypatch.setenv("STEWARD_MAIL_FROM", offices.SENDER)
    monkeypatch.setenv("STEWARD_DEMO_CLOCK", "2021-11-15T09:30")
    run("database", "upgrade")


@pytest.fixture
def database(house: None) -> Iterator[Database]:
    database = Database(load().database)
    offices.settle(database)
    yield database
    database.dispose()


def call(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(steward, arguments, input=typed)


def run(*arguments: str, typed: str | None = None) -> str:
    result = call(*arguments, typed=typed)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


def test_contacts_are_added_listed_tried_and_removed(
    database: Database, server: Letters, tmp_path: Path
) -> None:
    assert "已添加联系人 1：王强（wang@x.cn）" in run(
        "contact", "add", "瓜沥镇", "王强", "wang@x.cn"
    )
    hidden = run("contact", "add", "瓜沥镇", "工作群", typed="ntfy://127.0.0.1:9/geheimnis\n")
    assert "已添加联系人 2：工作群（ntfy://…）" in hidden
    listed = run("contact", "list") + run("contact", "list", "--json")
    assert "瓜沥镇  王强    电子邮件  wang@x.cn" in listed
    assert "geheimnis" not in hidden + listed
    assert "测试消息已发给瓜沥镇 王强" in run("contact", "test", "1")
    assert len(server.taken) == 1
    failed = call("contact", "test", "2")
    assert (failed.exit_code, "没有发给瓜沥镇 工作群（ntfy://…）" in failed.output) == (1, True)
    (tmp_path / "名单.csv").write_text("镇街,姓名,地址\n瓜沥镇,李敏,li@x.cn\n某镇,陈,c@x.cn\n")
    taken = call("contact", "import", "名单.csv")
    assert taken.exit_code == 1
    assert "添加 1 个，早已在内 0 个，没有收下 1 行" in taken.output
    assert "第 3 行：没有名称或代码为“某镇”的镇街" in taken.output
    assert "已删除联系人 2：工作群" in run("contact", "remove", "2")
    assert isinstance(call("contact", "remove", "2").exception, StewardError)


def test_what_waits_can_be_sent_at_once_and_what_failed_once_more(
    database: Database, server: Letters, tmp_path: Path
) -> None:
    code = offices.settle(database)["瓜沥镇"]
    offices.contact(database, "瓜沥镇", "王强", "wang@x.cn")
    offices.briefing(database, load().offices_folder, code)
    sort(database, now=MADE)
    server.refuse = {"wang@x.cn": "550 No such user"}
    nothing = run("deliveries", "send-now")
    assert "待送达：1 份" in nothing  # it is half past nine
    told = run("deliveries", "send-now", "--period", "2021-W46")
    assert "1 份提前到现在" in told
    assert "未能送达：1 份" in told
    listed = run("deliveries", "list")
    assert "2021年第46周每周简报。22 个镇街：0 个已领取，22 个未领取" in listed
    assert "王强 电子邮件 未能送达（邮件服务器拒收：550 No such user）" in listed
    server.refuse = {}
    assert "已安排重新送达 1 份" in run("deliveries", "retry", "瓜沥镇", "--period", "2021-W46")
    assert "已送达：1 份" in run("deliveries", "send-now")
    assert [to for to, _ in server.taken] == ["wang@x.cn"]
    assert str(server.letters()[0]["Subject"]).startswith("【演示】萧山区隐患管家：瓜沥镇")
    documents = json.loads(run("deliveries", "list", "--json"))
    (guali,) = [one for one in documents if one["name"] == "瓜沥镇"]
    assert (guali["standing"], guali["deliveries"][0]["state"]) == ("sent", "sent")
    for arguments in (("retry", "某镇", "--period", "2021-W46"), ("list", "--period", "x")):
        assert isinstance(call("deliveries", *arguments).exception, StewardError)


def test_a_password_in_the_settings_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_MAIL_SERVER", "smtps://anjian:geheim7@mail.x")
    printed = run("settings")
    assert "smtps://anjian:…@mail.x" in printed
    assert "geheim7" not in printed
