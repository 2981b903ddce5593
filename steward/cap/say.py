"""An alert as what is said of it in Chinese: who tells what, where, until when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.domain.alerts import SEVERITIES, URGENCIES, Alert, Info, MessageType
from steward.domain.announcements import TEXT_LENGTH, TITLE_LENGTH
from steward.domain.weeks import DISTRICT_ZONE

_ROOM = TEXT_LENGTH - 100  # an exercise says so before and after
_REST = "以下内容从略，详见原文。"
_CHINESE = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
_ENDS = "。！？!?…"
_BEFORE = {MessageType.UPDATE: "更新：", MessageType.CANCEL: "解除："}


@dataclass(frozen=True)
class Said:
    """What to say. `chinese` False: the sender's own words are in another language."""

    title: str
    text: str
    infos: tuple[Info, ...]
    chinese: bool


def said_of(alert: Alert, *, now: datetime, title_before: str = "") -> Said:
    """What is said of an alert at `now`; what has expired in it is not.

    Of its languages Chinese is taken. `title_before` is the title of what it ends, said where it
    does not say itself what is over.
    """
    current = [one for one in alert.infos if one.expires is None or one.expires > now]
    infos = [one for one in current if is_chinese(_words(one))] or current[:1]
    parts: list[str] = []
    for info in infos:
        parts += [one for one in _parts(info) if one not in parts]
    name = next((_head(one) for one in infos), "") or _line(alert.note) or title_before
    who = next((_line(one.sender_name) for one in infos if one.sender_name), "") or alert.sender
    if alert.msg_type is MessageType.CANCEL:
        first = f"{who}发布：{title_before or name}，现已解除。"
        parts = [one for one in parts if one != _stop(name)] or [_stop(_line(alert.note))]
    else:
        first = f"{who}{'更新' if alert.msg_type is MessageType.UPDATE else '发布'}："
    text = first + "".join(parts) + _where(infos) + _until(alert, infos)
    title = f"{_BEFORE.get(alert.msg_type, '')}{title_before or name}"
    own = "".join(map(_words, infos)) or alert.note or title_before
    return Said(title[:TITLE_LENGTH], _shortened(text), tuple(infos), is_chinese(own))


def is_chinese(text: str) -> bool:
    """Whether most of it is."""
    return 2 * len(_CHINESE.findall(text)) >= max(1, len(_LATIN.findall(text)))


def _words(info: Info) -> str:
    return info.headline + info.description + info.instruction or info.event


def _parts(info: Info) -> list[str]:
    head, text = _head(info), _line(info.description)
    shown = [text] if text.startswith(head) else [head, text]
    return [_stop(one) for one in (*shown, _line(info.instruction)) if one]


def _head(info: Info) -> str:
    """Its headline, or what happened and how grave it is."""
    if info.headline:
        return _line(info.headline)
    return f"{_line(info.event)}，{SEVERITIES[info.severity]}，{URGENCIES[info.urgency]}"


def _where(infos: Sequence[Info]) -> str:
    areas = dict.fromkeys(_line(area) for info in infos for area in info.areas)
    return f"涉及区域：{'、'.join(areas)}。" if areas else ""


def _until(alert: Alert, infos: Sequence[Info]) -> str:
    ends = [one.expires for one in infos]
    known = [one for one in ends if one is not None]
    if alert.msg_type is MessageType.CANCEL or not known or len(known) < len(ends):
        return ""
    local = max(known).astimezone(DISTRICT_ZONE)
    minutes = f"{local.minute}分" if local.minute else ""
    return f"有效至{local.month}月{local.day}日{local.hour}时{minutes}。"


def _line(text: str) -> str:
    """One line: what was broken between Chinese signs is joined; no mark of a reading is left."""
    line = " ".join(text.replace("|", "、").split())
    return re.sub("(?<=[\u3000-\u9fff\uff00-\uffef]) | (?=[\u3000-\u9fff\uff00-\uffef])", "", line)


def _stop(text: str) -> str:
    return text if not text or text.endswith(tuple(_ENDS)) else f"{text.rstrip('，；、,;')}。"


def _shortened(text: str) -> str:
    """Whole, or cut after a sentence with a word that it goes on."""
    if len(text) <= _ROOM:
        return text
    kept = text[: _ROOM - len(_REST)]
    end = max(kept.rfind(sign) for sign in _ENDS) + 1
    return (kept[:end] if end > len(kept) // 2 else f"{kept}。") + _REST
