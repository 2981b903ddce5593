"""Spoken text → words with their pinyin: words by jieba, readings by pypinyin and the lexicon."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed
from steward.speech.engines.feet import cut_at_numbers, joined, units
from steward.speech.engines.sandhi import with_sandhi

if TYPE_CHECKING:
    from jieba import Tokenizer

_HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN = re.compile(f"[{_HAN}]")
PIECES = re.compile(f"[{_HAN}]+|[A-Za-z]+|[^{_HAN}A-Za-z]+")
_WHOLE = {"一": "yi1", "不": "bu4"}  # some words of the dictionary have sandhi in them
_ALONE = {"长": "chang2"}  # 长山, 长盛, 长五米: its dictionary begins with zhang3
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


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
    text = plain(request.text)
    forced = placed(text, request.pinyin)
    found: list[Word] = []
    for piece in PIECES.finditer(text):
        if HAN.match(piece[0]):
            found += _run(piece[0], piece.start(), forced)
        else:
            found.append(Word(piece[0]))
    return tuple(found)


def syllables_of(request: SpeakingRequest) -> tuple[str, ...]:
    """The pinyin of a clause as it is spoken: its Chinese characters, in order."""
    return tuple(syllable for word in spoken_words(request) for syllable in word.syllables)


def plain(text: str) -> str:
    """The text with digits as Chinese ones and foreign letters as Latin ones, place by place.

    Raises EngineFailed for a letter that is neither Chinese nor Latin.
    """
    text = text.translate(_DIGITS)
    foreign = {one for one in text if one.isalpha() and not (one.isascii() or HAN.match(one))}
    for letter in foreign:
        latin = unicodedata.normalize("NFKD", letter)[0]
        if not (latin.isascii() and latin.isalpha()):
            raise no_reading(letter)
        text = text.replace(letter, latin)
    return text


def placed(text: str, pinyin: Sequence[tuple[str, tuple[str, ...]]]) -> dict[int, Word]:
    """The forced readings by the place in the text where each begins. Raises EngineFailed."""
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


def cut(run: str) -> list[str]:
    """The words of a run of Chinese characters."""
    return cut_at_numbers(run, _jieba().lcut(run))


def _run(run: str, offset: int, forced: dict[int, Word]) -> list[Word]:
    """The words of one run of Chinese characters that begins at `offset` of the text."""
    parts = cut(run)
    syllables = dictionary(parts)
    glued = set[int]()  # places inside what the lexicon reads as one word
    for place in range(len(run)):
        if word := forced.get(offset + place):
            end = place + len(word.text)
            syllables[place:end] = word.syllables
            glued |= set(range(place + 1, end))
    words = joined(parts, glued)
    spoken = with_sandhi(run, syllables, [sum(map(len, word)) for word in words], units(words))
    found, place = [], 0
    for word_parts in words:
        text = "".join(word_parts)
        found.append(Word(text, spoken[place : place + len(text)]))
        place += len(text)
    return found


def dictionary(words: Sequence[str]) -> list[str]:
    """A syllable for each character, in the tones of the dictionary. Raises EngineFailed."""
    found = [syllable for word in words for syllable in _of_word(word)]
    place = 0
    for before, word in pairwise(("", *words)):
        more = place + len(word) < len(found)
        if more and ((word == "得" and before) or (word == "地" and len(before) > 1)):
            found[place] = "de5"  # 做得好, 及时地处理
        place += len(word)
    return found


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(
        [word],
        style=Style.TONE3,
        neutral_tone_with_five=True,
        errors=_refuse,
    )
    for place, character in enumerate(word):
        if character in _WHOLE and not found[place].endswith("5"):
            found[place] = _WHOLE[character]
        elif character in _ALONE and place not in in_entries(word):
            found[place] = _ALONE[character]
    return tuple(found)


@lru_cache(maxsize=20_000)
def in_entries(word: str) -> frozenset[int]:
    """The places of a word that pypinyin reads as part of a longer entry of its dictionary."""
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.seg.mmseg import seg

    found = set[int]()
    start = 0
    for part in seg.cut(word):
        if len(part) > 1 and part in PHRASES_DICT:
            found |= set(range(start, start + len(part)))
        start += len(part)
    return frozenset(found)


def _refuse(characters: str) -> str:
    raise no_reading(characters[0])


def no_reading(character: str) -> EngineFailed:
    """The error of a character that nobody can read."""
    return EngineFailed(f"不知道“{character}”怎么读", place="词典", retry=False)


@lru_cache(maxsize=1)
def _jieba() -> Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)  # else it reports its dictionary on stderr
    tokenizer: Tokenizer = jieba.dt
    return tokenizer
