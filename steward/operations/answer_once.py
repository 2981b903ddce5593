"""Answer a program's request once: the same again is given the answer of the first time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.broadcasts.queries import answers
from steward.errors import KeyReused
from steward.storage.engine import Database


@dataclass(frozen=True)
class Request:
    """Who asks what: `key` names the request among those of `caller`, `asked` is its digest."""

    caller: str
    key: str
    asked: str


def answer_once(
    database: Database,
    request: Request | None,
    act: Callable[[], tuple[int, str]],
    *,
    at: datetime,
    kept: timedelta,
) -> tuple[int, str, bool]:
    """Status and text of the answer, and whether they are those of an earlier request.

    `act` and its answer are one transaction: of two requests at once the second waits and is given
    the answer of the first, and what `act` refuses leaves nothing behind. Without a request's key
    it is done each time. Raises KeyReused (another request came with the key), and as `act` does.
    """
    with database.whole() as session:
        if request is None:
            return *act(), False
        answers.forget(session, before=at - kept)
        row = answers.claim(session, request.caller, request.key, asked=request.asked, at=at)
        if row is None:
            earlier = answers.find(session, request.caller, request.key)
            if earlier.asked != request.asked or earlier.status is None or earlier.answer is None:
                raise KeyReused(
                    "这个 Idempotency-Key 已用于另一个请求，请为每个新请求另取一个",
                    place="Idempotency-Key",
                )
            return earlier.status, str(earlier.answer["text"]), True
        status, text = act()
        row.status, row.answer = status, {"text": text}
        return status, text, False
