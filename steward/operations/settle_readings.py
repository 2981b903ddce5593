"""The lexicon in force: the built-in one, the district's file, and over both staff's readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from steward.accounts.queries import audit
from steward.broadcasts.queries import readings
from steward.domain.accounts import Actor
from steward.domain.announcements import plain_line
from steward.domain.audit import Act
from steward.errors import NarrationError, NotFound
from steward.narration.lexicon import Lexicon, checked, with_file
from steward.storage.engine import Database

LONGEST_WORDS = 20  # characters


@dataclass(frozen=True)
class Settled:
    """A reading that staff settled: who, when."""

    words: str
    syllables: tuple[str, ...]
    by: str
    at: datetime


def settled_readings(database: Database) -> list[Settled]:
    """All of them, the latest first."""
    with database.session() as session:
        rows = readings.every(session)
    found = [Settled(row.words, tuple(row.pinyin.split()), row.by, row.at) for row in rows]
    return sorted(found, key=lambda one: one.at, reverse=True)


def lexicon_in_force(database: Database, file: Path | None) -> Lexicon:
    """The words whose reading is settled. Raises NarrationError (a bad file), StorageError."""
    below = with_file(file)
    with database.session() as session:
        own = {row.words: tuple(row.pinyin.split()) for row in readings.every(session)}
    return Lexicon(own).over(below) if own else below


def settle_reading(database: Database, words: str, pinyin: str, *, at: datetime, by: Actor) -> None:
    """Keep a reading for every text from now on.

    Raises NarrationError: no such syllable, not one for each character, too long for a word.
    """
    if len(words) > LONGEST_WORDS:
        raise NarrationError(f"一个词最多{LONGEST_WORDS}个字")
    words, syllables = checked(words, pinyin.split())
    with database.session(write=True) as session:
        before = readings.put(session, words, " ".join(syllables), at=at, by=by.name)
        audit.record(
            session,
            Act.READING_SETTLED,
            at=at,
            by=by,
            about=f"读音 {words}",
            before={"pinyin": before} if before else None,
            after={"pinyin": " ".join(syllables)},
        )


def drop_reading(database: Database, words: str, *, at: datetime, by: Actor) -> None:
    """Go back to the reading below it. Raises NotFound."""
    words = plain_line(words, 40)
    with database.session(write=True) as session:
        before = readings.remove(session, words)
        if before is None:
            raise NotFound(f"读音表里没有“{words[:LONGEST_WORDS]}”")
        about = f"读音 {words}"
        audit.record(
            session, Act.READING_DROPPED, at=at, by=by, about=about, before={"pinyin": before}
        )
