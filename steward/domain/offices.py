"""镇街安监办: what they are given each week and month, how it reaches them, what they took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Matter(StrEnum):
    """What is given to a town: its week, its month, or the day's warnings."""

    BRIEFING = "briefing"
    REPORT = "report"
    DIGEST = "digest"


ISSUED = (Matter.BRIEFING, Matter.REPORT)
"""What has files that are taken; the day's warnings are a letter alone."""


MATTER_NAMES: dict[Matter, str] = {
    Matter.BRIEFING: "每周简报",
    Matter.REPORT: "隐患月报",
    Matter.DIGEST: "每日预警",
}


@dataclass(frozen=True)
class Format:
    """A kind of file: its ending without the dot, its type, what people call it."""

    ending: str
    mime: str
    name: str


FORMATS: dict[str, Format] = {
    one.ending: one
    for one in (
        Format("mp3", "audio/mpeg", "声音 MP3"),
        Format("ogg", "audio/ogg", "声音 Ogg"),
        Format("vtt", "text/vtt; charset=utf-8", "字幕"),
        Format("txt", "text/plain; charset=utf-8", "文字稿"),
        Format(
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "Word 文档",
        ),
        Format("pdf", "application/pdf", "PDF"),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "数据表",
        ),
        Format("json", "application/json", "数据 JSON"),
        Format("zip", "application/zip", "全部打包"),
    )
}
"""By ending, in the order in which a page lists them."""

OFFERED: Mapping[Matter, tuple[str, ...]] = {
    Matter.BRIEFING: ("mp3", "ogg", "vtt", "txt", "docx", "pdf", "xlsx", "json", "zip"),
    Matter.REPORT: ("docx", "pdf", "xlsx", "json"),
    Matter.DIGEST: (),
}
"""The files of each matter, by ending."""


@dataclass(frozen=True)
class Issue:
    """One town's week or month as it was given out; `number` counts from 1, a correction's is 2.

    `period` is `2021-W46`, `2021-10` or, of a digest, `2021-11-16`. `reason` says why it was issued
    again. Of a period the highest number holds; the others are kept.
    """

    id: int
    matter: Matter
    town_code: str
    period: str
    number: int
    title: str
    as_of: datetime
    made_at: datetime
    reason: str = ""

    @property
    def correction(self) -> str:
        """更正第1次 for the second issue; "" for the first."""
        return f"更正第{self.number - 1}次" if self.number > 1 else ""


def file_name(issue: Issue, town_name: str, ending: str) -> str:
    """瓜沥镇_2021-W46_每周简报.docx; a correction says so: …_更正第1次.docx."""
    parts = [town_name, issue.period, MATTER_NAMES[issue.matter], issue.correction]
    return f"{'_'.join(part for part in parts if part)}.{ending}"


class SoundState(StrEnum):
    """Where the sound of a briefing stands."""

    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"


class ContactKind(StrEnum):
    """How somebody is reached."""

    MAIL = "mail"
    PUSH = "push"


CONTACT_NAMES: dict[ContactKind, str] = {ContactKind.MAIL: "电子邮件", ContactKind.PUSH: "消息推送"}


class Purpose(StrEnum):
    """Why something is sent."""

    ISSUE = "issue"
    REMINDER = "reminder"


class DeliveryState(StrEnum):
    """Where a delivery stands; `gone` is the one that will not be tried again."""

    WAITING = "waiting"
    SENT = "sent"
    GONE = "gone"


DELIVERY_NAMES: dict[DeliveryState, str] = {
    DeliveryState.WAITING: "待送达",
    DeliveryState.SENT: "已送达",
    DeliveryState.GONE: "未能送达",
}
