"""Ready-made texts with fields: a template that declares in its first comment what is filled in.

    {#
    title = "停电通知"
    priority = "routine"
    fields.when = { label = "停电时间", example = "明天8点到17点" }
    fields.note = { label = "其他", optional = true }
    #}
    {{ when }}停电。{{ note }}

The comment is TOML. `{{ … }}` may use the fields, nothing else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steward.domain.broadcasts import Priority
from steward.errors import NarrationError
from steward.narration.environment import Templates

FOLDER = "adhoc"
_NAME = re.compile(r"[a-z0-9_-]{1,40}")
LONGEST = 200
"""Characters of one field."""


@dataclass(frozen=True)
class Blank:
    """One thing to fill in."""

    name: str
    label: str
    example: str = ""
    optional: bool = False


@dataclass(frozen=True)
class ReadyMade:
    """A ready-made text: its title, the priority it is meant for, what is to be filled in."""

    name: str
    title: str
    priority: Priority
    blanks: tuple[Blank, ...]

    def faults(self, values: Mapping[str, str]) -> dict[str, str]:
        """By the field's name, what is wrong with what stands there."""
        found = {}
        for blank in self.blanks:
            value = values.get(blank.name, "").strip()
            if not value and not blank.optional:
                found[blank.name] = f"请填写“{blank.label}”"
            elif len(value) > LONGEST:
                found[blank.name] = f"“{blank.label}”太长，最多{LONGEST}个字"
        return found


class ReadyMades:
    """The ready-made texts of the folder `adhoc`; those of one's own folder come first."""

    def __init__(self, folder: Path, own: Path | None = None) -> None:
        below = own / FOLDER if own is not None else None
        self._templates = Templates(folder / FOLDER, below)

    def every(self) -> list[ReadyMade]:
        """All that are well-formed, by title; a malformed one of one's own hides no other."""
        found = []
        for name in self._templates.names():
            try:
                found.append(self.get(name))
            except NarrationError:
                continue
        return sorted(found, key=lambda one: one.title)

    def get(self, name: str) -> ReadyMade:
        """One by its name. Raises NarrationError: there is none, or its declaration is bad."""
        if not _NAME.fullmatch(name):
            raise NarrationError("没有这个现成的文字", place=name[:40])
        source = self._templates.source(name)
        head = source.partition("#}")[0]
        place = f"模板 {name}.j2"
        if not head.startswith("{#"):
            raise NarrationError("模板开头要有写明标题和填空的注释", place=place)
        try:
            facts = tomllib.loads(head.removeprefix("{#"))
            return _read(name, facts)
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise NarrationError(f"模板开头的说明写法不对（{error}）", place=place) from error

    def text(self, name: str, values: Mapping[str, str]) -> str:
        """The text with the fields filled in. Raises NarrationError, its place a field's name."""
        one = self.get(name)
        for blank, sentence in one.faults(values).items():
            raise NarrationError(sentence, place=blank)
        own = {blank.name: values.get(blank.name, "").strip() for blank in one.blanks}
        return self._templates.fill(name, own)


def _read(name: str, facts: Mapping[str, Any]) -> ReadyMade:
    blanks = tuple(
        Blank(
            key,
            str(one["label"]),
            str(one.get("example", "")),
            bool(one.get("optional", False)),
        )
        for key, one in facts.get("fields", {}).items()
    )
    return ReadyMade(name, str(facts["title"]), Priority(facts.get("priority", "routine")), blanks)
