"""事故预警 of the district at an instant: by the model where it learnt enough, else by points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from steward.analysis import risk_model, risk_queries
from steward.analysis.points_table import PointsTable, table_of
from steward.analysis.risk_model import Example, RiskModel
from steward.domain.accidents import (
    HORIZON_DAYS,
    LOOK_BACK_DAYS,
    Enterprise,
    Foresight,
    Method,
    Record,
    Risk,
    Trial,
)
from steward.domain.weeks import local_date
from steward.ledger.queries import incidents

HORIZON = timedelta(days=HORIZON_DAYS)
MOST_CUTS = 12
"""Instants to learn from, one a horizon, so that no incident is learnt from twice."""
ROUNDS = 3
"""… of which so many are judged on."""
_MODEL, _POINTS, _OPEN = "统计模型", "分值表", "只按未闭环隐患多少"


def foresee(session: Session, tables: Sequence[PointsTable], as_of: datetime) -> Foresight:
    """Every enterprise's risk as of an instant, likeliest first. Raises RulesError.

    The model that is used has learnt from all instants, those of the trial too. It is used when
    there were enough incidents and it was no worse than the points.
    """
    table = table_of(as_of, tables)
    known = risk_queries.enterprises(session)
    now = risk_queries.records(session, as_of)
    cuts = _cuts(risk_queries.first_finding(session), as_of)
    examples = [_examples(session, cut, as_of) for cut in cuts]
    trial = _trial(table, examples, cuts)
    why = _why_points(table, trial)
    model = None if why else risk_model.learn([one for part in examples for one in part])
    risks = _ranked(known, now, table, model)
    chances = [one.chance for one in risks if one.chance is not None]
    return Foresight(
        as_of=as_of,
        method=Method.POINTS if model is None else Method.MODEL,
        why=why,
        risks=risks,
        trial=trial,
        simulated=incidents.simulated(session),
        average=sum(chances) / len(chances) if chances else None,
    )


def _cuts(begun: datetime | None, as_of: datetime) -> list[datetime]:
    """The instants learnt from, oldest first; each has a year before it and a horizon after."""
    if begun is None:
        return []
    cuts = [as_of - HORIZON * n for n in range(1, MOST_CUTS + 1)]
    return [cut for cut in reversed(cuts) if cut - timedelta(days=LOOK_BACK_DAYS) >= begun]


def _examples(session: Session, cut: datetime, as_of: datetime) -> list[Example]:
    came = risk_queries.happened(session, cut, cut + HORIZON, known_at=as_of)
    return risk_model.examples_of(risk_queries.records(session, cut), came)


def _trial(
    table: PointsTable, examples: Sequence[list[Example]], cuts: Sequence[datetime]
) -> Trial | None:
    """Of each of the last instants: learn from those before it, judge on it."""
    rounds = min(ROUNDS, len(cuts) - 1)
    if rounds < 1:
        return None
    before, seen = examples[:-rounds], examples[-rounds:]
    happened = [one.happened for part in seen for one in part]
    trial = Trial(
        since=local_date(cuts[-rounds]),
        rounds=rounds,
        learnt_incidents=sum(one.happened for part in before for one in part),
        enterprises=len(happened),
        incidents=sum(happened),
    )
    if not 0 < trial.incidents < trial.enterprises:
        return trial
    points = [[float(table.points(one.record)) for one in part] for part in seen]
    open_ = [[float(one.record.open) for one in part] for part in seen]
    came = [[one.happened for one in part] for part in seen]
    plain = (
        risk_model.judged(_POINTS, points, came),
        risk_model.judged(_OPEN, open_, came),
    )
    if not _enough(table, trial):
        return replace(trial, judged=plain)
    chances = [
        _forecast([one for part in examples[: -rounds + n or None] for one in part], seen[n])
        for n in range(rounds)
    ]
    together = [chance for part in chances for chance in part]
    return replace(
        trial,
        judged=(risk_model.judged(_MODEL, chances, came), *plain),
        calibration=risk_model.calibration(together, happened),
        brier=risk_model.brier(together, happened),
    )


def _forecast(learnt: Sequence[Example], seen: Sequence[Example]) -> list[float]:
    model = risk_model.learn(learnt)
    return [float(one) for one in model.chances([one.record for one in seen])]


def _enough(table: PointsTable, trial: Trial) -> bool:
    return (
        trial.learnt_incidents >= table.learnt_incidents
        and trial.incidents >= table.judged_incidents
    )


def _why_points(table: PointsTable, trial: Trial | None) -> str:
    """Why the model is not used; "" when it is."""
    if trial is None:
        return "台账还不满一年零三个月，没有可供学习的过去，按分值表排序"
    if not _enough(table, trial):
        return (
            f"事故记录太少，不足以训练和检验模型（训练时段 {trial.learnt_incidents} 家次，"
            f"至少要 {table.learnt_incidents}；检验时段 {trial.incidents} 家，"
            f"至少要 {table.judged_incidents}），按分值表排序"
        )
    model, points = trial.judged[:2]
    if model.auc < points.auc:
        return "检验时模型没有分值表准，按分值表排序"
    return ""


def _ranked(
    known: Mapping[int, Enterprise],
    records: Mapping[int, Record],
    table: PointsTable,
    model: RiskModel | None,
) -> tuple[Risk, ...]:
    ids = [id_ for id_ in sorted(records) if id_ in known]
    listed = [records[id_] for id_ in ids]
    points = [table.points(record) for record in listed]
    if model is None:
        risks = [
            Risk(known[id_], None, given, table.reasons(record))
            for id_, given, record in zip(ids, points, listed, strict=True)
        ]
    else:
        risks = [
            Risk(known[id_], round(float(chance), 5), given, reasons)
            for id_, chance, given, reasons in zip(
                ids, model.chances(listed), points, model.reasons(listed), strict=True
            )
        ]
    risks.sort(key=lambda one: (-(one.chance or 0.0), -one.points, one.enterprise.id))
    return tuple(risks)
