"""Long answers of a process that also feeds the halls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import sleep
from typing import TypeVar

Row = TypeVar("Row")


def in_turn(rows: Iterable[Row], every: int) -> Iterator[Row]:
    """The rows as they are; after so many, whoever else waits in this process has a turn."""
    for number, row in enumerate(rows):
        if number % every == 0:
            sleep(0)
        yield row
