"""Which takes are put against each other when somebody listens without knowing the names."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from steward.domain.voices import Take

MOST_PAIRS = 10
MOST_TAKES = 5  # of which ten pairs can be made: everybody against everybody


def suggested(takes: Sequence[Take | None]) -> list[int]:
    """The ordinals of the takes to listen to unless others are chosen.

    Those nearest to the voices' own pace, understood ones first; at most `MOST_TAKES`.
    """
    there = [(n, take) for n, take in enumerate(takes) if take is not None and take.clip_key]
    if not there:
        return []
    voices = {take.voice_id for _, take in there}
    if len(voices) > 1:
        nearest = min(abs(take.pace - 1) for _, take in there)
        there = [(n, take) for n, take in there if abs(take.pace - 1) == nearest]
    there.sort(key=lambda one: one[1].hearing is not None and not one[1].hearing.ok)
    return sorted(n for n, _ in there[:MOST_TAKES])


def pairs(ordinals: Sequence[int], seed: int, limit: int = MOST_PAIRS) -> list[tuple[int, int]]:
    """At most `limit` pairs of different takes in random order, each take about as often.

    The same seed gives the same pairs.
    """
    chance = random.Random(seed)
    left = [tuple(chance.sample(pair, 2)) for pair in combinations(sorted(set(ordinals)), 2)]
    chance.shuffle(left)
    met: Counter[int] = Counter()
    chosen: list[tuple[int, int]] = []
    while left and len(chosen) < limit:
        one = min(left, key=lambda pair: met[pair[0]] + met[pair[1]])
        left.remove(one)
        met.update(one)
        chosen.append((one[0], one[1]))
    return chosen
