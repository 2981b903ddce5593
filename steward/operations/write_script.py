"""From a plan's template and an instant to a script; and frozen into a broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from steward.broadcasts.queries import broadcasts, slots
from steward.domain.broadcasts import STREAMED, BroadcastState, Priority
from steward.domain.script import Clause, Script
from steward.errors import BroadcastError, StewardError
from steward.narration.environment import Templates
from steward.narration.script import script_from_text
from steward.operations.freeze_week import FrozenTown, freeze_week, speaks_the_week
from steward.operations.issue_briefings import issue_briefings, kept_towns
from steward.operations.material import Material, Wording, completed, material_document, material_of
from steward.operations.narrate import narrated, script_document
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.studio import Studio


def write_script(
    studio: Studio, template: str, as_of: datetime, town_code: str | None
) -> tuple[Material, Script]:
    """The figures as of an instant, with evidence, and what the template says of them.

    Before `as_of` has come this is a rehearsal: the ledger may still change.
    Raises FiguresError, NarrationError, StorageError.
    """
    figures = figures_of(studio, template, as_of, town_code)
    return figures, _script(studio, template, figures)


def figures_of(studio: Studio, template: str, as_of: datetime, town_code: str | None) -> Material:
    """The figures that a template says at an instant, with evidence: of the week, or of the last
    whole month. Raises FiguresError, NarrationError, RulesError, StorageError."""
    return material_of(
        studio.database, wording_of(studio, template), as_of, town_code, evidence=True
    )


def wording_of(studio: Studio, template: str) -> Wording:
    """A template of this studio."""
    return Wording(
        template,
        Templates(studio.templates_dir, studio.own_templates),
        studio.colour_rules,
        studio.due_soon_days,
    )


def narrate_figures(studio: Studio, template: str, figures: Material) -> tuple[str, str]:
    """The title and text that the template makes of figures. Raises NarrationError."""
    return narrated(
        template,
        figures,
        district=studio.district,
        templates_dir=studio.templates_dir,
        own_templates=studio.own_templates,
    )


def _script(studio: Studio, template: str, figures: Material) -> Script:
    title, text = narrate_figures(studio, template, figures)
    lexicon = lexicon_in_force(studio.database, studio.lexicon_file)
    return script_from_text(title, text, lexicon=lexicon)


def freeze_script(studio: Studio, broadcast_id: int, *, now: datetime) -> None:
    """Give an approved broadcast its figures, evidence and script; it is then rendering.

    With the district's week the towns are issued theirs, from the same reading of the ledger and
    in the same transaction.
    What trying again cannot cure holds the broadcast for staff with the reason; what it can
    (a locked database) is raised and leaves the broadcast approved.
    """
    with studio.database.session() as session:
        row = broadcasts.get(session, broadcast_id)
        template, as_of, town = row.template, row.as_of, row.town_code
        frozen = bool(row.clauses)
        whole_week = speaks_the_week(template, town, row.status)
    written: tuple[Material, Script] | None = None
    towns: Sequence[FrozenTown] = ()
    if not frozen:  # else asked for as a text; or held after it had been written, and released
        try:
            if template is None:
                raise BroadcastError("播报既没有模板，也没有文字")
            if whole_week:
                week = freeze_week(studio.database, as_of=as_of, due_soon_days=studio.due_soon_days)
                towns = week.towns
                said = completed(studio.database, wording_of(studio, template), week.district)
                written = said, _script(studio, template, said)
            else:
                written = write_script(studio, template, as_of, town)
        except StewardError as error:
            if error.retry:
                raise
            _hold(studio, broadcast_id, str(error), now)
            return
    with studio.database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        if written is not None:
            figures, script = written
            row.title = script.title
            row.clauses = script_document(script)["clauses"]
            document = material_document(figures)
            row.evidence = document.pop("evidence", None)
            # What was said is compared with the ledger later, by the same rule.
            row.figures = document | {"due_soon_days": studio.due_soon_days}
        issue_briefings(session, row, towns or kept_towns(session, row), at=now)
        broadcasts.move(session, row, BroadcastState.RENDERING, at=now, by=studio.owner)
        if Priority(row.priority) in STREAMED:  # chime at once, words as they are made
            broadcasts.move(session, row, BroadcastState.READY, at=now, by=studio.owner)


def clauses_of(document: list[dict[str, object]]) -> list[Clause]:
    """The clauses as they stand in a broadcast's row, as the domain's."""
    return [
        Clause(
            written=str(one["written"]),
            spoken=str(one["spoken"]),
            pause_ms=int(str(one["pause_ms"])),
            pinyin=_pinyin(one.get("pinyin")),
        )
        for one in document
    ]


def _pinyin(listed: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(listed, list):
        return ()
    return tuple((str(words), tuple(str(s) for s in syllables)) for words, syllables in listed)


def _hold(studio: Studio, broadcast_id: int, why: str, now: datetime) -> None:
    with studio.database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        broadcasts.move(session, row, BroadcastState.HELD, at=now, by=studio.owner, why=why)
        slot = slots.of_broadcast(session, broadcast_id)
        if slot is not None:
            slots.finish(session, slot, BroadcastState.HELD.value, why)
