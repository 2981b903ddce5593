"""What a rule is: a pattern, and what is said for a match of it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import ClassVar


class Rule(ABC):
    """One kind of writing and how it is read.

    A rule leaves no figure it has understood, so that later rules do not see it again, and
    leaves alone (by returning the match itself) what it does not understand.
    """

    pattern: ClassVar[re.Pattern[str]]

    @abstractmethod
    def say(self, match: re.Match[str]) -> str:
        """The words for one match."""

    def apply(self, text: str) -> str:
        return self.pattern.sub(self.say, text)
