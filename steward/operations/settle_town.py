"""Settle which town a source means by a name; its rows that wait are tried again at once."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.errors import SourceError
from steward.ledger.queries import towns
from steward.sources.queries import sources
from steward.storage.engine import Database

NAME_LENGTH = 40


def settle_town(
    database: Database, name: str, town: str, *, source: str, at: datetime, by: Actor
) -> None:
    """From now on `name` means `town` (a name or code), in files too; the source is run at once.

    Raises SourceError: the name is a town's own or too long, there is no such town. NotFound.
    """
    with database.session(write=True) as session:
        row = sources.find(session, source)
        known = towns.ids_by_word(session)
        if not name or len(name) > NAME_LENGTH:
            raise SourceError(f"镇街的叫法应为 1–{NAME_LENGTH} 个字", place=name[:NAME_LENGTH])
        if town not in known:
            raise SourceError("请选择一个镇街", place=town[:NAME_LENGTH])
        if name in known:
            raise SourceError(f"“{name}”已经知道是哪个镇街", place=name)
        towns.settle_name(session, name, known[town], at=at, by=by.name)
        sources.ask(session, row, at=at, by=by.name)
        facts = {"name": name, "town": town}
        audit.record(
            session, Act.TOWN_SETTLED, at=at, by=by, about=f"数据来源 {source}", after=facts
        )
