"""六、下一步工作建议: sentences that follow from the figures by stated rules, from nothing else.

Each rule gives a sentence or none; they stand in the order in which work is urgent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from steward.briefings.monthly.words import against, day, rate
from steward.domain.colours import COLOUR_NAMES
from steward.domain.documents import Block, Heading, Paragraph
from steward.domain.figures import percent
from steward.domain.hazards import Level
from steward.domain.monthly import ListedHazard, MonthlyFigures
from steward.domain.reports import MonthlyReport
from steward.domain.tendency import Tendency, tendency

NAMED = 3
"""So many enterprises are named in a sentence; the lists have all."""
FOCUS_SHARE, FOCUS_LEAST = 25, 5
"""A category is advised when it has at least this share (percent) and this many of the new ones."""
_ORDINALS = "一二三四五六七八九十"


def advice(report: MonthlyReport) -> list[Block]:
    """The section's blocks."""
    f = report.figures
    said = [
        words
        for words in (
            _major(f),
            _overdue(f),
            _due_soon(f),
            _repeats(f),
            _category(f),
            _inspections(f),
            _without_deadline(f),
            _colour(report),
        )
        if words
    ]
    if not said:
        said = ["本月各项数据没有需要特别提示的，继续按计划检查，发现隐患及时登记、限期整改。"]
        return [Heading("六、下一步工作建议"), Paragraph(said[0])]
    return [
        Heading("六、下一步工作建议"),
        *(Paragraph(f"{_ORDINALS[n]}是{words}") for n, words in enumerate(said)),
    ]


def _major(f: MonthlyFigures) -> str:
    if not f.majors:
        return ""
    return (
        f"盯住重大隐患。未闭环重大隐患{len(f.majors)}处，"
        f"{_named(f.majors)}，逐处落实整改措施、责任、资金、时限和应急预案，整改完成后及时复查闭环。"
    )


def _overdue(f: MonthlyFigures) -> str:
    if not f.overdue:
        return ""
    longest = max(-(one.days or 0) for one in f.overdue)
    first = "先办重大的和" if f.counts.overdue_major else "先办"
    return (
        f"督促超期企业整改。超期隐患{len(f.overdue)}处，最长已超期{longest}天；"
        f"{_named(f.overdue)}，{first}超期最久的。"
    )


def _due_soon(f: MonthlyFigures) -> str:
    if not f.due_soon:
        return ""
    first = f.due_soon[0].deadline
    when = f"，最早的{day(first, f.today)}到期" if first else ""
    return (
        f"提前提醒到期企业。{f.due_soon_days}天内到期的隐患{len(f.due_soon)}处{when}；"
        f"{_named(f.due_soon)}，期限前上门查看整改进度，确需延期的及时办理。"
    )


def _repeats(f: MonthlyFigures) -> str:
    if not f.repeats:
        return ""
    listed = "、".join(
        f"{one.enterprise}（{one.category}，{one.times}次）" for one in f.repeats[:NAMED]
    )
    more = "等" if len(f.repeats) > NAMED else ""
    return f"约谈屡查屡犯企业。{listed}{more}，查清反复出现的原因，复查时核对同类问题。"


def _category(f: MonthlyFigures) -> str:
    for one in f.by_category:
        new = one.counts.new_hazards
        share = percent(new, f.counts.new_hazards)
        if share is not None and share >= FOCUS_SHARE and new >= FOCUS_LEAST:
            return (
                f"抓住突出类别。{one.name.removesuffix('类')}类隐患本月新增{new}条，占新增的{rate(share)}，"
                "检查时列为重点，并提醒同行业企业自查。"
            )
        if one.last_new is not None and tendency(one.last_new, new) is Tendency.RISING:
            return (
                f"抓住上升类别。{one.name.removesuffix('类')}类隐患由上月{one.last_new}条上升为{new}条，"
                "检查时列为重点，并提醒同行业企业自查。"
            )
    return ""


def _inspections(f: MonthlyFigures) -> str:
    mine = f.counts.inspection_rate
    others = f.district.inspection_rate if f.district else None
    if mine is None or others is None or mine >= others:
        return ""
    left = f.counts.enterprises - f.counts.inspected_enterprises
    return (
        f"加大检查力度。本月检查率{mine}%，{against(mine, others)}，"
        f"还有{left}家企业当月没有检查，排出计划逐家检查。"
    )


def _without_deadline(f: MonthlyFigures) -> str:
    number = f.counts.without_deadline
    return (
        f"补全整改期限。{number}处未闭环隐患没有填写整改期限，无法预警，请补填。" if number else ""
    )


def _colour(report: MonthlyReport) -> str:
    colour = report.colour
    able = [step for step in colour.steps if step.number is not None]
    if colour.better is None or not able:
        return ""
    easiest = min(able, key=lambda step: step.number or 0)
    return (
        f"争取四色图好一档。按当月数据，{easiest.words}即可由{colour.name}色升为"
        f"{COLOUR_NAMES[colour.better]}色，可作为下月的目标。"
    )


def _named(hazards: Sequence[ListedHazard]) -> str:
    """涉及甲公司（3处）、乙公司（1处）等5家企业: major ones first, then the longest overdue."""
    number: dict[int, int] = defaultdict(int)
    names: dict[int, str] = {}
    for one in sorted(hazards, key=_urgency):
        number[one.enterprise_id] += 1
        names[one.enterprise_id] = one.enterprise
    listed = "、".join(f"{names[id_]}（{number[id_]}处）" for id_ in list(names)[:NAMED])
    more = f"等{len(names)}家企业" if len(names) > NAMED else ""
    return f"涉及{listed}{more}"


def _urgency(hazard: ListedHazard) -> tuple[bool, int]:
    return hazard.level != Level.MAJOR, 10**6 if hazard.days is None else hazard.days
