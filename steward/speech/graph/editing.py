"""A graph being rewritten: what makes and what reads each value, and what is put in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from steward.errors import VoiceMissing

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto


class Graph:
    """The nodes of a model by what they make. Nothing changes in it before `finish`."""

    def __init__(self, model: ModelProto) -> None:
        self._graph = model.graph
        self._tensors = {tensor.name: tensor for tensor in model.graph.initializer}
        self._maker: dict[str, NodeProto] = {
            name: node for node in model.graph.node for name in node.output
        }
        self._readers: dict[str, list[NodeProto]] = {}
        for node in model.graph.node:
            for name in node.input:
                self._readers.setdefault(name, []).append(node)
        self._instead: dict[str, list[NodeProto]] = {}  # by a node's first output

    def named(self, kind: str, place: str = "") -> list[NodeProto]:
        """The nodes of a kind whose names begin with `place`."""
        return [
            node
            for node in self._graph.node
            if node.op_type == kind and node.name.startswith(place)
        ]

    def maker(self, name: str) -> NodeProto:
        """What makes a value. Raises VoiceMissing when it is given from outside."""
        if name not in self._maker:
            raise unexpected(name)
        return self._maker[name]

    def readers(self, node: NodeProto) -> list[NodeProto]:
        return self._readers.get(node.output[0], [])

    def reader(self, node: NodeProto, kind: str) -> NodeProto:
        """The only reader of a node. Raises VoiceMissing when it is of another kind."""
        readers = self.readers(node)
        if [one.op_type for one in readers] != [kind]:
            raise unexpected(node.name)
        return readers[0]

    def is_kept(self, name: str) -> bool:
        """Whether a value lies in the model's file."""
        return name in self._tensors

    def value(self, name: str) -> np.ndarray[Any, Any]:
        from onnx import numpy_helper

        return np.asarray(numpy_helper.to_array(self._tensors[name]))

    def keep(self, name: str, value: Any) -> str:
        """Put a value into the model's file under that name; the name."""
        from onnx import numpy_helper

        self._tensors[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def whole(self, *numbers: int, scalar: bool = False) -> str:
        """The name of a constant of whole numbers (int64), shape (n,) or ()."""
        name = f"whole_{'_'.join(map(str, numbers))}{'_scalar' if scalar else ''}"
        return self.keep(name, np.array(numbers[0] if scalar else numbers, np.int64))

    def node(
        self, kind: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any
    ) -> NodeProto:
        from onnx import helper

        name = f"{outputs[0]}_{kind}"
        node: NodeProto = helper.make_node(
            kind, inputs, outputs, name=name, domain=domain, **attributes
        )
        return node

    def put(self, node: NodeProto, instead: list[NodeProto]) -> None:
        """Have a node replaced. Whatever only the replaced one read goes with it."""
        self._instead[node.output[0]] = instead

    def finish(self) -> None:
        """Put everything in place; drop what nothing reads any more."""
        nodes: list[NodeProto] = []
        for node in self._graph.node:
            nodes += self._instead.get(node.output[0], [node])
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


def unexpected(place: str) -> VoiceMissing:
    return VoiceMissing("语音模型的结构与预期不同，不能改写", place=place)
