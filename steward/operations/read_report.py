"""Read the fields of what a player reported. Each raises BroadcastError naming the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from steward.domain.players import is_stream
from steward.errors import BroadcastError

Report = Mapping[str, object]
LARGEST = 2**63 - 1

_KEY = re.compile(r"[0-9a-z]{8,40}")
_Word = TypeVar("_Word", bound=StrEnum)


def player_key(report: Report, *, inside: bool) -> str:
    """Who reports. The keys of our own streams are for what is `inside` this house alone."""
    key = report.get("player")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BroadcastError("播放点编号 player 应为 8 至 40 位小写字母和数字", place="player")
    if is_stream(key) and not inside:
        raise BroadcastError("这个播放点编号是服务器自己的数据流用的", place="player")
    return key


def secret(report: Report) -> str:
    """What an enrolled player proves itself by; "" when it sent none."""
    return text(report, "secret", "登记凭证")


def text(report: Report, field: str, name: str) -> str:
    value = report.get(field, "")
    if not isinstance(value, str):
        raise BroadcastError(f"{name} {field} 应为文字", place=field)
    return value


def number(report: Report, field: str, name: str, most: int = LARGEST) -> int | None:
    """0 to `most`; None when it was left out."""
    value = report.get(field)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise BroadcastError(f"{name} {field} 应为非负整数", place=field)
    return value


def word(report: Report, field: str, kind: type[_Word], name: str) -> _Word:
    value = report.get(field)
    if not isinstance(value, str) or value not in set(kind):
        known = "、".join(kind)
        raise BroadcastError(f"{name} {field} 只能是 {known}", place=field)
    return kind(value)
