"""The weekly figures, as `steward figures --json` writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from steward.web.api.shapes.values import Answer, Instant, Line, Question


class WhichFigures(Question):
    """Which figures."""

    as_of: Instant | None = Field(None, description="截至时间；默认现在")
    week: Annotated[str, Field(pattern=r"^20[0-9]{2}-W[0-5][0-9]$")] | None = Field(
        None, description="周次，如 2021-W46；默认截至时间所在的一周"
    )
    town: Annotated[Line, Field(min_length=1, max_length=40)] | None = Field(
        None, description="镇街的名称或代码；默认全区"
    )


class Counts(Answer):
    """The counts of one scope."""

    new_hazards: int = Field(description="本周新增隐患")
    due_soon_enterprises: int = Field(description="隐患到期预警企业")
    overdue_enterprises: int = Field(description="超期预警企业")
    closed_hazards: int = Field(description="本周闭环")
    monitored: int = Field(description="累计监控")
    closed_total: int = Field(description="累计闭环")
    open_hazards: int = Field(description="未闭环")
    open_major: int = Field(description="未闭环重大隐患")
    new_major: int = Field(description="本周新增重大隐患")
    without_deadline: int = Field(description="未闭环且无整改期限")
    closure_rate: float | None = Field(description="闭环率（%）；没有隐患时为 null")


class Share(Counts):
    """The counts of one row of a breakdown."""

    key: str
    name: str


class Change(Answer):
    """环比."""

    difference: int
    percentage: float | None


class Town(Answer):
    """镇街."""

    code: str
    name: str
    column: int
    row: int


class Freshness(Answer):
    """How fresh a source is that is pulled."""

    source: str
    name: str
    as_of: Instant | None = Field(description="数据截至；从没收到过为 null")
    stale: bool = Field(description="比 hours 还旧")
    hours: int = Field(description="多久没有更新算过旧（小时）")


class Figures(Counts):
    """All figures of the district or of one town."""

    week: str
    as_of: Instant
    today: str
    town: Town | None
    inspection_rate: float | None = Field(description="检查率（%）")
    inspected_enterprises: int
    enterprises: int
    last_week: Counts
    change: dict[str, Change]
    by_town: list[Share]
    by_source: list[Share]
    by_industry: list[Share]
    by_category: list[Share]
    sources: list[Freshness] = Field(description="自动接入的来源各新到什么时候")
