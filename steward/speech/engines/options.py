"""What the engines' own files share: a card's `[options]`, its needs, and a text fit to be read."""

from __future__ import annotations

import re
from typing import Protocol, runtime_checkable

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed

# Control characters, halves of surrogate pairs and what is no character: nobody reads them aloud,
# and servers and libraries stumble over them.
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]+")


@runtime_checkable
class KnowsItsNeeds(Protocol):
    """An engine that can tell, without speaking, what it lacks."""

    def lacks(self, card: VoiceCard) -> list[str]:
        """What is missing for this voice (a library, a file, an address), in Chinese."""
        ...


def options_of(card: VoiceCard, *known: str) -> dict[str, str]:
    """The card's options by name. Raises EngineFailed for a name the engine does not know."""
    options = dict(card.options)
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise EngineFailed(
            f"语音卡中不认识的选项：{'、'.join(unknown)}，可用：{'、'.join(known)}",
            place=card.id,
            retry=False,
        )
    return options


def whole_number(value: str, what: str, card: VoiceCard) -> int:
    """A number of a card, 0 or more. Raises EngineFailed saying `what` should be one."""
    if not re.fullmatch(r"[0-9]{1,6}", value):
        raise EngineFailed(f"{what}应为整数，而不是“{value}”", place=card.id, retry=False)
    return int(value)


def speakable(request: SpeakingRequest) -> str:
    """The request's text without control characters.

    Raises EngineFailed when there is nothing in it to pronounce.
    """
    text = _UNREADABLE.sub(" ", request.text)
    if not re.search(r"[^\W_]", text):
        raise EngineFailed("这段文字没有可以读出的内容", place=text[:30], retry=False)
    return text
