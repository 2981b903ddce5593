"""A town's briefing as files: each carries the same numbers, and they are the ledger's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
import soundfile
import webvtt
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

import steward.offices.tables  # noqa: F401
from steward.cli import steward as command
from steward.domain.figures import Figures
from steward.domain.weeks import Week
from steward.errors import FiguresError, StewardError
from steward.ledger.queries import acts
from steward.narration.lexicon import built_in
from steward.operations.hand_out_briefings import Desk, Wanted, find_briefings, hand_out
from steward.operations.weekly_figures import weekly_figures
from steward.operations.write_briefing import Wording
from steward.storage.base import Base
from steward.storage.engine import Database
from tests.contract.test_briefings_issued import correct, issued, said, send
from tests.support import studios
from tests.support.ledgers import TOWNS, fill
from tests.support.said import after, play, take
from tests.support.studios import SLOT
from tests.support.voices import FONTS

WEEK = Week.containing(SLOT)
LONG = "杭州萧山" + "隆兴昌盛" * 13 + "有限公司"  # 60 characters
RARE = "㐂𠮷堃機械厂"
MARKUP = '甲<b>&#36;$x^2$"乙"\'#let 丙厂'
ROWS = f"""A1,{LONG},镇2,消防安全,一般,2021-11-15 13:00,2021-11-15
A2,{RARE},镇2,电气线路,重大,2021-11-15 13:00,2021-11-20
A3,"{MARKUP.replace('"', '""')}",镇2,"有限空间<&>",一般,2021-11-15 14:00,2021-11-16
A4,企业4,镇2,消防安全,一般,2021-10-20 14:00,2021-11-01
A6,企业4,镇2,消防安全,一般,2021-11-10 14:00,2021-12-20
A5,企业5,镇1,消防安全,一般,2021-11-15 14:00,2021-12-16
"""


@dataclass
class House:
    """A ledger of which the week was said, and the desk that hands briefings out."""

    folder: Path
    database: Database
    desk: Desk

    def wanted(self, town: str, week: Week = WEEK, minutes: float = 60) -> Wanted:
        (one,) = find_briefings(self.database, week, [town], desk=self.desk, now=after(minutes))
        return one

    def file(self, wanted: Wanted, ending: str) -> Path:
        return self.folder / "out" / wanted.name(ending)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("briefings")
    (folder / "out").mkdir()
    database = Database(f"sqlite:///{folder / 'steward.db'}")
    Base.metadata.create_all(database.engine)
    studios.plan_for(database)
    with database.session(write=True) as session:
        fill(session, [])
    take(database, folder, ROWS, -60)
    studio = studios.studio_of(database, folder)
    engine = studios.engine_of(studio, folder, prepare_ahead_s=0)
    play(engine, 0)
    wording = Wording("萧山区", built_in())
    desk = Desk(wording, folder / "offices", FONTS, studio.voice)
    yield House(folder, database, desk)
    database.dispose()


@pytest.fixture(scope="module")
def handed(house: House) -> Wanted:
    """镇2's, as files."""
    wanted = house.wanted("镇2")
    assert hand_out(wanted, house.folder / "out", desk=house.desk, sound=True) == []
    return wanted


@pytest.fixture(scope="module")
def figures(house: House) -> Figures:
    return weekly_figures(house.database, as_of=SLOT, town="镇2", evidence=True)


def table_of(rows: list[list[Any]]) -> dict[str, Any]:
    """A table of two dimensions by the first column: its second."""
    return {str(row[0]): row[1] for row in rows}


def docx_tables(path: Path) -> list[list[list[str]]]:
    paper = docx.Document(str(path))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]


def pdf_text(path: Path) -> str:
    """All words of a PDF, without white space."""
    with pypdfium2.PdfDocument(path) as paper:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in paper))


def sheet(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def test_names_of_files_are_people_s(house: House, handed: Wanted) -> None:
    assert house.file(handed, "docx").name == "镇2_2021-W46_每周简报.docx"
    names = {path.suffix for path in (house.folder / "out").glob("镇2_2021-W46_每周简报.*")}
    assert names == {".mp3", ".ogg", ".vtt", ".txt", ".docx", ".pdf", ".xlsx", ".json"}


def test_every_file_says_the_numbers_of_the_ledger(
    house: House, handed: Wanted, figures: Figures
) -> None:
    counts = figures.counts
    document = said(house.database).figures
    assert document is not None
    share = next(one for one in document["by_town"] if one["name"] == "镇2")
    expected = {
        "本周新增隐患": counts.new_hazards,
        "本周新增重大隐患": counts.new_major,
        "隐患到期预警企业": counts.due_soon_enterprises,
        "超期预警企业": counts.overdue_enterprises,
        "本周闭环隐患": counts.closed_hazards,
        "未闭环隐患": counts.open_hazards,
        "未闭环重大隐患": counts.open_major,
        "累计监控隐患": counts.monitored,
    }
    assert list(expected.values()) == [3, 1, 2, 2, 0, 5, 1, 5]
    fields = ("new_hazards", "new_major", "due_soon_enterprises", "overdue_enterprises")
    fields += ("closed_hazards", "open_hazards", "open_major", "monitored")
    assert [share[name] for name in fields] == list(expected.values())

    plain = json.loads(house.file(handed, "json").read_text(encoding="utf-8"))
    assert [plain[name] for name in fields] == list(expected.values())
    assert plain["evidence"]["new_hazards"] == counts.new_hazards
    assert plain["evidence"]["overdue_enterprises"] == counts.overdue_enterprises

    main = table_of(sheet(house.file(handed, "xlsx"), "主要数字"))
    assert main["本周新增隐患"] == "条"
    values = {row[0]: row[2] for row in sheet(house.file(handed, "xlsx"), "主要数字")}
    assert {name: values[name] for name in expected} == expected

    first = table_of(docx_tables(house.file(handed, "docx"))[0])
    units = {re.sub("（.*", "", name): value for name, value in first.items()}
    assert {name: units[name] for name in expected} == {k: str(v) for k, v in expected.items()}

    words = pdf_text(house.file(handed, "pdf"))
    for name, value in expected.items():
        assert re.search(rf"{name}（.）{value}\d", words), name  # beside it, last week's

    text = house.file(handed, "txt").read_text(encoding="utf-8")
    spoken = "".join(one["written"] for one in handed.row.clauses)
    for number, unit in ((3, "条"), (2, "家")):
        assert f"{number}{unit}" in spoken
    captions = "".join(one.text for one in webvtt.read(str(house.file(handed, "vtt"))))
    assert captions == spoken
    assert "".join(text.split("\n\n", 1)[1].splitlines()) == spoken
    assert "".join(plain["script"]) == spoken
    assert spoken in words
    assert spoken in "".join(
        one.text for one in docx.Document(str(house.file(handed, "docx"))).paragraphs
    )


def test_sound_is_whole(house: House, handed: Wanted) -> None:
    lengths = [
        soundfile.info(str(house.file(handed, ending))).duration for ending in ("mp3", "ogg")
    ]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.1)
    last = list(webvtt.read(str(house.file(handed, "vtt"))))[-1]
    assert 0 < last.end_in_seconds < lengths[0]


def test_lists_name_enterprises_as_they_are_written(house: House, handed: Wanted) -> None:
    overdue, due_soon, major = docx_tables(house.file(handed, "docx"))[2:]
    assert [row[0] for row in overdue[1:]] == ["企业4", LONG]
    assert [row[3] for row in overdue[1:]] == ["15", "1"]
    assert [row[0] for row in due_soon[1:]] == [MARKUP, RARE]
    assert [row[3] for row in due_soon[1:]] == ["今天", "4"]
    assert [row[:2] for row in major[1:]] == [[RARE, "电气线路"]]
    rows = sheet(house.file(handed, "xlsx"), "到期预警企业")[1:]
    assert [(row[0], row[3]) for row in rows] == [(MARKUP, 0), (RARE, 4)]
    words = pdf_text(house.file(handed, "pdf"))
    assert MARKUP.replace(" ", "") in words
    assert "㐂𠮷堃機械厂" in words
    assert LONG in words
    assert "有限空间<&>" in words


def test_the_same_row_gives_the_same_files(house: House, handed: Wanted, tmp_path: Path) -> None:
    assert hand_out(handed, tmp_path, desk=house.desk, sound=False) == []
    for ending in ("txt", "json", "docx", "pdf"):
        again = tmp_path / handed.name(ending)
        assert again.read_bytes() == house.file(handed, ending).read_bytes(), ending


def test_a_town_without_anything_has_a_briefing_too(house: House, tmp_path: Path) -> None:
    wanted = house.wanted("镇3")
    assert hand_out(wanted, tmp_path, desk=house.desk, sound=False) == []
    text = (tmp_path / wanted.name("txt")).read_text(encoding="utf-8")
    assert "镇3本周无新增隐患，无隐患到期预警企业，无超期预警企业。" in text
    words = pdf_text(tmp_path / wanted.name("pdf"))
    assert "无超期预警企业，无7天内到期预警企业，无未闭环重大隐患。" in words
    assert "闭环率无无" in words
    assert values_of(tmp_path / wanted.name("xlsx"))["检查率"] == "无"


def values_of(path: Path) -> dict[str, Any]:
    return {row[0]: row[2] for row in sheet(path, "主要数字")}


def test_what_lacks_its_font_stops_no_other_file(house: House, tmp_path: Path) -> None:
    desk = replace(house.desk, fonts_folder=tmp_path / "none")
    (fault,) = hand_out(house.wanted("镇1"), tmp_path, desk=desk, sound=False)
    assert fault.startswith("镇1：Word 文档、PDF没有做成：做文档的字体不全")
    assert sorted(path.suffix for path in tmp_path.glob("镇1*")) == [".json", ".txt", ".xlsx"]


def test_a_week_without_a_broadcast_is_made_from_the_ledger_and_says_so(
    house: House, tmp_path: Path
) -> None:
    before = WEEK.previous()
    wanted = house.wanted("镇2", before)
    assert not wanted.issued
    assert wanted.row.as_of == before.last_instant
    assert hand_out(wanted, tmp_path, desk=house.desk, sound=False) == []
    path = tmp_path / "镇2_2021-W45_每周简报_未随播报下发.txt"
    assert "【未随播报下发，仅供参考】" in path.read_text(encoding="utf-8")
    assert "未随播报下发" in pdf_text(path.with_suffix(".pdf"))
    assert values_of(path.with_suffix(".xlsx"))["本周新增隐患"] == 1
    assert len(issued(house.database)) == 3  # nothing of it was kept
    with pytest.raises(FiguresError, match="还没有开始"):
        house.wanted("镇2", Week(2021, 47))
    with pytest.raises(FiguresError, match="没有这个镇街：“镇9”"):
        house.wanted("镇9")


def test_a_correction_says_what_was_said_and_what_is_right(house: House, tmp_path: Path) -> None:
    with house.database.session(write=True) as session:
        acts.void(session, 1, at=after(70), reason="登记错误")
    send(house.database, correct(house.database, 80), 81)
    studio = studios.studio_of(house.database, house.folder)
    play(studios.engine_of(studio, house.folder, prepare_ahead_s=0), 81)
    wanted = house.wanted("镇2", minutes=90)
    assert hand_out(wanted, tmp_path, desk=house.desk, sound=False) == []
    name = "镇2_2021-W46_每周简报_更正第1次.txt"
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.startswith("镇2每周隐患简报（2021年第46周，更正第1次）\n")
    assert "更正：11月16日上午9时播报的镇2本周新增隐患应为2条，原播报为3条；" in text
    assert "镇2本周新增隐患：原来“3条”，更正为“2条”" in text
    (changes, *_) = docx_tables(tmp_path / name.replace(".txt", ".docx"))
    assert changes[1] == ["镇2本周新增隐患", "3条", "2条"]
    words = pdf_text(tmp_path / name.replace(".txt", ".pdf"))
    assert "更正第1次：全区每周播报已更正" in words
    rows = sheet(tmp_path / name.replace(".txt", ".xlsx"), "更正")
    assert rows[1] == ["镇2本周新增隐患", "3条", "2条"]
    plain = json.loads((tmp_path / name.replace(".txt", ".json")).read_text(encoding="utf-8"))
    assert (plain["correction"], plain["new_hazards"]) == ("更正第1次", 2)
    assert [row.number for row in issued(house.database)] == [1, 1, 1, 2]


def run(house: House, *words: str) -> Result:
    environment = {
        "STEWARD_DATA_DIR": str(house.folder),
        "STEWARD_DEMO_CLOCK": (SLOT + timedelta(hours=3)).isoformat(),
        "STEWARD_FONTS_DIR": str(FONTS),
        "STEWARD_VOICE": "silence",
        "STEWARD_HEAR_BACK": "false",
    }
    return CliRunner().invoke(command, ["briefing", *words], env=environment)


def test_the_command_writes_a_folder_and_speaks_plainly(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "新" / "简报"
    done = run(house, "--week", "2021-W46", "--town", "镇1", "-o", str(folder))
    assert done.exit_code == 0, done.output
    assert done.stdout == f"1 个镇街的简报已放在 {folder}\n"
    endings = sorted(path.suffix for path in folder.glob("镇1_2021-W46_每周简报.*"))
    assert endings == [".docx", ".json", ".mp3", ".ogg", ".pdf", ".txt", ".vtt", ".xlsx"]
    text = (folder / "镇1_2021-W46_每周简报.txt").read_text(encoding="utf-8")
    assert "【演示数据，不作工作依据】" in text
    old = run(house, "--week", "2021-W44", "--town", TOWNS[1], "--no-sound", "-o", str(folder))
    assert "未随播报下发：2021-W44 没有下发过，数字取自现在的台账" in old.stdout
    again = run(house, "--week", "2021-W46", "--again")
    assert again.stdout == "2021-W46 没有未做成的简报\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--week", "2021-46", "-o", "x"), "“2021-46”不是周次，应如 2021-W46"),
        (("--week", "2021-W46"), "请用 -o 指定放文件的文件夹"),
        (("--week", "2021-W48", "-o", "x"), "这一周还没有开始"),
        (("--week", "2021-W46", "--town", "火星", "-o", "x"), "没有这个镇街：“火星”"),
        (("--week", "2021-W46", "--town", "镇1", "-o", "/dev/null/x"), "文件夹无法使用"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    house: House, words: tuple[str, ...], sentence: str
) -> None:
    done = run(house, *words)
    assert done.exit_code != 0
    told = str(done.exception) if isinstance(done.exception, StewardError) else done.output
    assert sentence in told
