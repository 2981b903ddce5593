"""A small stage for the web's tests: a hall, towns, broadcasts with real sound."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

import steward
from steward.analysis.queries import towns
from steward.broadcasts.queries import broadcasts, halls
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.voices import Clip
from steward.ledger.tables import TownRow
from steward.settings import Settings
from steward.speech.cache import ClipCache
from steward.speech.engine import Sound
from steward.storage.engine import Database

RATE_HZ = 24_000
SCRIPT = (
    "隐患管家提醒您，",
    "本周新增隐患28条，",
    "隐患到期预警企业51家，",
    "超期预警企业64家。",
)


@dataclass
class SteppedClock:
    """A clock that stands until it is moved."""

    instant: datetime = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    def step(self, seconds: float) -> datetime:
        self.instant += timedelta(seconds=seconds)
        return self.instant


def tone(seconds: float, hertz: float) -> Sound:
    """One tone at a third of full scale."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return Sound((0.33 * np.sin(2 * np.pi * hertz * time)).astype(np.float32), RATE_HZ)


@dataclass
class Stage:
    """One hall on one database, with its folders."""

    database: Database
    folder: Path
    hall_id: int = 0
    ids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        places = Path(steward.__file__).parent / "ledger" / "data" / "towns.csv"
        with self.database.session(write=True) as session:
            self.hall_id = halls.ensure(session, "main", "指挥大厅").id
            if not towns(session):
                with places.open(encoding="utf-8-sig") as lines:
                    for row in csv.DictReader(lines):
                        session.add(
                            TownRow(
                                code=row["code"],
                                name=row["name"],
                                column=int(row["column"]),
                                row=int(row["row"]),
                            )
                        )

    @property
    def settings(self) -> Settings:
        return Settings(
            data_dir=self.folder,
            database_url=self.database.engine.url.render_as_string(hide_password=False),
            heartbeat_s=0.5,
        )

    def clip(self, *, seconds: float = 0.5, hertz: float = 440.0) -> Clip:
        """A tone in the clip cache."""
        key = hashlib.sha256(f"{seconds} {hertz}".encode()).hexdigest()
        cache = ClipCache(self.settings.clips_folder)
        clip = Clip(key, round(seconds * 1000), RATE_HZ, "tone")
        if cache.find(key) is None:
            cache.store(clip, tone(seconds, hertz))
        return clip

    def broadcast(
        self,
        at: datetime,
        *,
        clauses: Sequence[str] = SCRIPT,
        clips: int | None = None,
        seconds: float = 0.5,
        title: str = "每周播报",
        priority: Priority = Priority.ROUTINE,
        figures: dict[str, Any] | None = None,
        evidence: dict[str, Any] | None = None,
    ) -> int:
        """A broadcast in state ready; `clips` of its clauses have sound (all, when None)."""
        with self.database.session(write=True) as session:
            row = broadcasts.create(
                session,
                hall_id=self.hall_id,
                title=title,
                priority=priority,
                as_of=at,
                slot_at=at,
                at=at,
                by="stage",
                template="weekly",
                figures=figures,
                evidence=evidence,
                clauses=[
                    {"written": text, "spoken": text, "pause_ms": 120, "pinyin": []}
                    for text in clauses
                ],
            )
            broadcasts.move(session, row, S.RENDERING, at=at, by="stage")
            for ordinal in range(len(clauses) if clips is None else clips):
                clip = self.clip(seconds=seconds, hertz=300.0 + 50 * ordinal)
                broadcasts.set_clip(session, row, ordinal, clip, at=at, by="stage")
            broadcasts.move(session, row, S.READY, at=at, by="stage")
            self.ids.append(row.id)
            return row.id

    def move(self, broadcast_id: int, to: S, at: datetime, why: str = "") -> int:
        """Move a broadcast; gives the change's id."""
        with self.database.session(write=True) as session:
            row = broadcasts.get(session, broadcast_id)
            return broadcasts.move(session, row, to, at=at, by="stage", why=why)

    def add_clip(self, broadcast_id: int, ordinal: int, at: datetime, **sound: float) -> None:
        """A clip that became ready later."""
        with self.database.session(write=True) as session:
            row = broadcasts.get(session, broadcast_id)
            broadcasts.set_clip(session, row, ordinal, self.clip(**sound), at=at, by="stage")

    def mute(self, broadcast_id: int, ordinal: int, at: datetime) -> None:
        """A clause that no voice could speak."""
        with self.database.session(write=True) as session:
            row = broadcasts.get(session, broadcast_id)
            broadcasts.fault_of_clause(
                session, row, ordinal, "mute", at=at, by="stage", why="所有语音都失败了"
            )

    def row(self, broadcast_id: int) -> BroadcastRow:
        with self.database.session() as session:
            return broadcasts.get(session, broadcast_id)
