"""The log of acts: what is put down, and how one entry is chained to the last."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

START = "0" * 64  # what the first entry has for a predecessor's digest

Facts = dict[str, Any]


class Act(StrEnum):
    """操作: everything that is put down."""

    LOGGED_IN = "login"
    LOGIN_FAILED = "login_failed"
    LOCKED_OUT = "locked_out"
    LOGGED_OUT = "logout"
    PASSWORD_CHANGED = "password_changed"
    USER_ADDED = "user_added"
    USER_RESET = "user_reset"
    USER_ROLE = "user_role"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    TOKEN_ADDED = "token_added"
    TOKEN_REVOKED = "token_revoked"
    BROADCAST_RELEASED = "broadcast_released"
    BROADCAST_CANCELLED = "broadcast_cancelled"
    ANNOUNCEMENT_SUBMITTED = "announcement_submitted"
    ANNOUNCEMENT_SENT = "announcement_sent"
    ANNOUNCEMENT_APPROVED = "announcement_approved"
    ANNOUNCEMENT_RETURNED = "announcement_returned"
    ANNOUNCEMENT_WITHDRAWN = "announcement_withdrawn"
    ANNOUNCEMENT_CANCELLED = "announcement_cancelled"
    ANNOUNCEMENT_EXPIRED = "announcement_expired"
    ALERT_BROUGHT = "alert_brought"
    READING_SETTLED = "reading_settled"
    READING_DROPPED = "reading_dropped"
    PLAN_ADDED = "plan_added"
    PLAN_REMOVED = "plan_removed"
    AUDITION_ASKED = "audition_asked"
    HALL_CONTROLLED = "hall_controlled"
    TEMPLATE_SAVED = "template_saved"
    TEMPLATE_RESTORED = "template_restored"
    ALARM_NOTICED = "alarm_noticed"
    HALL_ADDED = "hall_added"
    HALL_CHANGED = "hall_changed"
    HALL_REMOVED = "hall_removed"
    ZONE_ADDED = "zone_added"
    ZONE_CHANGED = "zone_changed"
    ZONE_REMOVED = "zone_removed"
    PLAYER_ENROLLED = "player_enrolled"
    PLAYER_CHANGED = "player_changed"
    PLAYER_RETIRED = "player_retired"
    HAZARD_ACTED_ON = "hazard_acted_on"
    SOURCE_ASKED = "source_asked"
    TOWN_SETTLED = "town_settled"
    ROW_DISMISSED = "row_dismissed"
    HAZARDS_MERGED = "hazards_merged"
    HAZARDS_KEPT_APART = "hazards_kept_apart"
    MERGE_TAKEN_BACK = "merge_taken_back"
    CONTACT_ADDED = "contact_added"
    CONTACT_REMOVED = "contact_removed"
    CONTACT_TESTED = "contact_tested"
    DELIVERY_RETRIED = "delivery_retried"
    REPORT_ISSUED = "report_issued"
    MAP_INSTALLED = "map_installed"
    MAP_REMOVED = "map_removed"
    INCIDENT_RECORDED = "incident_recorded"
    INCIDENT_VOIDED = "incident_voided"
    ROUND_MADE = "round_made"
    WARNING_TAKEN = "warning_taken"
    ENTERPRISE_EXCLUDED = "enterprise_excluded"
    EXCLUSION_ENDED = "exclusion_ended"
    PENALTY_RECORDED = "penalty_recorded"
    PENALTY_STEP = "penalty_step"
    PENALTY_VOIDED = "penalty_voided"


ACT_NAMES: dict[Act, str] = {
    Act.LOGGED_IN: "登录",
    Act.LOGIN_FAILED: "登录失败",
    Act.LOCKED_OUT: "登录锁定",
    Act.LOGGED_OUT: "退出",
    Act.PASSWORD_CHANGED: "修改密码",
    Act.USER_ADDED: "添加帐号",
    Act.USER_RESET: "重置密码",
    Act.USER_ROLE: "更改角色",
    Act.USER_DISABLED: "停用帐号",
    Act.USER_ENABLED: "启用帐号",
    Act.TOKEN_ADDED: "添加令牌",
    Act.TOKEN_REVOKED: "吊销令牌",
    Act.BROADCAST_RELEASED: "放行播报",
    Act.BROADCAST_CANCELLED: "取消播报",
    Act.ANNOUNCEMENT_SUBMITTED: "提交审批",
    Act.ANNOUNCEMENT_SENT: "下达播报单",
    Act.ANNOUNCEMENT_APPROVED: "批准播报单",
    Act.ANNOUNCEMENT_RETURNED: "退回播报单",
    Act.ANNOUNCEMENT_WITHDRAWN: "撤回播报单",
    Act.ANNOUNCEMENT_CANCELLED: "作废播报单",
    Act.ANNOUNCEMENT_EXPIRED: "播报单过期",
    Act.ALERT_BROUGHT: "上传外部警报",
    Act.READING_SETTLED: "设定读音",
    Act.READING_DROPPED: "删除读音",
    Act.PLAN_ADDED: "添加计划",
    Act.PLAN_REMOVED: "删除计划",
    Act.AUDITION_ASKED: "试听",
    Act.HALL_CONTROLLED: "操作大厅",
    Act.TEMPLATE_SAVED: "保存模板",
    Act.TEMPLATE_RESTORED: "停用自己的模板",
    Act.ALARM_NOTICED: "知道告警",
    Act.HALL_ADDED: "添加大厅",
    Act.HALL_CHANGED: "更改大厅",
    Act.HALL_REMOVED: "删除大厅",
    Act.ZONE_ADDED: "添加区域",
    Act.ZONE_CHANGED: "更改区域",
    Act.ZONE_REMOVED: "删除区域",
    Act.PLAYER_ENROLLED: "登记播放点",
    Act.PLAYER_CHANGED: "更改播放点",
    Act.PLAYER_RETIRED: "注销播放点",
    Act.HAZARD_ACTED_ON: "办理隐患",
    Act.SOURCE_ASKED: "立即拉取",
    Act.TOWN_SETTLED: "认定镇街",
    Act.ROW_DISMISSED: "不再收一行",
    Act.HAZARDS_MERGED: "合并隐患",
    Act.HAZARDS_KEPT_APART: "认定不是同一条",
    Act.MERGE_TAKEN_BACK: "撤销合并判定",
    Act.CONTACT_ADDED: "添加镇街联系人",
    Act.CONTACT_REMOVED: "删除镇街联系人",
    Act.CONTACT_TESTED: "试发镇街联系人",
    Act.DELIVERY_RETRIED: "重新送达镇街",
    Act.REPORT_ISSUED: "出具隐患月报",
    Act.MAP_INSTALLED: "安装四色图边界",
    Act.MAP_REMOVED: "去掉四色图边界",
    Act.INCIDENT_RECORDED: "登记事故",
    Act.INCIDENT_VOIDED: "作废事故",
    Act.ROUND_MADE: "排一轮检查",
    Act.WARNING_TAKEN: "签收预警",
    Act.ENTERPRISE_EXCLUDED: "排除企业",
    Act.EXCLUSION_ENDED: "结束排除",
    Act.PENALTY_RECORDED: "登记处罚",
    Act.PENALTY_STEP: "登记处罚办理",
    Act.PENALTY_VOIDED: "作废处罚",
}


# What an entry keeps before and after, by the key in its JSON.
FACT_NAMES: dict[str, str] = {
    "name": "名称",
    "number": "编号",
    "enterprise": "企业",
    "fine": "罚款（元）",
    "responsible": "责任人",
    "day": "日期",
    "kind": "类别",
    "occurred_at": "发生时间",
    "role": "角色",
    "town": "镇街",
    "hall": "大厅",
    "until": "锁定至",
    "state": "状态",
    "fault": "问题",
    "title": "标题",
    "priority": "优先级",
    "text": "文字",
    "voices": "语音",
    "paces": "语速",
    "pinyin": "拼音",
    "targets": "播放区域",
    "status": "性质",
    "repeats": "次数",
    "interval_minutes": "间隔（分钟）",
    "start_at": "开始时间",
    "expires_at": "失效时间",
    "digest": "内容指纹",
    "reason": "理由",
    "deadline": "整改期限",
    "into": "并入",
    "broadcasts": "播报",
    "confirmed": "再次确认过性质",
    "when": "时间",
    "template": "模板",
    "version": "版本",
    "day_rule": "日期规则",
    "missed_rule": "错过时",
    "late_minutes": "补播时限（分钟）",
    "what": "操作",
    "hall_kind": "类型",
    "zone": "区域",
    "feed": "订阅密钥",
    "address": "地址",
    "period": "期",
    "contacts": "联系人",
}


@dataclass(frozen=True)
class Entry:
    """One act. `number` counts from 1 without a gap; `before` and `after` are JSON texts or ""."""

    number: int
    at: datetime
    who: str
    role: str
    where: str
    what: str
    about: str
    before: str
    after: str
    previous: str
    digest: str


@dataclass(frozen=True)
class Head:
    """How many entries there are, and the last one's digest: kept apart from the log."""

    count: int
    digest: str


def json_text(facts: Facts | None) -> str:
    """Facts as canonical JSON: keys sorted, no blanks; "" for none."""
    if facts is None:
        return ""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()  # a terminal may give half a character


def digest_of(entry: Entry) -> str:
    """SHA-256, in hex, of the entry's canonical JSON, its predecessor's digest included."""
    facts = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": entry.who,
        "role": entry.role,
        "where": entry.where,
        "what": entry.what,
        "about": entry.about,
        "before": entry.before,
        "after": entry.after,
        "previous": entry.previous,
    }
    return hashlib.sha256(json_text(facts).encode()).hexdigest()
