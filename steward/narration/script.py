"""From a text to a script: clauses, each written and spoken, with pauses and readings."""

from __future__ import annotations

import re

from steward.domain.script import Clause, Script
from steward.errors import NarrationError
from steward.narration.clauses import pause_ms, pieces
from steward.narration.lexicon import Lexicon, built_in
from steward.narration.normaliser import normalise
from steward.narration.normaliser.characters import clean

LIMIT = 2000
"""Written characters of one broadcast."""

_SPEAKABLE = re.compile(r"[^\W_]")


def script_from_text(
    title: str, text: str, *, limit: int = LIMIT, lexicon: Lexicon | None = None
) -> Script:
    """The script of any text.

    Control characters and emoji are dropped; a line break ends a clause. Raises NarrationError
    when nothing is left to say, or when more than `limit` characters are.
    """
    cleaned = clean(text)
    if not _SPEAKABLE.search(cleaned):
        raise NarrationError("没有可播报的内容")
    if len(cleaned) > limit:
        raise NarrationError(f"内容太长：有{len(cleaned)}个字，一次播报最多{limit}个字")
    words = lexicon or built_in()
    clauses: list[Clause] = []
    for piece in pieces(cleaned, lambda part: len(normalise(part))):
        written = piece.replace("\n", "")
        spoken = normalise(written)
        if _SPEAKABLE.search(spoken):
            clauses.append(Clause(written, spoken, pause_ms(piece), words.hints(spoken)))
    if not clauses:
        raise NarrationError("没有可播报的内容")
    return Script(title, tuple(clauses))
