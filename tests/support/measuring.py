"""A measuring of models that is stated, not taken."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from steward.errors import EngineFailed
from steward.operations.measure_model import Take
from steward.speech.engine import Sound

HUM = np.sin(np.arange(24_000) / 20).astype(np.float32)


def hum(cost: float) -> Take:
    return Take(Sound(HUM, 24_000), cost)


def other(cost: float) -> Take:
    return Take(Sound(HUM[::-1] ** 2, 24_000), cost)


class Stated:
    """Gives its takes in turn; None stands for a model that does not speak."""

    def __init__(self, takes: Iterable[Take | None]) -> None:
        self._takes = iter(takes)

    def __call__(self, model: Path) -> Take:
        assert model.is_file()
        take = next(self._takes)
        if take is None:
            raise EngineFailed("不能说", place=str(model))
        return take
