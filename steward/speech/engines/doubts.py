"""Polyphones whose reading nothing settles: no lexicon, no word of the dictionary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from steward.domain.voices import SpeakingRequest
from steward.speech.engines.readings import HAN, PIECES, cut, dictionary, in_entries, placed, plain

# A reading counts from so many words of the dictionary, and such a share of the character's.
_WORDS = 4
_SHARE = 0.05


@dataclass(frozen=True)
class Doubt:
    """A polyphone read by itself: the `syllable` it gets and the `others` it may have.

    `words` (it and its neighbour in the same word), with their `syllables` in the tones of the
    dictionary, are what to put into a lexicon; the character is the one at `place` in them.
    """

    words: str
    syllables: tuple[str, ...]
    place: int
    others: tuple[str, ...]

    @property
    def character(self) -> str:
        return self.words[self.place]

    @property
    def syllable(self) -> str:
        return self.syllables[self.place]


def doubts(request: SpeakingRequest, known: Mapping[str, tuple[str, ...]]) -> tuple[Doubt, ...]:
    """The doubtful characters of a text, in order.

    `known` has the readings of single characters where the text comes from, before those of
    `polyphones`: one that has a single reading and gets it is no doubt. Raises EngineFailed for a
    character without a reading.
    """
    text = plain(request.text)
    if polyphones().keys().isdisjoint(text) and known.keys().isdisjoint(text) and _all_read(text):
        return ()
    sure = {
        place
        for start, word in placed(text, request.pinyin).items()
        for place in range(start, start + len(word.text))
    }
    return tuple(
        doubt
        for piece in PIECES.finditer(text)
        if HAN.match(piece[0])
        for doubt in _of_run(cut(piece[0]), {place - piece.start() for place in sure}, known)
    )


def _of_run(
    words: Sequence[str], sure: set[int], known: Mapping[str, tuple[str, ...]]
) -> Iterator[Doubt]:
    """The doubts of one run of Chinese characters; `sure` are the places a lexicon has read."""
    text, syllables = "".join(words), dictionary(words)
    start = 0
    for word in words:
        for offset, character in enumerate(word):
            place = start + offset
            readings = known.get(character) or polyphones().get(character, ())
            others = tuple(one for one in readings if one != syllables[place])
            if not others or place in sure or offset in in_entries(word):
                continue
            last = offset + 1 == len(word) and (offset > 0 or place + 1 == len(text))
            first = max(0, place - 1 if last else place)
            around = slice(first, first + 2)
            yield Doubt(text[around], tuple(syllables[around]), place - first, others)
        start += len(word)


def _all_read(text: str) -> bool:
    """Whether every character has a reading."""
    from pypinyin.constants import PINYIN_DICT

    return all(ord(character) in PINYIN_DICT for character in text)


@cache
def polyphones() -> dict[str, tuple[str, ...]]:
    """The characters with several readings in use, the commonest first.

    Counted over pypinyin's dictionary of words: its list of single characters keeps readings
    nobody has used for centuries. 一 and 不 are sandhi's.
    """
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.contrib.tone_convert import to_tone3

    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for words, readings in PHRASES_DICT.items():
        for character, reading in zip(words, readings, strict=False):
            counts[character][reading[0]] += 1
    found = {}
    for character, counted in counts.items():
        toned = {to_tone3(one, neutral_tone_with_five=True): n for one, n in counted.items()}
        least = max(_WORDS, _SHARE * counted.total())
        used = sorted((one for one in toned if toned[one] >= least), key=lambda one: -toned[one])
        used = [one for one in used if not one.endswith("5")]
        if len(used) > 1 and character not in "一不":
            found[character] = tuple(used)
    return found
