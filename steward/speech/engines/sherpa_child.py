"""This side of the process that holds a model: asked, listened to, and ended when time is over."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from steward.errors import EngineFailed
from steward.speech.engine import Samples

_PROGRAM = Path(__file__).with_name("sherpa_process.py")
# Where in the library a message came from; the message follows.
_ORIGIN = re.compile(r"^\S+/csrc/\S+:\d+ ")


class Ended(Exception):
    """The process is gone. `words` is all it said on standard error, `reason` the last line."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        lines = [line for line in words.splitlines() if line.strip()]
        self.words = words
        self.reason = _ORIGIN.sub("", lines[-1])[:200] if lines else "没有说明原因"


class Child:
    """One process with one model, started at once. Not for two threads at a time."""

    def __init__(self, model: str) -> None:
        """`model` is the first line the process is told, JSON."""
        # Shared with the process, the place of writing too; lives as long as it does.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        self._model = model
        self._facts: dict[str, int] | None = None

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def load(self) -> tuple[int, int]:
        """The model's sample rate in Hz and its number of speakers. Raises Ended."""
        if self._facts is None:
            self._facts = self._ask(self._model)
        return self._facts["rate_hz"], self._facts["speakers"]

    def speak(self, text: str, speaker: int, speed: float) -> tuple[Samples, str]:
        """The samples, and what the library said meanwhile. Raises Ended, EngineFailed."""
        self._said.seek(0)
        self._said.truncate()
        answer = self._ask(json.dumps({"text": text, "speaker": speaker, "speed": speed}))
        if "fault" in answer:
            raise EngineFailed(f"语音模型出错：{answer['fault'][:200]}")
        content = _pipe(self._process.stdout).read(answer["bytes"])
        if len(content) < answer["bytes"]:
            raise self._ended()
        return np.frombuffer(content, dtype="<f4").astype(np.float32), self._words()

    def end(self) -> None:
        """End the process, whatever it is doing; whoever waits for its answer gets Ended."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and let go of what joins us to it."""
        self.end()
        for end in (self._process.stdin, self._process.stdout, self._said):
            try:
                _pipe(end).close()
            except BrokenPipeError:  # a question it did not read any more
                continue

    def _ask(self, question: str) -> dict[str, Any]:
        try:
            pipe = _pipe(self._process.stdin)
            pipe.write(question.encode() + b"\n")
            pipe.flush()
        except BrokenPipeError as error:
            raise self._ended() from error
        answer = _pipe(self._process.stdout).readline()
        if not answer.endswith(b"\n"):
            raise self._ended()
        told: dict[str, Any] = json.loads(answer)
        return told

    def _ended(self) -> Ended:
        self._process.wait()
        return Ended(self._words())

    def _words(self) -> str:
        self._said.seek(0)
        return self._said.read().decode("utf-8", errors="replace")


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    assert end is not None
    return end
