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
    """One link; `current`: the page, or what lies below it, is open. `pages` are those of a group,
    whose link leads to the first of them."""

    title: str
    address: str
    current: bool
    pages: tuple[Link, ...] = ()


Places = Sequence[tuple[str, str]]

PLACES: tuple[tuple[str, Places], ...] = (
    ("首页", (("pages.index", "首页"),)),
    ("写播报", (("desk.compose", "写播报"),)),
    ("待我办", (("desk.waiting", "待我办"),)),
    ("告警", (("alarms.page", "告警"),)),
    (
        "播报",
        (
            ("plans.page", "计划"),
            ("playlog.page", "记录"),
            ("players.page", "播放点"),
            ("places.page", "区域"),
            ("voices.page", "语音"),
            ("readings.page", "读音"),
            ("templates.page", "模板"),
            ("cap.page", "警报交换"),
        ),
    ),
    (
        "隐患",
        (
            ("ledger.hazards", "台账"),
            ("ledger.enterprises", "企业"),
            ("warnings.page", "预警"),
            ("map.page", "四色图"),
            ("analysis.page", "分析"),
            ("enforcement.page", "执法辅助"),
            ("penalties.page", "时限和次数"),
            ("accident.page", "事故预警"),
            ("accident.incidents", "事故记录"),
            ("sources.page", "数据来源"),
            ("merges.page", "合并"),
        ),
    ),
    ("镇街", (("offices.page", "送达和领取"), ("contacts.page", "联系人"))),
    (
        "管理",
        (
            ("accounts.page", "帐号"),
            ("tokens.page", "令牌"),
            ("audit.page", "操作记录"),
        ),
    ),
)
"""Groups by title, in their order, each with endpoint and title of its pages; who may go there
stands in `auth/access.py`."""


TOWN_PLACES: tuple[tuple[str, str], ...] = (
    ("towns.page", "本镇街"),
    ("towns.colour", "四色图"),
    ("towns.hazards", "隐患"),
    ("towns.broadcasts", "播报"),
)
"""The same for whoever is bound to a town: pages of his own."""


def links(places: Sequence[tuple[str, Places]] = PLACES) -> list[Link]:
    """What the caller of this request may open, by groups; what is not built is left out."""
    caller: Caller | None = g.get("caller")
    asked = ACCESS.get(request.endpoint or "")
    if caller is None and (asked is None or asked.role is None):
        return []  # a log-in, a fault: nobody is known
    if caller is not None and caller.must_change:
        return []
    if caller is not None and caller.town_code is not None:
        own = caller.town_code
        shown = [(title, [(title, url_for(endpoint, town=own))]) for endpoint, title in TOWN_PLACES]
    else:
        shown = [
            (
                name,
                [
                    (title, url_for(endpoint))
                    for endpoint, title in group
                    if endpoint in current_app.view_functions and _may(caller, ACCESS[endpoint])
                ],
            )
            for name, group in places
        ]
    addresses = [address for _, group in shown for _, address in group]
    here = max((one for one in addresses if _below(request.path, one)), key=len, default="")
    return [_group(name, group, here) for name, group in shown if group]


def _group(name: str, group: Sequence[tuple[str, str]], here: str) -> Link:
    pages = tuple(Link(title, address, address == here) for title, address in group)
    current = any(page.current for page in pages)
    return Link(name, pages[0].address, current, pages if len(pages) > 1 else ())


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
