"""Say something in a group by its robot: DingTalk, WeCom, Feishu.

A robot answers 200 also when it takes nothing, and says so in the body: apprise 2.1, which reads
the addresses, takes that for success, and does not tell for how long a robot wants to rest.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests

from steward.clock import SystemClock
from steward.errors import PushError, TooManyPushes

REST_S = 60.0  # a robot counts by the minute
LONGEST_REST_S = 3600.0
_MOST_BYTES = 64 * 1024  # of an answer


@dataclass(frozen=True)
class Robot:
    """Where to say it, and how the text is wrapped. `secret` must not be repeated by anybody."""

    address: str
    secret: str
    wrapped: Callable[[str], dict[str, Any]]
    parameters: Mapping[str, str] = field(default_factory=dict)


def _dingtalk(plugin: Any) -> Robot:
    """https://open.dingtalk.com/document/orgapp/custom-robot-access."""
    parameters: dict[str, str] = {}
    if plugin.secret:
        # A robot takes only what was signed within the hour, by the true time.
        stamp = str(round(SystemClock().now().timestamp() * 1000))
        signed = hmac.new(plugin.secret.encode(), f"{stamp}\n{plugin.secret}".encode(), "sha256")
        parameters = {"timestamp": stamp, "sign": base64.b64encode(signed.digest()).decode()}
    at = {"atMobiles": list(plugin.targets), "isAtAll": False}
    return Robot(
        plugin.notify_url.format(token=plugin.token),
        plugin.token,
        lambda text: {"msgtype": "text", "text": {"content": text}, "at": at},
        parameters,
    )


def _wecom(plugin: Any) -> Robot:
    """https://developer.work.weixin.qq.com/document/path/91770."""
    return Robot(
        plugin.notify_url.format(key=plugin.key),
        plugin.key,
        lambda text: {"msgtype": "text", "text": {"content": text}},
    )


def _feishu(plugin: Any) -> Robot:
    """https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot."""
    return Robot(
        plugin.notify_url.format(token=plugin.token).rstrip("/"),
        plugin.token,
        lambda text: {"msg_type": "text", "content": {"text": text}},
    )


ROBOTS: dict[str, Callable[[Any], Robot]] = {
    "dingtalk": _dingtalk,
    "wecombot": _wecom,
    "feishu": _feishu,
}
"""By the scheme of its address: from the library's reading of it."""

_TOO_MANY = {130101, 410100, 45009, 11232}
_SAID = {
    310000: "群机器人的安全设置没有通过（关键词、加签或来源 IP）",
    19021: "群机器人的签名没有通过",
    19022: "群机器人不接受这个来源 IP",
    19024: "群机器人要求的关键词不在消息里",
    93000: "密钥不对，或机器人已被移除",
    300001: "令牌不对，或机器人已被移除",
    400101: "令牌不对，或机器人已被移除",
    400102: "机器人已停用",
    400106: "机器人已被移除",
}


def ask_robot(robot: Robot, text: str, *, name: str, limit_s: float) -> None:
    """Say it, now. `name` is what staff read. Raises PushError saying why not; TooManyPushes."""
    try:
        answer = requests.post(
            robot.address,
            params=dict(robot.parameters),
            json=robot.wrapped(text),
            timeout=limit_s,
            allow_redirects=False,
            stream=True,
        )
        with answer:
            content = answer.raw.read(_MOST_BYTES, decode_content=True)
    except (requests.RequestException, OSError) as error:
        # Its words hold the address, and thus the secret.
        raise PushError(f"连不上，或 {limit_s:g} 秒没有答复", place=name) from _nameless(error)
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        wait_s = _wait_s(answer.headers.get("Retry-After"))
        raise TooManyPushes("发得太多，对方限流（429）", place=name, wait_s=wait_s)
    code, words = _verdict(content)
    if code in _TOO_MANY:
        raise TooManyPushes(f"发得太多，对方限流（{code}）", place=name, wait_s=REST_S)
    if answer.status_code != HTTPStatus.OK or code != 0:
        number = code if code else answer.status_code
        told = words.replace(robot.secret, "…")[:80]
        why = _SAID.get(code, f"对方没有收下：{told}" if told else "对方没有收下")
        raise PushError(f"{why}（{number}）", place=name)


def _nameless(error: Exception) -> Exception:
    return PushError(type(error).__name__)


def _verdict(content: bytes) -> tuple[int, str]:
    """The code and the words of an answer; code -1 for one that is none."""
    try:
        document = json.loads(content)
        code = document.get("errcode", document.get("code"))
        words = document.get("errmsg", document.get("msg", ""))
    except (ValueError, AttributeError):
        return -1, "回答看不懂"
    return (code if isinstance(code, int) else -1), str(words)


def _wait_s(told: str | None) -> float:
    """`Retry-After`: seconds or a date (RFC 9110, 10.2.3); a minute where it says nothing."""
    if not told:
        return REST_S
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - SystemClock().now()).total_seconds()
        except (ValueError, TypeError):
            return REST_S
    return min(max(seconds, 1.0), LONGEST_REST_S)
