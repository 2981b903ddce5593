"""A small ledger for monthly reports: a busy town, a quiet one, one that cannot be printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from steward.domain.months import Month
from steward.ledger.tables import EnterpriseRow, InspectionRow, TownRow
from steward.operations.make_reports import Press
from steward.storage.engine import Database
from tests.support.ledgers import LONG_AGO, Case, fill
from tests.support.voices import FONTS

MONTH = Month(2021, 10)
AT = datetime(2021, 11, 2, 1, 0, tzinfo=UTC)
BUSY, QUIET, UNPRINTABLE = "330109105", "330109999", "330109113"
PRESS = Press("萧山区", "萧山区应急管理局", FONTS, workers=1)
NAMES = {
    6: '=1+1 <b>甲&乙</b> "厂"',
    3: "杭州萧山\u200b国际精密机械制造与智能装备科技发展有限责任公司第三分公司东厂区第十二号仓库",
    1: "🏭🏭 工厂",  # in no font
}


def ledger() -> list[Case]:
    """Forty hazards of the busy town, two of the one that cannot be printed."""
    start = datetime(2021, 7, 5, 2, 0, tzinfo=UTC)
    cases = []
    for n in range(40):
        found = start + timedelta(days=2.9 * n)
        closed = found + timedelta(days=20) if n % 3 == 0 else None
        deadline = date(2021, 10, 1) + timedelta(days=n) if n % 7 else None
        cases.append(
            Case(
                enterprise=3 if n % 4 else 6,
                town=1,
                source="enforcement" if n % 2 else "self_inspection",
                industry=("化工", "<电子>", None)[n % 3],
                category=("电气线路", "消防通道", "=危险&类别")[n % 3],
                level="major" if n % 13 == 5 else "general",
                found_at=found,
                closed_at=closed,
                voided_at=None,
                deadlines=((found, deadline),),
            )
        )
    once = replace(cases[1], town=2, enterprise=1, deadlines=((start, date(2021, 10, 20)),))
    return [*cases, once, replace(once, found_at=MONTH.start, category="粉尘防爆")]


def write(database: Database) -> None:
    """Write the ledger, name its enterprises, add an empty town."""
    with database.session(write=True) as session:
        fill(session, ledger())
        session.add(TownRow(id=9, code=QUIET, name="空镇", column=9, row=9))
        session.flush()
        session.add(EnterpriseRow(id=50, name="好厂", town_id=9, created_at=LONG_AGO))
        for number, name in NAMES.items():
            session.execute(
                update(EnterpriseRow).where(EnterpriseRow.id == number).values(name=name)
            )
        session.add(
            InspectionRow(
                enterprise_id=3,
                source="enforcement",
                day=date(2021, 10, 8),
                inspected_at=datetime(2021, 10, 8, 2, tzinfo=UTC),
            )
        )


def file_of(folder: Path, issue_id: int, ending: str) -> Path:
    return folder / "report" / f"{issue_id}.{ending}"
