"""A report's sentences by their rules: only what the figures support, and never a hole."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from steward.briefings.monthly import report_document
from steward.briefings.monthly.advice import advice
from steward.briefings.monthly.lists import MOST_ROWS, appended
from steward.domain.colours import Colour, Input, Step, TownColour
from steward.domain.documents import Chart, Heading, Marked, Paragraph, Table
from steward.domain.figures import Town
from steward.domain.hazards import SOURCE_NAMES, Source
from steward.domain.monthly import (
    ListedHazard,
    MonthCounts,
    MonthlyFigures,
    MonthShare,
    Repeat,
    TrendMonth,
)
from steward.domain.months import Month
from steward.domain.offices import Issue, Matter
from steward.domain.reports import MonthlyReport

MONTH = Month(2021, 10)
TOWN = Town("330109113", "瓜沥镇", 0, 0)
COUNTS = MonthCounts(
    new_hazards=20, monitored=120, closed_total=90, open_hazards=30, closed_hazards=8,
    inspected_enterprises=5, enterprises=50,
)  # fmt: skip
ISSUE = Issue(
    1, Matter.REPORT, TOWN.code, "2021-10", 1, "", MONTH.last_instant,
    datetime(2021, 11, 3, tzinfo=UTC),
)  # fmt: skip


def report(colour: TownColour | None = None, **changes: Any) -> MonthlyReport:
    figures = MonthlyFigures(
        month=MONTH,
        as_of=MONTH.last_instant,
        today=date(2021, 10, 31),
        town=TOWN,
        due_soon_days=7,
        begun=Month(2021, 10),
        counts=COUNTS,
        last_month=None,
        last_year=None,
        district=COUNTS,
        trend=(TrendMonth(MONTH, 20, 8, 120, 90),),
        by_source=tuple(MonthShare(s.value, SOURCE_NAMES[s], MonthCounts()) for s in Source),
    )
    plain = TownColour(TOWN, None, "无数据", "", None, ())
    return MonthlyReport("萧山区", "萧山区应急管理局", replace(figures, **changes), colour or plain)


def hazard(number: int, days: int | None, level: str = "general") -> ListedHazard:
    deadline = None if days is None else date.fromordinal(date(2021, 10, 31).toordinal() + days)
    return ListedHazard(
        number, f"ZF-{number}", number, f"第{number}厂", "电气线路", level, deadline, days
    )


def advised(one: MonthlyReport) -> list[str]:
    return [block.text for block in advice(one) if isinstance(block, Paragraph)]


def words(one: MonthlyReport, issue: Issue = ISSUE) -> str:
    document = report_document(one, issue)
    parts: list[str] = [document.title, document.note, document.addressee]
    for block in (*document.blocks, *document.annex):
        match block:
            case Heading() | Paragraph():
                parts.append(block.text)
            case Chart():
                parts += [block.caption, block.words]
            case Table():
                cells = [cell for row in block.rows for cell in row]
                parts += [cell.text if isinstance(cell, Marked) else cell for cell in cells]
    return "\n".join(parts)


def test_without_anything_to_say_nothing_is_advised() -> None:
    assert advised(report()) == [
        "本月各项数据没有需要特别提示的，继续按计划检查，发现隐患及时登记、限期整改。"
    ]


def test_each_sentence_has_its_reason_and_they_stand_by_urgency() -> None:
    majors = (hazard(7, None, "major"),)
    overdue = tuple(hazard(n, -n) for n in range(5, 0, -1))
    rising = MonthShare("电气线路", "电气线路", MonthCounts(new_hazards=5), 0)
    better = TownColour(
        TOWN, Colour.RED, "重点整治", "交叉网格", Decimal("48.0"), (), better=Colour.ORANGE,
        steps=(
            Step(Input.OVERDUE_SHARE, 3, "再闭环3处超期隐患", 5),
            Step(Input.INSPECTION_RATE, 9, "再检查9家企业", 45),
            Step(Input.OPEN_MAJOR, None, "再闭环全部1处重大隐患也不够", 1),
        ),
    )  # fmt: skip
    said = advised(
        report(
            colour=better,
            counts=replace(COUNTS, without_deadline=4, new_hazards=40),
            district=replace(COUNTS, inspected_enterprises=10),
            majors=majors,
            overdue=overdue,
            due_soon=(hazard(8, 2),),
            repeats=(Repeat(3, "第3厂", "消防通道", 4, date(2021, 10, 8)),),
            by_category=(rising,),
        )
    )
    assert [one[0] for one in said] == list("一二三四五六七八")
    for sentence, part in zip(
        said,
        (
            "未闭环重大隐患1处，涉及第7厂（1处）",
            "最长已超期5天；涉及第5厂（1处）、第4厂（1处）、第3厂（1处）等5家企业，先办超期最久的",
            "7天内到期的隐患1处，最早的11月2日到期；涉及第8厂",
            "第3厂（消防通道，4次）",
            "由上月0条上升为5条",
            "本月检查率10.0%，低于全区10.0个百分点，还有45家企业",
            "4处未闭环隐患没有填写整改期限",
            "再闭环3处超期隐患即可由红色升为橙色",
        ),
        strict=True,
    ):
        assert part in sentence


def test_a_category_is_advised_for_its_share_not_for_noise() -> None:
    few = MonthShare("a", "甲类", MonthCounts(new_hazards=4), 3)
    assert len(advised(report(by_category=(few,)))) == 1
    assert "甲类" not in advised(report(by_category=(few,)))[0]
    much = replace(few, counts=MonthCounts(new_hazards=5))
    assert "甲类隐患本月新增5条，占新增的25.0%" in advised(report(by_category=(much,)))[0]


def test_nothing_is_compared_with_what_was_not_yet() -> None:
    said = words(report())
    assert "台账自2021年10月起，没有上月和去年同月的数据，不作环比、同比。" in said
    assert not re.search(r"None|nan|与上月相比|与去年同月相比", said)
    before = replace(COUNTS, new_hazards=3, closed_hazards=30)
    said = words(report(last_month=before, last_year=before, begun=Month(2020, 1)))
    assert "新增隐患由3条变为20条，上升；当月闭环由30条变为8条，下降" in said


def test_a_town_with_nothing_is_reported_without_holes() -> None:
    nothing = MonthCounts()
    said = words(report(counts=nothing, trend=(TrendMonth(MONTH, 0, 0, 0, 0),)))
    assert "瓜沥镇没有新增隐患。截至10月31日，台账中没有瓜沥镇的隐患，闭环率为“无”。" in said
    assert "辖区没有登记企业，检查率为“无”。" in said
    assert "没有超期隐患。" in said
    assert not re.search(r"None|nan|NaN", said)


def test_a_long_list_is_cut_with_how_many_more_there_are() -> None:
    blocks = appended(report(overdue=tuple(hazard(n, -1) for n in range(47))).figures)
    table = next(block for block in blocks if isinstance(block, Table))
    assert len(table.rows) == MOST_ROWS == 30
    assert any("其余17处见同期数据表" in b.text for b in blocks if isinstance(b, Paragraph))


def test_a_correction_and_a_demonstration_are_on_the_first_page() -> None:
    again = replace(ISSUE, number=3, reason="补录")
    assert report_document(replace(report(), demonstration=True), again).note == (
        "演示数据，不作工作依据；更正第2次：补录"
    )
