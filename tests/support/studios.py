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
from steward.domain.voices import Hearing
from steward.domain.weeks import district_instant
from steward.errors import RecogniserMissing
from steward.operations.collect_alerts import Collector
from steward.operations.furnish import MAIN_HALL, furnish
from steward.operations.pull_sources import Puller
from steward.operations.push_alarms import Push
from steward.operations.studio import Studio
from steward.scheduler.engine import Engine
from steward.speech.cache import ClipCache
from steward.speech.engine import EngineContext, Sound
from steward.speech.readback.compare import compare
from steward.speech.readback.listener import Listener
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


class Ears(Listener):
    """Hears each clause as it is meant, but for those in `mishears` (by their written form).

    What is misheard is so in the first `times` hearings of each clause; the comparing is real.
    """

    def __init__(self, mishears: dict[str, str], times: int = 1000) -> None:
        self._mishears = mishears
        self._times = times
        self.asked: list[str] = []

    def hear(self, clause: Clause, sound: Sound) -> Hearing:
        self.asked.append(clause.written)
        if self.asked.count(clause.written) <= self._times:
            return compare(clause, self._mishears.get(clause.written, clause.spoken))
        return compare(clause, clause.spoken)


class BrokenEars(Listener):
    """Cannot hear: its model is gone."""

    def __init__(self) -> None:
        pass

    def hear(self, clause: Clause, sound: Sound) -> Hearing:
        raise RecogniserMissing("缺少听回模型，请执行 steward voices install", place="whisper-base")


def hearing_speaker(folder: Path, listener: Listener) -> Speaker:
    """Two voices of silence, said to be intelligible, heard back by `listener`."""
    silence = replace(load_cards(ROOT / "voices")["silence"], intelligible=True)
    second = replace(silence, id="second", name="second", speed=0.9)
    return Speaker(
        (silence, second),
        ClipCache(folder / "clips"),
        EngineContext(folder / "voices"),
        listener=listener,
    )


def studio_of(database: Database, folder: Path, owner: str = "hall-pc:data:1") -> Studio:
    return Studio(
        database=database,
        voice=speaker(folder),
        owner=owner,
        district="萧山区",
        clips_folder=folder / "clips",
        sounds_folder=folder / "broadcasts",
        offices_folder=folder / "offices",
        fonts_folder=folder / "fonts",
    )


def engine_of(
    studio: Studio,
    folder: Path,
    *,
    prepare_ahead_s: float = 600,
    push: Push | None = None,
    collector: Collector | None = None,
    puller: Puller | None = None,
) -> Engine:
    return Engine(
        studio,
        SystemClock(),
        holidays=folder / "holidays.toml",
        prepare_ahead_s=prepare_ahead_s,
        push=push,
        collector=collector,
        puller=puller,
    )


def mute(studio: Studio, folder: Path) -> Studio:
    """The studio with a voice whose files are missing; the chimes need none."""
    speechless = build_speaker(
        load_cards(ROOT / "voices"),
        ("zf_xiaobei",),
        EngineContext(folder / "voices"),
        clips_folder=folder / "clips",
    )
    return replace(studio, voice=speechless)


def attentive(studio: Studio, folder: Path, listener: Listener) -> Studio:
    """The studio with `listener` hearing back what its voices say."""
    return replace(studio, voice=hearing_speaker(folder, listener))


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
