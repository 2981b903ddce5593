"""A broadcast as a player plays it, read from what the server tells, and where to begin it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FRESH_S = 6.0  # put on the air less than this ago: begin at the beginning
READING_S = 0.24  # a character, in captions without sound
SHORTEST_S = 1.5


@dataclass(frozen=True)
class Clause:
    """One clause. `clip` is what its sound is known by, None while there is none.

    A `mute` clause will never have sound. `duration_ms` is its sound's length, None when unknown.
    """

    ordinal: int
    written: str
    pause_ms: int
    clip: str | None
    duration_ms: int | None
    mute: bool

    @property
    def shown_s(self) -> float:
        """How long it is shown when it cannot be heard: its sound's length, or reading time."""
        if self.duration_ms is not None:
            return self.duration_ms / 1000
        return max(SHORTEST_S, len(self.written) * READING_S)


@dataclass(frozen=True)
class Playable:
    """播报. `gone_s` is how long it had been on the air when the server told of it."""

    id: int
    title: str
    priority: str
    state: str
    gone_s: float
    from_ordinal: int
    clauses: Sequence[Clause]
    chime_before: str | None
    chime_after: str | None

    @property
    def clips(self) -> list[str]:
        """The sounds made so far, in the order they are needed."""
        return [clause.clip for clause in self.clauses if clause.clip]


@dataclass(frozen=True)
class Beginning:
    """The first clause to be heard, and whether the chime goes before it."""

    ordinal: int
    chime: bool


def read(document: Mapping[str, Any]) -> Playable:
    """From a hall's `broadcasts/<id>.json`.

    Both instants in it are the server's, so a player's own clock does not matter. Raises KeyError,
    TypeError or ValueError for a document of another shape.
    """
    since = document["playing_since"]
    now = datetime.fromisoformat(document["now"])
    gone_s = (now - datetime.fromisoformat(since)).total_seconds() if since else 0.0
    return Playable(
        id=int(document["id"]),
        title=str(document["title"]),
        priority=str(document["priority"]),
        state=str(document["state"]),
        gone_s=gone_s,
        from_ordinal=int(document["from_ordinal"]),
        clauses=tuple(
            Clause(
                ordinal,
                str(clause["written"]),
                int(clause["pause_ms"]),
                clause["clip"],
                clause["duration_ms"],
                bool(clause["mute"]),
            )
            for ordinal, clause in enumerate(document["clauses"])
        ),
        chime_before=document["chime"]["before"],
        chime_after=document["chime"]["after"],
    )


def beginning(broadcast: Playable, first: int, chime_s: float) -> Beginning | None:
    """Where to begin: in the middle when it has been on the air for a while; None when it is over.

    `first` is the clause it went on the air with, `chime_s` the length of the chime before it.
    """
    if broadcast.gone_s < FRESH_S:
        return Beginning(first, chime=True)
    end = chime_s
    for clause in broadcast.clauses[first:]:
        end += clause.shown_s + clause.pause_ms / 1000
        if broadcast.gone_s < end:
            return Beginning(clause.ordinal, chime=False)
    return None
