"""Halls, zones, players."""

from __future__ import annotations

from pydantic import Field

from steward.domain.broadcasts import SoundState
from steward.domain.halls import HallKind
from steward.web.api.shapes.values import Answer, Instant


class Hall(Answer):
    """大厅."""

    name: str = Field(description="名称，写在 targets 里")
    title: str = Field(description="屏幕上的标题")
    kind: HallKind = Field(description="hall 大厅，room 房间，town_office 镇街安监办")
    town: str | None = Field(description="镇街安监办所属镇街的代码")
    zone: str | None = Field(description="所在区域的名称")


class Halls(Answer):
    """All of them."""

    items: list[Hall]


class Zone(Answer):
    """区域."""

    name: str = Field(description="名称，写在 targets 里，代表其中（含下级区域）的所有大厅")
    title: str
    parent: str | None = Field(description="上级区域的名称")
    halls: list[str] = Field(description="直接在其中的大厅的名称")


class Zones(Answer):
    """All of them, each after the one it lies in."""

    items: list[Zone]


class Player(Answer):
    """播放点."""

    id: int
    title: str = Field(description="登记的名称；没有登记的是编号的开头")
    hall: str = Field(description="所在大厅的名称")
    enrolled: bool = Field(description="是否登记过；登记过的回执才作数")
    device: str = Field(description="浏览器、播放机或网络音箱")
    version: str
    sound: SoundState = Field(description="能不能出声")
    volume: int | None = Field(description="音量（%）")
    last_seen_at: Instant
    silent: bool = Field(description="是否失联")


class Players(Answer):
    """The enrolled ones, and who else was here within a day."""

    items: list[Player]
