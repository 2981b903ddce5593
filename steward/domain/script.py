"""A script: what is said, clause by clause, in its written and its spoken form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """One breath of speech.

    `written` is for captions and documents (figures in digits); `spoken` is what an engine
    is given (figures in words, punctuation at its end kept); `pause_ms` is the silence after it.
    `pinyin` forces readings: pairs of (words in `spoken`, their syllables in order such as
    ("瓜沥", ("gua1", "li4"))).
    """

    written: str
    spoken: str
    pause_ms: int
    pinyin: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Script:
    """A title and its clauses, in order. Never empty."""

    title: str
    clauses: tuple[Clause, ...]

    @property
    def written(self) -> str:
        return "".join(clause.written for clause in self.clauses)

    @property
    def spoken(self) -> str:
        return "".join(clause.spoken for clause in self.clauses)
