"""What staff must know of alerts of others: one waits for approval, or a source has run dry."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from steward.broadcasts.queries import alerts
from steward.domain.alarms import AlarmKind, Wrong
from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.storage.engine import Session

PATIENCE = timedelta(minutes=10)  # a source that fails for so long is worth an alarm
KNOWN = timedelta(hours=1)  # one that was not asked for so long is no source any more


def wrong_with_alerts(session: Session, *, late: timedelta, now: datetime) -> list[Wrong]:
    """What is wrong now, for as long as it is; what has waited for `late` is told otherwise."""
    found = []
    for row, priority in alerts.awaited(session, since=now - late):
        if priority in (Priority.EMERGENCY, Priority.IMPORTANT):
            text = f"{PRIORITY_NAMES[priority]}：“{row.title}”（{row.sender}）等审批，还没有播"
            found.append(Wrong(f"alert:{row.id}", AlarmKind.ALERT, text))
    for feed in alerts.feeds(session):
        good = feed.good_at is not None and feed.good_at > now - PATIENCE
        if feed.fault and not good and feed.asked_at > now - KNOWN:
            key = hashlib.sha256(feed.address.encode()).hexdigest()[:16]
            text = f"{feed.address} 有问题，收不到警报：{feed.fault}"
            found.append(Wrong(f"source:{key}", AlarmKind.ALERT_SOURCE, text))
    return found
