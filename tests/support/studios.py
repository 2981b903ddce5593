"""An engine on a small ledger, with the voice that speaks silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from steward.broadcasts.queries import broadcasts, halls, plans, slots
from steward.broadcasts.tables import BroadcastRow, SlotRow
from steward.clock import SystemClock
from steward.domain.broadcasts import Priority
from steward.domain.plans import DayRule, MissedRule, Plan
from steward.domain.script import Clause
from steward.domain.voices import Clip
from steward.domain.weeks import district_instant
from steward.errors import EngineFailed
from steward.operations.furnish import MAIN_HALL, furnish
from steward.operations.studio import Studio
from steward.scheduler.engine import Engine
from steward.speech.audio.chime import Which
from steward.speech.engine import EngineContext
from steward.speech.speaker import Speaker, build_speaker
from steward.speech.voices import load_cards
from steward.storage.engine import Database
from tests.support.ledgers import Case, fill

ROOT = Path(__file__).resolve().parents[2]
SLOT = district_instant("2021-11-16T09:00")
BEFORE = SLOT - timedelta(minutes=30)


def speaker(folder: Path) -> Speaker:
    return build_speaker(
        load_cards(ROOT / "voices"),
        ("silence",),
        EngineContext(folder / "voices"),
        clips_folder=folder / "clips",
    )


class Speechless:
    """Every voice failed; the chimes need none."""

    def __init__(self, folder: Path) -> None:
        self._chimes = speaker(folder)

    def clip(self, clause: Clause) -> Clip:
        raise EngineFailed("所有语音都失败了", place=clause.written)

    def chime(self, which: Which) -> Clip:
        return self._chimes.chime(which)


def studio_of(database: Database, folder: Path, owner: str = "hall-pc:data:1") -> Studio:
    return Studio(
        database=database,
        voice=speaker(folder),
        owner=owner,
        district="萧山区",
        clips_folder=folder / "clips",
        sounds_folder=folder / "broadcasts",
    )


def engine_of(studio: Studio, folder: Path, *, prepare_ahead_s: float = 600) -> Engine:
    return Engine(
        studio, SystemClock(), holidays=folder / "holidays.toml", prepare_ahead_s=prepare_ahead_s
    )


def mute(studio: Studio, folder: Path) -> Studio:
    return replace(studio, voice=Speechless(folder))


def ledger(database: Database) -> None:
    """Two hazards found this week, at two enterprises, one of them with a deadline passed."""
    found = SLOT - timedelta(hours=20)
    far = date(2021, 11, 15), date(2021, 11, 20)
    with database.session(write=True) as session:
        fill(
            session,
            [
                Case(
                    enterprise=n,
                    town=n,
                    source="enforcement",
                    industry="机械",
                    category="消防安全",
                    level="general",
                    found_at=found,
                    closed_at=None,
                    voided_at=None,
                    deadlines=((found, far[n - 1]),),
                )
                for n in (1, 2)
            ],
        )


def plan_for(
    database: Database,
    when: str = "2021-11-16T09:00",
    *,
    at: datetime = BEFORE,
    missed: MissedRule = MissedRule.PLAY_LATE,
    priority: Priority = Priority.ROUTINE,
    template: str = "weekly",
    late_minutes: int = 30,
) -> Plan:
    """The hall `main` and one plan in it; the weekly plan that comes with the hall is removed."""
    furnish(database, at=at)
    with database.session(write=True) as session:
        for plan in plans.active(session):
            if plan.title == "每周播报":
                plans.remove(session, plan.id, at=at)
        return plans.add(
            session,
            title="计划",
            template=template,
            town_code=None,
            hall_id=halls.ensure(session, *MAIN_HALL).id,
            when=when,
            day_rule=DayRule.EVERY_DAY,
            missed_rule=missed,
            late_minutes=late_minutes,
            priority=priority,
            at=at,
        )


def only_broadcast(database: Database) -> BroadcastRow:
    with database.session() as session:
        (row,) = broadcasts.recent(session)
        return row


def states(database: Database) -> list[str]:
    """The states of all broadcasts, oldest first."""
    with database.session() as session:
        return [row.state for row in reversed(broadcasts.recent(session))]


def all_slots(database: Database) -> list[SlotRow]:
    with database.session() as session:
        return list(slots.recent(session))


def work_off(engine: Engine, now: datetime, limit: int = 200) -> int:
    """Let the engine speak until it is idle; how many steps that took."""
    for step in range(limit):
        if not engine.work(now):
            return step
    raise AssertionError("the engine never comes to rest")
