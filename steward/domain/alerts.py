"""Alerts for exchange with others (CAP 1.2, OASIS): what they say, what becomes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from steward.domain.announcements import Status
from steward.domain.broadcasts import Priority

ID_LENGTH = 200  # of an identifier and of a sender
MOST_BYTES = 1024 * 1024
_ID = re.compile(r"[^\s,<&]+")
_COLOURED = re.compile(r"[红橙黄蓝]色[\u4e00-\u9fff]{0,2}(?:预警|警报)")


class MessageType(StrEnum):
    """What a message is to those before it."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


MESSAGE_NAMES: dict[MessageType, str] = {
    MessageType.ALERT: "发布",
    MessageType.UPDATE: "更新",
    MessageType.CANCEL: "解除",
    MessageType.ACK: "回执",
    MessageType.ERROR: "退错",
}

STATUSES: dict[str, Status] = {
    "Actual": Status.ACTUAL,
    "Exercise": Status.EXERCISE,
    "Test": Status.TEST,
}
"""CAP's statuses that are meant for ears; `System` and `Draft` are not."""

CATEGORIES = (
    *("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport"),
    *("Infra", "CBRNE", "Other"),
)
RESPONSES = (
    *("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear"),
    "None",
)
URGENCIES: dict[str, str] = {
    "Immediate": "立即应对",
    "Expected": "一小时内应对",
    "Future": "近期应对",
    "Past": "已经过去",
    "Unknown": "紧迫程度不明",
}
SEVERITIES: dict[str, str] = {
    "Extreme": "特别严重",
    "Severe": "严重",
    "Moderate": "中等",
    "Minor": "轻微",
    "Unknown": "严重程度不明",
}
CERTAINTIES: dict[str, str] = {
    "Observed": "已经发生",
    "Likely": "很可能发生",
    "Possible": "可能发生",
    "Unlikely": "不大可能发生",
    "Unknown": "可能性不明",
}
SCOPES = ("Public", "Restricted")


class Outcome(StrEnum):
    """What became of an alert: sent by us; shown for approval; to the halls; settled; refused."""

    ISSUED = "issued"
    WAITING = "waiting"
    AIRED = "aired"
    SETTLED = "settled"
    REFUSED = "refused"


OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.ISSUED: "已发出",
    Outcome.WAITING: "等审批",
    Outcome.AIRED: "已下达",
    Outcome.SETTLED: "已了结",
    Outcome.REFUSED: "未接收",
}


@dataclass(frozen=True)
class Reference:
    """An earlier message, as `references` names it; `sent` is as it stands there."""

    sender: str
    identifier: str
    sent: str

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{self.sent}"


@dataclass(frozen=True)
class Resource:
    """Something to load with it: what it is, its type, where."""

    description: str
    mime_type: str
    uri: str


@dataclass(frozen=True)
class Info:
    """What is said, in one language. Enumerated values are CAP's own words."""

    event: str
    urgency: str
    severity: str
    certainty: str
    categories: tuple[str, ...] = ("Safety",)
    language: str = "en-US"  # CAP's default
    responses: tuple[str, ...] = ()
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    resources: tuple[Resource, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alert:
    """One message. `status`, `msg_type` and `scope` are CAP's own words; `sent` is aware."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: MessageType
    scope: str
    infos: tuple[Info, ...] = ()
    restriction: str = ""
    note: str = ""
    references: tuple[Reference, ...] = ()

    @property
    def expires(self) -> datetime | None:
        """When the last of it expires; None when a part has no end, or nothing is said."""
        ends = [info.expires for info in self.infos]
        known = [one for one in ends if one is not None]
        return max(known) if known and len(known) == len(ends) else None


@dataclass(frozen=True)
class Issuer:
    """In whose name our own alerts go out, and what they say where nobody says otherwise.

    `address` is this house's public one, without a slash at its end; "" when there is none.
    `valid_hours`: how long an alert holds whose broadcast has no end.
    """

    sender: str = "hazard-steward.invalid"
    sender_name: str = ""
    scope: str = "Restricted"
    address: str = ""
    category: str = "Safety"
    event: str = "安全提示"
    response: str = "Monitor"
    urgency: str = "Immediate"
    severity: str = "Severe"
    certainty: str = "Likely"
    valid_hours: float = 12


def read_issuer(text: str) -> Issuer:
    """Read `category=Safety, event=安全提示, urgency=Immediate`; the rest stays as it is in Issuer.

    Raises ValueError in Chinese.
    """
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in re.split("[,，]", text))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or name not in _CHOICES or not value:
            raise ValueError(f"“{part}”应为 名称=值，名称是 {'、'.join(_CHOICES)} 之一")
        allowed = _CHOICES[name]
        if allowed and value not in allowed:
            raise ValueError(f"“{part}”的值应是 {'、'.join(allowed)} 之一")
        if name == "event" and claims_colour(value):
            raise ValueError(f"“{value}”不能用：红、橙、黄、蓝预警只由县级以上政府发布")
        found[name] = value
    hours = found.pop("hours", "12")
    if not re.fullmatch("[0-9]{1,3}", hours) or not 1 <= int(hours) <= 720:
        raise ValueError("hours 应为 1 到 720 的整数（小时）")
    return replace(Issuer(), **found, valid_hours=int(hours))


_CHOICES: dict[str, tuple[str, ...]] = {
    "category": CATEGORIES,
    "event": (),
    "response": RESPONSES,
    "urgency": tuple(URGENCIES),
    "severity": tuple(SEVERITIES),
    "certainty": tuple(CERTAINTIES),
    "hours": (),
}


def is_id(text: str) -> bool:
    """May it be an identifier or a sender: no blank, comma, < or &, and not too long."""
    return len(text) <= ID_LENGTH and _ID.fullmatch(text) is not None


def claims_colour(text: str) -> str:
    """The words by which a text passes for an official warning in a colour; "" when there are none.

    Only governments of county level and above issue those (突发事件应对法 art. 63, 64).
    """
    found = _COLOURED.search(text)
    return found[0] if found else ""


_RANK = {
    ("Extreme", "Immediate"): Priority.EMERGENCY,
    ("Severe", "Immediate"): Priority.EMERGENCY,
    ("Extreme", "Expected"): Priority.EMERGENCY,
    ("Severe", "Expected"): Priority.IMPORTANT,
    ("Extreme", "Future"): Priority.IMPORTANT,
    ("Severe", "Future"): Priority.IMPORTANT,
    ("Extreme", "Unknown"): Priority.IMPORTANT,
    ("Severe", "Unknown"): Priority.IMPORTANT,
    ("Moderate", "Immediate"): Priority.IMPORTANT,
    ("Moderate", "Expected"): Priority.IMPORTANT,
}


def priority_of(infos: tuple[Info, ...]) -> Priority:
    """How urgently it is said, by severity and urgency of the gravest part; else routine."""
    found = {_RANK.get((info.severity, info.urgency), Priority.ROUTINE) for info in infos}
    return next((one for one in Priority if one in found), Priority.ROUTINE)
