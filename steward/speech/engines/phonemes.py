"""Spoken text → the phonemes Kokoro v1.0 knows: those of misaki's first Chinese scheme, whose
tones are arrows. Readings and sandhi are `readings`'; misaki spells each syllable.
"""

from __future__ import annotations

import re
from functools import cache

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed
from steward.speech.engines.latin import latin, signs
from steward.speech.engines.readings import Word, spoken_words


def phonemes(request: SpeakingRequest) -> str:
    """The phonemes of one clause; words are parted by spaces.

    Raises EngineFailed for a forced syllable that is no pinyin, for a character without a
    reading, and when nothing pronounceable is left.
    """
    spoken = " ".join(_of_word(word) for word in spoken_words(request))
    spoken = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(spoken.split()))
    if not re.search(r"\w", spoken):
        raise EngineFailed("这段文字没有可以读出的内容", place=request.text[:30], retry=False)
    return spoken


def _of_word(word: Word) -> str:
    if word.syllables:
        try:
            return "".join(map(_of_syllable, word.syllables))
        except (ValueError, KeyError, AssertionError) as error:
            raise EngineFailed(
                f"“{word.text}”的读音不是正确的拼音：{' '.join(word.syllables)}",
                place="词典",
                retry=False,
            ) from error
    return latin(word.text) if word.text[0].isalpha() else signs(word.text)


@cache
def _of_syllable(syllable: str) -> str:
    from misaki.zh import ZHG2P

    ipa: str = ZHG2P.py2ipa(syllable)
    return ipa.replace("\u032f", "")  # the mark of a diphthong's weak part is not in the vocabulary
