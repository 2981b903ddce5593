"""Which names of the ledger might be read wrong, and what to write into the lexicon."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed
from steward.ledger.queries import names
from steward.narration.lexicon import Lexicon, readings_in_names, with_file
from steward.narration.normaliser import normalise
from steward.operations.settle_readings import lexicon_in_force
from steward.speech.engines.doubts import Doubt, doubts
from steward.speech.engines.readings import spoken_words
from steward.storage.engine import Database

_PLAIN = re.compile("[\u4e00-\u9fff]+")
_TURN = 200  # names between two breaths for whoever else waits for this process


@dataclass(frozen=True)
class DoubtfulWord:
    """A word whose polyphone nothing settles.

    `syllables` are those of `words`, the tones of the dictionary, as it will be read; `place` is
    where the polyphone stands in `words`, `others` what else it may be. `line` is what settles it
    in a lexicon file, `names` the names it occurs in.
    """

    words: str
    syllables: tuple[str, ...]
    place: int
    others: tuple[str, ...]
    line: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class NamesChecked:
    """How many different names were looked at; the doubtful words, those of most names first; and
    the names with a character that nobody can read, each with the sentence that says so."""

    names: int
    doubtful: tuple[DoubtfulWord, ...]
    unreadable: tuple[tuple[str, str], ...]


def check_names(database: Database, lexicon_file: Path | None = None) -> NamesChecked:
    """Every town and enterprise of the ledger. Raises StorageError, NarrationError."""
    lexicon = lexicon_in_force(database, lexicon_file)
    with database.session() as session:
        found = [*names.towns(session), *names.enterprises(session)]
    return check(dict.fromkeys(found), lexicon)


def check(distinct: Iterable[str], lexicon: Lexicon) -> NamesChecked:
    """The doubtful words of names."""
    known = readings_in_names()
    found: defaultdict[Doubt, list[str]] = defaultdict(list)
    unreadable = []
    count = 0
    for name in distinct:
        if count % _TURN == 0:
            time.sleep(0)
        count += 1
        try:
            for doubt in doubts(_request(name, lexicon), known):
                found[doubt].append(name)
        except EngineFailed as error:
            unreadable.append((name, error.sentence))
    doubtful = [_word(doubt, within) for doubt, within in found.items()]
    doubtful.sort(key=lambda word: (-len(word.names), word.words))
    return NamesChecked(count, tuple(doubtful), tuple(unreadable))


def checked_document(checked: NamesChecked) -> dict[str, Any]:
    """The same, as JSON has it."""
    return asdict(checked)


def pinyin_of(text: str, lexicon_file: Path | None = None) -> tuple[str, str]:
    """A text as it is said, and its pinyin with sandhi. Raises NarrationError, EngineFailed."""
    request = _request(text, with_file(lexicon_file))
    said = (" ".join(word.syllables) or word.text.strip() for word in spoken_words(request))
    return request.text, " ".join(filter(None, said))


def marked(*syllables: str) -> str:
    """Pinyin as people write it: zhang3 shan1 → zhǎng shān."""
    from pypinyin.contrib.tone_convert import to_tone

    return " ".join(to_tone(syllable.replace("v", "ü")) for syllable in syllables)


def where_to_write(lexicon_file: Path | None, data_dir: Path) -> Path:
    """The user's lexicon file, there or yet to be made."""
    return (lexicon_file or data_dir / "lexicon.tsv").resolve()


def _request(text: str, lexicon: Lexicon) -> SpeakingRequest:
    spoken = text if _PLAIN.fullmatch(text) else normalise(text)
    return SpeakingRequest(spoken, pinyin=lexicon.hints(spoken))


def _word(doubt: Doubt, within: list[str]) -> DoubtfulWord:
    line = f"{doubt.words}\t{' '.join(doubt.syllables)}"
    return DoubtfulWord(
        doubt.words, doubt.syllables, doubt.place, doubt.others, line, tuple(within)
    )
