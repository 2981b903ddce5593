"""Spoken text → words with their pinyin: words by jieba, readings by pypinyin and the lexicon."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed
from steward.speech.engines.feet import cut_at_numbers, joined, units
from steward.speech.engines.sandhi import with_sandhi

if TYPE_CHECKING:
    from jieba import Tokenizer

HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_PIECES = re.compile(f"[{HAN}]+|[A-Za-z]+|[^{HAN}A-Za-z]+")
_PLAIN_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


@dataclass(frozen=True)
class Word:
    """A word of the text and its syllables, one for each character; none for what is not Chinese.

    A syllable is pinyin with a tone number (ü is v, the neutral tone 5).
    """

    text: str
    syllables: tuple[str, ...] = ()


def spoken_words(request: SpeakingRequest) -> tuple[Word, ...]:
    """The words of one clause with their syllables as they are spoken, tone sandhi included.

    The lexicon's readings (`request.pinyin`, in the order of their occurrence, with the tones of
    the dictionary) are put in before sandhi. Raises EngineFailed for a forced reading of another
    length than its words, and for a character without a reading.
    """
    text = request.text.translate(_PLAIN_DIGITS)
    forced = _placed(text, request.pinyin)
    found: list[Word] = []
    for piece in _PIECES.finditer(text):
        if re.match(f"[{HAN}]", piece[0]):
            found += _run(piece[0], piece.start(), forced)
        else:
            found.append(Word(piece[0]))
    return tuple(found)


def syllables_of(request: SpeakingRequest) -> tuple[str, ...]:
    """The pinyin of a clause as it is spoken: its Chinese characters, in order."""
    return tuple(syllable for word in spoken_words(request) for syllable in word.syllables)


def _placed(text: str, pinyin: Sequence[tuple[str, tuple[str, ...]]]) -> dict[int, Word]:
    """The forced readings by the place in the text where each begins."""
    found = {}
    done = 0
    for words, syllables in pinyin:
        start = text.find(words, done)
        if start < 0:
            continue
        if len(words) != len(syllables):
            raise EngineFailed(
                f"“{words}”有{len(words)}个字，读音却有{len(syllables)}个",
                place="词典",
                retry=False,
            )
        found[start] = Word(words, syllables)
        done = start + len(words)
    return found


def _run(run: str, offset: int, forced: dict[int, Word]) -> list[Word]:
    """The words of one run of Chinese characters that begins at `offset` of the text."""
    cut = cut_at_numbers(run, _jieba().lcut(run))
    syllables = _dictionary(cut)
    glued = set[int]()  # places inside what the lexicon reads as one word
    for place in range(len(run)):
        if word := forced.get(offset + place):
            end = place + len(word.text)
            syllables[place:end] = word.syllables
            glued |= set(range(place + 1, end))
    words = joined(cut, glued)
    spoken = with_sandhi(run, syllables, [sum(map(len, word)) for word in words], units(words))
    found, place = [], 0
    for parts in words:
        text = "".join(parts)
        found.append(Word(text, spoken[place : place + len(text)]))
        place += len(text)
    return found


def _dictionary(words: Sequence[str]) -> list[str]:
    """A syllable for each character, in the tones of the dictionary."""
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(
        list(words),
        style=Style.TONE3,
        neutral_tone_with_five=True,
        errors=cast("Any", _no_reading),  # its stub forgets that a function may answer a list
    )
    place = 0
    for before, word in pairwise(("", *words)):
        more = place + len(word) < len(found)
        if more and ((word == "得" and before) or (word == "地" and len(before) > 1)):
            found[place] = "de5"  # 做得好, 及时地处理
        place += len(word)
    for place, character in enumerate("".join(words)):  # some of its words come with sandhi
        if character in "一不" and not found[place].endswith("5"):
            found[place] = "yi1" if character == "一" else "bu4"
    return found


def _no_reading(characters: str) -> list[str]:
    raise EngineFailed(f"不知道“{characters}”怎么读", place="词典", retry=False)


@lru_cache(maxsize=1)
def _jieba() -> Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)  # else it reports its dictionary on stderr
    tokenizer: Tokenizer = jieba.dt
    return tokenizer
