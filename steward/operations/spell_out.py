"""How a script will be read, clause by clause: each number, and each word that could go wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from steward.domain.script import Clause, Script
from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed
from steward.narration.normaliser.kinds import KINDS, read_as
from steward.operations.check_names import marked
from steward.speech.engines.doubts import Doubt, doubts, polyphones
from steward.speech.engines.readings import dictionary, placed, spoken_words

_WRITTEN = re.compile(r"[0-9A-Za-z%℃]")
_SYLLABLES = re.compile(r"[a-zü:]+[0-5]?", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """A piece of a clause as it is said.

    `written`: how it stands in the text, where that differs (a number). `pinyin`: as it is heard,
    of a word with a polyphone or with a settled reading. `words` and `syllables`: what a reading of
    it is kept as. `others`: further readings of `words`. `ways`: how else a number may be said, by
    the name of the kind of reading; it is the `nth` place that shows the same. `doubtful`: nothing
    settles its reading; `settled`: a lexicon or this announcement does.
    """

    text: str
    written: str = ""
    pinyin: str = ""
    words: str = ""
    syllables: str = ""
    others: tuple[str, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    nth: int = 0
    doubtful: bool = False
    settled: bool = False


@dataclass(frozen=True)
class SpelledClause:
    """A clause with its pieces; a `fault` (Chinese) where it has a character nobody can read."""

    written: str
    pieces: tuple[Piece, ...]
    fault: str = ""


def spell_out(script: Script) -> tuple[SpelledClause, ...]:
    """Every clause as it will be said."""
    spelled, before = [], ""
    for clause in script.clauses:
        spelled.append(_spelled(clause, before))
        before += clause.written
    return tuple(spelled)


def typed_pinyin(text: str) -> str:
    """What people type as pinyin, as the lexicon has it: zhāo yáng and zhao1yang2, both alike."""
    from pypinyin.contrib.tone_convert import to_tone3

    plain = " ".join(
        to_tone3(part, neutral_tone_with_five=True) if not part.isascii() else part
        for part in text.strip().lower().split()
    )
    found = _SYLLABLES.findall(plain)
    if not plain or "".join(found) != "".join(plain.split()):
        return text.strip()
    return " ".join(one.lower().replace("u:", "v").replace("ü", "v") for one in found)


def _spelled(clause: Clause, before: str) -> SpelledClause:
    """`before` is what is written in the clauses before it."""
    try:
        return SpelledClause(clause.written, tuple(_pieces(clause, before)))
    except EngineFailed as error:
        return SpelledClause(clause.written, (Piece(clause.spoken),), error.sentence)


def _pieces(clause: Clause, before: str) -> Iterator[Piece]:
    request = SpeakingRequest(clause.spoken, pinyin=clause.pinyin)
    forced = placed(clause.spoken, clause.pinyin)
    sure = {
        start + offset: word.text
        for start, word in forced.items()
        for offset in range(len(word.text))
    }
    doubted = _doubted(clause.spoken, doubts(request, {}))
    numbers = _numbers(clause.written, clause.spoken)
    owner: list[tuple[str, int]] = []
    words = spoken_words(request)
    for number, word in enumerate(words):
        for _ in word.text:
            place = len(owner)
            owner.append(("number", numbers[place][0]) if place in numbers else ("word", number))
    place = 0
    for (kind, number), run in groupby(owner):
        length = len(list(run))
        text = clause.spoken[place : place + length]
        if kind == "number":
            start, end = numbers[place]
            yield _number(text, clause.written[start:end], before + clause.written[:start])
        else:
            word = words[number]
            whole = len(word.text) == length
            doubt = next((doubted[n] for n in range(place, place + length) if n in doubted), None)
            settled = any(n in sure for n in range(place, place + length))
            yield _word(text, word.syllables if whole else (), doubt, settled)
        place += length


def _word(text: str, syllables: Sequence[str], doubt: Doubt | None, settled: bool) -> Piece:
    if not syllables or not (settled or doubt or not polyphones().keys().isdisjoint(text)):
        return Piece(text)
    words, own = text, tuple(dictionary([text]))
    if settled:
        own = tuple(syllables)
    if doubt is not None:
        words, own = doubt.words, doubt.syllables
    return Piece(
        text,
        pinyin=marked(*syllables),
        words=words,
        syllables=" ".join(own),
        others=tuple(_others(words, own, doubt)),
        doubtful=doubt is not None,
        settled=settled,
    )


def _others(words: str, syllables: tuple[str, ...], doubt: Doubt | None) -> Iterator[str]:
    """Further readings of words: one character read another way."""
    for place, character in enumerate(words):
        known = polyphones().get(character, ())
        if doubt is not None and place == doubt.place:
            known = doubt.others
        for other in known:
            if other != syllables[place]:
                yield " ".join((*syllables[:place], other, *syllables[place + 1 :]))


def _doubted(text: str, found: Sequence[Doubt]) -> dict[int, Doubt]:
    """The doubts by the place of their character."""
    placed_: dict[int, Doubt] = {}
    done = 0
    for doubt in found:
        start = text.find(doubt.words, done)
        if start >= 0:
            done = start + doubt.place
            placed_[done] = doubt
    return placed_


def _number(text: str, written: str, before: str) -> Piece:
    ways: dict[str, str] = {}
    if len(written) > 1:
        for kind in KINDS:
            said = read_as(kind, written)
            if said and said != text and said not in ways.values():
                ways[kind] = said
    return Piece(text, written=written, ways=tuple(ways.items()), nth=before.count(written))


def _numbers(written: str, spoken: str) -> dict[int, tuple[int, int]]:
    """By each place of the spoken form that was written otherwise: where that is written."""
    found: dict[int, tuple[int, int]] = {}
    changes = SequenceMatcher(None, written, spoken, autojunk=False).get_opcodes()
    for kind, start, end, first, last in changes:
        if kind == "replace" and _WRITTEN.search(written[start:end]):
            found |= dict.fromkeys(range(first, last), (start, end))
    return found
