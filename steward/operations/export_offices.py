"""镇街送达 as a workbook: one row a town and delivery, with true dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from steward.briefings.workbook import Sheet, write_sheets
from steward.domain.offices import (
    CONTACT_NAMES,
    DELIVERY_NAMES,
    MATTER_NAMES,
    SoundState,
)
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.show_offices import STANDING_NAMES, Overview, TownLine, Way

Cell = str | int | datetime | None
COLUMNS: tuple[tuple[str, int], ...] = (
    ("镇街", 14),
    ("镇街代码", 12),
    ("状态", 16),
    ("材料", 34),
    ("更正", 12),
    ("生成时间", 19),
    ("声音", 8),
    ("事由", 8),
    ("联系人", 14),
    ("方式", 10),
    ("送达", 10),
    ("送达或下次时间", 19),
    ("次数", 6),
    ("问题", 40),
    ("首次领取", 19),
    ("领取人", 16),
    ("领取次数", 9),
)
_NO_WAY: tuple[Cell, ...] = ("", "", "", "", None, None, "")
_SOUND = {SoundState.MADE: "有", SoundState.WAITING: "在做", SoundState.FAILED: "没做成"}


def file_name(overview: Overview) -> str:
    """镇街送达_每周简报_2021-W46.xlsx."""
    return f"镇街送达_{MATTER_NAMES[overview.matter]}_{overview.period}.xlsx"


def write_xlsx(overview: Overview, stream: BinaryIO) -> int:
    """Write the towns of an overview to a seekable stream; how many rows."""
    sheet = Sheet("镇街送达", COLUMNS, _rows(overview), filtered=True)
    return write_sheets(stream, [sheet])


def _rows(overview: Overview) -> Iterator[tuple[Cell, ...]]:
    for line in overview.lines:
        ways: list[tuple[str, Way]] = [("送达", way) for way in line.ways] + [
            ("催办", way) for way in line.reminders
        ]
        for why, way in ways:
            yield (*_of_town(line), *_of_way(why, way), *_of_taking(line))
        if not ways:
            yield (*_of_town(line), *_NO_WAY, *_of_taking(line))


def _of_town(line: TownLine) -> tuple[Cell, ...]:
    issue = line.issue
    return (
        line.town.name,
        line.town.code,
        STANDING_NAMES[line.standing],
        issue.title if issue else "",
        issue.correction if issue else "",
        _local(issue.made_at) if issue else None,
        _SOUND[line.sound] if line.sound else "",
    )


def _of_way(why: str, way: Way) -> tuple[Cell, ...]:
    return (
        why,
        way.name,
        CONTACT_NAMES[way.kind],
        DELIVERY_NAMES[way.state],
        _local(way.at),
        way.tries,
        way.fault,
    )


def _of_taking(line: TownLine) -> tuple[Cell, ...]:
    if not line.taken:
        return (None, "", 0)
    first = line.taken[0]
    return (_local(first.at), first.by, len(line.taken))


def _local(instant: datetime) -> datetime:
    return instant.astimezone(DISTRICT_ZONE).replace(tzinfo=None, microsecond=0)
