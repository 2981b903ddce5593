"""Open a figure that a broadcast said down to its hazards or enterprises."""

from __future__ import annotations

from dataclasses import dataclass

from steward.broadcasts.queries import broadcasts
from steward.errors import NotFound
from steward.operations.board import FIGURES
from steward.operations.month_document import MONTH_FIGURES
from steward.storage.engine import Database


@dataclass(frozen=True)
class OpenedFigure:
    """`ids` are the ledger's: of hazards, or of enterprises, as `kept` says."""

    broadcast_id: int
    title: str
    name: str
    ids: tuple[int, ...]


def open_figure(database: Database, broadcast_id: int, kept: str) -> OpenedFigure:
    """What was frozen with the broadcast under a name of `FIGURES` or `MONTH_FIGURES`. Raises
    NotFound, also for a figure that comes from totals."""
    with database.session() as session:
        row = broadcasts.get(session, broadcast_id)
        ids = (row.evidence or {}).get(kept)
        every = (*FIGURES, *MONTH_FIGURES)
        name = next((name for _, name, _, behind in every if kept in dict(behind)), "")
        if ids is None or not name:
            raise NotFound("这个数字没有逐条的清单")
        return OpenedFigure(row.id, row.title, name, tuple(int(one) for one in ids))
