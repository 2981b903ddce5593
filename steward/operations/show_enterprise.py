"""One enterprise with its record: hazards, repeats by category, inspections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from steward.domain.search import Enterprise, EnterpriseFilter
from steward.errors import NotFound
from steward.ledger.queries import life, search_enterprises
from steward.ledger.queries.life import Visit
from steward.storage.engine import Database

_VISITS = 20


@dataclass(frozen=True)
class Repeat:
    """How often a category was found at it, and how many of them are open."""

    category: str
    number: int
    open: int


@dataclass(frozen=True)
class EnterpriseRecord:
    """`code_is_valid`: its credit code's check character is right (None: it has none)."""

    enterprise: Enterprise
    code_is_valid: bool | None
    repeats: Sequence[Repeat]
    visits: Sequence[Visit]


def show_enterprise(
    database: Database, enterprise_id: int, asked: EnterpriseFilter
) -> EnterpriseRecord:
    """Open and overdue on the day of `asked`. Raises NotFound."""
    with database.session(snapshot=True) as session:
        found = search_enterprises.one(session, asked, enterprise_id)
        if found is None:
            raise NotFound(f"没有第 {enterprise_id} 家企业")
        return EnterpriseRecord(
            enterprise=found,
            code_is_valid=_is_valid(found.credit_code),
            repeats=[Repeat(*row) for row in life.by_category(session, enterprise_id)],
            visits=life.visits(session, enterprise_id, _VISITS),
        )


def _is_valid(code: str | None) -> bool | None:
    """GB 32100-2015: the last of the 18 characters checks the others."""
    if code is None:
        return None
    try:
        uscc.validate(code)
    except ValidationError:
        return False
    return True
