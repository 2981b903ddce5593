"""An analysis for programs and as a workbook: the numbers of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from steward.briefings.workbook import Sheet, Value, write_sheets
from steward.domain.inquiry import Analysis, Breakdown, Closure, Compared, Lasting, Trend
from steward.domain.monthly import REPEAT_MONTHS, REPEAT_TIMES
from steward.domain.periods import Span
from steward.domain.tendency import TENDENCY_RULE
from steward.domain.weeks import DISTRICT_ZONE

REPEAT_RULE = f"同一企业的同一类别在 {REPEAT_MONTHS} 个月内被查出 {REPEAT_TIMES} 次或更多"
GROUPS = {"": "全部", "level": "等级", "source": "来源", "town": "镇街"}
_COMPARED = (("本期", 10), ("上期", 10), ("上年同期", 10), ("趋势", 12))


def file_name(one: Analysis, district: str, ending: str, matter: str = "隐患分析") -> str:
    """萧山区_隐患分析_2021-10.xlsx."""
    scope = one.town.name if one.town else district
    return f"{scope}_{matter}_{one.period}.{ending}"


def write_analysis(one: Analysis, stream: BinaryIO, district: str) -> None:
    """One sheet a table."""
    sheets = [
        Sheet("概览", (("项目", 22), *_COMPARED), [_named(*row) for row in headline(one)]),
        *(_breakdown(found) for found in one.breakdowns),
        _trend("按周", one.by_week),
        _trend("按月", one.by_month),
        Sheet(
            one.heat.title,
            ((one.heat.head, 26), *((name, 12) for name in one.heat.columns), ("合计", 10)),
            [(row.name, *row.cells, row.total) for row in one.heat.rows],
        ),
        Sheet(
            "闭环时间",
            (
                ("分组", 10),
                ("名称", 24),
                ("隐患（处）", 10),
                ("未闭环（处）", 12),
                ("一半闭环（天）", 26),
                ("九成闭环（天）", 26),
            ),
            [_closure(found) for found in one.closures.groups],
        ),
        Sheet(
            "屡查屡犯",
            (("企业", 40), ("隐患类别", 20), ("次数", 8), ("最近发现", 12)),
            [(r.enterprise, r.category, r.times, r.last_found) for r in one.repeats.rows],
        ),
        Sheet("说明", (("项目", 16), ("内容", 100)), _notes(one, district)),
    ]
    write_sheets(stream, sheets, title="隐患分析", at=one.as_of)


def headline(one: Analysis) -> list[tuple[str, Compared]]:
    """What stands at the top, by name."""
    return [
        ("新增隐患", one.found),
        ("其中重大隐患", one.major),
        ("其中至今未闭环", Compared(one.still_open, whole=False)),
        ("期内闭环", one.closed_in),
    ]


def analysis_document(one: Analysis) -> dict[str, Any]:
    """For JSON: what is not known is null."""
    return {
        "period": str(one.period),
        "name": one.period.name,
        **_days(one.days),
        "whole": one.whole,
        "as_of": one.as_of.astimezone(DISTRICT_ZONE).isoformat(),
        "town": one.town.code if one.town else None,
        "rule": TENDENCY_RULE,
        "new_hazards": _compared(one.found),
        "new_major": _compared(one.major),
        "closed_in_period": _compared(one.closed_in),
        "still_open": one.still_open,
        "breakdowns": {
            found.field: [
                {"key": line.key, "name": line.name, **_compared(line.counts)}
                for line in found.lines
            ]
            for found in one.breakdowns
        },
        "by_week": _points(one.by_week),
        "by_month": _points(one.by_month),
        "heat": {
            "columns": list(one.heat.columns),
            "rows": [
                {"key": row.key, "name": row.name, "cells": list(row.cells), "total": row.total}
                for row in one.heat.rows
            ],
        },
        "closures": {
            **_days(one.closures.days),
            "groups": [
                {
                    "by": group.field or None,
                    "key": group.key or None,
                    "name": group.name,
                    "hazards": group.hazards,
                    "open": group.still_open,
                    "median_days": _lasting(group.median),
                    "ninety_days": _lasting(group.ninety),
                    "watched_days": group.median.at_least,
                }
                for group in one.closures.groups
            ],
        },
        "repeats": {
            **_days(one.repeats.days),
            "rule": REPEAT_RULE,
            "number": one.repeats.number,
            "rows": [
                {
                    "enterprise_id": row.enterprise_id,
                    "enterprise": row.enterprise,
                    "category": row.category,
                    "times": row.times,
                    "last_found": row.last_found.isoformat(),
                }
                for row in one.repeats.rows
            ],
        },
    }


def _named(name: str, counts: Compared) -> tuple[Value, ...]:
    return (name, counts.now, counts.before, counts.year_before, counts.word)


def _breakdown(found: Breakdown) -> Sheet:
    columns = (("名称", 24), *_COMPARED, ("占比（%）", 10))
    rows = [(*_named(line.name, line.counts), line.share) for line in found.lines]
    return Sheet(found.title, columns, rows)


def _trend(name: str, trend: Trend) -> Sheet:
    columns = (("时期", 30), ("新增（条）", 12), (f"{trend.against}（条）", 18))
    return Sheet(name, columns, [(p.period.name, p.now, p.before) for p in trend.points])


def _closure(group: Closure) -> tuple[Value, ...]:
    return (
        GROUPS[group.field],
        group.name,
        group.hazards,
        group.still_open,
        group.median.days if group.median.days is not None else group.median.words,
        group.ninety.days if group.ninety.days is not None else group.ninety.words,
    )


def _notes(one: Analysis, district: str) -> Iterator[tuple[Value, ...]]:
    yield "范围", one.town.name if one.town else district
    yield "时期", one.period.name if one.whole else f"{one.period.name}，还没有结束"
    yield "台账截至", one.as_of
    yield "口径", "按现在的台账：已作废的隐患在哪一期都不计"
    yield "趋势", TENDENCY_RULE
    yield "闭环时间", f"{one.closures.days.first} 至 {one.closures.days.last} 发现的隐患"
    yield "屡查屡犯", f"{one.repeats.days.first} 至 {one.repeats.days.last}，{REPEAT_RULE}"


def _compared(counts: Compared) -> dict[str, Any]:
    return {
        "now": counts.now,
        "before": counts.before,
        "year_before": counts.year_before,
        "word": counts.word or None,
    }


def _points(trend: Trend) -> list[dict[str, Any]]:
    return [
        {"period": str(point.period), "now": point.now, "before": point.before}
        for point in trend.points
    ]


def _lasting(one: Lasting) -> float | None:
    return None if one.days is None else float(one.days)


def _days(days: Span) -> dict[str, str]:
    return {"from": days.first.isoformat(), "to": days.last.isoformat()}
