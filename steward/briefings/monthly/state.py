"""一、总体情况: the month's numbers, and its colour."""

from __future__ import annotations

from datetime import timedelta

from steward.briefings.monthly.words import day, rate
from steward.domain.colours import (
    COLOUR_NAMES,
    INPUT_NAMES,
    INPUT_UNITS,
    NOT_ENOUGH,
    ScoredInput,
    TownColour,
)
from steward.domain.documents import Block, Column, Heading, Paragraph, Table
from steward.domain.monthly import MonthlyFigures
from steward.domain.reports import MonthlyReport


def state(report: MonthlyReport) -> list[Block]:
    """The section's blocks."""
    f = report.figures
    return [
        Heading("一、总体情况"),
        Paragraph(_hazards(f, report.town.name)),
        Paragraph(_warnings(f)),
        Paragraph(_inspections(f)),
        *_colour(report),
    ]


def _hazards(f: MonthlyFigures, name: str) -> str:
    c, today = f.counts, day(f.today, f.month.first_day)
    if c.monitored == 0 and c.new_hazards == 0:
        return (
            f"{f.month.name}，{name}没有新增隐患。截至{today}，台账中没有{name}的隐患，"
            "闭环率为“无”。"
        )
    new = f"新增隐患{c.new_hazards}条" if c.new_hazards else "没有新增隐患"
    if c.new_hazards:
        new += f"，其中重大隐患{c.new_major}条" if c.new_major else "，其中没有重大隐患"
    closed = f"当月闭环{c.closed_hazards}条" if c.closed_hazards else "当月没有闭环"
    left = "，已全部闭环"
    if c.open_hazards:
        major = f"其中重大隐患{c.open_major}处" if c.open_major else "其中没有重大隐患"
        left = f"；未闭环{c.open_hazards}处，{major}"
    return (
        f"{f.month.name}，{name}{new}；{closed}。截至{today}，累计监控隐患{c.monitored}处，"
        f"累计闭环{c.closed_total}处，闭环率{rate(c.closure_rate)}{left}。"
    )


def _warnings(f: MonthlyFigures) -> str:
    c = f.counts
    first, last = day(f.today, f.today), day(f.today + timedelta(f.due_soon_days), f.today)
    if c.overdue_enterprises:
        overdue = f"超期预警企业{c.overdue_enterprises}家，涉及超期隐患{c.overdue_hazards}处"
    else:
        overdue = "没有超期预警企业"
    if c.due_soon_enterprises:
        due = (
            f"隐患到期预警企业{c.due_soon_enterprises}家（整改期限在{first}至{last}之间），"
            f"涉及隐患{len(f.due_soon)}处"
        )
    else:
        due = f"没有隐患到期预警企业（整改期限在{first}至{last}之间）"
    none = (
        f"另有{c.without_deadline}处未闭环隐患没有填写整改期限，不在预警之列。"
        if c.without_deadline
        else ""
    )
    return f"{due}；{overdue}。{none}"


def _inspections(f: MonthlyFigures) -> str:
    c = f.counts
    if not c.enterprises:
        return "辖区没有登记企业，检查率为“无”。"
    seen = f"当月检查{c.inspected_enterprises}家" if c.inspected_enterprises else "当月没有检查记录"
    return f"辖区登记企业{c.enterprises}家，{seen}，检查率{rate(c.inspection_rate)}。"


def _colour(report: MonthlyReport) -> list[Block]:
    colour, f = report.colour, report.figures
    if colour.colour is None:
        why = next((one.missing for one in colour.inputs if one.missing), "")
        return [Paragraph(f"镇街隐患四色图：无数据{f'（{why}）' if why else ''}。")]
    last = f"上月为{COLOUR_NAMES[colour.last]}色" if colour.last else "上月没有颜色"
    said = (
        f"按《{report.rules}》，{f.month.name}镇街隐患四色图为{colour.name}色"
        f"（{colour.word}），得分{colour.score}分，{last}。各项得分见下表。"
        "四色只用于内部工作提示，不是预警级别。"
    )
    blocks: list[Block] = [Paragraph(said), _score_table(report)]
    if colour.better:
        blocks.append(Paragraph(_better(colour, COLOUR_NAMES[colour.better])))
    return blocks


def _better(colour: TownColour, better: str) -> str:
    """Which single acts would have done, and which would not."""
    enough = "；".join(step.words for step in colour.steps if step.number is not None)
    short = "；".join(
        step.words.removesuffix(NOT_ENOUGH) for step in colour.steps if step.falls_short
    )
    if not enough:
        return f"按当月数据，单靠一项工作达不到{better}色{f'（已试：{short}）' if short else ''}。"
    return (
        f"按当月数据，多做下列任何一项（其余不变），即可达到{better}色：{enough}。"
        f"{f'其余的单做不够：{short}。' if short else ''}"
    )


def _score_table(report: MonthlyReport) -> Table:
    return Table(
        caption=f"{report.figures.month.name}四色图得分",
        columns=(
            Column("指标", 3),
            Column("数值", 2.4),
            Column("得分", 1.4),
            Column("权重", 1.4),
            Column("计入总分", 1.6),
        ),
        rows=tuple(_score_row(one) for one in report.colour.inputs),
    )


def _score_row(one: ScoredInput) -> tuple[str, ...]:
    name = INPUT_NAMES[one.input]
    if one.value is None:
        return name, f"缺项：{one.missing}", "—", "—", "—"
    value = f"{one.value}{INPUT_UNITS[one.input]}"
    return name, value, str(one.points), f"{one.weight}%", str(one.share)
