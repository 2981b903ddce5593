"""Documents as DOCX: what is said, of which parts it is made; and as LibreOffice sets it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from docx.oxml.ns import qn
from lxml import etree

from steward.briefings.docx import write_docx
from steward.briefings.docx_faces import FACES, FANG_SONG, HEI, KAI, SONG
from steward.briefings.fonts import Fonts
from steward.briefings.layout import BODY_PT, LEFT_MM, PAGE_MM, PT_MM, TOP_MM, TYPE_AREA_MM
from steward.briefings.pdf import write_pdf
from steward.domain.documents import Chart, Document, Paragraph
from steward.errors import DocumentError
from tests.support.office import FALLBACK, STAND_INS, as_pdf
from tests.support.papers import (
    AT,
    LIST_COLUMNS,
    briefing,
    fonts,
    lines_of,
    packed,
    pages,
    report,
)

HEAD = packed("".join(column.title for column in LIST_COLUMNS))
# The order in which a DOCX must have them (ISO/IEC 29500-1, 17.3.1.26 and 17.3.2.28).
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs "
    "overflowPunct snapToGrid spacing ind contextualSpacing jc textAlignment outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs color spacing w kern position sz szCs lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
}


@pytest.fixture(scope="module")
def ours() -> Fonts:
    return fonts()


@pytest.fixture(scope="module")
def paper(ours: Fonts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "report.docx"
    write_docx(report(), path, ours, at=AT)
    return path


@pytest.fixture(scope="module")
def converted(paper: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report as PDF by LibreOffice, which has our fonts and no others: once, it is dear."""
    return as_pdf(paper, tmp_path_factory.mktemp("office"))


def words_of(path: Path) -> str:
    """All words of a DOCX in their order."""
    return packed("".join(_words(docx.Document(str(path)).element.body)))


def _words(element: Any) -> Iterator[str]:
    yield from (one.text or "" for one in element.iter(qn("w:t")))


def test_the_file_says_what_the_document_and_its_pdf_say(
    paper: Path, ours: Fonts, tmp_path: Path
) -> None:
    assert words_of(paper) == lines_of(report())
    write_docx(briefing(), tmp_path / "a.docx", ours, at=AT)
    write_pdf(briefing(), tmp_path / "a.pdf", ours, at=AT)
    assert words_of(tmp_path / "a.docx") == "".join(pages(tmp_path / "a.pdf"))


def test_headings_can_be_navigated_and_styles_have_chinese_names(paper: Path) -> None:
    opened = docx.Document(str(paper))
    by_style: dict[str, list[str]] = {}
    for line in opened.paragraphs:
        by_style.setdefault(line.style.name, []).append(line.text)
    assert by_style["公文标题"] == ["临浦镇2021年10月安全生产\n隐患排查治理情况月报"]
    assert by_style["一级标题"] == ["一、总体情况", "二、下一步工作"]
    assert by_style["二级标题"] == ["（一）趋势", "（二）清单"]
    assert by_style["公文说明"] == [report().note]
    assert opened.styles["一级标题"].base_style.name == "Heading 1"
    for name, level in (("Heading 1", "0"), ("Heading 2", "1")):
        assert (
            opened.styles[name].element.find(f".//{qn('w:outlineLvl')}").get(qn("w:val")) == level
        )
    faces = {
        style.name: style.element.rPr.rFonts.get(qn("w:eastAsia"))
        for style in opened.styles
        if style.name in ("公文标题", "公文正文", "一级标题", "二级标题")
    }
    assert faces == {"公文标题": SONG, "公文正文": FANG_SONG, "一级标题": HEI, "二级标题": KAI}


def test_tables_are_native_with_heads_that_repeat_and_rows_that_stay_whole(paper: Path) -> None:
    tables = docx.Document(str(paper)).tables
    assert [len(table.rows) for table in tables] == [61, 4, 2]
    for table in tables:
        for number, row in enumerate(table._tbl.tr_lst):
            facts = {one.tag for one in row.trPr}
            assert qn("w:cantSplit") in facts
            assert (qn("w:tblHeader") in facts) == (number == 0)
        widths = [int(one.get(qn("w:w"))) for one in table._tbl.tblGrid]
        assert sum(widths) == pytest.approx(TYPE_AREA_MM[0] / 25.4 * 1440, abs=5)
    marked = [
        run.text
        for row in tables[0].rows
        for cell in row.cells
        for line in cell.paragraphs
        for run in line.runs
        if run.bold
    ]
    assert marked.count("重大") == 60 // 7
    assert marked.count("超期") == 60 // 5
    assert len(marked) == 60 // 7 + 60 // 5


def test_a_chart_is_svg_with_png_beside_it_and_words(paper: Path) -> None:
    chart = next(one for one in report().blocks if isinstance(one, Chart))
    with zipfile.ZipFile(paper) as package:
        images = {name: package.read(name) for name in package.namelist() if "media/" in name}
        words = etree.fromstring(package.read("word/document.xml"))
    assert sorted(Path(name).suffix for name in images) == [".png", ".svg"]
    assert chart.svg.encode() in images.values()
    assert any(content.startswith(b"\x89PNG") for content in images.values())
    assert [one.get("descr") for one in words.iter("{*}docPr")] == [chart.words]
    assert len(list(words.iter("{*}svgBlip"))) == 1


def test_the_parts_stand_in_the_order_that_the_standard_wants(paper: Path) -> None:
    """Word calls a file damaged when they do not."""
    orders = {name: order.split() for name, order in ORDERS.items()}
    seen = 0
    with zipfile.ZipFile(paper) as package:
        for name in package.namelist():
            if not name.startswith("word/") or not name.endswith(".xml"):
                continue
            for element in etree.fromstring(package.read(name)).iter(
                "{*}pPr", "{*}rPr", "{*}tblPr"
            ):
                order = orders[etree.QName(element).localname]
                places = [order.index(etree.QName(one).localname) for one in element]
                assert places == sorted(set(places)), (name, etree.tostring(element))
                seen += 1
    assert seen > 500


def test_the_faces_are_those_of_offices_and_each_has_another(paper: Path) -> None:
    with zipfile.ZipFile(paper) as package:
        table = etree.fromstring(package.read("word/fontTable.xml"))
        used = set()
        for name in ("word/styles.xml", "word/document.xml"):
            for element in etree.fromstring(package.read(name)).iter("{*}rFonts"):
                assert not [key for key in element.attrib if str(key).endswith("Theme")]
                used |= {str(value) for key, value in element.attrib.items() if "hint" not in key}
    offices = {"仿宋", "方正小标宋简体", "黑体", "楷体", "宋体", "Times New Roman", "SimSun-ExtB"}
    assert used == offices
    others = {
        one.get(qn("w:name")): one.find(qn("w:altName")).get(qn("w:val"))
        for one in table
        if one.find(qn("w:altName")) is not None
    }
    assert others == {name: other for name, other in FACES.items() if other}


def test_the_properties_and_the_bytes_depend_on_the_document_alone(
    paper: Path, ours: Fonts, tmp_path: Path
) -> None:
    facts = docx.Document(str(paper)).core_properties
    assert facts.title == report().title
    assert facts.author == report().issuer
    assert facts.created is not None
    assert facts.created.replace(tzinfo=AT.tzinfo) == AT
    write_docx(report(), tmp_path / "again.docx", ours, at=AT)
    assert (tmp_path / "again.docx").read_bytes() == paper.read_bytes()
    with zipfile.ZipFile(io.BytesIO(paper.read_bytes())) as package:
        assert {one.date_time for one in package.infolist()} == {(2021, 11, 3, 1, 0, 0)}


def test_what_no_font_draws_is_refused_here_too(ours: Fonts, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="U\\+1F525"):
        write_docx(
            replace(briefing(), blocks=(Paragraph("萧山🔥"),)), tmp_path / "a.docx", ours, at=AT
        )
    assert list(tmp_path.iterdir()) == []


def test_libreoffice_prints_the_same_words_in_our_faces(converted: Path) -> None:
    """No face is taken for another than those meant to stand for an office's faces."""
    document: Document = report()
    first, *others = pages(converted)
    said = first + "".join(page.removeprefix(HEAD) for page in others)
    picture = "".join(f"{n}月" for n in range(1, 13))
    assert said.replace(picture, "") == lines_of(document)
    assert all(page.count(HEAD) == ("91330109MA" in page) for page in others)
    with pikepdf.open(converted) as pdf:
        embedded = {
            str(one.FontName).split("+")[1]
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        }
    families = {*STAND_INS.values(), FALLBACK.removesuffix(" SC"), "Noto Sans CJK"}  # and of charts
    meant = {family.replace(" ", "") for family in families}
    assert {name for name in embedded if not name.startswith(tuple(meant))} == set()
    for needed in ("FandolFang", "FandolSong", "FandolHei", "FandolKai", "LiberationSerif"):
        assert any(name.startswith(needed) for name in embedded)


def heights_of(character: str, pdf: pypdfium2.PdfDocument) -> list[float]:
    """Where a character stands on the page that has most of it, from above, in points."""
    found: list[list[float]] = []
    for page in pdf:
        text = page.get_textpage()
        found.append(
            [
                text.get_charbox(index)[1]
                for index in range(text.count_chars())
                if text.get_text_range(index, 1) == character
            ]
        )
    return max(found, key=len)


def test_libreoffice_sets_the_pages_as_our_pdf_has_them(
    converted: Path, ours: Fonts, tmp_path: Path
) -> None:
    write_pdf(report(), tmp_path / "report.pdf", ours, at=AT)
    left, right = LEFT_MM / PT_MM, (LEFT_MM + TYPE_AREA_MM[0]) / PT_MM
    top = (PAGE_MM[1] - TOP_MM) / PT_MM
    bottom = top - TYPE_AREA_MM[1] / PT_MM
    with (
        pypdfium2.PdfDocument(converted) as theirs,
        pypdfium2.PdfDocument(tmp_path / "report.pdf") as pdf,
    ):
        assert abs(len(theirs) - len(pdf)) <= 1
        for one in (theirs, pdf):  # each paragraph of two lines, 22 of which fill a page
            heights = heights_of("压", one)
            steps = [above - below for above, below in pairwise(heights)]
            assert len(steps) >= 3
            assert steps == pytest.approx([2 * TYPE_AREA_MM[1] / PT_MM / 22] * len(steps), abs=0.2)
        for page in theirs:
            assert page.get_size() == pytest.approx([one / PT_MM for one in PAGE_MM], abs=1)
            text = page.get_textpage()
            for index in range(text.count_chars()):
                l_, b_, r_, t_ = text.get_charbox(index)
                if r_ - l_ < 0.1:  # white space
                    continue
                # LibreOffice 7.4 hangs a mark at a line's end, though asked not to.
                hung = BODY_PT if text.get_text_range(index, 1) in "，。、；：" else 0
                assert left - 2 < l_ <= r_ < right + 2 + hung
                if t_ > bottom:  # else the page's number
                    assert bottom - 2 < b_ <= t_ < top + 2
