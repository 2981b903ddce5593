"""What every way of rewriting has in common: the Fourier transform, squares, normalisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from steward.speech.graph.editing import Graph, unexpected

if TYPE_CHECKING:
    from onnx import NodeProto

_SIGN = np.float32(1e-20)  # too small to change a sum, enough to give a zero its sign


def multiply_squares(graph: Graph) -> int:
    """`x ** 2` becomes `x * x`; how many."""
    squares = [
        node
        for node in graph.named("Pow")
        if graph.is_kept(node.input[1]) and np.all(graph.value(node.input[1]) == 2)
    ]
    for node in squares:
        graph.put(node, [graph.node("Mul", [node.input[0]] * 2, list(node.output))])
    return len(squares)


def normalise_at_once(graph: Graph, place: str) -> int:
    """(x − mean) / √(variance + ε) · γ + β along the time, in one operator; how many.

    γ and β are computed from the voice's style, (1, channels, 1), as before.
    """
    found = 0
    for division in graph.named("Div", place):
        normalised = _normalised(graph, division)
        if normalised is None:
            continue
        signal, epsilon = normalised
        for product in graph.readers(division):
            total = graph.reader(product, "Add")
            gamma = next(name for name in product.input if name != division.output[0])
            beta = next(name for name in total.input if name != product.output[0])
            result = total.output[0]
            flat = graph.whole(-1)
            graph.put(
                total,
                [
                    graph.node("Reshape", [gamma, flat], [f"{result}_gamma"]),
                    graph.node("Reshape", [beta, flat], [f"{result}_beta"]),
                    graph.node(
                        "InstanceNormalization",
                        [signal, f"{result}_gamma", f"{result}_beta"],
                        [result],
                        epsilon=epsilon,
                    ),
                ],
            )
            found += 1
    return found


def transform_by_convolution(graph: Graph) -> None:
    """The STFT of a real signal, one-sided, becomes a convolution: the window times the DFT matrix.

    [1, length] → [1, frames, bins, 2]. The imaginary parts at zero and at half the sampling rate
    are zero in theory; what the published graph computes there is rounding, whose sign the
    following arc tangent turns into a half turn of phase. The tiny bias gives them the sign they
    nearly always have there. Raises VoiceMissing when there is not one STFT.
    """
    transforms = graph.named("STFT")
    if len(transforms) != 1:
        raise unexpected("STFT")
    (node,) = transforms
    step, length = int(graph.value(node.input[1])), int(graph.value(node.input[3]))
    window = graph.value(node.input[2]).astype(np.float64).ravel()
    bins = length // 2 + 1
    angle = 2 * np.pi * np.arange(bins)[:, None] * np.arange(length)[None] / length
    real, imaginary = window * np.cos(angle), -window * np.sin(angle)
    imaginary[[0, -1]] = 0.0
    matrix = np.stack([real, imaginary], axis=1).reshape(2 * bins, 1, length)
    bias = np.zeros(2 * bins, np.float32)
    bias[1], bias[-1] = _SIGN, -_SIGN
    signal, frames, parts = (f"{node.output[0]}_{name}" for name in ("signal", "dft", "parts"))
    weights = [
        graph.keep("dft_matrix", matrix.astype(np.float32)),
        graph.keep("dft_bias", bias),
    ]
    graph.put(
        node,
        [
            graph.node("Reshape", [node.input[0], graph.whole(1, 1, -1)], [signal]),
            graph.node("Conv", [signal, *weights], [frames], kernel_shape=[length], strides=[step]),
            graph.node("Reshape", [frames, graph.whole(1, bins, 2, -1)], [parts]),
            graph.node("Transpose", [parts], list(node.output), perm=[0, 3, 1, 2]),
        ],
    )


def _normalised(graph: Graph, division: NodeProto) -> tuple[str, float] | None:
    """What a division normalises, and ε; None when it does something else."""
    if any(graph.is_kept(name) for name in division.input):
        return None
    less, root = (graph.maker(name) for name in division.input)
    if (less.op_type, root.op_type) != ("Sub", "Sqrt"):
        return None
    mean, padded = graph.maker(less.input[1]), graph.maker(root.input[0])
    variance = graph.maker(padded.input[0])
    if [one.op_type for one in (mean, padded, variance)] != ["ReduceMean", "Add", "ReduceMean"]:
        return None
    square = graph.maker(variance.input[0])
    if list(square.input) != [less.output[0]] * 2 or square.op_type != "Mul":
        return None
    if mean.input[0] != less.input[0] or not graph.is_kept(padded.input[1]):
        return None
    if {one.op_type for one in graph.readers(division)} != {"Mul"}:
        return None
    return str(less.input[0]), float(graph.value(padded.input[1]))
