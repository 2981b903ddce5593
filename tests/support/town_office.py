"""A town office as the web's tests have it: a small ledger, its week as it was given out, files."""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from steward.analysis.queries import towns
from steward.domain.colours import Colour, TownColour
from steward.domain.hazards import Source
from steward.domain.intake import IntakeReport
from steward.domain.monthly import MonthCounts, MonthlyFigures
from steward.domain.months import Month
from steward.domain.offices import OFFERED, Matter
from steward.domain.reports import MonthlyReport
from steward.domain.weeks import Week, local_date
from steward.ledger.intake.headers import CHINESE
from steward.offices.queries import briefings
from steward.offices.tables import BriefingRow, ReportRow
from steward.operations.freeze_reports import frozen
from steward.operations.freeze_week import FrozenTown, freeze_week
from steward.operations.office_files import file_path
from steward.operations.take_file import take_file
from steward.storage.engine import Database

OWN, OTHER = "330109001", "330109002"  # 城厢街道, 北干街道
# 编号, 企业, 镇街, 类别, 等级, 描述, 发现, 期限, 闭环
HAZARDS = (
    (
        "A-1",
        "城厢甲厂",
        "城厢街道",
        "消防设施",
        "一般",
        "灭火器过期",
        "2021-11-15",
        "2021-11-20",
        "",
    ),
    (
        "A-2",
        "城厢甲厂",
        "城厢街道",
        "电气安全",
        "重大",
        "配电箱敞开",
        "2021-11-01",
        "2021-11-10",
        "",
    ),
    ("A-3", "城厢乙厂", "城厢街道", "电气安全", "一般", "线路老化", "2021-10-20", "2021-11-12", ""),
    ("A-4", "城厢丙厂", "城厢街道", "危化品", "一般", "没有标识", "2021-10-20", "", "2021-11-15"),
    ("B-1", "北干丁厂", "北干街道", "电气安全", "一般", "插座松动", "2021-11-05", "2021-11-11", ""),
)
_COLUMNS = (0, 1, 3, 5, 6, 7, 8, 9, 11)  # of CHINESE


def fill_ledger(
    database: Database,
    folder: Path,
    *,
    at: datetime,
    rows: tuple[tuple[str, ...], ...] = HAZARDS,
    source: Source = Source.THIRD_PARTY,
) -> IntakeReport:
    """Take the hazards in as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "来件.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(CHINESE)
        for row in rows:
            cells = [""] * len(CHINESE)
            for column, cell in zip(_COLUMNS, row, strict=True):
                cells[column] = cell
            writer.writerow(cells)
    return take_file(database, path, source, at=at, error_folder=folder / "errors")


def give_week(database: Database, code: str, *, at: datetime, number: int = 1, **facts: Any) -> int:
    """Give a town its week, with its figures as of that instant; the briefing's number."""
    frozen = freeze_week(database, as_of=at, due_soon_days=7)
    (town,) = [one for one in frozen.towns if one.code == code]
    with database.session(write=True) as session:
        made = briefings.issue(
            session,
            week=str(town.figures["week"]),
            town_code=code,
            number=number,
            broadcast_id=None,
            title=f"{town.name}每周隐患简报",
            as_of=at,
            at=at,
            figures=town.figures,
            evidence=town.evidence,
            **facts,
        )
        assert made is not None
        _speak(session.get_one(BriefingRow, made), town)
    return made


def give_past_weeks(database: Database, number: int, count: int) -> None:
    """The weeks before a briefing's, with its figures."""
    with database.session(write=True) as session:
        row = session.get_one(BriefingRow, number)
        week = Week.parse(row.week)
        for _ in range(count):
            week = week.previous()
            briefings.issue(
                session,
                week=str(week),
                town_code=row.town_code,
                number=1,
                broadcast_id=None,
                title=row.title,
                as_of=week.last_instant,
                at=week.last_instant,
                figures=row.figures,
                evidence=row.evidence,
            )


def _speak(row: BriefingRow, town: FrozenTown) -> None:
    words = f"{town.name}本周新增隐患{town.figures['new_hazards']}条，"
    overdue = f"超期预警企业{town.figures['overdue_enterprises']}家。"
    row.clauses = [{"written": words, "spoken": words}, {"written": overdue, "spoken": overdue}]
    row.sound, row.duration_ms = "made", 6_000


def give_month(database: Database, code: str, month: str, *, at: datetime, number: int = 1) -> int:
    """Give a town a month with a few figures; the report's number."""
    with database.session() as session:
        (place,) = [one for one in towns(session).values() if one.code == code]
    which = Month.parse(month)
    counts = MonthCounts(
        new_hazards=5, closed_hazards=3, open_hazards=2, monitored=8, closed_total=6
    )
    read = MonthlyReport(
        district="萧山区",
        issuer="萧山区应急管理局",
        figures=MonthlyFigures(
            month=which,
            as_of=at,
            today=local_date(at),
            town=place,
            due_soon_days=7,
            begun=which,
            counts=counts,
            last_month=None,
            last_year=None,
            district=None,
        ),
        colour=TownColour(place, Colour.YELLOW, "一般", "", Decimal("71.5"), ()),
    )
    with database.session(write=True) as session:
        row = ReportRow(
            month=month,
            town_code=code,
            number=number,
            title=read.title,
            as_of=at,
            made_at=at,
            figures=frozen(read),
        )
        session.add(row)
        session.flush()
        return row.id


def put_files(folder: Path, matter: Matter, number: int, *, but: tuple[str, ...] = ()) -> None:
    """Files of an issue, each with its own ending for a content. `folder`: the data folder."""
    for ending in OFFERED[matter]:
        if ending not in ("zip", *but):
            path = file_path(folder / "offices", matter, number, ending)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(f"这是 {ending} 的内容".encode() * 20)
