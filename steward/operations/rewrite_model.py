"""Rewrite the voice model in every way there is, and keep the way that is quickest here."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from steward.errors import EngineFailed, VoiceMissing
from steward.files import sha256_of
from steward.operations.measure_model import Take
from steward.speech.graph.facts import NAMES, PUBLISHED, Facts, facts_of, processor, write_facts
from steward.speech.graph.likeness import sounds_alike
from steward.speech.graph.ways import WAYS, rewrite
from steward.speech.model import FAST_MODEL_FILE

Measure = Callable[[Path], Take]


def rewrite_model(
    source: Path,
    folder: Path,
    measure: Measure,
    *,
    progress: Callable[[str], None] | None = None,
) -> Facts:
    """Put the quickest rewriting of `source` and the facts into the folder, whole or not at all.

    A rewriting that does not sound like the published model on this machine, or does not run, is
    not chosen. When none is quicker, no rewritten model is kept. Raises VoiceMissing (another
    model than these rewritings were made for), SpeechError (it does not speak), OSError.
    """
    say = progress or (lambda _: None)
    target = folder / FAST_MODEL_FILE
    best, half = (folder / f".{FAST_MODEL_FILE}.{name}" for name in ("best", "part"))
    say(f"测量{NAMES[PUBLISHED]}在本机的速度")
    original = measure(source)
    costs: dict[str, float] = {PUBLISHED: original.cost}
    chosen, counts = PUBLISHED, dict[str, int]()
    try:
        for way in WAYS:
            say(f"改写语音模型（{NAMES[way]}）并测量")
            counted = rewrite(source, half, way)
            take = _tried(measure, half)
            if take is None or not sounds_alike(take.sound, original.sound):
                say(f"{NAMES[way]}在本机不能用")
                continue
            costs[way] = take.cost
            if take.cost == min(costs.values()):
                chosen, counts = way, counted
                os.replace(half, best)
        facts = Facts(
            chosen,
            source_sha256=sha256_of(source),
            sha256=sha256_of(source if chosen == PUBLISHED else best),
            processor=processor(),
            costs={way: round(cost, 4) for way, cost in costs.items()},
            counted=counts,
        )
        facts_of(target).unlink(missing_ok=True)
        if chosen == PUBLISHED:
            target.unlink(missing_ok=True)
        else:
            os.replace(best, target)
        write_facts(folder, facts)
    finally:
        best.unlink(missing_ok=True)
        half.unlink(missing_ok=True)
    return facts


def _tried(measure: Measure, model: Path) -> Take | None:
    try:
        return measure(model)
    except (EngineFailed, VoiceMissing):
        return None
