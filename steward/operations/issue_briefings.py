"""Issue the towns' briefings with the broadcast that says the district's week, or puts it right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from steward.broadcasts.queries import broadcasts, chains
from steward.broadcasts.tables import BroadcastRow
from steward.domain.corrections import CORRECTION
from steward.domain.weeks import Week
from steward.offices.queries import briefings
from steward.offices.tables import BriefingRow
from steward.operations.compare_briefings import changed_figures
from steward.operations.freeze_week import FrozenTown
from steward.storage.engine import Session

REASON_LENGTH = 200


def issue_briefings(
    session: Session, broadcast: BroadcastRow, towns: Sequence[FrozenTown], *, at: datetime
) -> list[int]:
    """Give each town its week, in the transaction that freezes the broadcast; the ids.

    The first broadcast of a week issues them; a later one of the same week changes nothing, unless
    the first was never heard. A correction, and a broadcast in place of one never heard, issue
    again what has changed, and nothing else.
    """
    if not towns:
        return []
    week = str(towns[0].figures["week"])
    held = briefings.holding(session, week)
    correction = broadcast.relation == CORRECTION
    made = []
    for town in towns:
        before = held.get(town.code)
        if before is None:
            # What was never issued cannot be put right.
            one = None if correction else _issue(session, broadcast, town, 1, at)
        else:
            one = _again(session, broadcast, town, before, at)
        if one is not None:
            made.append(one)
    return made


def keep_towns(
    session: Session, announcement_id: int, towns: Sequence[FrozenTown], *, at: datetime
) -> None:
    """Keep what is to be issued when an announcement of the same figures is sent."""
    briefings.keep_week(session, announcement_id, [asdict(one) for one in towns], at=at)


def kept_towns(session: Session, broadcast: BroadcastRow) -> list[FrozenTown]:
    """What was kept for a broadcast's announcement; it is given once."""
    if broadcast.announcement_id is None:
        return []
    kept = briefings.take_kept_week(session, broadcast.announcement_id)
    return [FrozenTown(**one) for one in kept]


def title_of(town: str, week: Week, number: int = 1) -> str:
    """瓜沥镇每周隐患简报（2021年第46周）."""
    again = f"，更正第{number - 1}次" if number > 1 else ""
    return f"{town}每周隐患简报（{week.year}年第{week.number}周{again}）"


def _again(
    session: Session, broadcast: BroadcastRow, town: FrozenTown, before: BriefingRow, at: datetime
) -> int | None:
    if broadcast.relation != CORRECTION and not _never_heard(session, before, broadcast):
        return None
    changes = changed_figures(before.figures, town.figures)
    if not changes:
        return None
    if broadcast.relation == CORRECTION:
        reason = f"全区每周播报已更正，本镇街有 {len(changes)} 处变化"
    else:
        reason = f"原来的全区每周播报没有播出，重新播报，本镇街有 {len(changes)} 处变化"
    return _issue(session, broadcast, town, before.number + 1, at, reason=reason, changes=changes)


def _never_heard(session: Session, before: BriefingRow, broadcast: BroadcastRow) -> bool:
    """Whether the broadcast that a briefing came with was called off before anybody heard it."""
    if before.broadcast_id is None or before.broadcast_id == broadcast.id:
        return False
    former = chains.first(session, broadcasts.get(session, before.broadcast_id))
    return former.state in chains.GONE and not chains.aired(session, former)


def _issue(
    session: Session,
    broadcast: BroadcastRow,
    town: FrozenTown,
    number: int,
    at: datetime,
    *,
    reason: str = "",
    changes: Sequence[Mapping[str, Any]] = (),
) -> int | None:
    week = Week.parse(town.figures["week"])
    return briefings.issue(
        session,
        week=str(week),
        town_code=town.code,
        number=number,
        broadcast_id=broadcast.id,
        title=title_of(town.name, week, number),
        as_of=broadcast.as_of,
        at=at,
        figures=town.figures,
        evidence=town.evidence,
        reason=reason[:REASON_LENGTH],
        changes=[dict(one) for one in changes],
    )
