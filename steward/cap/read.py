"""A CAP 1.2 document → an alert. Whatever is wrong with it is said in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lxml import etree

from steward.cap.schema import NAMESPACE, check, parse
from steward.domain.alerts import ID_LENGTH, Alert, Info, MessageType, Reference, Resource, is_id
from steward.errors import AlertError

_EARLIER = (MessageType.UPDATE, MessageType.CANCEL)


def read_alert(content: bytes) -> Alert:
    """The alert of a document. Raises AlertError."""
    return alert_of(parse(content))


def text_of(content: bytes) -> str:
    """A document as text, in the encoding that it says; what cannot be read is shown as escapes."""
    try:
        encoding = parse(content).getroottree().docinfo.encoding or "utf-8"
        text = content.decode(encoding)
    except (AlertError, LookupError, UnicodeDecodeError):
        text = content.decode("utf-8", "backslashreplace")
    return text.removeprefix("\ufeff").replace("\0", "")


def alert_of(root: Any) -> Alert:
    """The alert of a document's root element. Raises AlertError."""
    check(root)
    identifier, sender = _text(root, "identifier"), _text(root, "sender")
    for name, value in (("identifier", identifier), ("sender", sender)):
        if not is_id(value):
            raise AlertError(
                f"不符合 CAP 1.2：“{name}”不能是空的，不能有空格、逗号、< 或 &，"
                f"最多 {ID_LENGTH} 个字符"
            )
    msg_type = MessageType(_text(root, "msgType"))
    references = tuple(_reference(part) for part in _text(root, "references").split())
    if msg_type in _EARLIER and not references:
        raise AlertError(f"不符合 CAP 1.2：{msg_type} 须在“references”里写明它更新或解除的是哪一份")
    return Alert(
        identifier=identifier,
        sender=sender,
        sent=_instant(_text(root, "sent"), "sent"),
        status=_text(root, "status"),
        msg_type=msg_type,
        scope=_text(root, "scope"),
        restriction=_text(root, "restriction"),
        note=_text(root, "note"),
        references=references,
        infos=tuple(_info(one) for one in root.findall(f"{{{NAMESPACE}}}info")),
    )


def _info(node: Any) -> Info:
    expires = _text(node, "expires")
    return Info(
        language=_text(node, "language") or "en-US",
        categories=_texts(node, "category"),
        event=_text(node, "event"),
        responses=_texts(node, "responseType"),
        urgency=_text(node, "urgency"),
        severity=_text(node, "severity"),
        certainty=_text(node, "certainty"),
        expires=_instant(expires, "expires") if expires else None,
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        resources=tuple(
            Resource(_text(one, "resourceDesc"), _text(one, "mimeType"), _text(one, "uri"))
            for one in node.findall(f"{{{NAMESPACE}}}resource")
        ),
        areas=tuple(_text(one, "areaDesc") for one in node.findall(f"{{{NAMESPACE}}}area")),
    )


def _reference(part: str) -> Reference:
    pieces = part.split(",")
    if len(pieces) != 3 or not all(pieces):
        raise AlertError("不符合 CAP 1.2：“references”应为 发布单位,编号,时间，之间用空格隔开")
    _instant(pieces[2], "references")
    return Reference(*pieces)


def _instant(text: str, name: str) -> datetime:
    """An aware instant, in UTC. The schema lets pass a 24:00 and years that no calendar has."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise AlertError(f"不符合 CAP 1.2：“{name}”的时间不对", place=text[:40]) from error


def _text(node: Any, name: str) -> str:
    found = node.find(f"{{{NAMESPACE}}}{name}")
    return "" if found is None else _inside(found)


def _texts(node: Any, name: str) -> tuple[str, ...]:
    return tuple(_inside(one) for one in node.findall(f"{{{NAMESPACE}}}{name}"))


def _inside(node: Any) -> str:
    return str(etree.tostring(node, method="text", encoding="unicode", with_tail=False)).strip()
