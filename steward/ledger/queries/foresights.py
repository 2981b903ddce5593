"""Statements about foresights: kept when they are reckoned, read by the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, Table, delete, select
from sqlalchemy.orm import Session

from steward.domain.accidents import (
    Bin,
    Enterprise,
    Foresight,
    Judged,
    Method,
    Reason,
    Risk,
    Trial,
)
from steward.ledger.tables import EnterpriseRow, ForesightRow, RiskRow, TownRow
from steward.storage.bulk import insert_rows

KEPT = 2
"""Of so many foresights every enterprise's place is kept; of older ones how they were judged."""


_COLUMNS = ("foresight_id", "rank", "enterprise_id", "town_id", "chance", "points", "reasons")


@dataclass(frozen=True)
class Kept:
    """A foresight without its enterprises; `number` of them."""

    id: int
    as_of: datetime
    method: Method
    why: str
    trial: Trial | None
    simulated: int
    average: float | None
    enterprises: int


@dataclass(frozen=True)
class Place:
    """One enterprise's place among all."""

    rank: int
    risk: Risk


def keep(session: Session, foresight: Foresight, *, at: datetime) -> int:
    """Keep it whole, and let go of the enterprises of those before the last; its id."""
    row = ForesightRow(
        as_of=foresight.as_of,
        made_at=at,
        method=foresight.method.value,
        why=foresight.why,
        trial=_trial_document(foresight.trial),
        simulated=foresight.simulated,
        average=foresight.average,
        enterprises=len(foresight.risks),
    )
    session.add(row)
    session.flush()
    towns = {code: id_ for id_, code in session.execute(select(TownRow.id, TownRow.code))}
    table = cast(Table, RiskRow.__table__)
    insert_rows(session, table, _COLUMNS, list(_rows(row.id, foresight.risks, towns)))
    old = session.scalars(
        select(ForesightRow.id).order_by(ForesightRow.id.desc()).offset(KEPT)
    ).all()
    session.execute(delete(RiskRow).where(RiskRow.foresight_id.in_(old)))
    return row.id


def latest(session: Session) -> Kept | None:
    """The last one that was reckoned; None when there is none."""
    row = session.scalars(select(ForesightRow).order_by(ForesightRow.id.desc()).limit(1)).first()
    if row is None:
        return None
    return Kept(
        id=row.id,
        as_of=row.as_of,
        method=Method(row.method),
        why=row.why,
        trial=_trial(row.trial),
        simulated=row.simulated,
        average=row.average,
        enterprises=row.enterprises,
    )


def places(
    session: Session,
    foresight_id: int,
    *,
    town_code: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[Place]:
    """Enterprises by rank, of a town or of all; `after` is the last rank seen."""
    query = _shown(foresight_id).where(RiskRow.rank > after)
    if town_code is not None:
        query = query.where(TownRow.code == town_code)
    return _read(session, query.order_by(RiskRow.rank).limit(limit))


def of_enterprise(session: Session, foresight_id: int, enterprise_id: int) -> Place | None:
    """One enterprise's place; None when it was not there yet."""
    found = _read(session, _shown(foresight_id).where(RiskRow.enterprise_id == enterprise_id))
    return found[0] if found else None


def _shown(foresight_id: int) -> Select[RiskRow, str, str, str]:
    return (
        select(RiskRow, EnterpriseRow.name, TownRow.code, TownRow.name)
        .join(EnterpriseRow, EnterpriseRow.id == RiskRow.enterprise_id)
        .join(TownRow, TownRow.id == RiskRow.town_id)
        .where(RiskRow.foresight_id == foresight_id)
    )


def _read(session: Session, query: Select[RiskRow, str, str, str]) -> list[Place]:
    return [
        Place(
            row.rank,
            Risk(
                Enterprise(row.enterprise_id, name, code, town),
                row.chance,
                row.points,
                tuple(Reason(str(words), int(weight)) for words, weight in row.reasons),
            ),
        )
        for row, name, code, town in session.execute(query)
    ]


def _rows(
    foresight_id: int, risks: Sequence[Risk], towns: Mapping[str, int]
) -> Iterator[tuple[Any, ...]]:
    for rank, risk in enumerate(risks, start=1):
        reasons = [[one.words, one.weight] for one in risk.reasons]
        of = risk.enterprise
        yield (foresight_id, rank, of.id, towns[of.town_code], risk.chance, risk.points, reasons)


def _trial_document(trial: Trial | None) -> dict[str, Any] | None:
    return None if trial is None else asdict(trial) | {"since": trial.since.isoformat()}


def _trial(document: Mapping[str, Any] | None) -> Trial | None:
    if document is None:
        return None
    return Trial(
        since=date.fromisoformat(document["since"]),
        rounds=document["rounds"],
        learnt_incidents=document["learnt_incidents"],
        enterprises=document["enterprises"],
        incidents=document["incidents"],
        judged=tuple(Judged(**one) for one in document["judged"]),
        calibration=tuple(Bin(**one) for one in document["calibration"]),
        brier=document["brier"],
    )
