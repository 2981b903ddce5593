"""Is a document an alert for us, now? And what would be said of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from steward.cap.read import read_alert
from steward.cap.say import Said, said_of
from steward.domain.alerts import MESSAGE_NAMES, STATUSES, Alert, MessageType
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import AlertError

AHEAD = timedelta(minutes=10)  # clocks differ by so much, not by more
NEWS = timedelta(hours=24)  # an alert without an end is no news after that


def check_alert(content: bytes, *, now: datetime) -> tuple[Alert, Said]:
    """What a document says, and would be said of it now; nothing is kept.

    Raises AlertError with the reason for which it would be refused, whatever was taken before.
    """
    alert = read_alert(content)
    check_meant(alert, now)
    return alert, said_of(alert, now=now)


def check_meant(alert: Alert, at: datetime) -> None:
    """Raise AlertError when it is not for a hall, or not any more, or not yet."""
    kind = alert.msg_type
    if kind in (MessageType.ACK, MessageType.ERROR):
        raise AlertError(f"是{MESSAGE_NAMES[kind]}（{kind}），不是警报，没有可播的")
    if alert.status not in STATUSES:
        raise AlertError(f"性质是 {alert.status}，只供系统之间使用或还是草稿，不播")
    if alert.scope == "Private":
        raise AlertError("只发给指定的收件人（Private），不能在大厅里播")
    if alert.sent > at + AHEAD:
        raise AlertError(f"发布时间在将来：{_local(alert.sent)}，现在是 {_local(at)}")
    if alert.expires is not None and alert.expires <= at:
        raise AlertError(f"已过有效期：有效至 {_local(alert.expires)}")
    if alert.expires is None and alert.sent <= at - NEWS:
        raise AlertError(f"发布于 {_local(alert.sent)}，已超过 24 小时，又没有写有效期")
    if kind is not MessageType.CANCEL and not alert.infos:
        raise AlertError("没有内容（info）")


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}"
