"""Documents as PDF: what is said, how it stands on the page, and what is in the file."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from steward.briefings.fonts import FONT_FILES, Fonts
from steward.briefings.layout import (
    LEFT_MM,
    PAGE_MM,
    PT_MM,
    TOP_MM,
    TYPE_AREA_MM,
)
from steward.briefings.pdf import write_pdf
from steward.domain.documents import Chart, Column, Document, Heading, Paragraph, Table
from steward.errors import DocumentError
from tests.support.papers import (
    AT,
    LIST_COLUMNS,
    LONG_NAME,
    briefing,
    chart,
    fonts,
    lines_of,
    packed,
    pages,
    report,
    rows,
)
from tests.support.voices import ROOT

HEAD = packed("".join(column.title for column in LIST_COLUMNS))


@pytest.fixture(scope="module")
def ours() -> Fonts:
    return fonts()


@pytest.fixture(scope="module")
def paper(ours: Fonts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "report.pdf"
    write_pdf(report(), path, ours, at=AT)
    return path


def printed(document: Document, path: Path, ours: Fonts) -> str:
    """What is read off the paper, repeated heads of its list once."""
    write_pdf(document, path, ours, at=AT)
    first, *others = pages(path)
    return first + "".join(page.removeprefix(HEAD) for page in others)


def hold_to_type_area(path: Path) -> int:
    """Save page numbers, which stand 7 mm below it: outside, on even pages left. How many pages."""
    left, right = LEFT_MM / PT_MM, (LEFT_MM + TYPE_AREA_MM[0]) / PT_MM
    top = (PAGE_MM[1] - TOP_MM) / PT_MM
    bottom = top - TYPE_AREA_MM[1] / PT_MM
    with pypdfium2.PdfDocument(path) as pdf:
        for number, page in enumerate(pdf, 1):
            assert page.get_size() == pytest.approx([one / PT_MM for one in PAGE_MM], abs=0.1)
            text = page.get_textpage()
            for index in range(text.count_chars()):
                if not text.get_text_range(index, 1).strip("\u200b\r\n "):
                    continue
                l_, b_, r_, t_ = text.get_charbox(index)
                if bottom - 12 / PT_MM < b_ < t_ < bottom - 5 / PT_MM:
                    centre = (l_ + r_) / 2 - (left + right) / 2
                    assert centre > 150 if number % 2 else centre < -150
                else:
                    assert left - 1 < l_ <= r_ < right + 1
                    assert bottom - 1 < b_ <= t_ < top + 1
        return len(pdf)


def test_the_paper_says_what_the_document_says(ours: Fonts, tmp_path: Path) -> None:
    document = report()
    without = replace(
        document, blocks=tuple(one for one in document.blocks if not isinstance(one, Chart))
    )
    assert printed(without, tmp_path / "a.pdf", ours) == lines_of(without)
    assert printed(briefing(), tmp_path / "b.pdf", ours) == lines_of(briefing())


def test_an_official_number_makes_the_head_a_documents(ours: Fonts, tmp_path: Path) -> None:
    assert printed(briefing(), tmp_path / "a.pdf", ours).startswith("萧山区应急管理局文件萧应急报")
    assert printed(report(1), tmp_path / "b.pdf", ours).startswith("杭州市萧山区应急管理局2021年第")


def test_a_long_list_has_its_head_on_every_page_and_no_row_in_two(
    ours: Fonts, tmp_path: Path
) -> None:
    """1,500 rows: each page that has some begins with the head; every row is on one page."""
    document = replace(briefing(), blocks=(Table("表1 全部隐患", LIST_COLUMNS, rows(1500)),))
    write_pdf(document, tmp_path / "long.pdf", ours, at=AT)
    first, *others = pages(tmp_path / "long.pdf")
    assert len(others) > 50
    assert first.count(HEAD) == 1
    seen = re.findall(r"91330109MA(\d{7})X", first)
    for page in others:
        numbers = re.findall(r"91330109MA(\d{7})X", page)
        assert not numbers or page.startswith(HEAD)
        assert page.count(HEAD) == bool(numbers)
        assert len(re.findall("整改中|超期", page)) == len(numbers)
        assert page.count("配电箱未设漏电保护") == page.count("线路老化")  # of two lines
        seen += numbers
    assert list(map(int, seen)) == list(range(1, 1501))


def test_a_row_of_many_lines_stays_on_one_page(ours: Fonts, tmp_path: Path) -> None:
    columns = (Column("企业名称", 1, "left"), Column("状态", 2))
    table = Table("表1 甲", columns, ((LONG_NAME, "整改中"),) * 40)
    write_pdf(replace(briefing(), blocks=(table,)), tmp_path / "a.pdf", ours, at=AT)
    counts = [
        (page.count(LONG_NAME), page.count(LONG_NAME[:6]), page.count(LONG_NAME[-6:]))
        for page in pages(tmp_path / "a.pdf")
    ]
    assert sum(whole for whole, _, _ in counts) == 40
    assert all(whole == begun == ended for whole, begun, ended in counts)


def test_twenty_two_lines_of_twenty_eight_characters(ours: Fonts, tmp_path: Path) -> None:
    document = replace(briefing(), blocks=(Paragraph("隐患排查治理" * 300),))
    write_pdf(document, tmp_path / "full.pdf", ours, at=AT)
    with pypdfium2.PdfDocument(tmp_path / "full.pdf") as pdf:
        lines = pdf[1].get_textpage().get_text_range().splitlines()
    assert [len(line) for line in lines[:-1]] == [28] * 22


def test_nothing_stands_outside_of_the_type_area(paper: Path) -> None:
    assert hold_to_type_area(paper) > 4


def test_the_file_is_archival_accessible_and_carries_our_fonts_alone(paper: Path) -> None:
    with pikepdf.open(paper) as pdf:
        with pdf.open_metadata() as facts:
            assert facts["pdfaid:part"] == "2"
            assert facts["pdfaid:conformance"] == "A"
            assert facts["pdfuaid:part"] == "1"
            assert facts["dc:title"] == report().title
            assert facts["xmp:CreateDate"].startswith("2021-11-03T01:00:00")
        assert str(pdf.Root.Lang) == "zh-CN"
        assert bool(pdf.Root.MarkInfo.Marked)
        objects = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        embedded = {str(one.FontName) for one in objects if one.get("/Type") == "/FontDescriptor"}
        assert all(
            {"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys())
            for one in objects
            if one.get("/Type") == "/FontDescriptor"
        )
        described = [str(one.Alt) for one in objects if "/Alt" in one]
    names = {name.split("+")[1].replace("CJKsc", "CJK") for name in embedded}
    files = {Path(one.name).stem for one in FONT_FILES}
    assert names <= files | {"LiberationSerif"}  # as its regular cut calls itself
    assert {"FandolFang-Regular", "FandolSong-Bold", "FandolHei-Regular"} <= names
    assert described == [report().blocks[4].words]  # type: ignore[union-attr]


def test_the_same_document_gives_the_same_bytes(paper: Path, ours: Fonts, tmp_path: Path) -> None:
    write_pdf(report(), tmp_path / "again.pdf", ours, at=AT)
    assert (tmp_path / "again.pdf").read_bytes() == paper.read_bytes()
    write_pdf(report(), tmp_path / "day.pdf", ours, at=date(2021, 11, 3))
    assert (tmp_path / "day.pdf").read_bytes() != paper.read_bytes()


def test_a_code_is_never_broken_and_never_overflows(ours: Fonts, tmp_path: Path) -> None:
    """However little the writer of the table gave its column; 25 columns of codes break them."""
    code = "91330109MA2H1M9W8Q"
    narrow = Table("表", (Column("名称", 9, "left"), Column("代码", 1)), (("甲" * 200, code),))
    many = Table("表", tuple(Column("码", 1) for _ in range(25)), ((code,) * 25,))
    write_pdf(replace(briefing(), blocks=(narrow,)), tmp_path / "a.pdf", ours, at=AT)
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as pdf:
        assert code in pdf[0].get_textpage().get_text_range()
    crowded = replace(briefing(), blocks=(Paragraph("W" * 200), many))
    write_pdf(crowded, tmp_path / "b.pdf", ours, at=AT)
    hold_to_type_area(tmp_path / "b.pdf")
    words = "".join(pages(tmp_path / "b.pdf"))
    assert words.count("W" * 200) == 1
    assert words.count(code) == 25


def test_a_row_higher_than_a_page_loses_nothing(ours: Fonts, tmp_path: Path) -> None:
    columns = (Column("甲", 1), Column("乙", 1, "left"))
    document = replace(briefing(), blocks=(Table("表", columns, (("一", "隐" * 4000),)),))
    write_pdf(document, tmp_path / "a.pdf", ours, at=AT)
    assert "".join(pages(tmp_path / "a.pdf")).count("隐") == 4001  # and that of the title
    assert hold_to_type_area(tmp_path / "a.pdf") > 3


@pytest.mark.parametrize("lines", range(14, 22))
def test_captions_and_signatures_are_never_alone(lines: int, ours: Fonts, tmp_path: Path) -> None:
    """Wherever the page ends: a caption has its table, a heading its text, a signature words."""
    table = Table("表1 甲", (Column("名称", 1), Column("数量", 1)), (("乙", "1"), ("丙", "2")))
    picture = replace(chart("图1 丁", (1, 2)), height_mm=50)
    document = replace(
        briefing(),
        blocks=(
            *(Paragraph("字") for _ in range(lines - 10)),
            Heading("一、标题"),
            table,
            *(Paragraph("字") for _ in range(lines)),
            picture,
            *(Paragraph("字") for _ in range(lines)),
            Paragraph("末"),
        ),
    )
    write_pdf(document, tmp_path / "a.pdf", ours, at=AT)
    for page in pages(tmp_path / "a.pdf"):
        assert ("一、标题" in page) == ("表1甲名称数量乙1丙2" in page)
        assert ("1月2月" in page) == ("图1丁" in page)
        assert not page.startswith("萧山区应急管理局2021")


def test_what_no_font_draws_is_named_with_its_place(ours: Fonts, tmp_path: Path) -> None:
    table = Table("表1 甲", LIST_COLUMNS[:2], (("1", "好"), ("2", "萧山🔥\ue000有限公司")))
    with pytest.raises(DocumentError) as refused:
        write_pdf(replace(briefing(), blocks=(table,)), tmp_path / "a.pdf", ours, at=AT)
    assert "“🔥”（U+1F525，在表“表1 甲”第 2 行）" in refused.value.sentence
    assert "U+E000" in refused.value.sentence
    with pytest.raises(DocumentError, match="U\\+1F4A5，在图“图1”"):
        write_pdf(
            replace(briefing(), blocks=(Chart("图1", "<svg><text>💥</text></svg>", "火"),)),
            tmp_path / "a.pdf",
            ours,
            at=AT,
        )
    assert list(tmp_path.iterdir()) == []


def test_what_is_invisible_is_left_out(ours: Fonts, tmp_path: Path) -> None:
    words = "甲\x00乙\x0b丙\u200b丁\ufeff戊\u2028己\u202e庚\ufe0f"
    said = printed(replace(briefing(), blocks=(Paragraph(words),)), tmp_path / "a.pdf", ours)
    assert "甲乙丙丁戊己庚" in said


@pytest.mark.parametrize("svg", ["<svg", "<html/>", '<!DOCTYPE a [<!ENTITY b "c">]><svg>&b;</svg>'])
def test_what_is_no_picture_is_refused(svg: str, ours: Fonts, tmp_path: Path) -> None:
    document = replace(briefing(), blocks=(Chart("图1", svg, "图"),))
    with pytest.raises(DocumentError):
        write_pdf(document, tmp_path / "a.pdf", ours, at=AT)
    assert list(tmp_path.iterdir()) == []


def test_without_title_it_is_refused(ours: Fonts, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="没有标题"):
        write_pdf(replace(briefing(), title=" "), tmp_path / "a.pdf", ours, at=AT)


_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from steward.briefings.docx import write_docx
from steward.briefings.pdf import write_pdf
from steward.briefings.workbook import Sheet, write_workbook
from steward.errors import DocumentError
from tests.support.papers import AT, briefing, fonts
ours = fonts()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))
def write_xlsx(document, path, ours, *, at):
    rows = [(f"第{n}行",) for n in range(5000)]
    write_workbook(path, [Sheet("甲", (("乙", 9),), rows)], title="a", author="b", at=at)
for write, name in ((write_pdf, "a.pdf"), (write_docx, "a.docx"), (write_xlsx, "a.xlsx")):
    try:
        write(briefing(), Path(sys.argv[1]) / name, ours, at=AT)
    except DocumentError as error:
        assert error.retry
        print(error)
"""


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    """The kernel refuses to let the file grow, as a full disk does."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    (tmp_path / "a.pdf").write_bytes(b"of last week")
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in ("a.pdf", "a.docx", "a.xlsx"):
        assert re.search(f"文件无法写入：.*（{tmp_path / name}）", done.stdout)
    assert (tmp_path / "a.pdf").read_bytes() == b"of last week"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
