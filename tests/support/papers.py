"""Documents to be printed: a long report and a short briefing, and what is read off the paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2

from steward.briefings.characters import cell_text
from steward.briefings.fonts import Fonts, find_fonts
from steward.briefings.layout import chinese_date, head_of
from steward.domain.documents import (
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Marked,
    Paragraph,
    Table,
)
from tests.support.voices import FONTS

AT = datetime(2021, 11, 3, 1, 0, tzinfo=UTC)
RARE = "𠮷田喆㼆䶮𪚥"
HOSTILE = "<&#$\"'*_\\@`~//{}[]%"
LONG_NAME = (
    "杭州萧山国际精密机械制造与智能装备科技发展有限责任公司第三分公司临浦镇横一村工业园区"
    "东厂区二期厂房南侧第十二号仓库管理处"
)
LIST_COLUMNS = (
    Column("序号", 8),
    Column("企业名称", 40, "left"),
    Column("统一社会信用代码", 30),
    Column("等级", 10),
    Column("隐患描述", 38, "left"),
    Column("整改期限", 16),
    Column("状态", 14),
)
_PAGE_NUMBER = re.compile(r"—\s*(\d+)\s*—\s*$")


def fonts() -> Fonts:
    """The installed fonts; without them nothing can be printed: `make setup`."""
    return find_fonts(FONTS)


def chart(caption: str, values: tuple[int, ...]) -> Chart:
    bars = "".join(
        f'<rect x="{60 + 125 * n}" y="{600 - 5 * value}" width="80" height="{5 * value}" '
        f'fill="#1b5fa5"/><text x="{100 + 125 * n}" y="650" text-anchor="middle">{n + 1}月</text>'
        for n, value in enumerate(values)
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1560 700" '
        f'font-family="Noto Sans CJK SC" font-size="36">{bars}</svg>'
    )
    return Chart(caption, svg, f"柱状图，各月为{'、'.join(map(str, values))}处")


def rows(count: int) -> tuple[tuple[Cell, ...], ...]:
    """So many rows of a hazards' list; some of each kind that is hard to set."""
    names = {3: f"{LONG_NAME}{RARE}", 5: f"{HOSTILE}有限公司"}
    return tuple(
        (
            str(n),
            names.get(n, f"萧山第{n}纺织有限公司"),
            f"91330109MA{n:07d}X",
            Marked("重大") if n % 7 == 0 else "一般",
            "疏散通道堆放杂物" if n % 3 == 0 else "配电箱未设漏电保护，线路老化",
            f"11月{n % 28 + 1}日",
            Marked("超期") if n % 5 == 0 else "整改中",
        )
        for n in range(1, count + 1)
    )


def report(count: int = 60) -> Document:
    """A long report: every kind of block, a list of `count` hazards, a table without rows."""
    return Document(
        issuer="杭州市萧山区应急管理局",
        number="2021年第10期",
        title="临浦镇2021年10月安全生产隐患排查治理情况月报",
        addressee="临浦镇人民政府：",
        signed_on=date(2021, 11, 3),
        note="演示数据：本文所列企业均为虚构",
        blocks=(
            Heading("一、总体情况"),
            Paragraph(
                "10月份，临浦镇共排查各类生产经营单位214家次，发现隐患49处，其中重大隐患2处，"
                "一般隐患47处；已完成整改46处，整改率93.9%，较上月提高0.8个百分点。"
            ),
            Paragraph(f"其中“{RARE}”与“{HOSTILE}”等企业#strong[x] $x^2$ *星* _下_未按期整改。"),
            Heading("（一）趋势", 2),
            chart("图1 临浦镇近十二个月隐患数量", (42, 38, 51, 47, 60, 72, 88, 93, 70, 55, 49, 41)),
            Heading("（二）清单", 2),
            Table("表1 本月未闭环隐患", LIST_COLUMNS, rows(count)),
            Table("表2 本月重大隐患", LIST_COLUMNS, (), "本月没有重大隐患。"),
            Table(
                "表3 隐患类别前三",
                (Column("类别", 3, "left"), Column("数量（处）", 1, "right")),
                (("临时用电", "12"), ("消防通道", "9"), ("有限空间", "3")),
            ),
            Table("表4 同上", (Column("类别", 3), Column("数量", 1)), (("临时用电", "12"),)),
            Heading("二、下一步工作"),
            *(
                Paragraph(
                    f"（{n}）压实主体责任。对2处重大隐患实行挂牌督办，明确责任人和完成时限，"
                    "逾期未整改的依法从严查处。"
                )
                for n in "一二三四五六"
            ),
        ),
    )


def briefing() -> Document:
    """A short one of one page, with the number of an official document."""
    return Document(
        issuer="萧山区应急管理局",
        number="萧应急报〔2021〕18号",
        title="临浦镇2021年第46周隐患简报",
        addressee="临浦镇安监办：",
        signed_on=date(2021, 11, 16),
        blocks=(
            Paragraph("本周新增隐患28条，隐患到期预警企业51家，超期预警企业64家。"),
            Table(
                "表1 超期企业", LIST_COLUMNS[1:3], (("萧山第一纺织有限公司", "91330109MA0000001X"),)
            ),
        ),
    )


def lines_of(document: Document) -> str:
    """All that must be on paper in its order, without white space; pictures left out."""
    said = [head_of(document), document.number, document.title, document.note, document.addressee]
    for block in document.blocks:
        match block:
            case Heading() | Paragraph():
                said.append(block.text)
            case Chart():
                said.append(block.caption)
            case Table():
                said.append(block.caption)
                if block.rows:
                    said += [column.title for column in block.columns]
                    said += [cell_text(cell) for row in block.rows for cell in row]
                else:
                    said.append(block.empty)
    said += [document.issuer, chinese_date(document.signed_on)]
    return packed("".join(said))


def packed(text: str) -> str:
    """Without white space: where a line ends is the page's business."""
    return re.sub(r"[\s\u200b]+", "", text)


def pages(path: Path) -> Iterator[str]:
    """The words of each page of a PDF without its number, which is held to be the right one."""
    with pypdfium2.PdfDocument(path) as pdf:
        for number, page in enumerate(pdf, 1):
            text = page.get_textpage().get_text_range()
            found = _PAGE_NUMBER.search(text)
            assert found is not None, f"no page number on page {number}"
            assert int(found[1]) == number
            yield packed(text[: found.start()])
