"""The decoder's convolutions of dynamically quantised integers, computed in other ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from steward.speech.graph.editing import Graph, unexpected

if TYPE_CHECKING:
    from onnx import NodeProto

DECODER = "/decoder/"
SMALLEST = 16  # a matrix with a shorter side is not worth multiplying
# Channels → into how many parts the time is cut, so that a part's sums stay in the cache: the
# fewer the channels, the longer the sound is at that place.
PARTS = {128: 8, 256: 2}
_INT32 = 6  # ONNX's number of the type


@dataclass(frozen=True)
class Convolution:
    """ConvInteger [→ Add bias] → Cast → Mul: `result` in floats from the `signal`, (1, c, time).

    `scale` is that of the weights; `bias` is in floats, or None.
    """

    node: NodeProto
    last: NodeProto
    quantised: NodeProto
    scale: str
    bias: str | None
    width: int
    pads: tuple[int, int]
    stride: int
    dilation: int

    @property
    def result(self) -> str:
        return str(self.last.output[0])


def convolutions(graph: Graph) -> list[Convolution]:
    """Those of the decoder. Raises VoiceMissing when there is none or one is not as expected."""
    found = [_convolution(graph, node) for node in graph.named("ConvInteger", DECODER)]
    if not found:
        raise unexpected(DECODER)
    return found


def as_floats(graph: Graph, one: Convolution) -> bool:
    """A convolution of floats from the same stored 8-bit weights, of the sound before rounding.

    The length is made the second of two dimensions, for which the runtime has its blocked kernels.
    """
    result = one.result
    wide = graph.keep(f"{result}_weights", graph.value(one.node.input[1])[:, :, None, :])
    axis = graph.whole(2)
    real, flat, spread = f"{result}_real", f"{result}_flat", f"{result}_spread"
    graph.put(
        one.last,
        [
            # Folded into a constant when the model is loaded; kept as bytes in the file.
            graph.node("DequantizeLinear", [wide, one.scale, one.node.input[3]], [real]),
            graph.node("Unsqueeze", [one.quantised.input[0], axis], [flat]),
            graph.node(
                "Conv",
                [flat, real, *_given(one.bias)],
                [spread],
                kernel_shape=[1, one.width],
                pads=[0, one.pads[0], 0, one.pads[1]],
                strides=[1, one.stride],
                dilations=[1, one.dilation],
            ),
            graph.node("Squeeze", [spread, axis], [result]),
        ],
    )
    return True


def as_products(graph: Graph, one: Convolution) -> bool:
    """A product of integer matrices, exact: what each step hears in a row, times the weights.

    The weights become signed (less 128, as does their zero), for which processors have
    instructions and the runtime a kernel that reads them packed. False when it is too small.
    """
    weights = graph.value(one.node.input[1])
    out, channels, width = weights.shape
    if min(out, channels * width) < SMALLEST:
        return False
    result = one.result
    signal, scale, zero = one.quantised.output
    rows = weights.transpose(2, 1, 0).reshape(width * channels, out).astype(np.int16) - 128
    table = graph.keep(f"{result}_weights", rows.astype(np.int8))
    origin = int(graph.value(one.node.input[3])) - 128
    weights_zero = graph.keep(f"{result}_weights_zero", np.int8(origin))
    turned = f"{result}_turned"
    nodes = [graph.node("Transpose", [signal], [turned], perm=[0, 2, 1])]
    if any(one.pads):
        padded = f"{result}_padded"
        ends = graph.whole(0, one.pads[0], 0, 0, one.pads[1], 0)
        nodes.append(graph.node("Pad", [turned, ends, zero], [padded]))
        turned = padded
    heard = [turned]
    if width > 1 or one.stride > 1:
        heard = _heard(graph, one, turned, nodes, PARTS.get(out, 1), width * channels)
    products = [f"{part}_product" for part in heard]
    for part, product in zip(heard, products, strict=True):
        given = [part, table, scale, one.scale, zero, weights_zero, *_given(one.bias)]
        nodes.append(graph.node("MatMulIntegerToFloat", given, [product], domain="com.microsoft"))
    if len(products) > 1:
        nodes.append(graph.node("Concat", products, [f"{result}_whole"], axis=1))
        products = [f"{result}_whole"]
    nodes.append(graph.node("Transpose", products, [result], perm=[0, 2, 1]))
    graph.put(one.last, nodes)
    return True


def _heard(
    graph: Graph, one: Convolution, signal: str, nodes: list[NodeProto], parts: int, size: int
) -> list[str]:
    """Nodes from a signal (1, time, channels) to what each step hears of it, (1, steps, size)."""
    name = one.result
    reach = (one.width - 1) * one.dilation
    zero, step = (graph.whole(number, scalar=True) for number in (0, one.stride))
    offsets = np.arange(one.width, dtype=np.int32) * one.dilation
    table = graph.keep(f"{name}_offsets", offsets)
    nodes += [
        graph.node("Shape", [signal], [f"{name}_shape"], start=1, end=2),
        graph.node("Squeeze", [f"{name}_shape"], [f"{name}_length"]),
        graph.node("Sub", [f"{name}_length", graph.whole(reach, scalar=True)], [f"{name}_end"]),
        graph.node("Range", [zero, f"{name}_end", step], [f"{name}_steps"]),
        graph.node("Cast", [f"{name}_steps"], [f"{name}_short"], to=_INT32),
        graph.node("Unsqueeze", [f"{name}_short", graph.whole(1)], [f"{name}_column"]),
        graph.node("Add", [f"{name}_column", table], [f"{name}_places"]),
    ]
    places = [f"{name}_places"]
    if parts > 1:
        places = [f"{name}_places_{part}" for part in range(parts)]
        nodes.append(graph.node("Split", [f"{name}_places"], places, axis=0, num_outputs=parts))
    shape = graph.whole(1, -1, size)
    for place in places:
        nodes += [
            graph.node("Gather", [signal, place], [f"{place}_taken"], axis=1),
            graph.node("Reshape", [f"{place}_taken", shape], [f"{place}_heard"]),
        ]
    return [f"{place}_heard" for place in places]


def _convolution(graph: Graph, node: NodeProto) -> Convolution:
    from onnx import helper

    given = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    quantised = graph.maker(node.input[0])
    if quantised.op_type != "DynamicQuantizeLinear" or given.get("group", 1) != 1:
        raise unexpected(node.name)
    last, bias = node, None
    if [one.op_type for one in graph.readers(node)] == ["Add"]:
        last = graph.reader(node, "Add")
        bias = _bias(graph, next(name for name in last.input if name != node.output[0]))
    cast = graph.reader(last, "Cast")
    last = graph.reader(cast, "Mul")
    scales = next(name for name in last.input if name != cast.output[0])
    return Convolution(
        node,
        last,
        quantised,
        scale=next(name for name in graph.maker(scales).input if graph.is_kept(name)),
        bias=bias,
        width=given["kernel_shape"][0],
        pads=tuple(given.get("pads", (0, 0))),
        stride=given.get("strides", [1])[0],
        dilation=given.get("dilations", [1])[0],
    )


def _bias(graph: Graph, name: str) -> str:
    """The bias in floats, before it was divided by the scale, rounded and cast."""
    maker = graph.maker(name)
    while maker.op_type in ("Reshape", "Cast", "Floor"):
        maker = graph.maker(maker.input[0])
    if maker.op_type != "Div" or not graph.is_kept(maker.input[0]):
        raise unexpected(name)
    return str(maker.input[0])


def _given(bias: str | None) -> list[str]:
    return [] if bias is None else [bias]
