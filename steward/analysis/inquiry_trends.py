"""Periods side by side, and where and when which categories were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from steward.analysis import inquiry_queries
from steward.domain.figures import Town
from steward.domain.inquiry import Heat, HeatRow, Point, Trend
from steward.domain.periods import Period, Span, days_of
from steward.domain.weeks import local_date

HEAT_WEEKS = 12


def trend(
    session: Session,
    last: Period,
    number: int,
    distance: int,
    begun: date,
    today: date,
    town_id: int | None,
) -> Trend:
    """So many periods up to one, each beside that which lies `distance` periods before it.

    Periods before the ledger began are left out.
    """
    periods = [last.back(times) for times in range(number - 1, -1, -1)]
    periods = [one for one in periods if one.last >= begun]
    former = [one.back(distance) for one in periods]
    days = Span(former[0].first, min(last.last, today))
    per_day = inquiry_queries.by_span(session, days, "day" if last.is_week else "month", town_id)
    for at in inquiry_queries.voided(session, days, town_id):
        day = local_date(at)
        per_day[day if last.is_week else day.replace(day=1)] -= 1

    def found(one: Period) -> int:
        if not last.is_week:
            return per_day.get(one.first, 0)
        return sum(per_day.get(one.first + timedelta(days=n), 0) for n in range(7))

    points = tuple(
        Point(
            one,
            days_of(one, today),
            found(one),
            found(then) if then.last >= begun else None,
            days_of(then, today) if then.last >= begun else None,
        )
        for one, then in zip(periods, former, strict=True)
    )
    kind = "周" if last.is_week else "个月"
    against = f"再往前 {number} 周" if last.is_week else "上一年同月"
    return Trend(f"近 {len(points)} {kind}新增隐患", against, points)


def heat_of_towns(
    places: Mapping[tuple[int, str], int],
    towns: Mapping[int, Town],
    categories: Sequence[str],
    days: Span,
) -> Heat:
    """Each town against the categories, from what was found by both."""
    rows = tuple(
        HeatRow(
            town.code,
            town.name,
            days,
            tuple(places.get((id_, category), 0) for category in categories),
            sum(number for (place, _), number in places.items() if place == id_),
        )
        for id_, town in towns.items()
    )
    return Heat("镇街和类别", "镇街", tuple(categories), rows)


def heat_of_town(
    session: Session,
    town_id: int,
    last: Period,
    categories: Sequence[str],
    begun: date,
    today: date,
) -> Heat:
    """A town's last weeks against the categories of its period."""
    weeks = [last.back(times) for times in range(HEAT_WEEKS - 1, -1, -1)]
    weeks = [one for one in weeks if one.last >= begun]
    days = Span(weeks[0].first, min(last.last, today))
    found: Counter[tuple[date, str]] = Counter()
    for at, category in inquiry_queries.categories_by_instant(session, days, town_id):
        day = local_date(at)
        found[day - timedelta(days=day.weekday()), category] += 1
    rows = tuple(
        HeatRow(
            "",
            one.name,
            days_of(one, today),
            tuple(found[one.first, category] for category in categories),
            sum(number for (monday, _), number in found.items() if monday == one.first),
        )
        for one in weeks
    )
    return Heat("周和类别", "周", tuple(categories), rows)
