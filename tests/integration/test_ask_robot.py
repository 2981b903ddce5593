"""Group robots answer 200 also when they take nothing: what they say is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from steward.errors import PushError, TooManyPushes
from steward.operations.ask_robot import REST_S, ROBOTS, Robot, ask_robot
from steward.operations.reach_targets import _plugin
from tests.support.push_server import PushServer, push_server

# The library looks for an optional part of itself when it is loaded.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SECRET = "geheimes-zeichen"


@pytest.fixture
def server() -> Iterator[PushServer]:
    with push_server() as server:
        yield server


def ask(server: PushServer, text: str = "三份") -> None:
    robot = Robot(f"http://127.0.0.1:{server.port}/robot", SECRET, lambda said: {"text": said})
    ask_robot(robot, text, name="dingtalk://…", limit_s=0.3)


@pytest.mark.parametrize("said", [{"errcode": 0, "errmsg": "ok"}, {"code": 0, "msg": "success"}])
def test_what_a_robot_takes_is_taken(server: PushServer, said: dict[str, object]) -> None:
    server.says["robot"] = said
    ask(server)
    assert server.taken == [("robot", {"text": "三份"})]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            {"errcode": 310000, "errmsg": "keywords not in content"},
            "群机器人的安全设置没有通过（关键词、加签或来源 IP）（310000）（dingtalk://…）",
        ),
        ({"code": 19024, "msg": "Key Words Not Found"}, "群机器人要求的关键词不在消息里（19024）"),
        ({"errcode": 93000, "errmsg": "invalid webhook url"}, "密钥不对，或机器人已被移除"),
        ({"errcode": 7, "errmsg": f"no such {SECRET}"}, "对方没有收下：no such …（7）"),
        ({"hello": 1}, "对方没有收下"),
    ],
)
def test_what_it_does_not_take_is_told_without_its_secret(
    server: PushServer, said: dict[str, object], why: str
) -> None:
    server.says["robot"] = said
    with pytest.raises(PushError) as caught:
        ask(server)
    assert why in str(caught.value)
    assert SECRET not in str(caught.value)
    assert not isinstance(caught.value, TooManyPushes)


@pytest.mark.parametrize(
    ("told", "wait_s"), [("17", 17), ("", REST_S), ("soon", REST_S), ("999999", 3600)]
)
def test_how_long_it_rests_is_as_it_says(server: PushServer, told: str, wait_s: float) -> None:
    server.answers["robot"] = [429]
    server.retry_after = told
    with pytest.raises(TooManyPushes) as caught:
        ask(server)
    assert caught.value.wait_s == wait_s


def test_too_many_may_also_be_said_with_a_200(server: PushServer) -> None:
    server.says["robot"] = {"errcode": 45009, "errmsg": "api freq out of limit"}
    with pytest.raises(TooManyPushes, match="45009"):
        ask(server)


def test_no_answer_is_told_in_time_and_without_the_address(server: PushServer) -> None:
    server.answers["robot"] = [0]
    with pytest.raises(PushError, match=r"0\.3 秒没有答复") as caught:
        ask(server)
    assert "127.0.0.1" not in repr(caught.value.__cause__)


@pytest.mark.parametrize(
    ("address", "host", "text"),
    [
        ("dingtalk://abcdefghijklmnop1234", "https://oapi.dingtalk.com/robot/send", "content"),
        ("wecombot://abcdefghijklmnop-1234", "https://qyapi.weixin.qq.com/cgi-bin/", "content"),
        ("feishu://abcdefghijklmnop", "https://open.feishu.cn/open-apis/bot/v2/hook/", "text"),
    ],
)
def test_addresses_lead_to_their_robots(address: str, host: str, text: str) -> None:
    robot = ROBOTS[address.partition("://")[0]](_plugin(address))
    assert robot.address.startswith(host)
    assert robot.secret in robot.address
    wrapped = robot.wrapped("三份")
    inner = wrapped.get("text") or wrapped["content"]
    assert inner[text] == "三份"


def test_a_signed_robot_is_signed() -> None:
    robot = ROBOTS["dingtalk"](_plugin("dingtalk://SECxyz123@abcdefghijklmnop1234"))
    assert set(robot.parameters) == {"timestamp", "sign"}
    assert robot.parameters["timestamp"].isdigit()
    assert len(robot.parameters["sign"]) == 44  # base64 of 32 bytes, not escaped yet
