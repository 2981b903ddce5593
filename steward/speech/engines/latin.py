"""Latin letters, the few words that are said as words, and punctuation, in Kokoro's phonemes."""

from __future__ import annotations

import re

# The English names of the letters ("A" is the diphthong of "day", "I" that of "my", "O" of "go").
LETTERS = {
    "A": "ˈA", "B": "bˈi", "C": "sˈi", "D": "dˈi", "E": "ˈi", "F": "ˈɛf", "G": "ʤˈi",
    "H": "ˈAʧ", "I": "ˈI", "J": "ʤˈA", "K": "kˈA", "L": "ˈɛl", "M": "ˈɛm", "N": "ˈɛn",
    "O": "ˈO", "P": "pˈi", "Q": "kjˈu", "R": "ˈɑɹ", "S": "ˈɛs", "T": "tˈi", "U": "jˈu",
    "V": "vˈi", "W": "dˈʌbᵊlju", "X": "ˈɛks", "Y": "wˈI", "Z": "zˈi",
}  # fmt: skip

# Everything else is spelt: LNG, LPG, CO, PM, KTV.
WORDS = {
    "APP": "ˈæp",
    "APPS": "ˈæps",
    "OK": "ˌOkˈA",
    "PLUS": "plˈʌs",
    "PRO": "pɹˈO",
    "VOCS": "vˈi ˈO sˈiz",
    "WIFI": "wˈIfˌI",
}


def latin(letters: str) -> str:
    """The phonemes of letters that stand together."""
    word = letters.upper()
    return WORDS.get(word) or " ".join(LETTERS[letter] for letter in word)


PUNCTUATION = {
    "，": ",", "、": ",", "。": ".", "．": ".", "！": "!", "？": "?", "：": ":", "；": ";",
    "（": "(", "）": ")", "“": "“", "”": "”", "《": "“", "》": "”", "「": "“", "」": "”",
    "『": "“", "』": "”", "【": "“", "】": "”", "〈": "“", "〉": "”", "—": "—", "…": "…",
} | {sign: sign for sign in ",.!?:;()\""}  # fmt: skip
"""The signs Kokoro knows, by how a text writes them."""


def signs(text: str) -> str:
    """The signs of a piece without words; whatever else it has is a space."""
    return re.sub(" +", " ", "".join(PUNCTUATION.get(sign, " ") for sign in text))
