"""Have a source pulled at once: the engine does it, as soon as it looks."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.errors import SourceError
from steward.sources.queries import sources
from steward.storage.engine import Database


def ask_source(database: Database, name: str, *, at: datetime, by: Actor) -> None:
    """Raises NotFound; SourceError when it is asked for already, or declared no more."""
    with database.session(write=True) as session:
        row = sources.find(session, name)
        if row.dropped_at is not None:
            raise SourceError("这个来源已经不在 sources.toml 里", place=name)
        if row.asked_at is not None:
            raise SourceError(f"{row.asked_by or '别人'}已经要求拉取，马上就拉", place=name)
        sources.ask(session, row, at=at, by=by.name)
        audit.record(session, Act.SOURCE_ASKED, at=at, by=by, about=f"数据来源 {name}")
