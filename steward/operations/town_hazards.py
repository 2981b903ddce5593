"""A town's hazards: all of them, or those behind a figure of one of its briefings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from steward.domain.figures import Town
from steward.domain.offices import Issue, Matter
from steward.domain.search import Hazard, HazardFilter, Order, Sort, Standing
from steward.errors import NotFound
from steward.ledger.queries import names
from steward.offices.queries import issues
from steward.operations.find_hazards import hazard_page
from steward.operations.find_town_issue import place_of, town_issue
from steward.operations.town_figures import TownFigure, figure_rows, town_figures
from steward.storage.engine import Database

_BY_DEADLINE = frozenset({"due_soon_enterprises", "overdue_enterprises"})


@dataclass(frozen=True)
class Asked:
    """Whose hazards: the town, and the figure of an issue they stand behind; both None for all.

    `categories` are those the ledger knows.
    """

    place: Town
    filter: HazardFilter
    order: Order
    categories: list[str]
    issue: Issue | None = None
    figure: TownFigure | None = None


def ask_town(database: Database, code: str, asked: HazardFilter) -> Asked:
    """All hazards of a town as the ledger stands. Raises NotFound."""
    with database.session() as session:
        place = place_of(session, code)
        known = names.categories(session)
    return Asked(place, replace(asked, towns=frozenset({code})), _order(asked, ""), known)


def ask_behind(database: Database, code: str, number: int, key: str, asked: HazardFilter) -> Asked:
    """Those behind a figure of a town's briefing, by the ids that were frozen with it.

    What the ledger has put under another town since is not among them. Raises NotFound.
    """
    with database.session(snapshot=True) as session:
        place, issue = town_issue(session, code, Matter.BRIEFING, number)
        row = issues.briefing(session, number)
        ids = figure_rows(row.evidence, key)
        figure = next(one for one in town_figures(row.figures, row.evidence) if one.key == key)
        known = names.categories(session)
    narrowed = replace(asked, towns=frozenset({code}), ids=ids)
    return Asked(place, narrowed, _order(asked, key), known, issue, figure)


def town_hazard(database: Database, code: str, number: int, asked: HazardFilter) -> Hazard:
    """One hazard of a town. Raises NotFound, in the same words for another town's."""
    narrowed = replace(asked, towns=frozenset({code}), ids=(number,))
    rows = hazard_page(database, narrowed, Order(Sort.ID), limit=1).rows
    if not rows:
        raise NotFound(f"没有编号为 {number} 的隐患")
    return rows[0]


def _order(asked: HazardFilter, key: str) -> Order:
    """What presses first; else what was found last."""
    pressing = asked.standing in (Standing.DUE_SOON, Standing.OVERDUE) or key in _BY_DEADLINE
    return Order(Sort.DEADLINE, descending=False) if pressing else Order()
