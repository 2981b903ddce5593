"""Rank the enterprises by whom to inspect next; show the ranking; make a round of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from steward.accounts.queries import audit
from steward.analysis import risk_queries
from steward.analysis.enforcement_rules import EnforcementRules, read_enforcement
from steward.analysis.queries import towns
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.enforcement import Candidate, fill_round
from steward.domain.figures import Town
from steward.domain.weeks import DISTRICT_ZONE, local_date
from steward.errors import LedgerError
from steward.ledger.queries import rounds
from steward.ledger.queries.incidents import enterprise_named
from steward.ledger.queries.rounds import Exclusion, Ranked
from steward.storage.engine import Database

TITLE_LENGTH = 120
REASON_LENGTH = 200
LOOKED_AT = 5_000  # of a ranking, for a round


@dataclass(frozen=True)
class Ranking:
    """A part of the last ranking; `as_of` None: none was made."""

    as_of: datetime | None
    ranked: tuple[Ranked, ...]
    more: bool
    exclusions: tuple[Exclusion, ...]


def rank_for_inspection(database: Database, *, rules: Path | None, now: datetime) -> int:
    """Rank every enterprise that has a point, and keep that; how many.

    `rules` is `Settings.enforcement_rules`. Raises RulesError, StorageError.
    """
    table = read_enforcement(now, rules)
    with database.session(snapshot=True) as session:
        known = risk_queries.enterprises(session)
        records = risk_queries.records(session, now)
        categories = risk_queries.open_categories(session)
    candidates = [
        Candidate(known[id_], points, table.reasons(record), categories.get(id_, ()))
        for id_, record in records.items()
        if id_ in known and (points := table.points(record))
    ]
    candidates.sort(key=lambda one: (-one.points, one.enterprise.id))
    with database.session(write=True) as session:
        rounds.keep_ranking(session, candidates, as_of=now)
    return len(candidates)


def show_ranking(
    database: Database, *, now: datetime, town: str | None = None, after: int = 0, limit: int = 50
) -> Ranking:
    """The last ranking after a place, of a town (its code) or of all. Raises StorageError."""
    with database.session() as session:
        found = rounds.ranking(session, town_code=town, after=after, limit=limit + 1)
        return Ranking(
            rounds.ranked_at(session),
            tuple(found[:limit]),
            len(found) > limit,
            tuple(rounds.exclusions(session, local_date(now))),
        )


def rules_in_force(rules: Path | None, now: datetime) -> EnforcementRules:
    """By what it is ranked, and a round's quotas. Raises RulesError."""
    return read_enforcement(now, rules)


def make_round(
    database: Database,
    *,
    rules: Path | None,
    at: datetime,
    by: Actor,
    title: str = "",
    total: int | None = None,
    per_town: int | None = None,
) -> int:
    """Make a round of the last ranking, in the order in which the towns lie; its id.

    `total`, `per_town`: other quotas than the rules'. Raises LedgerError, RulesError.
    """
    table = read_enforcement(at, rules)
    title = title.strip() or f"{local_date(at)} 检查清单"
    if len(title) > TITLE_LENGTH:
        raise LedgerError(f"名称最多 {TITLE_LENGTH} 个字", place="名称")
    total, per_town = total or table.total, per_town or table.per_town
    if not 0 < per_town <= total <= 500:
        raise LedgerError("名额应有 1 ≤ 每镇街 ≤ 总数 ≤ 500", place="名额")
    with database.session(write=True) as session:
        as_of = rounds.ranked_at(session)
        if as_of is None:
            raise LedgerError("还没有排过先后，每天凌晨 3 点以后排一次")
        ranked = rounds.ranking(session, limit=LOOKED_AT)
        excluded = rounds.exclusions(session, local_date(at))
        chosen, left = fill_round(
            (one.candidate for one in ranked),
            total=total,
            per_town=per_town,
            rested_since=at - timedelta(days=table.rest_days),
            excluded=frozenset(one.enterprise_id for one in excluded),
        )
        if not chosen:
            raise LedgerError("没有要检查的企业：没有一家有分，或者都被排除、近期都检查过")
        places = {town.code: town for town in towns(session).values()}
        chosen.sort(key=lambda one: _way(places[one.enterprise.town_code], one))
        rules_name = f"{table.name}，{table.effective} 起"
        id_ = rounds.add_round(
            session,
            chosen,
            title=title,
            rules=rules_name,
            left=left,
            as_of=as_of,
            at=at,
            by=by.name,
        )
        facts = {"title": title, "number": len(chosen)}
        audit.record(session, Act.ROUND_MADE, at=at, by=by, about=f"检查 {id_}", after=facts)
    return id_


def exclude_enterprise(
    database: Database,
    word: str,
    *,
    town: str | None,
    reason: str,
    until: date,
    at: datetime,
    by: Actor,
) -> None:
    """Leave an enterprise (name or credit code) out of rounds for a while. Raises LedgerError."""
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise LedgerError(f"请写明排除的理由，最多 {REASON_LENGTH} 个字", place="理由")
    today = local_date(at)
    if not today <= until <= today + timedelta(days=366):
        raise LedgerError("排除到的日期应在今天以后、一年以内", place="到哪一天")
    with database.session(write=True) as session:
        enterprise_id = enterprise_named(session, word.strip(), town)
        rounds.exclude(session, enterprise_id, reason=reason, until=until, at=at, by=by.name)
        facts = {"reason": reason, "until": until.isoformat()}
        about = f"企业 {enterprise_id}"
        audit.record(session, Act.ENTERPRISE_EXCLUDED, at=at, by=by, about=about, after=facts)


def end_exclusion(database: Database, exclusion_id: int, *, at: datetime, by: Actor) -> None:
    """It may be inspected again. Raises LedgerError."""
    with database.session(write=True) as session:
        row = rounds.end_exclusion(session, exclusion_id, at=at)
        about = f"企业 {row.enterprise_id}"
        audit.record(session, Act.EXCLUSION_ENDED, at=at, by=by, about=about)


def ranking_document(ranking: Ranking) -> dict[str, Any]:
    """For JSON."""
    return {
        "as_of": ranking.as_of.astimezone(DISTRICT_ZONE).isoformat() if ranking.as_of else None,
        "enterprises": [
            {
                "rank": one.rank,
                "id": one.candidate.enterprise.id,
                "name": one.candidate.enterprise.name,
                "town": one.candidate.enterprise.town,
                "points": one.candidate.points,
                "reasons": [reason.words for reason in one.candidate.reasons],
                "categories": list(one.candidate.categories),
            }
            for one in ranking.ranked
        ],
    }


def _way(town: Town, one: Candidate) -> tuple[int, int, int]:
    """Row by row over the map, there and back: neighbours on it stand together on the list."""
    column = town.column if town.row % 2 == 0 else -town.column
    return town.row, column, -one.points
