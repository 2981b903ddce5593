"""The lexicon in force: the built-in one, the district's file, and over both staff's readings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from steward.accounts.queries import audit
from steward.broadcasts.queries import readings
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.errors import NotFound
from steward.narration.lexicon import Lexicon, checked, with_file
from steward.storage.engine import Database


def lexicon_in_force(database: Database, file: Path | None) -> Lexicon:
    """The words whose reading is settled. Raises NarrationError (a bad file), StorageError."""
    below = with_file(file)
    with database.session() as session:
        own = {row.words: tuple(row.pinyin.split()) for row in readings.every(session)}
    return Lexicon(own).over(below) if own else below


def settle_reading(database: Database, words: str, pinyin: str, *, at: datetime, by: Actor) -> None:
    """Keep a reading for every text from now on. Raises NarrationError (no such syllable)."""
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
    with database.session(write=True) as session:
        before = readings.remove(session, words)
        if before is None:
            raise NotFound(f"读音表里没有“{words}”")
        about = f"读音 {words}"
        audit.record(
            session, Act.READING_DROPPED, at=at, by=by, about=about, before={"pinyin": before}
        )
