"""镇街隐患四色图: the map of a month, a town opened, the rules, and all of it as files."""

from __future__ import annotations

import io
from collections.abc import Container

from flask import Blueprint, Response, make_response, render_template, request, send_file, url_for
from markupsafe import Markup

from steward.briefings.town_map import map_chart
from steward.briefings.town_map.palette import PAINTS, patterns
from steward.briefings.town_map.words import change, ranges
from steward.domain.colours import (
    COLOUR_NAMES,
    INPUT_NAMES,
    INPUT_UNITS,
    RISING,
    ColourRules,
    Input,
)
from steward.domain.months import Month
from steward.errors import FiguresError
from steward.operations.map_files import KINDS, map_file
from steward.operations.show_map import ShownMap, show_map, show_rules, sorted_by, town_of
from steward.web.context import web

blueprint = Blueprint("map", __name__)

SORTS: tuple[tuple[str, str], ...] = (
    ("", "镇街"),
    ("score", "得分"),
    ("change", "较上月"),
    *((one.value, f"{INPUT_NAMES[one]}（{INPUT_UNITS[one]}）") for one in Input),
)
"""What the table can be sorted by: the word in the address, and the column's heading."""


@blueprint.get("/map")
def page() -> Response:
    """The map: ?month=2021-10 (default: the last whole one) ?sort= (see SORTS)."""
    shown, fault = asked_month(steps_of=())
    month = str(shown.month)
    sort = request.args.get("sort", "")
    sort = sort if sort in dict(SORTS) else ""
    chart = map_chart(
        shown.colours,
        ground=shown.ground,
        link=lambda code: url_for("map.town", code=code, month=month),
    )
    drawn = render_template(
        "map/page.html",
        picture=Markup(chart.svg),  # our own drawing: every word in it is escaped
        towns=sorted_by(shown.colours.towns, sort),
        sort=sort,
        sorts=SORTS,
        kinds=KINDS,
        fault=fault,
        **words(shown),
    )
    return make_response(drawn, 400 if fault else 200)


@blueprint.get("/map/<code>")
def town(code: str) -> Response:
    """One town: what its score is made of, and what would better its colour. ?month="""
    shown, fault = asked_month(steps_of=(code,))
    drawn = render_template("map/town.html", town=town_of(shown, code), fault=fault, **words(shown))
    return make_response(drawn, 400 if fault else 200)


@blueprint.get("/map/rules")
def rules() -> str:
    """Every version of the rules, as they stand in their file."""
    own = web()
    path = own.settings.colour_rules
    versions, now = show_rules(path, now=own.clock.now())
    return render_template(
        "map/rules.html",
        versions=versions,
        in_force=now,
        path=path,
        names=INPUT_NAMES,
        units=INPUT_UNITS,
        rising=RISING,
        ranges=ranges,
        colour_names=COLOUR_NAMES,
        **looks(versions[0]),
    )


@blueprint.get("/map/file.<any(svg, png, xlsx):kind>")
def file(kind: str) -> Response:
    """The map of ?month= as a file. Raises FiguresError, DocumentError."""
    own = web()
    shown, fault = asked_month()
    if fault:
        raise FiguresError(fault)
    made = map_file(shown, kind, fonts=own.settings.fonts_folder, at=own.clock.now())
    answer = send_file(
        io.BytesIO(made.content), mimetype=made.mime, as_attachment=True, download_name=made.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def asked_month(steps_of: Container[str] | None = None) -> tuple[ShownMap, str]:
    """The map of the month in the address, and what is wrong with that month ("" when nothing)."""
    text = request.args.get("month", "").strip()[:10]
    try:
        return _shown(Month.parse(text) if text else None, steps_of), ""
    except ValueError:
        return _shown(None, steps_of), f"月份“{text}”写得不对，应如 2021-10；下面是上个月的"
    except FiguresError as error:
        return _shown(None, steps_of), f"{error}；下面是上个月的"


def words(shown: ShownMap) -> dict[str, object]:
    """What the templates of a month's map share."""
    return {
        "shown": shown,
        "names": INPUT_NAMES,
        "units": INPUT_UNITS,
        "change": change,
        "colour_names": COLOUR_NAMES,
        **looks(shown.colours.rules),
    }


def looks(rules: ColourRules | None) -> dict[str, object]:
    """The patterns' definitions and the grounds, for the swatches of a page."""
    definitions = patterns(rules.bands if rules else (), "key").values()
    return {
        "definitions": Markup("".join(definitions)),  # of our own palette alone
        "paints": PAINTS,
    }


def _shown(month: Month | None, steps_of: Container[str] | None) -> ShownMap:
    own = web()
    return show_map(
        own.database,
        month,
        now=own.clock.now(),
        rules=own.settings.colour_rules,
        due_soon_days=own.settings.due_soon_days,
        outlines=own.settings.map_file,
        steps_of=steps_of,
    )
