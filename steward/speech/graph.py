"""The voice model's graph, rewritten once at installation so that it computes faster.

The published int8 graph spends most of its time in a few operators that the processor is slow at.
Three rewritings leave the model as it is and change only how it is computed:

- a convolution of dynamically quantised integers becomes one of floats, from the same stored
  8-bit weights, with the length as the second of two dimensions, for which the runtime has its
  blocked kernels. Only in the decoder: rhythm and melody are decided before it and stay the same
  to the bit;
- the short-time Fourier transform becomes a convolution with the window times the DFT matrix;
- `x ** 2` becomes `x * x`.

The imaginary parts at zero and at half the sampling rate are zero in theory; what the published
graph computes there is rounding, whose sign the following arc tangent turns into a half turn of
phase. The convolution's tiny bias gives them the sign they nearly always have there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from steward.errors import VoiceMissing
from steward.speech.model import FAST_MODEL_FILE, MODEL_FILE, sha256_of

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto
    from onnx.onnx_ml_pb2 import TensorProto

VERSION = 1  # raise it when the rewriting changes: the model is then written anew
DECODER = "/decoder/"
_SIGN = np.float32(1e-20)  # too small to change a sum, enough to give a zero its sign


def facts_of(path: Path) -> Path:
    """The file that says what a rewritten model was made from."""
    return path.with_suffix(".json")


def is_rewritten(folder: Path, source_sha256: str) -> bool:
    """Whether the folder holds this version's rewriting of that model, whole."""
    path = folder / FAST_MODEL_FILE
    try:
        facts = json.loads(facts_of(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(facts, dict)
        and facts.get("version") == VERSION
        and facts.get("source_sha256") == source_sha256
        and path.is_file()
        and facts.get("sha256") == sha256_of(path)
    )


def rewrite_model(source: Path, folder: Path) -> Path:
    """Write the rewritten model of `source` and its facts into `folder`, whole or not at all.

    The facts are {version, source, source_sha256, sha256, convolutions, squares}. Raises
    VoiceMissing when the graph is not the one this was made for, OSError.
    """
    import onnx
    from google.protobuf.message import DecodeError

    target = folder / FAST_MODEL_FILE
    try:
        model = onnx.load(str(source))
    except DecodeError as error:
        raise VoiceMissing("语音模型已损坏", place=str(source)) from error
    counted = rewrite(model)
    half = target.with_name(f".{target.name}.part")
    facts: dict[str, Any] = {"version": VERSION, "source": MODEL_FILE, **counted}
    try:
        onnx.save(model, str(half))
        facts |= {"source_sha256": sha256_of(source), "sha256": sha256_of(half)}
        facts_of(target).unlink(missing_ok=True)
        os.replace(half, target)
        facts_of(target).write_text(json.dumps(facts, indent=2), encoding="utf-8")
    finally:
        half.unlink(missing_ok=True)
    return target


def rewrite(model: ModelProto) -> dict[str, int]:
    """Rewrite a model in place; how many {"convolutions", "squares"} it had.

    Raises VoiceMissing when its Fourier transform or its convolutions are not as expected.
    """
    graph = _Graph(model)
    convolutions = [
        node
        for node in model.graph.node
        if node.op_type == "ConvInteger" and node.name.startswith(DECODER)
    ]
    squares = [node for node in model.graph.node if graph.is_square(node)]
    transforms = [node for node in model.graph.node if node.op_type == "STFT"]
    if len(transforms) != 1 or not convolutions:
        raise VoiceMissing("语音模型的结构与预期不同，不能改写", place=MODEL_FILE)
    for node in convolutions:
        graph.to_float(node)
    for node in squares:
        graph.put(node, [graph.node("Mul", [node.input[0]] * 2, list(node.output))])
    graph.to_convolution(transforms[0])
    graph.finish()
    return {"convolutions": len(convolutions), "squares": len(squares)}


class _Graph:
    """A graph being rewritten: what makes and what reads each value, and what is put in place."""

    def __init__(self, model: ModelProto) -> None:
        self._graph = model.graph
        self._tensors = {tensor.name: tensor for tensor in model.graph.initializer}
        self._maker = {name: node for node in model.graph.node for name in node.output}
        self._readers: dict[str, list[NodeProto]] = {}
        for node in model.graph.node:
            for name in node.input:
                self._readers.setdefault(name, []).append(node)
        self._instead: dict[str, list[NodeProto]] = {}  # by a node's first output
        self._gone: set[str] = set()

    def is_square(self, node: NodeProto) -> bool:
        return node.op_type == "Pow" and bool(
            node.input[1] in self._tensors and np.all(self._value(node.input[1]) == 2)
        )

    def to_float(self, node: NodeProto) -> None:
        """ConvInteger [→ Add bias] → Cast → Mul scale, as one convolution of floats."""
        chain = [node, self._reader(node)]
        quantised = self._maker[node.input[0]]
        bias = None
        if chain[-1].op_type == "Add":
            bias = self._bias(next(name for name in chain[-1].input if name != node.output[0]))
            chain.append(self._reader(chain[-1]))
        chain.append(self._reader(chain[-1]))
        kinds = [one.op_type for one in chain]
        if kinds[-2:] != ["Cast", "Mul"] or quantised.op_type != "DynamicQuantizeLinear":
            raise VoiceMissing("语音模型的结构与预期不同，不能改写", place=node.name)
        scales = next(name for name in chain[-1].input if name != chain[-2].output[0])
        scale = next(name for name in self._maker[scales].input if name in self._tensors)
        self._gone |= {one.output[0] for one in chain}
        self.put(chain[-1], self._float(node, chain[-1].output[0], scale, quantised.input[0], bias))

    def to_convolution(self, node: NodeProto) -> None:
        """STFT of a real signal, one-sided: [1, length] → [1, frames, bins, 2]."""
        step, length = int(self._value(node.input[1])), int(self._value(node.input[3]))
        window = self._value(node.input[2]).astype(np.float64).ravel()
        bins = length // 2 + 1
        angle = 2 * np.pi * np.arange(bins)[:, None] * np.arange(length)[None] / length
        real, imaginary = window * np.cos(angle), -window * np.sin(angle)
        imaginary[[0, -1]] = 0.0
        matrix = np.stack([real, imaginary], axis=1).reshape(2 * bins, 1, length)
        bias = np.zeros(2 * bins, np.float32)
        bias[1], bias[-1] = _SIGN, -_SIGN
        signal, frames, parts = (f"{node.output[0]}_{name}" for name in ("signal", "dft", "parts"))
        self.put(
            node,
            [
                self.node("Reshape", [node.input[0], self._keep("dft_in", [1, 1, -1])], [signal]),
                self.node(
                    "Conv",
                    [
                        signal,
                        self._keep("dft_matrix", matrix.astype(np.float32)),
                        self._keep("dft_bias", bias),
                    ],
                    [frames],
                    kernel_shape=[length],
                    strides=[step],
                ),
                self.node("Reshape", [frames, self._keep("dft_out", [1, bins, 2, -1])], [parts]),
                self.node("Transpose", [parts], list(node.output), perm=[0, 3, 1, 2]),
            ],
        )

    def finish(self) -> None:
        """Put everything in place; drop what nothing reads any more."""
        nodes: list[NodeProto] = []
        for node in self._graph.node:
            if node.output[0] in self._instead:
                nodes += self._instead[node.output[0]]
            elif node.output[0] not in self._gone:
                nodes.append(node)
        while True:
            read = {name for node in nodes for name in node.input}
            read |= {output.name for output in self._graph.output}
            kept = [node for node in nodes if any(name in read for name in node.output)]
            if len(kept) == len(nodes):
                break
            nodes = kept
        tensors = [tensor for name, tensor in self._tensors.items() if name in read]
        for field, content in ((self._graph.node, nodes), (self._graph.initializer, tensors)):
            del field[:]
            field.extend(content)
        del self._graph.value_info[:]

    def put(self, node: NodeProto, instead: list[NodeProto]) -> None:
        self._instead[node.output[0]] = instead

    def node(self, kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> Any:
        from onnx import helper

        return helper.make_node(kind, inputs, outputs, name=f"{outputs[0]}_{kind}", **attributes)

    def _float(
        self, node: NodeProto, result: str, scale: str, signal: str, bias: str | None
    ) -> list[NodeProto]:
        from onnx import helper

        given = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        (width,) = given["kernel_shape"]
        before, after = given.get("pads", [0, 0])
        weights = self._value(node.input[1])
        wide = self._keep(f"{result}_weights", weights[:, :, None, :])
        axis = self._keep("height", [2])
        real, flat, spread = f"{result}_real", f"{result}_flat", f"{result}_spread"
        inputs = [flat, real] + ([bias] if bias is not None else [])
        return [
            # Folded into a constant when the model is loaded; kept as bytes in the file.
            self.node("DequantizeLinear", [wide, scale, node.input[3]], [real]),
            self.node("Unsqueeze", [signal, axis], [flat]),
            self.node(
                "Conv",
                inputs,
                [spread],
                kernel_shape=[1, width],
                pads=[0, before, 0, after],
                strides=[1, *given.get("strides", [1])],
                dilations=[1, *given.get("dilations", [1])],
                group=given.get("group", 1),
            ),
            self.node("Squeeze", [spread, axis], [result]),
        ]

    def _bias(self, name: str) -> str:
        """The bias in floats, before it was divided by the scale, rounded and cast."""
        maker = self._maker[name]
        while maker.op_type in ("Reshape", "Cast", "Floor"):
            maker = self._maker[maker.input[0]]
        if maker.op_type != "Div" or maker.input[0] not in self._tensors:
            raise VoiceMissing("语音模型的结构与预期不同，不能改写", place=name)
        return str(maker.input[0])

    def _reader(self, node: NodeProto) -> NodeProto:
        readers = self._readers[node.output[0]]
        if len(readers) != 1:
            raise VoiceMissing("语音模型的结构与预期不同，不能改写", place=node.name)
        return readers[0]

    def _value(self, name: str) -> np.ndarray[Any, Any]:
        from onnx import numpy_helper

        return np.asarray(numpy_helper.to_array(self._tensors[name]))

    def _keep(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        array = np.ascontiguousarray(value)
        tensor: TensorProto = numpy_helper.from_array(array, name)
        self._tensors[name] = tensor
        return name
