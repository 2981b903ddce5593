"""The form of an announcement: what was typed, kept as typed, and what it makes of a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from steward.domain.announcements import MOST_TARGETS, STATUS_NAMES, Draft, Kind, Status, plain_line
from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.domain.weeks import DISTRICT_ZONE, district_instant
from steward.errors import NarrationError
from steward.narration.adhoc import ReadyMades
from steward.narration.lexicon import checked

FIELD = "field-"  # before the names of a ready-made text's fields
MOST_READINGS = 100
LOOKED_AT = 200
_MARK = re.compile(r"\[([^\[\]|\n]*)\|[^\[\]\n]*\]")
_STOPS = "，。、！？；：,.!?;: "
_BEGINNING = re.compile(rf".{{4,20}}?(?=[{_STOPS}]|$)|.{{1,20}}")
EARLIEST, LATEST = 2000, 2100  # years
_INSTANT = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Typed:
    """What stands in the form, as text. `readings` are "朝阳 zhao1 yang2"."""

    title: str = ""
    text: str = ""
    template: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    readings: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    priority: str = Priority.ROUTINE
    status: str = Status.ACTUAL
    repeats: str = "1"
    interval: str = "10"
    start: str = ""
    expires: str = ""
    fix_words: str = ""
    fix_pinyin: str = ""
    fix_always: bool = False

    @property
    def more(self) -> bool:
        """Whether something stands where most never look."""
        return bool(self.start or self.expires) or self.repeats != "1"


def sent_in(form: Any) -> Typed:
    """What a request carries (a werkzeug MultiDict)."""
    return Typed(
        **{name: form.get(name, default) for name, default in _PLAIN.items()},
        fields={key.removeprefix(FIELD): form[key] for key in form if key.startswith(FIELD)},
        readings=tuple(form.getlist("reading")[:MOST_READINGS]),
        targets=tuple(form.getlist("target")[: MOST_TARGETS + 1]),
        fix_always="fix_always" in form,
    )


_PLAIN = {
    name: Typed.__dataclass_fields__[name].default
    for name in (
        *("title", "text", "template", "priority", "status", "repeats", "interval"),
        *("start", "expires", "fix_words", "fix_pinyin"),
    )
}


def as_typed(draft: Draft) -> Typed:
    """A draft as it would have been typed."""
    title = draft.title
    for name in STATUS_NAMES.values():
        title = title.removeprefix(f"【{name}】")
    if title in {own_title(draft.text), *(f"{name}播报" for name in PRIORITY_NAMES.values())}:
        title = ""  # nobody typed it
    return Typed(
        title=title,
        text=draft.text,
        template=(draft.template or "") if draft.kind is Kind.ADHOC else "",
        fields=dict(draft.fields),
        readings=tuple(f"{words} {' '.join(how)}" for words, how in draft.readings),
        targets=draft.targets,
        priority=draft.priority,
        status=draft.status,
        repeats=str(draft.repeats),
        interval=str(draft.interval_minutes or 10),
        start=_local(draft.start_at),
        expires=_local(draft.expires_at),
    )


def draft_from(typed: Typed, ready: ReadyMades, base: Draft | None) -> tuple[Draft, dict[str, str]]:
    """The draft, as far as it goes, and by field what is wrong with what was typed.

    What no form shows (kind, what it refers to) stays as in `base`.
    """
    faults: dict[str, str] = {}
    text, title = typed.text, typed.title
    if typed.template:
        try:
            one = ready.get(typed.template)
            title = title or one.title
            wrong = one.faults(typed.fields)
            faults |= {FIELD + name: sentence for name, sentence in wrong.items()}
            text = "" if wrong else ready.text(typed.template, typed.fields)
        except NarrationError as error:
            faults["template"] = str(error)
    title = title.strip() or own_title(text)
    readings = []
    for line in typed.readings:
        words, _, pinyin = line.partition(" ")
        try:
            readings.append(checked(words, pinyin.split()))
        except NarrationError as error:
            faults["reading"] = error.sentence
    kept = base or Draft("", "")
    repeats = _number(typed.repeats, "repeats", faults)
    interval = _number(typed.interval, "interval", faults)
    draft = replace(
        kept,
        title=title,
        text=text,
        priority=_one_of(Priority, typed.priority, "priority", faults),
        status=_one_of(Status, typed.status, "status", faults),
        targets=typed.targets,
        template=kept.template if kept.kind is Kind.PLAN else typed.template or None,
        fields=tuple(typed.fields.items()) if typed.template else (),
        readings=tuple(readings),
        repeats=repeats,
        interval_minutes=interval if repeats > 1 else 0,
        start_at=_instant(typed.start, "start", faults),
        expires_at=_instant(typed.expires, "expires", faults),
    )
    return draft, faults


def own_title(text: str) -> str:
    """What a text is called when nobody gives it a title: how it begins."""
    found = _BEGINNING.match(plain_line(_MARK.sub(r"\1", text[:LOOKED_AT]), LOOKED_AT))
    return found[0].rstrip(_STOPS) if found else ""


def _one_of(kind: Any, text: str, name: str, faults: dict[str, str]) -> Any:
    try:
        return kind(text)
    except ValueError:
        faults[name] = "请在列出的选项里选择"
        return next(iter(kind)) if kind is Status else Priority.ROUTINE


def _number(text: str, name: str, faults: dict[str, str]) -> int:
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) <= 5:
        return int(text)
    faults[name] = "应为整数"
    return 1


def _instant(text: str, name: str, faults: dict[str, str]) -> datetime | None:
    if not text.strip():
        return None
    when: datetime | None
    try:
        when = district_instant(text.strip())
    except (ValueError, OverflowError):
        when = None
    if when is None or not EARLIEST <= when.year <= LATEST:
        faults[name] = "时间应如 2021-11-16 09:00"
        return None
    return when


def _local(when: datetime | None) -> str:
    return "" if when is None else when.astimezone(DISTRICT_ZONE).strftime(_INSTANT)
