"""Enterprises: by a filter that stands in the address, and one with its record."""

from __future__ import annotations

from flask import Response, make_response, render_template

from steward.domain.search import (
    STANDING_NAMES,
    Counted,
    Days,
    Enterprise,
    EnterpriseFilter,
    HazardFilter,
    Order,
    Page,
    Sort,
    Standing,
)
from steward.errors import LedgerError
from steward.operations.find_hazards import count_enterprises, enterprise_page, hazard_page
from steward.operations.list_names import list_names
from steward.operations.open_figure import open_figure
from steward.operations.show_enterprise import show_enterprise
from steward.web.context import web
from steward.web.ledger import asked
from steward.web.ledger.blueprint import blueprint
from steward.web.ledger.hazards import figure_asked, same, word_lists
from steward.web.town.asked import asked_mark

PAGE = 50  # enterprises
_OPEN_ONES = 100  # hazards
_CLOSED_ONES = 20


@blueprint.get("/enterprises")
def enterprises() -> Response:
    """A page of them, the newest known first. 400 for what makes no sense."""
    own = web()
    words = asked.typed(asked.ENTERPRISE_FIELDS, {"state": ""})
    names, fault = list_names(own.database), ""
    found: Page[Enterprise] = Page([])
    counted = Counted(0)
    whose = figure_asked()
    figure = open_figure(own.database, *whose) if whose else None
    said = (
        f"播报 {figure.broadcast_id} 的“{figure.name}”：当时的 {len(figure.ids)} 家"
        if figure
        else ""
    )
    try:
        narrowed = asked.enterprise_filter(words, figure.ids if figure else None)
        after, before = (asked_mark(name, Sort.ID) for name in ("after", "before"))
        found = enterprise_page(own.database, narrowed, limit=PAGE, after=after, before=before)
        whole = after is None and before is None and found.on is None
        counted = Counted(len(found.rows)) if whole else count_enterprises(own.database, narrowed)
    except LedgerError as error:
        fault = str(error)
    drawn = render_template(
        "ledger/enterprises.html",
        found=found,
        counted=counted,
        words=words,
        fault=fault,
        names=names,
        same=same,
        chips=asked.chips(words, names, said, ""),
        standings=STANDING_NAMES,
    )
    return make_response(drawn, 400 if fault else 200, {"Cache-Control": "no-store"})


@blueprint.get("/enterprises/<int:number>")
def enterprise(number: int) -> Response:
    """One with its record; `number` is the ledger's own."""
    own = web()
    today, days = asked.today(), own.settings.due_soon_days
    record = show_enterprise(own.database, number, EnterpriseFilter(today, days))
    still_open = HazardFilter(today, days, enterprise_id=number, standing=Standing.OPEN)
    closed = HazardFilter(today, days, enterprise_id=number, closed=Days(last=today))
    page = render_template(
        "ledger/enterprise.html",
        record=record,
        open=hazard_page(
            own.database, still_open, Order(Sort.DEADLINE, descending=False), limit=_OPEN_ONES
        ),
        closed=hazard_page(own.database, closed, Order(), limit=_CLOSED_ONES),
        **word_lists(),
    )
    return make_response(page, 200, {"Cache-Control": "no-store"})
