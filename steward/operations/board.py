"""The hall's board: the figures on the screen, of this minute or frozen with a broadcast."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steward.analysis import queries
from steward.domain.figures import Town
from steward.domain.weeks import Week
from steward.operations.weekly_figures import figures_document, weekly_figures
from steward.storage.engine import Database

COUNTS = (
    "new_hazards",
    "due_soon_enterprises",
    "overdue_enterprises",
    "open_major",
    "open_hazards",
    "monitored",
    "closed_total",
    "closure_rate",
)
FigureTable = tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]
# 名称, 单位, and what the evidence of each figure is kept under.
FIGURES: FigureTable = (
    ("new_hazards", "本周新增隐患", "条", (("new_hazards", "条隐患"),)),
    (
        "due_soon_enterprises",
        "隐患到期预警企业",
        "家",
        (("due_soon_enterprises", "家企业"), ("due_soon_hazards", "条隐患")),
    ),
    (
        "overdue_enterprises",
        "超期预警企业",
        "家",
        (("overdue_enterprises", "家企业"), ("overdue_hazards", "条隐患")),
    ),
    ("closed_hazards", "本周闭环", "条", (("closed_hazards", "条隐患"),)),
    ("new_major", "本周新增重大隐患", "处", (("new_major", "条隐患"),)),
    ("open_major", "未闭环重大隐患", "处", (("open_major", "条隐患"),)),
    ("open_hazards", "未闭环隐患", "处", ()),
    ("monitored", "累计监控", "处", ()),
    ("closed_total", "累计闭环", "处", ()),
    ("closure_rate", "闭环率", "%", ()),
    ("without_deadline", "无整改期限", "处", (("without_deadline", "条隐患"),)),
)


def towns_of(database: Database) -> list[Town]:
    """The district's towns, for the schematic map."""
    with database.session() as session:
        return list(queries.towns(session).values())


def board_of(document: dict[str, Any]) -> dict[str, Any]:
    """What the screen shows of a figures document (see `figures_document`), JSON-ready.

    `scope` is 全区 or the town's name; `towns` is empty for figures of one town.
    """
    week = Week.parse(document["week"])
    town = document["town"]
    return {
        "scope": town["name"] if town else "全区",
        "as_of": document["as_of"],
        "monday": week.monday.isoformat(),
        "sunday": week.sunday.isoformat(),
        "counts": {name: document[name] for name in COUNTS},
        "towns": [
            {
                "code": share["key"],
                "name": share["name"],
                "open_hazards": share["open_hazards"],
                "overdue_enterprises": share["overdue_enterprises"],
            }
            for share in document["by_town"]
        ],
    }


@dataclass(frozen=True)
class FigureRow:
    """A frozen figure for reading: its value with its unit, and what stands behind it, each as what
    it is kept under and how many ("64 家企业"); none for one that comes from what `basis` says."""

    name: str
    value: str
    behind: Sequence[tuple[str, str]]
    basis: str = "由累计数得出"


def figure_rows(
    document: Mapping[str, Any] | None,
    evidence: Mapping[str, Any] | None,
    table: FigureTable = FIGURES,
) -> list[FigureRow]:
    """Frozen figures for reading; `evidence` is the broadcast's ids by what they are kept under."""
    if not document:
        return []
    rows = []
    for key, name, unit, behind in table:
        value = document.get(key)
        number = f"{value:.1f}" if isinstance(value, float) else str(value)
        known = [
            (ids, f"{len(evidence[ids])} {of}")
            for ids, of in behind
            if evidence and ids in evidence
        ]
        rows.append(FigureRow(name, "无" if value is None else f"{number} {unit}", known))
    return rows


class LiveBoard:
    """The board as of the running minute; computed once a minute, whoever asks."""

    def __init__(self, database: Database, *, due_soon_days: int) -> None:
        self._database = database
        self._due_soon_days = due_soon_days
        self._one_at_a_time = threading.Lock()
        self._minute: datetime | None = None
        self._board: dict[str, Any] = {}

    def at(self, now: datetime) -> dict[str, Any]:
        """The board as of the minute that `now` lies in. Raises StorageError, FiguresError."""
        minute = now.replace(second=0, microsecond=0)
        with self._one_at_a_time:
            if self._minute != minute:
                figures = weekly_figures(
                    self._database, as_of=minute, due_soon_days=self._due_soon_days
                )
                self._board = board_of(figures_document(figures))
                self._minute = minute
            return self._board
