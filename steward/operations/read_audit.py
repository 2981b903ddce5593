"""Read the log of acts: search it, and prove that nothing in it was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from steward.accounts.queries import audit
from steward.domain.audit import START, Entry, Head, digest_of
from steward.storage.engine import Database


def search_audit(
    database: Database,
    *,
    who: str = "",
    what: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before_number: int | None = None,
    limit: int | None = None,
) -> Sequence[Entry]:
    """Entries, newest first: by this name, of this kind, in `[since, until)`, before this one."""
    with database.session() as session:
        return audit.search(
            session,
            who=who,
            what=what,
            since=since,
            until=until,
            before_number=before_number,
            limit=limit,
        )


def verify_audit(database: Database, *, noted: Head | None = None) -> tuple[Head, str]:
    """Where the log ends, and a Chinese sentence of its first broken place; "" when it is whole.

    Finds what was changed, removed, put in or reordered, at the end too. `noted` is what an earlier
    verification gave and somebody wrote down elsewhere: whoever can write to the database could
    make the whole chain anew, and only such a note shows that.
    """
    with database.session(snapshot=True) as session:
        kept = audit.head(session)
        last = Head(0, START)
        for entry in audit.walk(session):
            fault = _fault(entry, last)
            if fault:
                return last, fault
            last = Head(entry.number, entry.digest)
            if noted is not None and entry.number == noted.count and entry.digest != noted.digest:
                return last, f"第 {noted.count} 条与当时抄下的校验值不符：此前的记录被整个改写过"
    if last != kept:
        return last, (
            f"记录到第 {last.count} 条为止，另存的末尾是第 {kept.count} 条"
            f"（{kept.digest[:12]}）：末尾的记录被删除或添加过"
        )
    if noted is not None and noted.count > last.count:
        return last, f"记录只有 {last.count} 条，抄下的是第 {noted.count} 条：末尾的记录被删除了"
    return last, ""


def _fault(entry: Entry, last: Head) -> str:
    number = last.count + 1
    if entry.number != number:
        return f"第 {number} 条不在了（下一条是第 {entry.number} 条）：记录被删除"
    if entry.digest != digest_of(replace(entry, digest="")):
        return f"第 {number} 条的内容与它的校验值不符：记录被改动或调换过"
    if entry.previous != last.digest:
        return f"第 {number} 条接不上前一条：前后的记录被改动或调换过"
    return ""
