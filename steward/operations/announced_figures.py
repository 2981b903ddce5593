"""Which figures a broadcast says: those that its template names, by their words in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from steward.domain.corrections import Figure
from steward.operations.material import is_month
from steward.operations.month_document import announced_of_month

# Key, name and unit in a sentence, what evidence is kept under, names in a template that say it.
_COUNTS: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("new_hazards", "本周新增隐患", "条", ("new_hazards",), ("new_hazards_change",)),
    (
        "due_soon_enterprises",
        "隐患到期预警企业",
        "家",
        ("due_soon_enterprises", "due_soon_hazards"),
        (),
    ),
    ("overdue_enterprises", "超期预警企业", "家", ("overdue_enterprises", "overdue_hazards"), ()),
    ("closed_hazards", "本周闭环隐患", "条", ("closed_hazards",), ("closed_hazards_change",)),
    ("new_major", "本周新增重大隐患", "条", ("new_major",), ()),
    ("open_major", "未闭环重大隐患", "条", ("open_major",), ()),
    ("open_hazards", "未闭环隐患", "处", (), ()),
    ("without_deadline", "没有整改期限的隐患", "条", ("without_deadline",), ()),
    ("monitored", "累计监控隐患", "处", (), ()),
    ("closed_total", "累计闭环处置隐患", "处", (), ()),
    ("closure_rate", "闭环率", "%", (), ()),
    (
        "inspected_enterprises",
        "本周检查过的企业",
        "家",
        ("inspected_enterprises",),
        # The rate itself is not compared: its enterprises are those of now.
        ("inspection_rate",),
    ),
)
_LAST_WEEK = (("new_hazards", "上周新增隐患"), ("closed_hazards", "上周闭环隐患"))
_BY_SOURCE = frozenset({"sources"})
_BY_TOWN = frozenset({"towns", "leading_towns"})


def announced_figures(
    document: Mapping[str, Any], names: Collection[str] | None, text: str
) -> dict[str, Figure]:
    """The figures of a document (see `material_document`) that are said, by key, in their order.

    `names` are those the template uses, None when there is no template: then every count is said,
    and of the sources and towns those that `text`, the broadcast's words, names.
    """
    said = announced_of_month if is_month(document) else _said
    return {figure.key: figure for figure in said(document, names, text)}


def _said(
    document: Mapping[str, Any], names: Collection[str] | None, text: str
) -> Iterator[Figure]:
    scope = document["town"]["name"] if document.get("town") else ""
    for key, name, unit, rows, others in _COUNTS:
        if key in document and _uses(names, {key, *others}):
            yield Figure(key, f"{scope}{name}", unit, document[key], rows)
    for key, name in _LAST_WEEK:
        if key in document.get("last_week", ()) and _uses(names, {f"{key}_change"}):
            yield Figure(f"last_week.{key}", f"{scope}{name}", "条", document["last_week"][key])
    for kind, used in (("by_source", _BY_SOURCE), ("by_town", _BY_TOWN)):
        if not _uses(names, used):
            continue
        for share in document.get(kind, ()):
            if share["name"] in text:
                name = f"{scope if kind == 'by_source' else ''}{share['name']}新增隐患"
                new = share["new_hazards"]
                yield Figure(f"{kind}.{share['key']}", name, "条", new, ("new_hazards",))


def _uses(names: Collection[str] | None, wanted: Collection[str]) -> bool:
    return names is None or not set(wanted).isdisjoint(names)
