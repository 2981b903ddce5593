"""The ways a published model can be rewritten. Which is the quickest depends on the processor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from steward.errors import VoiceMissing
from steward.speech.graph.convolutions import (
    DECODER,
    Convolution,
    as_floats,
    as_products,
    convolutions,
)
from steward.speech.graph.editing import Graph
from steward.speech.graph.facts import FLOATS, PRODUCTS, Way
from steward.speech.graph.layers import (
    multiply_squares,
    normalise_at_once,
    transform_by_convolution,
)

# What a way makes of a convolution of the decoder. Rhythm and melody are decided before it and
# stay the same to the bit.
WAYS: dict[Way, Callable[[Graph, Convolution], bool]] = {PRODUCTS: as_products, FLOATS: as_floats}


def rewrite(source: Path, target: Path, way: Way) -> dict[str, int]:
    """Write a model's rewriting; how many {"convolutions", "normalisations", "squares"} it had.

    Raises VoiceMissing when its Fourier transform or its convolutions are not as expected, OSError.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(str(source))
    except DecodeError as error:
        raise VoiceMissing("语音模型已损坏", place=str(source)) from error
    graph = Graph(model)
    transform_by_convolution(graph)
    counted = {
        "convolutions": sum(WAYS[way](graph, one) for one in convolutions(graph)),
        "normalisations": normalise_at_once(graph, DECODER),
        "squares": multiply_squares(graph),
    }
    graph.finish()
    onnx.save(model, str(target))
    return counted
