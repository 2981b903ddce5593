"""Whether the words of an announcement fit what it is sent as: real, an exercise, a test."""

from __future__ import annotations

import re

from steward.domain.announcements import STATUS_NAMES, Status

_DRILL = re.compile("演练|演习")
_DENIES = re.compile(
    r"(?:不是|并非|绝非|而非|非)(?:一次|一场|这次|本次|在|什么)?(?:演练|演习|测试)|真实(?:的)?(?:火灾|险情|灾情|事故)"
)


def doubt(status: Status, title: str, text: str) -> str:
    """Why somebody must say once more that it is meant so; "" when words and status agree."""
    name, words = STATUS_NAMES[status], f"{title}\n{text}"
    if status is Status.ACTUAL:
        found = _DRILL.search(words)
        if found:
            return f"这是“{name}”播报，文字里却有“{found[0]}”。确实要作为正式播报播出，请确认"
        return ""
    found = _DENIES.search(words)
    if found:
        return f"这是“{name}”，文字里却说“{found[0]}”。确实要作为{name}播出，请确认"
    return ""
