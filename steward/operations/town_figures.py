"""The figures of a briefing for reading, and the hazards behind each, frozen with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steward.errors import NotFound
from steward.operations.board import FIGURES

_LARGE = ("new_hazards", "due_soon_enterprises", "overdue_enterprises", "closed_hazards")


@dataclass(frozen=True)
class TownFigure:
    """One figure. `rows`: how many hazards stand behind it, None where there is no list of them;
    `large`: one of those that are announced first."""

    key: str
    name: str
    value: str
    unit: str
    rows: int | None
    large: bool


def town_figures(document: Mapping[str, Any], evidence: Mapping[str, Any]) -> list[TownFigure]:
    """Those that the document has, the announced ones first."""
    found = []
    for key, name, of, _ in FIGURES:
        if key in document:
            ids = evidence.get(behind(key), None) if behind(key) else None
            rows = None if ids is None else len(ids)
            value = document[key]
            number = f"{value:.1f}" if isinstance(value, float) else str(value)
            unit = "" if value is None else of
            found.append(
                TownFigure(key, name, "无" if value is None else number, unit, rows, key in _LARGE)
            )
    return sorted(found, key=lambda one: not one.large)


def behind(key: str) -> str:
    """Under which name the hazards behind a figure are kept; "" where there is no such list."""
    for figure, _, _, kept in FIGURES:
        if figure == key:
            return next((name for name, _ in kept if not name.endswith("_enterprises")), "")
    return ""


def figure_rows(evidence: Mapping[str, Sequence[int]], key: str) -> tuple[int, ...]:
    """The ledger's ids of the hazards behind a figure. Raises NotFound."""
    name = behind(key)
    if not name or name not in evidence:
        raise NotFound("这个数字没有逐条的清单，它由累计数得出")
    return tuple(int(one) for one in evidence[name])


def figure_name(key: str) -> str:
    """隐患到期预警企业. Raises NotFound."""
    for figure, name, _, _ in FIGURES:
        if figure == key:
            return name
    raise NotFound("没有这个数字")
