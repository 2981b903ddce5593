"""The four-colour map in a real browser: seen wide and narrow, and opened with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from steward.storage.engine import Database
from steward.web.factory import create_app
from tests.acceptance.conftest import ALWAYS, CHROMIUM
from tests.integration.test_web_town_map import CASES
from tests.support.ledgers import TOWNS, fill
from tests.support.served import in_thread, no_plans
from tests.support.stage import Stage, SteppedClock

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1920, "height": 1080}, {"width": 390, "height": 844}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# What an element is painted with, once the browser has worked out styles, references and policies.
FILL = "(element) => getComputedStyle(element).fill"
BACKGROUND = "(element) => getComputedStyle(element).backgroundColor"


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    with sqlite_database.session(write=True) as session:
        fill(session, CASES)
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def address(stage: Stage) -> Iterator[str]:
    app = create_app(stage.settings, stage.database, SteppedClock(), no_plans)
    with in_thread(app) as port:
        yield f"http://127.0.0.1:{port}"


def test_the_map_is_read_at_any_width_and_opened_with_the_keyboard(
    address: str, faults: list[str]
) -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=ALWAYS).new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        _look(page, address)
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        _open(page, address)
        assert faults == []
        _hall(page, address)


def _look(page: Page, address: str) -> None:
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in ("/map", f"/map/{TOWNS[0]}", f"/town/{TOWNS[0]}/colour", "/map/rules"):
            page.goto(f"{address}{path}")
            assert not page.evaluate(SIDEWAYS), (size, path)
        page.goto(f"{address}/map")
        for code in TOWNS:
            place = page.locator(f"svg [data-town='{code}']")
            expect(place).to_be_visible()
            name = place.locator("text").first.bounding_box()
            tile = place.locator("rect").first.bounding_box()
            assert name
            assert tile
            assert tile["x"] <= name["x"]
            assert name["x"] + name["width"] <= tile["x"] + tile["width"]
            assert name["height"] >= 10  # pixels


def _open(page: Page, address: str) -> None:
    page.goto(f"{address}/map")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.town") == TOWNS[1]:
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("镇2")
    expect(page.locator("tr.sum")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="得分", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("得分")


def _hall(page: Page, address: str) -> None:
    """The hall's tiles are painted as the map is, with pattern and word."""
    page.goto(f"{address}/map")
    place = page.locator(f"svg a[data-town='{TOWNS[0]}']")
    ground = place.locator("rect").first.evaluate(FILL)
    word = (place.locator("text").nth(1).text_content() or "").split()[0]
    page.goto(f"{address}/hall/main")
    tile = page.locator(f".map [data-town='{TOWNS[0]}']")
    expect(tile.locator("[data-colour-name]")).to_have_text(word)
    assert tile.evaluate(BACKGROUND) == ground
    painted = tile.locator(".stripe rect").evaluate(FILL)
    assert painted.startswith('url("#four-')
    assert page.locator(painted[5:-2]).count() == 1
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert not page.evaluate(SIDEWAYS)
