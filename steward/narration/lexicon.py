"""The lexicon: words whose reading an engine would get wrong, with their syllables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from steward.errors import NarrationError

BUILT_IN = Path(__file__).parent / "data" / "lexicon.tsv"
IN_NAMES = BUILT_IN.with_name("names.tsv")

Hint = tuple[str, tuple[str, ...]]

_WORDS = re.compile("[〇\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+")
_SYLLABLE = re.compile(r"[a-z]+[1-5]")


class Lexicon:
    """Words and their syllables in pinyin with tone numbers (ü is v, the neutral tone 5).

    Tones are those of the dictionary; the engine applies tone sandhi.
    """

    def __init__(self, entries: Mapping[str, tuple[str, ...]]) -> None:
        self._entries = dict(entries)
        self._longest = max(map(len, self._entries), default=0)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, words: str) -> bool:
        return words in self._entries

    def over(self, below: Lexicon) -> Lexicon:
        """This lexicon laid over another: its words win, also inside the other's longer words.

        朝阳 laid over 朝阳村 gives the village its reading; a single character changes no word.
        """
        entries = dict(below._entries)
        for words, syllables in entries.items():
            for start in range(len(words)):
                for end in range(start + 2, len(words) + 1):
                    if mine := self._entries.get(words[start:end]):
                        syllables = syllables[:start] + mine + syllables[end:]
            entries[words] = syllables
        return Lexicon(entries | self._entries)

    def hints(self, spoken: str) -> tuple[Hint, ...]:
        """(words, syllables) for each place of the text the lexicon knows, from left to right.

        At each place the longest match wins. Words that occur twice are given twice.
        """
        found: list[Hint] = []
        start = 0
        while start < len(spoken):
            for length in range(min(self._longest, len(spoken) - start), 0, -1):
                words = spoken[start : start + length]
                if words in self._entries:
                    found.append((words, self._entries[words]))
                    start += length
                    break
            else:
                start += 1
        return tuple(found)


def read(path: Path) -> dict[str, tuple[str, ...]]:
    """The entries of a lexicon file: UTF-8, a line `words<TAB>pinyin`, `#` begins a comment.

    Raises NarrationError with file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise NarrationError("找不到读音词典", place=str(path)) from error
    except UnicodeDecodeError as error:
        raise NarrationError("读音词典不是 UTF-8 文字", place=str(path)) from error
    except OSError as error:
        raise NarrationError(f"读不了读音词典：{error.strerror}", place=str(path)) from error
    entries: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        words, syllables = _entry(line, place=f"{path} 第{number}行")
        if words in entries:
            raise NarrationError(f"“{words}”写了两遍", place=f"{path} 第{number}行")
        entries[words] = syllables
    return entries


def _entry(line: str, *, place: str) -> Hint:
    words, tab, pinyin = line.partition("\t")
    if not tab:
        raise NarrationError("应为“词<制表符>拼音”", place=place)
    return checked(words, pinyin.split(), place=place)


def checked(words: str, syllables: Sequence[str], *, place: str = "") -> Hint:
    """A reading as the lexicon keeps it: Chinese characters, and as many real syllables.

    Raises NarrationError.
    """
    words = words.strip()
    syllables = tuple(syllable.strip().lower().replace("ü", "v") for syllable in syllables)
    if not _WORDS.fullmatch(words):
        raise NarrationError(f"“{words}”应全是汉字", place=place)
    for syllable in syllables:
        if not _SYLLABLE.fullmatch(syllable):
            raise NarrationError(f"“{syllable}”不是带声调数字的拼音，应如 zhong4", place=place)
        if syllable not in inventory():
            raise NarrationError(f"普通话里没有“{syllable}”这个音，请核对拼音", place=place)
    if len(words) != len(syllables):
        raise NarrationError(
            f"“{words}”有{len(words)}个字，拼音却有{len(syllables)}个", place=place
        )
    return words, syllables


@cache
def readings_in_names() -> dict[str, tuple[str, ...]]:
    """The readings that single characters have in names of enterprises and places."""
    lines = IN_NAMES.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {character: tuple(readings.split()) for character, readings in rows}


@cache
def inventory() -> frozenset[str]:
    """The syllables of Standard Chinese with their tones: every reading of every character that
    pypinyin knows, and each of them in the neutral tone."""
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_tone3

    marked = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    toned = {to_tone3(one, neutral_tone_with_five=True, v_to_u=False) for one in marked}
    return frozenset(toned | {f"{one[:-1]}5" for one in toned})


@cache
def built_in() -> Lexicon:
    """The lexicon that comes with the program."""
    return Lexicon(read(BUILT_IN))


def with_file(path: Path | None) -> Lexicon:
    """The built-in lexicon, with a user's file over it. Raises NarrationError."""
    return built_in() if path is None else Lexicon(read(path)).over(built_in())
