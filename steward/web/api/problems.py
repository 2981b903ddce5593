"""Every refusal and fault in one shape, and which status each error of ours has here."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request

from steward.errors import (
    AccessRefused,
    AccountError,
    BroadcastError,
    FiguresError,
    NarrationError,
    NotFound,
    Overtaken,
    PlaceError,
    RequestError,
    RequestUnreadable,
    StewardError,
    StorageError,
)
from steward.web.api.shapes.problem import Problem

PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"
LONGEST = 500  # characters of a sentence, of a place

SENTENCES = {
    401: "请带上有效的令牌：Authorization: Bearer 令牌；登录网页的 cookie 在这里不算数",
    404: "没有这个地址",
    405: "这个地址不接受这种请求",
    429: "请求太多，请按 Retry-After 所说的秒数后再来",
}
RETRY = frozenset({429, 503})
# The first that fits; what is in none of them is our own fault.
STATUS: tuple[tuple[type[StewardError], int], ...] = (
    (NotFound, 404),
    (StorageError, 503),
    (AccessRefused, 403),
    (RequestUnreadable, 400),
    (Overtaken, 409),
    (BroadcastError, 422),
    (NarrationError, 422),
    (PlaceError, 422),
    (FiguresError, 422),
    (AccountError, 422),
    (RequestError, 422),
)


def for_programs() -> bool:
    """Is this request one of a program?"""
    return request.path.startswith("/api/")


def status_of(error: StewardError) -> int:
    """The status of an error of ours."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def problem(status: int, detail: str, place: str = "", *, retry: bool = False) -> Response:
    """The answer to a request that came to nothing."""
    shape = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_plain(detail),
        place=_plain(place),
        retry=retry or status in RETRY,
    )
    return Response(shape.model_dump_json(), status, mimetype=MEDIA_TYPE)


def _plain(text: str) -> str:
    """What was sent comes back in sentences: in halves of characters it is no text."""
    return text[:LONGEST].encode("utf-8", "replace").decode()
