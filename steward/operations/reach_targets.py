"""Send a message to the targets of a setting (DingTalk, WeCom, Feishu, ntfy, webhook …).

The library is loaded when something is to be sent, not before. It reads the addresses of all, and
sends to all but group robots, whose answers it does not read (`ask_robot.py`).
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from steward.errors import PushError, TooManyPushes
from steward.operations.ask_robot import REST_S, ROBOTS, ask_robot

if TYPE_CHECKING:
    import apprise

LIMIT_S = 5.0  # to connect, and for each wait for an answer
_SEPARATOR = re.compile(r"[\s,，]+(?=[A-Za-z][A-Za-z0-9]*://)")
_STATUS = re.compile(r"error=(\d+)")
_MOST_BYTES = {
    "dingtalk": 18_000,
    "wecombot": 2000,
    "feishu": 18_000,
    "json": 30_000,
    "jsons": 30_000,
}
_SAID = {
    401: "地址里的密钥或密码不对",
    403: "没有权限",
    404: "没有这个地址",
    429: "发得太多，对方限流",
}


@dataclass(frozen=True)
class Target:
    """One address. `key` names it without its secret; `name` is what staff read: `ntfy://…`."""

    key: str
    name: str
    address: str


def read_targets(text: str) -> tuple[list[Target], list[str]]:
    """The targets of the setting, each once; and the names of addresses that cannot be one."""
    good: dict[str, Target] = {}
    bad = []
    for address in filter(None, (part.strip() for part in _SEPARATOR.split(text.strip()))):
        key = hashlib.sha256(address.encode()).hexdigest()[:12]
        name = f"{address.partition('://')[0][:20]}://…"
        if _plugin(address) is None:
            bad.append(name)
        else:
            good[key] = Target(key, name, address)
    return list(good.values()), bad


def reach(target: Target, title: str, body: str, *, limit_s: float = LIMIT_S) -> None:
    """Send one message, now. Raises PushError saying why it was not taken; TooManyPushes."""
    import apprise

    plugin = _plugin(target.address)
    if plugin is None:
        raise PushError("不认识的地址", place=target.name, retry=False)
    robot = ROBOTS.get(_scheme(target.address))
    if robot is not None:
        ask_robot(robot(plugin), f"{title}\n{body}", name=target.name, limit_s=limit_s)
        return
    plugin.socket_connect_timeout = plugin.socket_read_timeout = limit_s
    sender = apprise.Apprise()  # it survives whatever a plug-in does not
    sender.add(plugin)
    with apprise.LogCapture(level=logging.WARNING) as said:  # type: ignore[no-untyped-call]
        if sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
            return
        found = _STATUS.search(said.getvalue())
    if found is None:
        raise PushError(f"连不上，或 {limit_s:g} 秒没有答复", place=target.name)
    code = int(found[1])
    code = code if code < 1000 else code // 100  # ntfy's own codes: 42901 is a 429
    if code == HTTPStatus.TOO_MANY_REQUESTS:  # the library does not tell for how long
        raise TooManyPushes(f"{_SAID[code]}（{code}）", place=target.name, wait_s=REST_S)
    why = _SAID.get(code, "对方没有收下")
    raise PushError(f"{why}（{code}）", place=target.name)


def most_bytes(address: str) -> int:
    """The longest message, in UTF-8, that an address takes: what its makers publish, less a bit."""
    return _MOST_BYTES.get(_scheme(address), 4000)


def _scheme(address: str) -> str:
    return address.partition("://")[0].lower()


def _plugin(address: str) -> apprise.NotifyBase | None:
    """The library's sender; None for an address that it does not know."""
    import apprise

    # Its name is a header, thus ASCII; no picture, which would come from the library's own site.
    asset = apprise.AppriseAsset(app_id="HazardSteward", image_url_mask="")
    return apprise.Apprise.instantiate(address, asset=asset)
