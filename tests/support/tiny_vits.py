"""A real tiny model for sherpa-onnx: a tone of 0.1 s a token, with the facts VITS models carry.

Each character of `CHARACTERS` is one token; a full stop is one too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from steward.domain.voices import VoiceCard
from steward.files import sha256_of

RATE_HZ = 16000
TOKEN_S = 0.1
CHARACTERS = "隐患管家提醒您本周新增二十八条处零一两三四五六七九百千万亿点"
PUNCTUATION = "，。"
FACTS = {
    "model_type": "vits",
    "comment": "tiny",
    "language": "Chinese",
    "add_blank": "0",
    "n_speakers": "2",
    "sample_rate": str(RATE_HZ),
    "punctuation": " ".join(PUNCTUATION),
}
FILES = ("tiny/model.onnx", "tiny/tokens.txt", "tiny/lexicon.txt")


def tiny_vits(folder: Path, *, endless: bool = False, facts: dict[str, str] = FACTS) -> VoiceCard:
    """Writes the model's files below `folder`; its card. An `endless` one never ends a clause."""
    place = folder / "tiny"
    place.mkdir(exist_ok=True)
    onnx.save(_model(endless, facts), place / "model.onnx")
    tokens = ["_", *PUNCTUATION, *(f"t{n}" for n in range(len(CHARACTERS)))]
    (place / "tokens.txt").write_text("".join(f"{t} {n}\n" for n, t in enumerate(tokens)))
    (place / "lexicon.txt").write_text(
        "".join(f"{character} t{n}\n" for n, character in enumerate(CHARACTERS))
    )
    return VoiceCard(
        id="tiny",
        title="x",
        engine="sherpa",
        name="0",
        language="zh-CN",
        rate_hz=RATE_HZ,
        licence="x",
        source="x",
        files=tuple((name, sha256_of(folder / name)) for name in FILES),
        options=(
            ("kind", "vits"),
            *zip(("model", "tokens", "lexicon"), FILES, strict=True),
            ("threads", "1"),
        ),
    )


def _model(endless: bool, facts: dict[str, str]) -> onnx.ModelProto:
    number = {
        "samples_a_token": TOKEN_S * RATE_HZ,
        "zero": 0.0,
        "one": 1.0,
        "radians_a_sample": 2 * np.pi * 330 / RATE_HZ,
        "loudness": 0.4,
    }
    constants = [
        *(helper.make_tensor(n, TensorProto.FLOAT, [], [v]) for n, v in number.items()),
        helper.make_tensor("outer", TensorProto.INT64, [2], [0, 1]),
        helper.make_tensor("true", TensorProto.BOOL, [], [True]),
    ]
    node = helper.make_node
    nodes = [
        node("Cast", ["x_length"], ["tokens"], to=TensorProto.FLOAT),
        node("Mul", ["tokens", "length_scale"], ["slowed"]),
        node("Mul", ["slowed", "samples_a_token"], ["long"]),
        node("ReduceSum", ["long"], ["length"], keepdims=0),
        node("Range", ["zero", "length", "one"], ["times"]),
        node("Mul", ["times", "radians_a_sample"], ["phase"]),
        node("Sin", ["phase"], ["wave"]),
        node("Mul", ["wave", "loudness"], ["tone"]),
        *(_endless() if endless else [node("Identity", ["tone"], ["said"])]),
        node("Unsqueeze", ["said", "outer"], ["y"]),
    ]
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.INT64, ["N", "L"]),
        helper.make_tensor_value_info("x_length", TensorProto.INT64, ["N"]),
        helper.make_tensor_value_info("noise_scale", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("length_scale", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("noise_scale_w", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("sid", TensorProto.INT64, [1]),
    ]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, "S"])]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, facts)
    return model


def _endless() -> list[onnx.NodeProto]:
    """A loop whose condition stays true."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["on"]),
            helper.make_node("Neg", ["before"], ["after"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("before", TensorProto.FLOAT, ["S"]),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("after", TensorProto.FLOAT, ["S"]),
        ],
    )
    return [helper.make_node("Loop", ["", "true", "tone"], ["said"], body=body)]
