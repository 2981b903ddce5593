"""Announcements: what is sent to make one, and what one is told of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from steward.domain.announcements import (
    MOST_REPEATS,
    MOST_TARGETS,
    REASON_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    AnnouncementState,
    Approval,
    Kind,
    Status,
)
from steward.domain.broadcasts import BroadcastState, Priority
from steward.operations.compose import LONGEST_INTERVAL
from steward.web.api.shapes.values import (
    LINES,
    ONE_LINE,
    Answer,
    Asked,
    Instant,
    Line,
    Number,
    PageQuestion,
    Place,
)

Reason = Annotated[str, Field(pattern=ONE_LINE, max_length=REASON_LENGTH)]


class Reading(Asked):
    """How words of this text are read."""

    words: Annotated[Line, Field(min_length=1, max_length=40)]
    pinyin: list[Annotated[str, Field(pattern=r"^[a-zü:]{1,7}[1-5]$")]] = Field(
        min_length=1, max_length=40, description="每个字的拼音，带声调数字，如 chang2"
    )


class NewAnnouncement(Asked):
    """What is to be said."""

    title: str = Field("", pattern=ONE_LINE, max_length=TITLE_LENGTH, description="标题")
    text: str = Field(pattern=LINES, min_length=1, max_length=TEXT_LENGTH, description="播报内容")
    priority: Priority = Field(Priority.ROUTINE, description="优先级")
    targets: list[Place] = Field(
        min_length=1, max_length=MOST_TARGETS, description="在哪里播：大厅、区域的名称"
    )
    status: Status = Field(Status.ACTUAL, description="actual 正式，exercise 演练，test 测试")
    readings: list[Reading] = Field([], max_length=50, description="只用于这段文字的读音")
    repeats: int = Field(1, ge=1, le=MOST_REPEATS, description="一共播几次")
    interval_minutes: int = Field(
        0, ge=0, le=LONGEST_INTERVAL, description="两次之间隔多久（分钟）；播一次时填 0"
    )
    start_at: Instant | None = Field(None, description="何时开始；null 表示立即")
    expires_at: Instant | None = Field(None, description="何时失效；null 表示不失效")
    submit: bool = Field(True, description="立即提交；false 只存草稿")
    reason: Reason = Field("", description="理由；规则要求值班员写明理由时必填")
    confirmed: bool = Field(
        False, description="已再次确认性质：正式播报里有“演练”，或演练里说“不是演练”时必须为 true"
    )


class Submission(Asked):
    """Submit a draft."""

    version: Number = Field(description="看到的版本")
    reason: Reason = Field("", description="理由；规则要求值班员写明理由时必填")
    confirmed: bool = Field(
        False, description="已再次确认性质：正式播报里有“演练”，或演练里说“不是演练”时必须为 true"
    )


class ApprovalGiven(Asked):
    """Approve exactly this."""

    digest: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="看过、听过的那一份的内容指纹（播报单的 digest）"
    )


class ReturnToAuthor(Asked):
    """Refuse approval."""

    reason: Annotated[Reason, Field(min_length=1)] = Field(description="为什么退回")


class Cancellation(Asked):
    """Cancel; nothing more is to be told."""


class WhichAnnouncements(PageQuestion):
    """Which announcements."""

    state: AnnouncementState | None = Field(None, description="状态")
    author: Annotated[Line, Field(max_length=60)] | None = Field(None, description="谁写的")


class AnnouncementSummary(Answer):
    """播报单 as listed."""

    id: int
    version: int = Field(description="改过几次；提交时要说看到的是哪一版")
    state: AnnouncementState
    kind: Kind
    priority: Priority
    status: Status
    title: str
    text: str
    targets: list[str]
    author: str = Field(description="谁写的（令牌写的是令牌的名称）")
    source: str = Field(description="从哪里写的：console 管理台，api 接口")
    created_at: Instant
    updated_at: Instant
    start_at: Instant | None
    expires_at: Instant | None
    repeats: int
    interval_minutes: int
    reason: str = Field(description="提交时的理由")
    decided_by: str | None
    decided_at: Instant | None
    decision: str = Field(description="批准、退回（及原因）等")
    refers_to: int | None = Field(description="更正或解除的是哪次播报")
    relation: str | None


class AnnouncementPage(Answer):
    """A part of the list."""

    items: list[AnnouncementSummary]
    next: int | None = Field(description="下一页的 before；null 表示没有更早的了")


class Said(Answer):
    """One of the broadcasts it became."""

    id: int
    hall: str
    part: int = Field(description="第几次，从 0 起")
    state: BroadcastState
    slot_at: Instant
    heard: bool = Field(description="有回执作数的播放点播到了结尾")


class SheetClause(Answer):
    """One clause of its script."""

    written: str
    spoken: str
    clip: str | None = Field(description="声音的编号：/clips/<编号>.wav；null 表示还没有")


class Announcement(AnnouncementSummary):
    """播报单 with what it became."""

    approval: Approval = Field(description="none 不需审批，approver 另一人审批，duty 写明理由")
    digest: str | None = Field(description="内容指纹；批准时要原样带上")
    clauses: list[SheetClause]
    sounding: int = Field(description="已有声音的句数")
    halls: list[str] = Field(description="targets 所代表的大厅")
    broadcasts: list[Said]
    heard: bool = Field(description="每次播报都有人听到")
