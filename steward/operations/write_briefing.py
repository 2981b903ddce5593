"""The script of a town's briefing, from its frozen figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.domain.corrections import CORRECTION
from steward.domain.figures import Figures
from steward.domain.script import Script
from steward.narration.contexts import Corrected, CorrectionContext, WeeklyTownContext
from steward.narration.environment import Templates
from steward.narration.lexicon import Lexicon
from steward.narration.script import script_from_text
from steward.operations.narrate import TEMPLATES, narrated
from steward.operations.write_correction import when_said

_MOST_SAID = 8  # changes that are read out; all of them stand on paper


@dataclass(frozen=True)
class Wording:
    """How things are said here: whose district, by which templates and readings."""

    district: str
    lexicon: Lexicon
    templates_dir: Path = TEMPLATES
    own_templates: Path | None = None


def write_briefing(
    figures: Figures,
    wording: Wording,
    *,
    title: str,
    changes: Sequence[Mapping[str, Any]] = (),
    said_as_of: datetime | None = None,
    again: bool = False,
    at: datetime,
) -> Script:
    """What is said of a town's week.

    With `changes` (see `changed_figures`) it begins with them, beside what was said of the
    instant `said_as_of`; `again`: it was put right before. Raises NarrationError.
    """
    _, text = narrated(
        WeeklyTownContext.kind,
        figures,
        district=wording.district,
        templates_dir=wording.templates_dir,
        own_templates=wording.own_templates,
    )
    if changes:
        context = CorrectionContext.of(
            figures,
            district=wording.district,
            when=when_said(said_as_of or figures.as_of, at),
            again=again,
            changes=_aloud(changes),
        )
        templates = Templates(wording.templates_dir, wording.own_templates)
        text = f"{templates.render(CORRECTION, context)}\n{text}"
    return script_from_text(title, text, lexicon=wording.lexicon)


def _aloud(changes: Sequence[Mapping[str, Any]]) -> tuple[Corrected, ...]:
    """Those that are figures; where only tables have changed, these."""
    told = [one for one in changes if one["aloud"]] or list(changes)
    return tuple(
        Corrected(name=one["name"], now=one["now"], said=one["said"], corrected="")
        for one in told[:_MOST_SAID]
    )
