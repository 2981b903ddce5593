"""Spoken text → the phonemes Kokoro knows, by misaki, with the lexicon's readings put in."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed

if TYPE_CHECKING:
    from misaki.zh import ZHG2P

# The English names of the letters, in the phonemes of Kokoro's vocabulary ("A" is the
# diphthong of "day", "I" that of "my", "O" that of "go").
LETTERS = {
    "A": "ˈA", "B": "bˈi", "C": "sˈi", "D": "dˈi", "E": "ˈi", "F": "ˈɛf", "G": "ʤˈi",
    "H": "ˈAʧ", "I": "ˈI", "J": "ʤˈA", "K": "kˈA", "L": "ˈɛl", "M": "ˈɛm", "N": "ˈɛn",
    "O": "ˈO", "P": "pˈi", "Q": "kjˈu", "R": "ˈɑɹ", "S": "ˈɛs", "T": "tˈi", "U": "jˈu",
    "V": "vˈi", "W": "dˈʌbᵊlju", "X": "ˈɛks", "Y": "wˈI", "Z": "zˈi",
}  # fmt: skip

_CHINESE = "\u4e00-\u9fff"
_PIECES = re.compile(f"[{_CHINESE}]+|[A-Za-z]+|[^{_CHINESE}A-Za-z]+")


def phonemes(request: SpeakingRequest) -> str:
    """The phonemes of one clause: forced readings in their places, the rest by misaki.

    `request.pinyin` is in the order of its occurrence in the text. Raises EngineFailed for a
    syllable that is no pinyin, and when nothing pronounceable is left.
    """
    text = request.text
    result = ""
    done = 0
    for words, syllables in request.pinyin:
        start = text.find(words, done)
        if start < 0:
            continue
        result += _read(text[done:start]) + f" {_forced(words, syllables)} "
        done = start + len(words)
    result += _read(text[done:])
    result = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(result.split()))
    if not re.search(r"\w", result):
        raise EngineFailed("这段文字没有可以读出的内容", place=text[:30], retry=False)
    return result


def _read(text: str) -> str:
    g2p = _g2p()
    result = ""
    for piece in _PIECES.findall(text):
        if re.match(f"[{_CHINESE}]", piece):
            result += g2p.legacy_call(piece)
        elif piece[0].isalpha():
            result += " " + " ".join(LETTERS[letter] for letter in piece.upper()) + " "
        else:
            result += g2p.map_punctuation(piece) + " "
    return result


def _forced(words: str, syllables: tuple[str, ...]) -> str:
    g2p = _g2p()
    try:
        return "".join(g2p.py2ipa(syllable) for syllable in syllables).replace(chr(815), "")
    except (ValueError, KeyError, AssertionError) as error:
        raise EngineFailed(
            f"“{words}”的读音不是正确的拼音：{' '.join(syllables)}", place="词典", retry=False
        ) from error


@lru_cache(maxsize=1)
def _g2p() -> type[ZHG2P]:
    import jieba
    from misaki.zh import ZHG2P

    jieba.setLogLevel(logging.WARNING)  # else it reports its dictionary on stderr

    g2p: type[ZHG2P] = ZHG2P
    return g2p
