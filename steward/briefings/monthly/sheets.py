"""The month as sheets of true numbers and dates, every list whole."""

from __future__ import annotations

from collections.abc import Iterable

from steward.briefings.workbook import Sheet, Value
from steward.domain.colours import INPUT_NAMES, INPUT_UNITS
from steward.domain.hazards import LEVEL_NAMES, Level
from steward.domain.monthly import ListedHazard, MonthCounts, MonthlyFigures, MonthShare
from steward.domain.reports import MonthlyReport


def sheets(report: MonthlyReport) -> tuple[Sheet, ...]:
    """Every sheet of a report, in order. Rates are in percent; an empty cell is 无."""
    f = report.figures
    return (
        _figures(f),
        _colour(report),
        _trend(f),
        _shares("按行业", "行业", f.by_industry),
        _shares("按来源", "来源", f.by_source),
        _shares("按类别", "类别", f.by_category),
        _repeats(f),
        _hazards("超期隐患", f.overdue),
        _hazards("到期预警隐患", f.due_soon),
        _hazards("未闭环重大隐患", f.majors),
    )


def numbers(counts: MonthCounts) -> dict[str, Value]:
    """Every figure of a scope by its Chinese name."""
    c = counts
    return {
        "新增隐患（条）": c.new_hazards,
        "新增重大隐患（条）": c.new_major,
        "当月闭环（条）": c.closed_hazards,
        "累计监控（处）": c.monitored,
        "累计闭环（处）": c.closed_total,
        "闭环率（%）": c.closure_rate,
        "未闭环（处）": c.open_hazards,
        "未闭环重大隐患（处）": c.open_major,
        "到期预警企业（家）": c.due_soon_enterprises,
        "超期预警企业（家）": c.overdue_enterprises,
        "超期隐患（处）": c.overdue_hazards,
        "没有整改期限（处）": c.without_deadline,
        "整改率（%）": c.rectification_rate,
        "超期占比（%）": c.overdue_share,
        "检查企业（家）": c.inspected_enterprises,
        "登记企业（家）": c.enterprises,
        "检查率（%）": c.inspection_rate,
    }


def _figures(f: MonthlyFigures) -> Sheet:
    scopes = [f.counts, f.last_month, f.last_year, f.district]
    told = [{} if counts is None else numbers(counts) for counts in scopes]
    return Sheet(
        "主要数据",
        (("指标", 24), ("本月", 12), ("上月", 12), ("去年同月", 12), ("全区本月", 12)),
        tuple((name, *(one.get(name) for one in told)) for name in numbers(f.counts)),
    )


def _colour(report: MonthlyReport) -> Sheet:
    rows: list[tuple[Value, ...]] = [
        (
            INPUT_NAMES[one.input],
            one.value,
            INPUT_UNITS[one.input],
            one.points,
            one.weight,
            one.share,
            one.missing,
        )
        for one in report.colour.inputs
    ]
    rows.append(("总分", report.colour.score, "分", None, None, report.colour.score, ""))
    rows.append((f"颜色：{report.colour.name}", None, "", None, None, None, report.rules))
    headings = ("指标", "数值", "单位", "得分", "权重（%）", "计入总分", "说明")
    return Sheet(
        "四色图", tuple(zip(headings, (18, 10, 8, 8, 10, 10, 40), strict=True)), tuple(rows)
    )


def _trend(f: MonthlyFigures) -> Sheet:
    headings = ("月份", "新增（条）", "闭环（条）", "月末累计监控（处）", "月末累计闭环（处）")
    return Sheet(
        "逐月趋势",
        (*((heading, 18) for heading in headings), ("月末闭环率（%）", 16)),
        tuple(
            (
                str(one.month),
                one.new_hazards,
                one.closed_hazards,
                one.monitored,
                one.closed_total,
                one.closure_rate,
            )
            for one in f.trend
        ),
    )


def _shares(name: str, what: str, shares: Iterable[MonthShare]) -> Sheet:
    return Sheet(
        name,
        (
            (what, 24),
            ("本月新增（条）", 14),
            ("上月新增（条）", 14),
            ("当月闭环（条）", 14),
            ("累计监控（处）", 14),
            ("未闭环（处）", 14),
            ("超期（处）", 14),
            ("闭环率（%）", 12),
        ),
        tuple(
            (
                one.name,
                one.counts.new_hazards,
                one.last_new,
                one.counts.closed_hazards,
                one.counts.monitored,
                one.counts.open_hazards,
                one.counts.overdue_hazards,
                one.counts.closure_rate,
            )
            for one in shares
        ),
    )


def _repeats(f: MonthlyFigures) -> Sheet:
    return Sheet(
        "屡查屡犯",
        (("企业", 36), ("隐患类别", 20), ("近12个月次数", 14), ("最近一次", 12)),
        tuple((one.enterprise, one.category, one.times, one.last_found) for one in f.repeats),
    )


def _hazards(name: str, hazards: Iterable[ListedHazard]) -> Sheet:
    return Sheet(
        name,
        (
            ("企业", 36),
            ("隐患编号", 22),
            ("隐患类别", 20),
            ("等级", 8),
            ("整改期限", 12),
            ("距期限（天，负数为超期）", 24),
        ),
        tuple(
            (
                one.enterprise,
                one.external_id,
                one.category,
                LEVEL_NAMES[Level(one.level)],
                one.deadline,
                one.days,
            )
            for one in hazards
        ),
    )
