"""What every kind of context has: what it is about, of whom it speaks, what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

HELP = "help"
"""Key of a field's metadata under which its help stands, in Chinese."""


class Reads(StrEnum):
    """Of what figures a template speaks: `domain.figures.Figures` or `spoken_month.SpokenMonth`."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Context:
    """The root of the contexts; a kind is a frozen dataclass whose fields have help."""

    kind: ClassVar[str] = ""
    about: ClassVar[str] = ""
    of_town: ClassVar[bool | None] = None  # it speaks of one town, of the district, of either
    planned: ClassVar[bool] = True  # figures alone make it, so that a plan can
    reads: ClassVar[Reads] = Reads.WEEK

    @classmethod
    def from_figures(cls, figures: Any, *, district: str) -> Self:
        """The context of these figures. Raises NarrationError when their scope does not fit."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        raise NotImplementedError


def written_percent(value: Decimal | None) -> str:
    """68.7% or 40% (no idle .0); 无 where nothing can be divided."""
    return "无" if value is None else f"{value.normalize():f}%"
