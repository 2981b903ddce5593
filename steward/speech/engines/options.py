"""The `[options]` of a voice card: what only its engine understands."""

from __future__ import annotations

import re

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed


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


def whole_number(options: dict[str, str], name: str, default: int, card: VoiceCard) -> int:
    """An option that is a number, 0 or more. Raises EngineFailed when it is none."""
    value = options.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,6}", value):
        raise EngineFailed(f"选项 {name} 应为整数，而不是“{value}”", place=card.id, retry=False)
    return int(value)


def speakable(request: SpeakingRequest) -> str:
    """The request's text. Raises EngineFailed when there is nothing in it to pronounce."""
    if not re.search(r"[^\W_]", request.text):
        raise EngineFailed("这段文字没有可以读出的内容", place=request.text[:30], retry=False)
    return request.text
