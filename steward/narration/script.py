"""From a text to a script: clauses, each written and spoken, with pauses and readings."""

from __future__ import annotations

import re

from steward.domain.script import Clause, Script
from steward.errors import NarrationError
from steward.narration import markup
from steward.narration.clauses import pause_ms, pieces
from steward.narration.lexicon import Lexicon, built_in
from steward.narration.normaliser.characters import clean

LIMIT = 2000
"""Written characters of one broadcast."""
RAW = 50
"""Times as many characters of what was pasted are not even looked at."""

_SPEAKABLE = re.compile(r"[^\W_]")


def script_from_text(
    title: str, text: str, *, limit: int = LIMIT, lexicon: Lexicon | None = None
) -> Script:
    """The script of any text, in which `[written|how]` forces a reading (markup.py).

    Control characters, emoji and pasted tags are dropped; a line break ends a clause. Raises
    NarrationError when nothing is left to say, when more than `limit` characters are, or when
    a mark is bad.
    """
    if len(text) > limit * RAW:
        raise _too_long(len(text), limit)
    marked = markup.read(clean(text))
    shown = marked.written(marked.text)
    if not _SPEAKABLE.search(shown):
        raise NarrationError("没有可播报的内容")
    if len(shown) > limit:
        raise _too_long(len(shown), limit)
    words = lexicon or built_in()
    clauses: list[Clause] = []
    for piece in pieces(marked.text, lambda part: len(marked.spoken(part))):
        line = piece.replace("\n", "")
        spoken = marked.spoken(line)
        if _SPEAKABLE.search(spoken):
            hints = marked.hints(line, words)
            clauses.append(Clause(marked.written(line), spoken, pause_ms(piece), hints))
    if not clauses:
        raise NarrationError("没有可播报的内容")
    return Script(title, tuple(clauses))


def _too_long(length: int, limit: int) -> NarrationError:
    return NarrationError(f"内容太长：有{length}个字，一次播报最多{limit}个字")
