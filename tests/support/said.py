"""What was said of a small ledger, with no sound made; and rows that come to the ledger later."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from steward.broadcasts.queries import broadcasts
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.hazards import Source
from steward.ledger.queries import acts
from steward.operations.take_file import take_file
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support import studios
from tests.support.ledgers import fill
from tests.support.studios import SLOT

HEAD = "隐患编号,企业名称,所属镇街,隐患类别,隐患等级,发现时间,整改期限\n"
THREE = """A1,企业1,镇1,消防安全,一般,2021-11-15 13:00,2021-11-15
A2,企业2,镇2,消防安全,一般,2021-11-15 13:00,2021-11-20
A3,企业2,镇2,消防安全,重大,2021-11-15 13:00,2021-11-21
"""
LATE = "L1,企业1,镇1,消防安全,一般,2021-11-15 15:00,2021-11-22\n"
_STEPS = (S.RENDERING, S.READY, S.PLAYING, S.PLAYED)


def after(minutes: float) -> datetime:
    """So long after the slot."""
    return SLOT + timedelta(minutes=minutes)


def engine_that_said_the_week(database: Database, folder: Path) -> Engine:
    """Three hazards found this week; broadcast 1 has said the district's week at the slot."""
    studios.plan_for(database)
    with database.session(write=True) as session:
        fill(session, [])
    take(database, folder, THREE, -60)
    studio = studios.studio_of(database, folder)
    engine = studios.engine_of(studio, folder, prepare_ahead_s=0)
    play(engine, 0)
    return engine


def take(database: Database, folder: Path, text: str, minutes: float) -> None:
    """Rows of a file, that came so long after the slot."""
    path = folder / "隐患.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    report = take_file(database, path, Source.ENFORCEMENT, at=after(minutes), error_folder=folder)
    assert not report.rejections


def void(database: Database, hazard: int, minutes: float) -> None:
    with database.session(write=True) as session:
        acts.void(session, hazard, at=after(minutes), reason="登记错误")


def play(engine: Engine, minutes: float, *, to: S = S.PLAYED) -> None:
    """Let what is due by then be said, as if its sound were there."""
    now = after(minutes)
    engine.tick(now)
    with engine.studio.database.session(write=True) as session:
        for row in broadcasts.in_states(session, (S.RENDERING, S.READY, S.PLAYING)):
            if row.slot_at > now:
                continue
            begun = _STEPS.index(S(row.state)) + 1
            for state in _STEPS[begun : _STEPS.index(to) + 1]:
                broadcasts.move(session, row, state, at=now, by="测试")
