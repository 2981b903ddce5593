"""Sources, levels and the lifecycle of a hazard."""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """来源: who found it."""

    SELF_INSPECTION = "self_inspection"
    THIRD_PARTY = "third_party"
    MUTUAL_AID = "mutual_aid"
    ENFORCEMENT = "enforcement"
    GRID_PATROL = "grid_patrol"


SOURCE_NAMES: dict[Source, str] = {
    Source.SELF_INSPECTION: "企业自查",
    Source.THIRD_PARTY: "社会化服务检查",
    Source.MUTUAL_AID: "危化品互助队交叉检查",
    Source.ENFORCEMENT: "区镇执法检查",
    Source.GRID_PATROL: "网格巡查",
}


class Level(StrEnum):
    """隐患等级."""

    GENERAL = "general"
    MAJOR = "major"


LEVEL_NAMES: dict[Level, str] = {Level.GENERAL: "一般", Level.MAJOR: "重大"}


class Status(StrEnum):
    """状态: where a hazard stands in its life."""

    REGISTERED = "registered"
    RECTIFYING = "rectifying"
    AWAITING_REVIEW = "awaiting_review"
    CLOSED = "closed"
    VOIDED = "voided"


STATUS_NAMES: dict[Status, str] = {
    Status.REGISTERED: "已登记",
    Status.RECTIFYING: "整改中",
    Status.AWAITING_REVIEW: "待复查",
    Status.CLOSED: "已闭环",
    Status.VOIDED: "已作废",
}
