"""Turn figures into the script of a broadcast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import steward
from steward.domain.figures import Figures
from steward.domain.script import Script
from steward.narration.contexts import CONTEXTS, WeeklyContext, context_of, require_besides
from steward.narration.environment import Templates
from steward.narration.lexicon import Lexicon
from steward.narration.script import LIMIT, script_from_text
from steward.operations.material import Material

TEMPLATES = Path(steward.__file__).parents[1] / "templates" / "narration"


def template_names(templates_dir: Path = TEMPLATES, own: Path | None = None) -> list[str]:
    """The names of the narration templates of figures alone, shipped and one's own, sorted."""
    unplanned = {kind for kind, context in CONTEXTS.items() if not context.planned}
    names = Templates(templates_dir, own).names()
    return [name for name in names if name.partition("-")[0] not in unplanned]


def narrate(
    template: str,
    figures: Material,
    *,
    district: str,
    templates_dir: Path = TEMPLATES,
    own_templates: Path | None = None,
    lexicon: Lexicon | None = None,
    limit: int = LIMIT,
) -> Script:
    """The script that `template` (its name without `.j2`) makes of `figures`.

    A template in the folder `own_templates` stands before the one in `templates_dir`.

    Raises NarrationError: no such template, a mistake in it, figures of another scope, nothing
    or too much to say.
    """
    title, text = narrated(
        template,
        figures,
        district=district,
        templates_dir=templates_dir,
        own_templates=own_templates,
    )
    return script_from_text(title, text, limit=limit, lexicon=lexicon)


def narrated(
    template: str,
    figures: Material,
    *,
    district: str,
    templates_dir: Path = TEMPLATES,
    own_templates: Path | None = None,
) -> tuple[str, str]:
    """Title and text, in which readings may be marked, that `template` makes of `figures`.

    Raises NarrationError, as above.
    """
    context = context_of(template).from_figures(figures, district=district)
    templates = Templates(templates_dir, own_templates)
    text = templates.render(template, context)
    if isinstance(context, WeeklyContext) and isinstance(figures, Figures):
        require_besides(templates.names_used(template), figures)
    return context.title, text


def script_document(script: Script) -> dict[str, Any]:
    """The script as plain values, ready for JSON."""
    return {
        "title": script.title,
        "clauses": [
            {
                "written": clause.written,
                "spoken": clause.spoken,
                "pause_ms": clause.pause_ms,
                "pinyin": [[words, list(syllables)] for words, syllables in clause.pinyin],
            }
            for clause in script.clauses
        ],
    }
