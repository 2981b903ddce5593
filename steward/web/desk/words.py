"""What the pages of announcements say of priorities, and of what will happen."""

from __future__ import annotations

from datetime import datetime

from steward.domain.announcements import STATUS_NAMES, AnnouncementState, Approval, Status
from steward.domain.broadcasts import Priority
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.show_announcement import Sheet

WHAT_IT_DOES: dict[Priority, str] = {
    Priority.EMERGENCY: "立即打断正在播的；大厅暂停或在安静时段也照播",
    Priority.IMPORTANT: "排在最前，正在播的播完就播",
    Priority.ROUTINE: "按先后排队",
    Priority.NOTICE: "给别的播报让路，过时就不播",
}
WHAT_IT_MEANS: dict[Status, str] = {
    Status.ACTUAL: "真的要大家照做",
    Status.EXERCISE: "前后都念“演练”，屏幕上也标明",
    Status.TEST: "试设备用，前后都念“测试”",
}
WHO_DECIDES: dict[Approval, str] = {
    Approval.NONE: "",
    Approval.APPROVER: "须另一人审批",
    Approval.DUTY: "写明理由，您自己就能下达",
}
_HOW = {
    Priority.EMERGENCY: "，打断正在播的内容",
    Priority.IMPORTANT: "，排在最前面",
    Priority.ROUTINE: "，按先后排队",
    Priority.NOTICE: "，给别的播报让路",
}
_NAMED = 8  # halls that a sentence names


def going(sheet: Sheet) -> str:
    """In one sentence, what will happen where and when once it is sent."""
    draft = sheet.draft
    titles = [title for _, title in sheet.halls]
    halls = "、".join(titles[:_NAMED])
    if len(titles) > _NAMED:
        halls += f"等 {len(titles)} 个大厅"
    when = "立即播出" if draft.start_at is None else f"于{moment(draft.start_at)}播出"
    text = f"将在 {halls or '（还没有选）'} {when}{_HOW[draft.priority]}"
    if draft.repeats > 1:
        text += f"，共播 {draft.repeats} 次，每隔 {draft.interval_minutes} 分钟一次"
    if draft.expires_at is not None:
        text += f"，{moment(draft.expires_at)}以后不再播"
    if draft.status is not Status.ACTUAL:
        text += f"。这是{STATUS_NAMES[draft.status]}，前后都会说明"
    if sheet.approval is Approval.APPROVER:
        asked = sheet.state is AnnouncementState.AWAITING_APPROVAL
        text = f"批准后{text}" if asked else f"提交后由另一位审批员审批，批准后{text}"
    return text + "。"


def moment(when: datetime) -> str:
    """11月16日 09:00."""
    at = when.astimezone(DISTRICT_ZONE)
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def hour(when: datetime) -> str:
    """09:00:03."""
    return f"{when.astimezone(DISTRICT_ZONE):%H:%M:%S}"
