"""镇街隐患四色图 on the console: the command's numbers, and for a town none but its own."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from steward import web
from steward.accounts.queries import audit
from steward.analysis.colour_rules import BUILT_IN
from steward.briefings.town_map.palette import PAINTS
from steward.cli import steward
from steward.domain.accounts import Role
from steward.domain.audit import Act
from steward.domain.colours import Colour
from steward.operations.show_map import SORTED_BY
from steward.settings import Settings, environment
from steward.storage.engine import Database
from tests.support.accounts import add, enter
from tests.support.ledgers import TOWNS, Case, fill
from tests.support.stage import Stage, SteppedClock
from tests.support.voices import FONTS

NOW = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def found(enterprise: int, days: int, *, closed: int | None = None, due: int = 30) -> Case:
    """A hazard found so many days ago; a firm's town is the rest of its number by 2, plus 1."""
    at = NOW - days * DAY
    return Case(
        enterprise=enterprise,
        town=1 + enterprise % 2,
        source="enforcement",
        industry=None,
        category="消防通道",
        level="major" if enterprise == 4 else "general",
        found_at=at,
        closed_at=None if closed is None else NOW - closed * DAY,
        voided_at=None,
        deadlines=((at, date(2021, 11, 16) - timedelta(days=days - due)),),
    )


CASES = (
    *(found(1 + n % 4, 100 + n, closed=40 - n % 20) for n in range(40)),
    *(found(2 * n, 60 + n) for n in range(1, 5)),
    *(found(2 * n + 1, 45, due=60) for n in range(2)),
)


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    with sqlite_database.session(write=True) as session:
        fill(session, CASES)
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def role() -> Role:
    return Role.VIEWER


def told(settings: Settings, month: str) -> dict[str, dict[str, Any]]:
    """What `steward colours --json` says, by town."""
    asked = ["colours", "--month", month, "--json"]
    clock = {"STEWARD_DEMO_CLOCK": "2021-11-16T09:00"}
    result = CliRunner().invoke(steward, asked, env=environment(settings) | clock)
    assert result.exit_code == 0, result.output
    return {town["code"]: town for town in json.loads(result.output)["towns"]}


def rows(page: str) -> dict[str, list[str]]:
    """The table's cells, by town."""
    found = re.findall(r'<tr data-town="(\w+)">(.*?)</tr>', page, re.DOTALL)
    return {
        code: [
            " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", "", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for code, row in found
    }


@pytest.mark.parametrize("month", ["2021-10", "2021-11"])
def test_the_page_says_what_the_command_says(client: FlaskClient, stage: Stage, month: str) -> None:
    page = client.get(f"/map?month={month}").text
    shown, said = rows(page), told(stage.settings, month)
    assert list(shown) == list(said) == sorted(TOWNS)
    svg = re.search(r"<svg xmlns.*?</svg>", page, re.DOTALL)
    assert svg
    picture = ElementTree.fromstring(svg[0])
    names = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝", None: "无数据"}
    assert len({town["colour"] for town in said.values()}) == 3  # 无数据 is one of them
    for code, town in said.items():
        colour, score = names[town["colour"]], town["score"]
        assert shown[code][0] == town["name"]
        assert shown[code][1] == (f"{colour} {town['word']}" if town["colour"] else "无数据")
        assert shown[code][2] == ("—" if score is None else f"{score}")
        values = [one["value"] for one in town["inputs"].values()]
        assert [None if one == "缺" else float(one) for one in shown[code][4:]] == values
        (place,) = [one for one in picture.iter() if one.get("data-town") == code]
        assert place.get("href") == f"/map/{code}?month={month}"
        texts = [one.text for one in place.iter("{http://www.w3.org/2000/svg}text")]
        assert texts[:2] == [town["name"], colour if score is None else f"{colour} {score}"]
    assert ("本月至今，截至" in page) == (month == "2021-11")


def test_the_last_whole_month_is_shown_unless_another_is_asked_for(client: FlaskClient) -> None:
    page = client.get("/map").text
    assert "<h1>2021年10月镇街隐患四色图</h1>" in page
    assert "2021年11月（本月至今）" in page
    for month, why in (("2021-13", "写得不对"), ("abc", "应如 2021-10"), ("2021-12", "还没有开始")):
        answer = client.get(f"/map?month={month}")
        assert answer.status_code == 400
        assert why in answer.text
        assert "<h1>2021年10月" in answer.text
        assert client.get(f"/map/file.svg?month={month}").status_code == 400
    before = client.get("/map?month=2019-01")
    assert before.status_code == 200
    assert "没有2019年1月的四色图" in before.text


def test_the_table_is_sorted_worst_first_and_what_is_missing_last(
    client: FlaskClient, stage: Stage
) -> None:
    said = told(stage.settings, "2021-10")
    for key in SORTED_BY:
        order = list(rows(client.get(f"/map?sort={key}").text))
        if key == "change":
            assert order[-1] == TOWNS[2]  # without data
            continue
        worth = [_worth(said[code], key) for code in order]
        known = [one for one in worth if one is not None]
        assert worth == sorted(known) + [None] * (3 - len(known)), key


def _worth(town: dict[str, Any], key: str) -> float | None:
    found: float | None = town["score"] if key == "score" else town["inputs"][key]["points"]
    return found


def test_a_town_opened_tells_what_its_score_is_made_of(client: FlaskClient, stage: Stage) -> None:
    said = told(stage.settings, "2021-10")
    worst = min(TOWNS[:2], key=lambda code: said[code]["score"])
    page = client.get(f"/map/{worst}?month=2021-10").text
    for one in said[worst]["inputs"].values():
        assert one["name"] in page
        for number in (one["value"], one["points"], one["weight"], one["share"]):
            assert number is None or f">{number:g}" in page.replace(".0", ""), (one, number)
    assert "怎样才能到" in page
    for step in said[worst]["steps"]:
        assert step["words"] in page
    assert client.get("/map/nowhere").status_code == 404


def test_the_rules_are_shown_as_they_stand_in_the_file(client: FlaskClient, stage: Stage) -> None:
    assert "软件随附的规则" in client.get("/map/rules").text
    own = stage.folder / "rules" / "four_colours.toml"
    own.parent.mkdir(parents=True)
    text = BUILT_IN.read_text(encoding="utf-8")
    own.write_text(text.replace("第一版", "萧应急〔2021〕8号", 1), encoding="utf-8")
    page = client.get("/map/rules").text
    for words in ("萧应急〔2021〕8号", "本月适用", str(own), "重点整治", "交叉网格", "0.5 → 80"):
        assert words in page
    own.write_text(text.replace("交叉网格", "波浪线"), encoding="utf-8")
    answer = client.get("/map")
    assert answer.status_code == 500
    assert "画不出“波浪线”" in answer.text
    assert "第1版 bands 第1档 pattern" in answer.text


def test_the_files_hold_what_the_page_shows(client: FlaskClient, stage: Stage) -> None:
    stage.folder.mkdir(exist_ok=True)
    stage.settings.fonts_folder.symlink_to(FONTS)
    svg = client.get("/map/file.svg")
    assert svg.mimetype == "image/svg+xml"
    assert "%E9%95%87%E8%A1%97%E9%9A%90%E6%82%A3" in svg.headers["Content-Disposition"]
    assert b"href" not in svg.data
    assert ElementTree.fromstring(svg.data).get("role") == "img"
    assert client.get("/map/file.png").data.startswith(b"\x89PNG")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/map/file.xlsx").data))
    assert book.sheetnames == ["四色图", "各项得分", "规则"]
    said = told(stage.settings, "2021-10")
    for row in book["四色图"].iter_rows(min_row=2, values_only=True):
        town = said[str(row[0])]
        assert row[1] == town["name"]
        assert row[5] == town["score"]
        values = [one["value"] for one in town["inputs"].values()]
        assert list(row[7:12]) == values


def test_a_town_officer_sees_his_town_and_no_other(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add(
        stage.database,
        f"{Role.TOWN_OFFICER}-1",
        Role.TOWN_OFFICER,
        at=clock.now(),
        password=None,
        town_code=TOWNS[0],
    )
    enter(client, stage.database, Role.TOWN_OFFICER, at=clock.now())
    own = client.get(f"/town/{TOWNS[0]}/colour")
    assert own.status_code == 200
    assert "计入总分" in own.text
    assert "镇2" not in own.text
    assert 'href="/map' not in own.text
    for address in (f"/town/{TOWNS[1]}/colour", "/map", f"/map/{TOWNS[0]}", "/map/file.xlsx"):
        assert client.get(address).status_code == 403, address


def test_the_bureaus_own_outlines_take_the_tiles_place_and_a_wrong_file_does_not(
    client: FlaskClient, stage: Stage, tmp_path: Path
) -> None:
    installed = stage.settings.map_file

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(steward, ["map", *arguments], env=environment(stage.settings))
        return result.exit_code, f"{result.output}{result.exception or ''}"

    features = [
        {
            "type": "Feature",
            "properties": {"镇街": f"镇{number}"},
            "geometry": {"type": "Polygon", "coordinates": [box(120 + number / 10, 30, 0.1)]},
        }
        for number in (1, 2, 3)
    ]
    file = tmp_path / "边界.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features[:2]}))
    status, said = run("install", str(file))
    assert status == 1
    assert "缺 1 个镇街：镇3" in said
    assert not installed.exists()
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert run("check", str(file))[0] == 0
    assert not installed.exists()
    assert "示意图，不是行政区划边界" in client.get("/map").text
    status, said = run("install", str(file))
    assert status == 0, said
    assert "3 个镇街" in said
    page = client.get("/map").text
    assert "边界由本单位提供" in page
    assert "示意图" not in page
    assert b"<path" in client.get("/map/file.svg").data
    installed.write_text(json.dumps({"type": "FeatureCollection", "features": features[1:]}))
    page = client.get("/map").text
    assert "没有采用" in page
    assert "缺 1 个镇街：镇1" in page
    assert "示意图，不是行政区划边界" in page
    assert run("remove")[0] == 0
    assert "没有采用" not in client.get("/map").text
    assert run("remove")[0] == 1
    with stage.database.session() as session:
        acts = [entry.what for entry in audit.walk(session)]
    assert acts[-2:] == [Act.MAP_INSTALLED, Act.MAP_REMOVED]


def box(x: float, y: float, side: float) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def test_the_hall_shows_the_last_whole_months_colours_beside_its_numbers(
    client: FlaskClient, stage: Stage
) -> None:
    said = told(stage.settings, "2021-10")
    shown = client.get("/hall/main/board.json").get_json()["colours"]
    assert shown["month"] == "2021年10月"
    assert {code: one["colour"] for code, one in shown["towns"].items()} == {
        code: town["colour"] for code, town in said.items()
    }
    assert {band["pattern"] for band in shown["bands"]} == {"交叉网格", "密斜线", "疏斜线", "圆点"}
    assert sum(band["towns"] for band in shown["bands"]) == 2
    page = client.get("/hall/main").text
    for colour in Colour:
        assert f'<pattern id="four-{colour}"' in page
        assert f'data-legend-colour="{colour}"' in page


def test_a_hall_with_wrong_rules_goes_on_without_colours(client: FlaskClient, stage: Stage) -> None:
    own = stage.folder / "rules" / "four_colours.toml"
    own.parent.mkdir(parents=True)
    own.write_text("versions = 1", encoding="utf-8")
    assert client.get("/hall/main").status_code == 200
    news = client.get("/hall/main/board.json").get_json()
    assert news["colours"]["note"] == "四色图规则有错"
    assert news["colours"]["towns"] == {}
    assert news["board"]["counts"]["open_hazards"] == 6


@pytest.mark.parametrize("colour", list(Colour))
def test_the_halls_tiles_have_the_maps_colours(colour: Colour) -> None:
    style = (Path(web.__file__).parent / "static" / "hall.css").read_text(encoding="utf-8")
    paint = PAINTS[colour]
    rule = f"[data-colour={colour}] {{ background: {paint.ground}; color: {paint.ink}; }}"
    assert rule in style
