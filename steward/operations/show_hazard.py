"""One hazard with its whole life, and where it was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from steward.broadcasts.queries import evidence as said
from steward.domain.hazard_acts import POSSIBLE, Event, HazardAct
from steward.domain.hazards import LEVEL_NAMES, STATUS_NAMES, Level, Status
from steward.domain.search import Hazard
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import NotFound
from steward.ledger.intake.headers import ENGLISH
from steward.ledger.queries import acts, life, search
from steward.offices.queries import evidence as handed_out
from steward.operations.board import FIGURES
from steward.operations.month_document import MONTH_FIGURES
from steward.storage.engine import Database, Session

_MENTIONS = 60  # broadcasts, and briefings, looked into: the latest of its life
_AFTER = timedelta(days=8)  # what was closed or voided is counted in its week
_DUPLICATES = 50


@dataclass(frozen=True)
class Mention:
    """A broadcast, or its town's briefing, that counts it, and the names of the figures in which it
    does; `id` is the broadcast's or the briefing's."""

    kind: Literal["broadcast", "briefing"]
    id: int
    title: str
    as_of: datetime
    figures: Sequence[str]


@dataclass(frozen=True)
class Shown:
    """A hazard as its page shows it.

    `version` is what an act on it must have seen. `first` is the one that it was merged into,
    `duplicates` those merged into it; `others` of the enterprise it could be merged into.
    """

    hazard: Hazard
    version: str
    possible: Sequence[HazardAct]
    life: Sequence[Event]
    first: Hazard | None
    duplicates: Sequence[Hazard]
    others: Sequence[Hazard]
    mentions: Sequence[Mention]


def show_hazard(database: Database, hazard_id: int) -> Shown:
    """Raises NotFound."""
    with database.session(snapshot=True) as session:
        found = search.of_ids(session, [hazard_id])
        if not found:
            raise NotFound(f"没有第 {hazard_id} 条隐患")
        one = found[0]
        row = acts.hazard(session, hazard_id)
        first = search.of_ids(session, [row.merged_into_id]) if row.merged_into_id else []
        return Shown(
            hazard=one,
            version=acts.version(session, hazard_id),
            possible=[act for act in HazardAct if one.status in POSSIBLE[act]],
            life=_life(session, one),
            first=first[0] if first else None,
            duplicates=search.of_ids(session, life.merged_into(session, hazard_id)[:_DUPLICATES]),
            others=search.earlier_of_enterprise(session, one, _DUPLICATES),
            mentions=_mentions(session, one),
        )


def _life(session: Session, one: Hazard) -> list[Event]:
    """From when it was found to now, by when it was so."""
    arrived, file = life.arrival(session, one.id)
    found = [
        Event(one.found_at, one.found_at, "发现"),
        Event(arrived, arrived, "进入台账", file=file or ""),
    ]
    changed = life.changes(session, one.id)
    for row, told in changed:
        found.append(
            Event(
                at=row.at,
                recorded_at=row.recorded_at,
                what="状态" if row.field == "status" else ENGLISH.get(row.field, row.field),
                before=_words(row.field, row.before),
                after=_words(row.field, row.after),
                why=row.reason,
                who=row.by or "",
                file=told or "",
            )
        )
    # What its first file said of it already is no change.
    reached = {row.at for row, _ in changed if row.field == "status"}
    for at, what in (
        (one.rectified_at, "整改完成"),
        (one.closed_at, "闭环"),
        (one.voided_at, "作废"),
    ):
        if at is not None and at not in reached:
            found.append(Event(at, at, what))
    for extension, told in life.extensions(session, one.id):
        found.append(
            Event(
                at=extension.at,
                recorded_at=extension.at,
                what="整改期限",
                before=str(extension.old_deadline or "没有"),
                after=str(extension.new_deadline or "没有"),
                why=extension.reason,
                who=extension.by or "",
                file=told or "",
            )
        )
    return sorted(found, key=lambda event: event.at)


def _words(field: str, value: str | None) -> str:
    """A value of a change as people read it."""
    if value is None:
        return "没有"
    if field == "status":
        return STATUS_NAMES[Status(value)]
    if field == "level":
        return LEVEL_NAMES[Level(value)]
    if field.endswith("_at"):
        return f"{datetime.fromisoformat(value).astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}"
    return value


def _mentions(session: Session, one: Hazard) -> list[Mention]:
    """By what was frozen with the broadcasts and the town's briefings of its life, latest first."""
    ended = one.voided_at or one.closed_at
    until = ended + _AFTER if ended else datetime.max.replace(tzinfo=DISTRICT_ZONE)
    since = one.found_at
    found = [
        Mention("broadcast", row.id, row.title, row.as_of, names)
        for row in said.of_range(session, since, until, _MENTIONS)
        if (names := _figures_with(one.id, row.evidence))
    ]
    found += [
        Mention("briefing", row.id, row.title, row.as_of, names)
        for row in handed_out.of_town(session, one.town_code, since, until, _MENTIONS)
        if (names := _figures_with(one.id, row.evidence))
    ]
    return sorted(found, key=lambda mention: mention.as_of, reverse=True)


def _figures_with(hazard_id: int, evidence: Mapping[str, Sequence[int]]) -> list[str]:
    """The names of the figures behind which the hazard stands."""
    return [
        name
        for _, name, _, behind in (*FIGURES, *MONTH_FIGURES)
        if any(
            hazard_id in evidence.get(kept, ())
            for kept, _ in behind
            if not kept.endswith("_enterprises")
        )
    ]
