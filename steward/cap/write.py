"""An alert → a CAP 1.2 document, in the order and form that the schema asks for."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from lxml import etree

from steward.cap.schema import NAMESPACE
from steward.domain.alerts import Alert, Info
from steward.domain.weeks import DISTRICT_ZONE

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_alert(alert: Alert) -> str:
    """The document, in UTF-8 by its own declaration. Instants carry the district's offset."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", instant_text(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.msg_type.value)
    _add(root, "scope", alert.scope)
    _add(root, "restriction", alert.restriction)
    _add(root, "note", alert.note)
    _add(root, "references", " ".join(str(one) for one in alert.references))
    for info in alert.infos:
        _add_info(etree.SubElement(root, f"{{{NAMESPACE}}}info"), info)
    etree.indent(root)
    body = str(etree.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def instant_text(instant: datetime) -> str:
    """2021-11-16T09:00:00+08:00: to the second, with a numeric offset."""
    return instant.astimezone(DISTRICT_ZONE).replace(microsecond=0).isoformat()


def _add_info(node: Any, info: Info) -> None:
    _add(node, "language", info.language)
    for category in info.categories:
        _add(node, "category", category)
    _add(node, "event", info.event)
    for response in info.responses:
        _add(node, "responseType", response)
    _add(node, "urgency", info.urgency)
    _add(node, "severity", info.severity)
    _add(node, "certainty", info.certainty)
    _add(node, "expires", instant_text(info.expires) if info.expires else "")
    _add(node, "senderName", info.sender_name)
    _add(node, "headline", info.headline)
    _add(node, "description", info.description)
    _add(node, "instruction", info.instruction)
    for resource in info.resources:
        inner = etree.SubElement(node, f"{{{NAMESPACE}}}resource")
        _add(inner, "resourceDesc", resource.description)
        _add(inner, "mimeType", resource.mime_type)
        _add(inner, "uri", resource.uri)
    for area in info.areas:
        _add(etree.SubElement(node, f"{{{NAMESPACE}}}area"), "areaDesc", area)


def _add(node: Any, name: str, text: str) -> None:
    """An element when there is something to say; what XML cannot carry is left out."""
    if text:
        etree.SubElement(node, f"{{{NAMESPACE}}}{name}").text = _NOT_XML.sub("", text)
