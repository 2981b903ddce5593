"""What of a town's week is another than its briefing said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from steward.domain.corrections import Value, worded
from steward.operations.announced_figures import announced_figures

_PARTS = (("by_industry", "行业"), ("by_category", "类别"))
_LISTS = (
    ("overdue", "enterprise_id", "name", "超期预警企业名单"),
    ("due_soon", "enterprise_id", "name", "到期预警企业名单"),
    ("open_major", "hazard_id", "enterprise", "未闭环重大隐患名单"),
)
_NAMED = 5  # names a list in a sentence

Document = Mapping[str, Any]


def changed_figures(said: Document, now: Document) -> list[dict[str, Any]]:
    """The differences, in the order of the briefing: {name, said, now, aloud}.

    `aloud`: it is a figure that the script may say; the others stand in the tables.
    """
    return [
        {"name": name, "said": was, "now": is_, "aloud": aloud}
        for name, was, is_, aloud in (*_counts(said, now), *_parts(said, now), *_lists(said, now))
    ]


def _counts(said: Document, now: Document) -> Iterator[tuple[str, str, str, bool]]:
    sources = "".join(share["name"] for share in now["by_source"])  # all of them stand in it
    before = announced_figures(said, None, sources)
    for key, figure in announced_figures(now, None, sources).items():
        if key in before and before[key].value != figure.value:
            yield figure.name, before[key].worded, figure.worded, True


def _parts(said: Document, now: Document) -> Iterator[tuple[str, str, str, bool]]:
    for kind, what in _PARTS:
        before, after = _new(said[kind]), _new(now[kind])
        for name in {**after, **before}:
            was, is_ = before.get(name, 0), after.get(name, 0)
            if was != is_:
                yield f"{what}“{name}”新增隐患", worded(was, "条"), worded(is_, "条"), False


def _new(shares: Sequence[Document]) -> dict[str, Value]:
    return {share["name"]: share["new_hazards"] for share in shares}


def _lists(said: Document, now: Document) -> Iterator[tuple[str, str, str, bool]]:
    for kind, key, name, title in _LISTS:
        before = {one[key]: one[name] for one in said["lists"][kind]}
        after = {one[key]: one[name] for one in now["lists"][kind]}
        out = [name for id_, name in before.items() if id_ not in after]
        in_ = [name for id_, name in after.items() if id_ not in before]
        if out or in_:
            yield title, _names("列有", out), _names("列有", in_), False


def _names(verb: str, names: Sequence[str]) -> str:
    if not names:
        return "没有列出"
    more = f"等{len(names)}个" if len(names) > _NAMED else ""
    return f"{verb}{'、'.join(names[:_NAMED])}{more}"
