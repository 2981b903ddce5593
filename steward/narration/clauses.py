"""Cutting a text into clauses: at its punctuation, each of a length one breath can carry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

LONGEST = 60
"""Spoken characters of one clause."""
LONGEST_WRITTEN = 2 * LONGEST
"""Written characters of one clause, whatever they become when said."""
SHORTEST = 4
"""Written characters below which a clause joins its neighbour of the same sentence."""

PAUSES_MS: dict[str, int] = {
    "、": 150,
    "，": 250,
    ",": 250,
    "：": 350,
    ":": 350,
    "；": 400,
    ";": 400,
    "—": 400,
    "…": 600,
    "。": 600,
    ".": 600,
    "！": 600,
    "!": 600,
    "？": 600,
    "?": 600,
    "\n": 600,
}
"""Silence after a clause, by the punctuation it ends with."""
BREATH_MS = 120
"""Silence after a cut where there is no punctuation."""

_CLOSERS = "”’」』）)》〉】〕\"'"
_END = rf"(?:[。！？!?；;…\n]|\.(?![0-9A-Za-z])|—{{2}})+[{_CLOSERS}]*"
_COMMA = rf"(?:，|(?<![0-9]),|,(?![0-9])|[：:](?![0-9/]))[{_CLOSERS}]*"
_CUT = re.compile(rf"({_END})|({_COMMA})")
_SAID = re.compile(r"[^\W_]|[\ue000-\uf8ff]")  # a private character stands for a marked reading
_WORD = re.compile(r"[0-9A-Za-z.,:%/+_-]")
_GOOD_CUTS = (
    re.compile(r"(?<=[、，,；;：:）)》”])"),
    re.compile(r"(?<=\s)|(?=[（(《“])"),
    re.compile(r"(?=以及|并且|或者|但是|[和与及并或但而由对在将请])|(?<=[的了后时])"),
)


def pieces(text: str, spoken_length: Callable[[str], int]) -> Iterator[str]:
    """The clauses of a cleaned text, in order; joined they are the text without line breaks.

    `spoken_length` tells how long a piece is once said.
    """
    for sentence in _sentences(text):
        for piece in _joined(sentence):
            yield from _short_enough(piece, spoken_length)


def pause_ms(piece: str) -> int:
    """The silence after a piece, by its last punctuation."""
    return PAUSES_MS.get(piece.rstrip(_CLOSERS + " ")[-1:], BREATH_MS)


def _sentences(text: str) -> Iterator[list[str]]:
    """For each sentence the parts between its commas."""
    parts: list[str] = []
    start = 0
    for match in _CUT.finditer(text):
        parts.append(text[start : match.end()])
        start = match.end()
        if match[1]:
            yield parts
            parts = []
    if start < len(text):
        parts.append(text[start:])
    if parts:
        yield parts


def _joined(parts: list[str]) -> list[str]:
    """Parts too short to stand alone join the next one, or at the end the one before."""
    joined: list[str] = []
    waiting = ""
    for part in parts:
        waiting += part
        if len(_SAID.findall(waiting)) >= SHORTEST:
            joined.append(waiting)
            waiting = ""
    if waiting and joined:
        joined[-1] += waiting
    elif waiting:
        joined.append(waiting)
    return joined


def _short_enough(piece: str, spoken_length: Callable[[str], int]) -> Iterator[str]:
    while len(piece) > 1 and (len(piece) > LONGEST_WRITTEN or spoken_length(piece) > LONGEST):
        cut = _best_cut(piece, spoken_length)
        yield piece[:cut]
        piece = piece[cut:]
    yield piece


def _best_cut(piece: str, spoken_length: Callable[[str], int]) -> int:
    """The last good place in the first breath; not inside figures if avoidable."""
    reach = min(len(piece) - 1, LONGEST_WRITTEN)
    while reach > 1 and (length := spoken_length(piece[:reach])) > LONGEST:
        reach = max(1, min(reach - 1, reach * LONGEST // length))
    for pattern in _GOOD_CUTS:
        places = [m.start() for m in pattern.finditer(piece) if reach // 3 < m.start() <= reach]
        if places:
            return places[-1]
    for cut in range(reach, reach // 3, -1):
        if not (_WORD.match(piece[cut - 1]) and _WORD.match(piece[cut])):
            return cut
    return reach
