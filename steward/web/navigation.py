"""The console's links: one table. A link is shown to whoever may use what it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for

from steward.domain.accounts import Caller
from steward.web.auth.access import ACCESS, Needs


@dataclass(frozen=True)
class Link:
    """One link; `current`: the page, or what lies below it, is open."""

    title: str
    address: str
    current: bool


PLACES: tuple[tuple[str, str], ...] = (
    ("pages.index", "首页"),
    ("desk.compose", "写播报"),
    ("desk.waiting", "待我办"),
    ("alarms.page", "告警"),
    ("offices.page", "镇街"),
    ("ledger.hazards", "台账"),
    ("ledger.enterprises", "企业"),
    ("sources.page", "数据来源"),
    ("merges.page", "合并"),
    ("plans.page", "计划"),
    ("players.page", "播放点"),
    ("places.page", "区域"),
    ("voices.page", "语音"),
    ("readings.page", "读音"),
    ("templates.page", "模板"),
    ("cap.page", "警报交换"),
    ("playlog.page", "记录"),
    ("accounts.page", "帐号"),
    ("audit.page", "操作记录"),
)
"""Endpoint and title, in their order; who may go there stands in `auth/access.py`."""


TOWN_PLACES: tuple[tuple[str, str], ...] = (
    ("towns.page", "本镇街"),
    ("towns.hazards", "隐患"),
    ("towns.broadcasts", "播报"),
)
"""The same for whoever is bound to a town: pages of his own."""


def links(places: Sequence[tuple[str, str]] = PLACES) -> list[Link]:
    """What the caller of this request may open; an address that is not built is left out."""
    caller: Caller | None = g.get("caller")
    asked = ACCESS.get(request.endpoint or "")
    if caller is None and (asked is None or asked.role is None):
        return []  # a log-in, a fault: nobody is known
    if caller is not None and caller.must_change:
        return []
    if caller is not None and caller.town_code is not None:
        own = caller.town_code
        shown = [(title, url_for(endpoint, town=own)) for endpoint, title in TOWN_PLACES]
    else:
        shown = [
            (title, url_for(endpoint))
            for endpoint, title in places
            if endpoint in current_app.view_functions and _may(caller, ACCESS[endpoint])
        ]
    here = max((one for _, one in shown if _below(request.path, one)), key=len, default="")
    return [Link(title, address, address == here) for title, address in shown]


def _may(caller: Caller | None, needs: Needs) -> bool:
    if caller is None:
        return not needs.from_start
    return not caller.refusal(needs.role, hall=None, town=None)


def _below(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))


def install(app: Flask) -> None:
    """Give the templates `links` and `has(endpoint)`: whether an address is built."""

    @app.context_processor
    def _of_every_page() -> dict[str, Any]:
        return {"links": links, "has": lambda endpoint: endpoint in app.view_functions}
