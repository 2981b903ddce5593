"""A town's first page, one issue's page, and those before."""

from __future__ import annotations

from flask import render_template, request

from steward.domain.months import Month
from steward.domain.offices import FORMATS, MATTER_NAMES, Matter
from steward.domain.weeks import Week
from steward.operations.coming_issues import coming_briefing, report_due
from steward.operations.show_town_page import (
    show_briefing,
    show_report,
    show_shelf,
    show_town_page,
)
from steward.web.context import web
from steward.web.town.blueprint import blueprint

PAGE = 26  # weeks, months
MATTERS = {"briefings": Matter.BRIEFING, "reports": Matter.REPORT}


@blueprint.get("/<town>")
def page(town: str) -> str:
    """What the town was given last, and before."""
    own = web()
    now, folder = own.clock.now(), own.settings.offices_folder
    shown = show_town_page(own.database, folder, town)
    week, month = Week.containing(now), Month.containing(now).previous()
    return render_template(
        "town/page.html",
        shown=shown,
        place=shown.place,
        week=week,
        month=month,
        coming=coming_briefing(own.database, own.schedule, at=now),
        report_at=report_due(own.schedule, own.settings.report_delivery, month),
        **words(),
    )


@blueprint.get("/<town>/briefings/<int:number>")
def briefing(town: str, number: int) -> str:
    """One week as it was given out."""
    own = web()
    place, found = show_briefing(own.database, own.settings.offices_folder, town, number)
    return render_template("town/briefing.html", place=place, briefing=found, **words())


@blueprint.get("/<town>/reports/<int:number>")
def report(town: str, number: int) -> str:
    """One month as it was given out."""
    own = web()
    place, found = show_report(own.database, own.settings.offices_folder, town, number)
    return render_template("town/report.html", place=place, report=found, **words())


@blueprint.get("/<town>/<any(briefings, reports):matter>")
def shelf(town: str, matter: str) -> str:
    """The weeks or months before ?before= (a period), the newest first."""
    before = request.args.get("before", "")[:8]
    place, found = show_shelf(web().database, MATTERS[matter], town, before=before, limit=PAGE + 1)
    return render_template(
        "town/shelf.html",
        place=place,
        matter=matter,
        title=MATTER_NAMES[MATTERS[matter]],
        found=found[:PAGE],
        older=found[PAGE - 1].period if len(found) > PAGE else "",
        **words(),
    )


def words() -> dict[str, object]:
    """What the templates of this package share."""
    return {"formats": FORMATS, "period": period_name}


def period_name(period: str) -> str:
    """2021年第46周（11月15日至21日）; 2021年10月."""
    if "W" not in period:
        return Month.parse(period).name
    week = Week.parse(period)
    first, last = week.monday, week.sunday
    end = f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日"
    return f"{week.year}年第{week.number}周（{first.month}月{first.day}日至{end}）"
