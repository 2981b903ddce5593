"""What is wrong with the sources that are pulled: one alarm for each that is too old."""

from __future__ import annotations

from datetime import datetime

from steward.domain.alarms import AlarmKind, Wrong
from steward.domain.hazards import SOURCE_NAMES, Source
from steward.domain.weeks import DISTRICT_ZONE
from steward.sources.queries import runs, sources
from steward.sources.queries.freshness import declared_at, is_stale
from steward.storage.engine import Session

FILE = "source_file"


def wrong_with_sources(session: Session, *, now: datetime) -> list[Wrong]:
    """The sources that were not brought up to date for longer than they may, and why."""
    found = []
    file = sources.file_faults(session)
    if file is not None and file.faults:
        text = f"数据来源的声明（{file.path}）有 {len(file.faults)} 处不对：{file.faults[0]}"
        found.append(Wrong(FILE, AlarmKind.SOURCE, text))
    for row, as_of in declared_at(session, now):
        if not is_stale(row, as_of, now):
            continue
        last = runs.last(session, row.id)
        why = f"；最近一次：{last.error}" if last is not None and last.error else ""
        what = f"数据截至 {_clock(as_of)}" if as_of else "还没有收到过数据"
        text = (
            f"{SOURCE_NAMES[Source(row.feeds)]}的数据来源“{row.name}”{what}，"
            f"已超过 {row.stale_after_hours} 小时未更新{why}"
        )
        found.append(Wrong(f"source:{row.id}", AlarmKind.SOURCE, text))
    return found


def _clock(at: datetime) -> str:
    local = at.astimezone(DISTRICT_ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
