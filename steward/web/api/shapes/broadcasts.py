"""Broadcasts and receipts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from steward.domain.announcements import Status
from steward.domain.broadcasts import BroadcastState, Priority, ReceiptEvent
from steward.web.api.shapes.values import Answer, Instant, Number, PageQuestion, Place


class WhichBroadcasts(PageQuestion):
    """Which broadcasts."""

    hall: Place | None = Field(None, description="大厅的名称")
    state: BroadcastState | None = Field(None, description="播报状态")
    priority: Priority | None = Field(None, description="优先级")
    announcement: Number | None = Field(None, description="播报单的编号")
    town: Place | None = Field(None, description="镇街代码：关于它的，或在它的安监办播的")
    since: Instant | None = Field(None, description="应播时间不早于")
    until: Instant | None = Field(None, description="应播时间早于")


class Broadcast(Answer):
    """播报."""

    id: int
    announcement: int | None = Field(description="所属播报单的编号；计划播报没有")
    hall: str = Field(description="大厅的名称")
    title: str
    priority: Priority
    status: Status = Field(description="actual 正式，exercise 演练，test 测试")
    state: BroadcastState
    slot_at: Instant = Field(description="应播时间")
    started_at: Instant | None
    ended_at: Instant | None
    duration_ms: int | None
    heard: bool = Field(description="有回执作数的播放点播到了结尾")
    refers_to: int | None = Field(description="更正、解除或重播的是哪次播报")
    relation: str | None
    fault: str = Field(description="扣留、失败等的原因")


class BroadcastPage(Answer):
    """A part of the list."""

    items: list[Broadcast]
    next: int | None = Field(description="下一页的 before；null 表示没有更早的了")


class Clip(Answer):
    """One clause and its sound."""

    ordinal: int = Field(description="第几句，从 0 起")
    written: str = Field(description="文字")
    spoken: str = Field(description="读法")
    pause_ms: int = Field(description="其后停顿（毫秒）")
    clip: str | None = Field(description="声音的编号：/clips/<编号>.wav；null 表示还没有")
    voice: str | None = Field(description="语音的编号")
    heard_back: bool | None = Field(description="听回是否相符；null 表示没有听过")


class Moment(Answer):
    """What happened to it."""

    at: Instant
    kind: Literal["announcement", "broadcast", "player", "alarm"]
    what: str
    who: str
    why: str
    bad: bool


class BroadcastDetail(Broadcast):
    """One broadcast with its script, its sound and its life."""

    as_of: Instant = Field(description="其中数字的截至时间")
    script: list[Clip]
    files: dict[str, bool] = Field(description="哪些文件已可下载：mp3、ogg、wav、vtt")
    timeline: list[Moment]


class Receipt(Answer):
    """What a player reported."""

    id: int
    broadcast: int
    player: str = Field(description="播放点的名称")
    event: ReceiptEvent
    ordinal: int | None = Field(description="第几句，从 0 起")
    at: Instant
    detail: str
    proven: bool = Field(description="是否带着登记播放点的密钥")


class Receipts(Answer):
    """Of one broadcast, oldest first."""

    items: list[Receipt]
    heard: bool = Field(description="有回执作数的播放点播到了结尾")


class ReceiptPage(Answer):
    """Of one hall, newest first."""

    items: list[Receipt]
    next: int | None = Field(description="下一页的 before；null 表示没有更早的了")
