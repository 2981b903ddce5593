"""The pages of announcements, drawn: the form, the sheet, how a text is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import render_template

from steward.domain.announcements import (
    KIND_NAMES,
    STATUS_NAMES,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Approval,
    Draft,
    Kind,
)
from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.errors import NarrationError
from steward.narration.adhoc import ReadyMades
from steward.operations.compose import compile_script
from steward.operations.narrate import TEMPLATES
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.show_announcement import Sheet
from steward.operations.show_places import show_places
from steward.operations.spell_out import SpelledClause, spell_out
from steward.web.context import web
from steward.web.desk import words
from steward.web.desk.form import FIELD, Typed


@dataclass(frozen=True)
class Read:
    """How a text is read, or why it cannot be yet; `length` in characters as shown."""

    clauses: tuple[SpelledClause, ...] = ()
    length: int = 0
    fault: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    marks: bool = True  # whether marks can be put into the text: it is one's own


@dataclass(frozen=True)
class Seen:
    """What the form is drawn with, besides what was typed."""

    number: int | None = None
    version: int | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    elsewhere: bool = False
    status: int = 200


ANCHORS = {"targets": "where", "fix": "fix", "reading": "spoken", "template": "compose"}
"""Where what is wrong stands, where it does not stand at the field of that name."""


def ready_mades() -> ReadyMades:
    """The ready-made texts of this installation."""
    return ReadyMades(TEMPLATES, web().settings.own_templates)


def read_aloud(draft: Draft) -> Read:
    """How the text of a draft is read now."""
    own = tuple((words_, " ".join(how)) for words_, how in draft.readings)
    if not draft.text.strip():
        return Read(readings=own)
    try:
        lexicon = lexicon_in_force(web().database, web().settings.lexicon)
        script = compile_script(draft, lexicon)
    except NarrationError as error:
        return Read(length=len(draft.text), fault=str(error), readings=own)
    marks = draft.template is None or draft.kind is not Kind.ADHOC
    return Read(spell_out(script), len(script.written), readings=own, marks=marks)


def spoken(read: Read) -> str:
    """That, as part of the form."""
    return render_template("desk/spoken.html", read=read)


def compose(typed: Typed, seen: Seen, draft: Draft, sheet: Sheet | None) -> str:
    """The page on which an announcement is written."""
    own = web()
    places = show_places(own.database)
    ready = ready_mades()
    chosen = next((one for one in ready.every() if one.name == typed.template), None)
    targets = set(typed.targets)
    if not targets and len(places.halls) == 1 and seen.number is None:
        targets = {places.halls[0].name}
    return render_template(
        "desk/compose.html",
        typed=typed,
        seen=seen,
        read=read_aloud(draft),
        sheet=sheet,
        places=places,
        targets=targets,
        ready=ready.every(),
        chosen=chosen,
        priorities=PRIORITY_NAMES,
        what_it_does=words.WHAT_IT_DOES,
        who_decides={one: words.WHO_DECIDES[_rule(draft.kind, one)] for one in Priority},
        statuses=STATUS_NAMES,
        what_it_means=words.WHAT_IT_MEANS,
        kind=KIND_NAMES[draft.kind] if draft.kind is not Kind.ADHOC else "",
        longest=TEXT_LENGTH,
        longest_title=TITLE_LENGTH,
        field=FIELD,
        anchors=ANCHORS | {one: f"choose-{one}" for one in ("priority", "status")},
    )


def _rule(kind: Kind, priority: Priority) -> Approval:
    return web().settings.approvals.get((kind, priority), Approval.NONE)
