"""How long to wait before the next try."""

from __future__ import annotations

from datetime import timedelta


def doubling(tries: int, first: timedelta, longest: timedelta) -> timedelta:
    """After so many tries and one more: `first`, twice that, four times …, up to `longest`."""
    return min(first * (1 << min(tries, 30)), longest)
