"""The process that holds a model of sherpa-onnx: one JSON line in, one out, then samples.

A process of its own, because the library ends the process it is in (`_Exit`) when a model's files
are not what it expects, and because it carries an onnxruntime of its own. Run by its path, it
imports nothing of this program; it ends when its standard input does.

First line in: `{"kind", "model": {…}, "rule_fsts", "threads"}`; answer `{"rate_hz", "speakers"}`.
Each further line: `{"text", "speaker", "speed"}`; answer `{"bytes"}` and that many bytes of
float32, mono, or `{"fault"}`. What the library has to say goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, BinaryIO


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    questions = sys.stdin.buffer
    voice = _load(json.loads(questions.readline()))
    _say(answers, {"rate_hz": voice.sample_rate, "speakers": voice.num_speakers})
    for line in questions:
        _speak(voice, json.loads(line), answers)


def _load(asked: dict[str, Any]) -> Any:
    """The model. Ends the process when the library refuses it."""
    import sherpa_onnx

    kind = asked["kind"]
    files = getattr(sherpa_onnx, f"OfflineTts{kind.capitalize()}ModelConfig")(**asked["model"])
    model = sherpa_onnx.OfflineTtsModelConfig(**{kind: files}, num_threads=asked["threads"])
    config = sherpa_onnx.OfflineTtsConfig(model=model, rule_fsts=asked["rule_fsts"])
    if not config.validate():
        sys.exit(2)
    return sherpa_onnx.OfflineTts(config)


def _speak(voice: Any, asked: dict[str, Any], answers: BinaryIO) -> None:
    import numpy as np

    try:
        audio = voice.generate(asked["text"], sid=asked["speaker"], speed=asked["speed"])
    except (RuntimeError, IndexError, ValueError) as error:  # as pybind11 passes them on
        _say(answers, {"fault": str(error)})
        return
    content = np.asarray(audio.samples, dtype="<f4").tobytes()
    _say(answers, {"bytes": len(content)})
    answers.write(content)
    answers.flush()


def _say(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
