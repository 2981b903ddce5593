"""The four-colour map as a picture: every town once, read with and without its colours."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from steward.analysis.colour_rules import read_rules
from steward.briefings.town_map import map_chart
from steward.briefings.town_map.palette import LEAST_CONTRAST, PAINTS, contrast, pattern
from steward.domain.colours import (
    COLOUR_NAMES,
    MOVE_WORDS,
    PATTERNS,
    Colour,
    ColourMap,
    Move,
    TownColour,
)
from steward.domain.figures import Town
from steward.domain.months import Month
from steward.ledger.towns import known_towns

SVG = "{http://www.w3.org/2000/svg}"
(RULES,) = read_rules()
SCORES = ("12.5", "55.0", "70.1", "99.9")


def coloured(town: Town, number: int) -> TownColour:
    """A town in the number-th colour, each also with another last month."""
    band = RULES.bands[number % 4]
    last = list(Colour)[(number // 4) % 4]
    score = Decimal(SCORES[number % 4])
    return TownColour(town, band.colour, band.word, band.pattern, score, (), last=last)


def colours_of(towns: list[Town]) -> ColourMap:
    """All of them in all four colours; the last one without data."""
    given = [coloured(town, number) for number, town in enumerate(towns)]
    given[-1] = TownColour(towns[-1], None, "无数据", "", None, ())
    return ColourMap(Month(2021, 10), RULES, tuple(given))


COLOURS = colours_of(known_towns())


def drawn(colours: ColourMap, **options: object) -> ElementTree.Element:
    return ElementTree.fromstring(map_chart(colours, **options).svg)  # type: ignore[arg-type]


def town_of(svg: ElementTree.Element, code: str) -> ElementTree.Element:
    (found,) = [one for one in svg.iter() if one.get("data-town") == code]
    return found


def test_every_town_stands_there_once_with_all_that_is_said_of_it() -> None:
    svg = drawn(COLOURS)
    for town in COLOURS.towns:
        place = town_of(svg, town.town.code)
        written = ["".join(one.itertext()) for one in place.iter(f"{SVG}text")]
        assert written[0] == town.town.name
        if town.colour is None:
            assert written[1:] == ["无数据"]
            continue
        assert town.move is not None
        change = MOVE_WORDS[town.move].replace(" ", "")
        assert written[1:] == [f"{town.name} {town.score}", town.word, change]
        said = place.get("aria-label") or ""
        for words in (town.word, town.pattern, f"{town.score}分", COLOUR_NAMES[town.colour]):
            assert words in said
        fills = {one.get("fill") for one in place.iter(f"{SVG}rect")}
        assert fills == {PAINTS[town.colour].ground, f"url(#four-{town.colour})"}
    assert {town.move for town in COLOURS.towns} == {*Move, None}


def test_no_two_tiles_and_not_the_legend_lie_over_one_another() -> None:
    svg = drawn(COLOURS)
    width, height = [float(n) for n in (svg.get("viewBox") or "").split()[2:]]
    boxes = []
    for rect in svg.iter(f"{SVG}rect"):
        x, y, wide, high = (float(rect.get(n, "0")) for n in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= width
        assert 0 <= y <= y + high <= height
        if (rect.get("fill") or "").startswith("#"):
            boxes.append((x, y, x + wide, y + high))
    assert len(boxes) == len(COLOURS.towns) + 5  # four colours and 无数据
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3]
            assert apart or other[1] >= one[3]


def test_every_fill_is_defined_and_no_two_patterns_are_alike() -> None:
    svg = drawn(COLOURS, name="month")
    defined = {one.get("id"): one for one in svg.iter(f"{SVG}pattern")}
    used = {one.get("fill") for one in svg.iter() if (one.get("fill") or "").startswith("url")}
    assert used == {f"url(#{name})" for name in defined}
    assert len(used) == 5
    shapes = {pattern("x", Colour.RED, kind) for kind in PATTERNS}
    assert len(shapes) == len(PATTERNS)


def test_the_legend_says_word_pattern_scores_and_how_many() -> None:
    text = " ".join("".join(one.itertext()) for one in drawn(COLOURS).iter(f"{SVG}text"))
    for number, band in enumerate(RULES.bands):
        count = sum(town.colour == band.colour for town in COLOURS.towns)
        assert f"{COLOUR_NAMES[band.colour]} {band.word}：{count} 个" in text
        scores = ("0 至 49.9", "50 至 64.9", "65 至 79.9", "80 至 100")[number]
        assert f"{band.pattern}，{scores} 分" in text
    assert "示意图，不是行政区划边界" in text


@pytest.mark.parametrize("colour", [*Colour, None])
def test_words_are_read_on_every_colour(colour: Colour | None) -> None:
    paint = PAINTS[colour]
    assert contrast(paint.ground, paint.ink) >= LEAST_CONTRAST
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known one


def test_ink_of_the_words_is_that_of_their_ground() -> None:
    svg = drawn(COLOURS)
    for town in COLOURS.towns:
        for text in town_of(svg, town.town.code).iter(f"{SVG}text"):
            assert text.get("fill") == PAINTS[town.colour].ink


def test_links_are_links_and_without_them_it_is_one_picture() -> None:
    svg = drawn(COLOURS, link=lambda code: f"/map/{code}?a=1&b=2")
    assert svg.get("role") == "group"
    place = town_of(svg, "330109105")
    assert place.tag == f"{SVG}a"
    assert place.get("href") == "/map/330109105?a=1&b=2"
    assert drawn(COLOURS).get("role") == "img"


def test_a_name_is_never_markup_and_never_wider_than_its_tile() -> None:
    town = Town("1", "<b>&很长很长的镇街名称</b>", 0, 0)
    svg = drawn(replace(COLOURS, towns=(coloured(town, 0),)))
    place = town_of(svg, "1")
    assert (place.get("aria-label") or "").startswith(town.name)
    name = next(place.iter(f"{SVG}text")).text or ""
    assert name.startswith("<b>&")
    assert name.endswith("…")


def test_no_town_and_no_rules_are_a_picture_too() -> None:
    assert drawn(replace(COLOURS, towns=())).tag == f"{SVG}svg"
    bare = replace(
        COLOURS, rules=None, towns=(TownColour(known_towns()[0], None, "无数据", "", None, ()),)
    )
    assert "无数据" in "".join(drawn(bare).itertext())
