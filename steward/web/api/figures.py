"""The weekly figures."""

from __future__ import annotations

from steward.domain.weeks import Week
from steward.errors import AccessRefused, FiguresError
from steward.operations.board import towns_of
from steward.operations.weekly_figures import figures_document, weekly_figures
from steward.web.api.contract import Subject, operation
from steward.web.api.scope import own_town
from steward.web.api.shapes.figures import Figures, WhichFigures
from steward.web.context import web


@operation(
    "/figures",
    subject=Subject.FIGURES,
    summary="一周数据：全区或一个镇街（同 steward figures --json）",
    answer=Figures,
)
def figures(query: WhichFigures) -> Figures:
    """The figures as of an instant."""
    own = web()
    now = own.clock.now()
    week = _week(query.week)
    if query.as_of is None and week is not None and week.start > now:
        raise FiguresError("这一周还没有开始", place=str(week))
    found = weekly_figures(
        own.database,
        as_of=query.as_of or now,
        week=week,
        town=_town(query.town),
        due_soon_days=own.settings.due_soon_days,
    )
    return Figures.model_validate(figures_document(found))


def _week(text: str | None) -> Week | None:
    if text is None:
        return None
    try:
        return Week.parse(text)
    except ValueError as error:
        raise FiguresError("没有这一周", place=text) from error


def _town(asked: str | None) -> str | None:
    """The town asked for; a caller of one town is given that one. Raises AccessRefused."""
    town = own_town()
    if town is None:
        return asked
    names = {one.name for one in towns_of(web().database) if one.code == town}
    if asked not in {None, town, *names}:
        raise AccessRefused("这个令牌只能看本镇街的数据", place=asked or "")
    return town
