"""An officer of a town on his telephone: link, sound, figures, hazards, files, no other town."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Locator, Page, expect

from steward.clock import SystemClock
from steward.domain.accounts import Role
from steward.domain.offices import Matter
from steward.domain.weeks import local_date
from steward.offices.queries import downloads
from steward.operations.keep_tokens import add_token
from steward.operations.office_files import file_path
from steward.speech.audio.captions import captions
from steward.speech.audio.files import Tags, write_file, write_text
from tests.acceptance.conftest import Launch
from tests.support.accounts import ROOT
from tests.support.served import Process
from tests.support.stage import Stage, tone
from tests.support.town_office import OTHER, OWN, fill_ledger, give_week, put_files

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 390, "height": 844}
# How loud it is, in hundredths of full scale, while it plays: silence would be 0.
LOUDNESS = """async (audio) => {
  const context = new AudioContext();
  await context.resume();
  const ear = context.createAnalyser();
  context.createMediaElementSource(audio).connect(ear);
  ear.connect(context.destination);
  const heard = new Float32Array(ear.fftSize);
  for (let look = 0; look < 100; look += 1) {
    await new Promise((done) => setTimeout(done, 20));
    ear.getFloatTimeDomainData(heard);
    const loud = Math.sqrt(heard.reduce((sum, one) => sum + one * one, 0) / heard.length);
    if (loud > 0.05) return Math.round(loud * 100);
  }
  return 0;
}"""


@pytest.fixture
def week(stage: Stage, clock: SystemClock, tmp_path: Path) -> int:
    """This week of OWN, with a sound that can be heard; the last hazard is long overdue."""
    now = clock.now()
    today = local_date(now)

    def day(ago: int) -> str:
        return str(today - timedelta(days=ago))

    hazards = (
        ("A-1", "城厢甲厂", "城厢街道", "消防设施", "一般", "灭火器过期", day(0), day(-3), ""),
        ("A-2", "城厢甲厂", "城厢街道", "电气安全", "重大", "配电箱敞开", day(40), day(9), ""),
        ("A-3", "城厢乙厂", "城厢街道", "消防设施", "一般", "线路老化", day(50), day(20), ""),
        ("B-1", "北干丁厂", "北干街道", "电气安全", "一般", "插座松动", day(30), day(5), ""),
    )
    report = fill_ledger(stage.database, tmp_path / "in", at=now, rows=hazards)
    assert report.rejections == ()
    for code in (OTHER, OWN):
        number = give_week(stage.database, code, at=now)
        put_files(stage.folder, Matter.BRIEFING, number, but=("mp3", "vtt"))
    path = file_path(stage.folder / "offices", Matter.BRIEFING, number, "mp3")
    write_file(path, tone(5, 440), Tags("城厢街道每周隐患简报", "萧山区", str(today)))
    cues = [(0, 2_500, "城厢街道本周新增隐患1条，"), (2_500, 5_000, "超期预警企业2家。")]
    write_text(path.with_suffix(".vtt"), captions(cues))
    return number


def hears(page: Page) -> None:
    """Start the sound with a key, as any user; it is heard, and its words are read beneath."""
    audio = page.locator("audio")
    audio.focus()
    page.keyboard.press("Space")
    assert audio.evaluate(LOUDNESS) > 10
    expect(page.locator("[data-said]")).to_have_text("超期预警企业2家。", timeout=10_000)
    assert audio.evaluate("audio => audio.currentTime") > 2
    assert audio.evaluate("audio => audio.error") is None


def takes(page: Page, button: Locator) -> Download:
    with page.expect_download() as coming:
        button.click()
    return coming.value


def narrow(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_an_officer_hears_reads_filters_takes_along_and_stays_in_his_town(
    stage: Stage,
    clock: SystemClock,
    server: Process,
    launch: Launch,
    week: int,
    faults: list[str],
    tmp_path: Path,
) -> None:
    role = Role.TOWN_OFFICER
    _, key = add_token(stage.database, "城厢-张三", role=role, town=OWN, at=clock.now(), by=ROOT)
    page = launch(sound=False).new_page(viewport=TELEPHONE)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(f"{server.address}/town/{OWN}/enter?key={key}")
    assert page.url == f"{server.address}/town/{OWN}"
    expect(page.get_by_role("heading", level=1)).to_have_text("城厢街道")
    narrow(page)
    hears(page)

    overdue = page.get_by_role("link", name="超期预警企业")
    expect(overdue).to_contain_text("2家")
    overdue.click()
    table = page.locator("table.hazards")
    expect(table.get_by_role("rowheader")).to_have_text(["城厢乙厂", "城厢甲厂"])
    expect(table).to_contain_text("超期 20 天")
    narrow(page)
    page.get_by_text("按期限、等级").click()
    page.get_by_label("等级").select_option("重大")
    page.get_by_role("button", name="筛选").click()
    expect(table.get_by_role("rowheader")).to_have_text(["城厢甲厂"])
    expect(page.get_by_label("等级")).to_have_value("major")

    sheet = takes(page, page.get_by_role("link", name="下载 XLSX"))
    assert sheet.suggested_filename.startswith("隐患台账_城厢街道超期预警企业_")
    sheet.save_as(tmp_path / "taken.xlsx")
    book = openpyxl.load_workbook(tmp_path / "taken.xlsx", read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    assert (rows[0][:2], rows[1][:2], len(rows)) == (
        ("隐患编号", "企业名称"),
        ("A-2", "城厢甲厂"),
        2,
    )
    page.locator("main").get_by_role("link", name="城厢街道").click()
    word = takes(page, page.get_by_role("link", name="Word 文档"))
    assert word.suggested_filename.endswith("_每周简报.docx")
    whole = takes(page, page.get_by_role("link", name="全部打包"))
    with zipfile.ZipFile(io.BytesIO(Path(whole.path()).read_bytes())) as archive:
        assert len(archive.namelist()) == 8
    assert faults == []

    page.goto(f"{server.address}/town/{OTHER}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("您只能看自己镇街的")
    assert "北干" not in page.content()
    page.get_by_role("link", name="回到自己镇街的页面").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("城厢街道")
    with stage.database.session() as session:
        (mine,) = downloads.of_issues(session, Matter.BRIEFING, [week]).values()
    assert [(row.format, row.by) for row in mine] == [
        (one, "城厢-张三") for one in ("mp3", "docx", "zip")
    ]
