"""操作记录: who did what, for the administrator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from steward.domain.accounts import ROLE_NAMES
from steward.domain.audit import ACT_NAMES, FACT_NAMES, Act
from steward.domain.broadcasts import PRIORITY_NAMES, STATE_NAMES
from steward.domain.halls import HALL_KIND_NAMES
from steward.domain.plans import DAY_RULE_NAMES, MISSED_RULE_NAMES
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import AccountError
from steward.operations.read_audit import search_audit
from steward.web.context import web

PAGE = 50  # entries
_LARGEST = 2**63  # of a number in the database

blueprint = Blueprint("audit", __name__)

_WORDS: dict[str, Mapping[Any, str]] = {
    "role": ROLE_NAMES,
    "state": STATE_NAMES,
    "priority": PRIORITY_NAMES,
    "day_rule": DAY_RULE_NAMES,
    "missed_rule": MISSED_RULE_NAMES,
    "hall_kind": HALL_KIND_NAMES,
}


@blueprint.app_template_filter("facts")
def facts(text: str) -> list[tuple[str, str]]:
    """What an entry keeps, in Chinese; what is empty is left out."""
    kept: dict[str, Any] = json.loads(text) if text else {}
    return [(FACT_NAMES.get(key, key), _words(key, value)) for key, value in kept.items() if value]


def _words(key: str, value: Any) -> str:
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    if key == "until":
        return f"{datetime.fromisoformat(value).astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M:%S}"
    return _WORDS.get(key, {}).get(value, str(value))


@blueprint.get("/audit")
def page() -> Response:
    """The acts, newest first: ?who= ?what= ?since= ?until= (days) ?before= (a number)."""
    asked = {name: request.args.get(name, "").strip() for name in ("who", "what", "since", "until")}
    fault, since, until = "", None, None
    try:
        if not "".join(asked.values()).isprintable():
            raise AccountError("查询的内容里有不能输入的控制字符")
        since, until = _midnight(asked["since"], 0), _midnight(asked["until"], 1)
    except AccountError as error:
        fault = error.sentence
    before = request.args.get("before", type=int)
    entries = (
        []
        if fault
        else search_audit(
            web().database,
            who=asked["who"],
            what=asked["what"],
            since=since,
            until=until,
            before_number=before if before is None or before < _LARGEST else None,
            limit=PAGE + 1,
        )
    )
    drawn = render_template(
        "audit.html",
        entries=entries[:PAGE],
        older=entries[PAGE - 1].number if len(entries) > PAGE else None,
        acts=list(Act),
        act_names=ACT_NAMES,
        asked=asked,
        fault=fault,
    )
    return make_response(drawn, 400 if fault else 200, {"Cache-Control": "no-store"})


def _midnight(text: str, later: int) -> datetime | None:
    """The begin of a day, or of the one `later`; None for none. Raises AccountError."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=later)
        return datetime.combine(day, time(), DISTRICT_ZONE).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise AccountError("日期应如 2021-11-16", place=text[:20]) from error
