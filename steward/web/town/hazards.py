"""A town's hazards, and those behind a figure: a list with a filter, and as a file."""

from __future__ import annotations

import io
from datetime import datetime

from flask import Response, render_template, send_file

from steward.domain.hazards import LEVEL_NAMES, SOURCE_NAMES, STATUS_NAMES
from steward.domain.offices import FORMATS
from steward.domain.search import STANDING_NAMES, Standing
from steward.domain.weeks import local_date
from steward.operations.export_hazards import file_name, write_xlsx
from steward.operations.find_hazards import count_hazards, hazard_page, walk_hazards
from steward.operations.town_hazards import Asked, ask_behind, ask_town, town_hazard
from steward.web.context import web
from steward.web.town.asked import asked_filter, asked_mark, typed
from steward.web.town.blueprint import blueprint
from steward.web.town.page import words
from steward.web.turns import in_turn

PAGE = 50  # hazards
_TURN = 200  # rows of a file, after which others in this process have their turn


@blueprint.get("/<town>/hazards")
def hazards(town: str) -> str:
    """All of the town's hazards; those that are open unless asked otherwise."""
    return _listed(ask_town(web().database, town, asked_filter(_now(), standing=Standing.OPEN)))


@blueprint.get("/<town>/hazards.xlsx")
def hazards_file(town: str) -> Response:
    """The same as a file that intake takes."""
    return _file(ask_town(web().database, town, asked_filter(_now(), standing=Standing.OPEN)))


@blueprint.get("/<town>/briefings/<int:number>/<figure>")
def behind(town: str, number: int, figure: str) -> str:
    """Those behind a figure of a briefing, as they are now."""
    return _listed(ask_behind(web().database, town, number, figure, asked_filter(_now())))


@blueprint.get("/<town>/briefings/<int:number>/<figure>.xlsx")
def behind_file(town: str, number: int, figure: str) -> Response:
    """The same as a file that intake takes."""
    return _file(ask_behind(web().database, town, number, figure, asked_filter(_now())))


@blueprint.get("/<town>/hazards/<int:number>")
def hazard(town: str, number: int) -> str:
    """One hazard; `number` is the ledger's own."""
    own = web()
    asked = ask_town(own.database, town, asked_filter(_now()))
    found = town_hazard(own.database, town, number, asked.filter)
    return render_template("town/hazard.html", place=asked.place, one=found, **_names(asked))


def _listed(asked: Asked) -> str:
    database, by = web().database, asked.order.by
    found = hazard_page(
        database,
        asked.filter,
        asked.order,
        limit=PAGE,
        after=asked_mark("after", by),
        before=asked_mark("before", by),
    )
    return render_template(
        "town/hazards.html",
        place=asked.place,
        asked=asked,
        found=found,
        counted=count_hazards(database, asked.filter),
        typed=typed(),
        **_names(asked),
        **words(),
    )


def _names(asked: Asked) -> dict[str, object]:
    return {
        "local_today": asked.filter.today,
        "categories": [(one, one) for one in asked.categories],
        "standings": STANDING_NAMES,
        "levels": LEVEL_NAMES,
        "statuses": STATUS_NAMES,
        "sources": SOURCE_NAMES,
    }


def _file(asked: Asked) -> Response:
    """The whole list, whatever page of it is looked at."""
    stream = io.BytesIO()
    found = walk_hazards(web().database, asked.filter)
    write_xlsx(in_turn(found, _TURN), stream, with_source=asked.filter.source is None)
    stream.seek(0)
    what = f"{asked.place.name}{asked.figure.name if asked.figure else ''}"
    answer = send_file(
        stream,
        mimetype=FORMATS["xlsx"].mime,
        as_attachment=True,
        download_name=file_name(what, local_date(_now()), "xlsx"),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _now() -> datetime:
    return web().clock.now()
