"""One operation of the interface: declared once, served and documented from the same words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, get_type_hints

from flask import Blueprint, Response, g, url_for
from pydantic import BaseModel
from werkzeug.exceptions import TooManyRequests

from steward.clock import monotonic_s
from steward.domain.accounts import Caller
from steward.operations.answer_once import answer_once
from steward.web.api.problems import PREFIX
from steward.web.api.reading import read_body, read_key, read_query
from steward.web.context import web

NAME = "api"
REPLAYED = "Idempotency-Replayed"

blueprint = Blueprint(NAME, __name__, url_prefix=PREFIX)


class Subject(StrEnum):
    """What operations are about, in the order of the document."""

    ANNOUNCEMENTS = "播报单"
    BROADCASTS = "播报"
    PLACES = "大厅、区域和播放点"
    PLANS = "计划"
    ALARMS = "告警"
    FIGURES = "数据"


@dataclass(frozen=True)
class Operation:
    """What is declared. `answer` None: a file of one of `media`. `created`: the name of the
    operation that shows what this one has made, by its `id`."""

    name: str
    rule: str
    method: str
    subject: Subject
    summary: str
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    answer: type[BaseModel] | None
    media: tuple[str, ...] = ()
    created: str | None = None

    @property
    def status(self) -> int:
        return 201 if self.created else 200


OPERATIONS: list[Operation] = []
"""All of them, as they were declared."""

View = Callable[..., Any]


def operation(
    rule: str,
    *,
    subject: Subject,
    summary: str,
    answer: type[BaseModel] | None,
    method: str = "GET",
    media: tuple[str, ...] = (),
    created: str | None = None,
) -> Callable[[View], View]:
    """Serve a view at a rule below the prefix.

    The view is given the rule's arguments, and as its annotations ask a `query` and a `body`; it
    gives an `answer`, or a response that is a file. A POST is one transaction with its answer.
    """

    def declare(view: View) -> View:
        hints = get_type_hints(view)
        query, body = hints.get("query"), hints.get("body")
        declared = Operation(
            view.__name__, rule, method, subject, summary, query, body, answer, media, created
        )

        @wraps(view)
        def run(**arguments: Any) -> Response:
            if query is not None:
                arguments["query"] = read_query(query)
            if body is None:
                return _answered(view(**arguments))
            arguments["body"] = read_body(body)
            return _once(declared, view, arguments)

        blueprint.add_url_rule(rule, view.__name__, run, methods=[method])
        OPERATIONS.append(declared)
        return view

    return declare


@blueprint.before_request
def _keep_pace() -> None:
    """Raise 429 when the caller asks too often."""
    caller: Caller | None = g.get("caller")
    if caller is None or not caller.is_token:
        return
    wait_s = web().pace.ask(caller.name, monotonic_s())
    if wait_s:
        raise TooManyRequests(retry_after=wait_s)


@blueprint.after_request
def _not_kept(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _answered(made: BaseModel | Response) -> Response:
    if isinstance(made, Response):
        return made
    return Response(made.model_dump_json(), mimetype="application/json")


def _once(declared: Operation, view: View, arguments: dict[str, Any]) -> Response:
    """Do it, once for each idempotency key."""
    own = web()
    caller: Caller = g.caller

    def act() -> tuple[int, str]:
        answer: BaseModel = view(**arguments)
        return declared.status, answer.model_dump_json()

    status, text, replayed = answer_once(
        own.database,
        read_key(caller.name, arguments["body"]),
        act,
        at=own.clock.now(),
        kept=timedelta(days=own.settings.api_kept_days),
    )
    response = Response(text, status, mimetype="application/json")
    if declared.created:
        shown = url_for(f"{NAME}.{declared.created}", number=json.loads(text)["id"])
        response.headers["Location"] = shown
    if replayed:
        response.headers[REPLAYED] = "true"
    return response
