"""Forcing a reading: `[written|how]`, in templates and in any text.

`how` is the name of a kind of reading ([12350|数]), pinyin with tone numbers for exactly the
characters written ([长山|chang2 shan1]), or the words to say instead ([N|恩]). Captions show what
is written. Square brackets without `|` are text like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from steward.errors import NarrationError
from steward.narration.lexicon import Hint, Lexicon, inventory
from steward.narration.normaliser import normalise, said
from steward.narration.normaliser.characters import clean
from steward.narration.normaliser.kinds import KINDS, read_as

LONGEST = 30
"""Characters of what one mark shows, and twice as many of what it says: marks are never cut."""

_HOLDERS = range(0xE000, 0xF900)  # private characters, of which `clean` leaves none in a text
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_SYLLABLE = re.compile(r"[a-zü]+[0-9]")
_FIGURE = re.compile("[0-9０-９]")
_NUMERAL = re.compile(r"[0-9零〇一二三四五六七八九十百千万亿两幺半]")
_USAGE = (
    f"应为读法（{'、'.join(KINDS)}）、带声调数字的拼音（如 chang2 shan1）或要说的汉字"
    "（写的是数字，说的也要有数）"
)


@dataclass(frozen=True)
class Forced:
    """One mark: what captions show, what is said, and its syllables where they are forced."""

    written: str
    spoken: str
    syllables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marked:
    """A text in which one private character stands for each mark, and the marks by it."""

    text: str
    marks: dict[str, Forced]

    def written(self, piece: str) -> str:
        """A piece of `text` as it is shown."""
        return "".join(self.marks[c].written if c in self.marks else c for c in piece)

    def spoken(self, piece: str) -> str:
        """A piece of `text` as it is said."""
        return "".join(self.marks[c].spoken if c in self.marks else c for c in said(piece.strip()))

    def hints(self, piece: str, lexicon: Lexicon) -> tuple[Hint, ...]:
        """The readings for `spoken(piece)`: the marks' own, elsewhere the lexicon's.

        Raises NarrationError when the words of a mark stand unmarked before it: a reading is
        given to the first place of its words that is still free.
        """
        hints: list[Hint] = []
        plain = ""
        for character in said(piece.strip()):
            mark = self.marks.get(character)
            if mark is None or not mark.syllables:
                plain += mark.spoken if mark else character
                continue
            free = plain
            for words, _ in (known := lexicon.hints(plain)):
                free = free[free.index(words) + len(words) :]
            if mark.spoken in free + mark.spoken[:-1]:
                raise NarrationError(
                    f"“{mark.spoken}”在同一句前面还有一处没有标读音，请一并标上",
                    place=f"“{self.written(piece)}”",
                )
            hints += [*known, (mark.spoken, mark.syllables)]
            plain = ""
        return (*hints, *lexicon.hints(plain))


def read(cleaned: str) -> Marked:
    """The marks of a text that `clean` has seen. Raises NarrationError with the place."""
    kept: list[str] = []
    marks: dict[str, Forced] = {}
    done = 0
    for opening in re.finditer(r"\[([^\[\]\n]*)(\]?)", cleaned):
        inner, closed = opening.groups()
        if "|" not in inner:
            continue
        place = f"第{opening.start() + 1}个字“{opening[0][:LONGEST]}”"
        if not closed:
            raise NarrationError("读音标注没有写完，缺少“]”", place=place)
        if len(marks) == len(_HOLDERS):
            raise NarrationError(f"读音标注太多，最多{len(_HOLDERS)}处", place=place)
        holder = chr(_HOLDERS[len(marks)])
        marks[holder] = _forced(inner, place)
        kept += [cleaned[done : opening.start()], holder]
        done = opening.end()
    return Marked("".join(kept) + cleaned[done:], marks)


def spoken_form(text: str) -> str:
    """Any text, marks and all, as it is said. Raises NarrationError for a bad mark."""
    marked = read(clean(text))
    return marked.spoken(marked.text)


def shown(text: str) -> str:
    """Any text as captions show it. Raises NarrationError for a bad mark."""
    marked = read(clean(text))
    return marked.written(marked.text)


def force(text: str, written: str, nth: int, how: str) -> str:
    """The text with a mark on the `nth` place (from 0) that shows `written`, as `[written|how]`.

    What is marked already is marked anew. The text as it is where there is no such place, or where
    it lies inside a longer mark.
    """
    places = re.compile(rf"\[([^\[\]\n|]*)\|[^\[\]\n]*\]|{re.escape(written)}")
    seen = 0
    for place in places.finditer(text):
        shows = place[0] if place[1] is None else place[1].strip()
        if seen == nth and shows == written:
            return f"{text[: place.start()]}[{written}|{how}]{text[place.end() :]}"
        seen += shows.count(written)
    return text


def _forced(inner: str, place: str) -> Forced:
    written, _, how = (part.strip() for part in inner.partition("|"))
    if not written or not how or "|" in how:
        raise NarrationError("读音标注应写成 [写法|读法]，两边都要有", place=place)
    if len(written) > LONGEST or (len(how) > 2 * LONGEST and not _SYLLABLE.match(how)):
        raise NarrationError(f"读音标注太长，写法最多{LONGEST}个字", place=place)
    if how in KINDS:
        spoken = read_as(how, written)
        if not spoken:
            raise NarrationError(f"“{written}”不能按“{how}”来读", place=place)
        return Forced(written, spoken)
    syllables = how.lower().replace("u:", "ü").split()
    if all(_SYLLABLE.fullmatch(syllable) for syllable in syllables):
        return Forced(written, written, _pinyin(written, syllables, place))
    spoken = normalise(how)
    latin = not _CHINESE.search(how)
    if not re.search(r"\w", spoken) or (latin and _CHINESE.search(written)):
        raise NarrationError(f"不认识的读法“{how}”，{_USAGE}", place=place)
    if _FIGURE.search(written) and not _NUMERAL.search(how):
        raise NarrationError(f"不认识的读法“{how}”，{_USAGE}", place=place)
    return Forced(written, spoken)


def _pinyin(written: str, syllables: list[str], place: str) -> tuple[str, ...]:
    if not _CHINESE.fullmatch(written):
        raise NarrationError(f"拼音只能标给汉字，“{written}”不全是汉字", place=place)
    if len(written) != len(syllables):
        raise NarrationError(
            f"“{written}”有{len(written)}个字，拼音却有{len(syllables)}个", place=place
        )
    plain = [s.replace("ü", "v").replace("0", "5") for s in syllables]
    for syllable in plain:
        if syllable not in inventory():
            raise NarrationError(f"普通话里没有“{syllable}”这个音，请核对拼音", place=place)
    return tuple(plain)
