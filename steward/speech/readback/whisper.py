"""Whisper, through faster-whisper and CTranslate2, on the processor."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import numpy as np

from steward.errors import RecogniserMissing, SpeechError
from steward.files import sha256_of
from steward.speech.audio.wave import at_rate
from steward.speech.engine import Sound
from steward.speech.readback.model import FILES
from steward.speech.readback.recogniser import Patience

RATE_HZ = 16_000
FRAMES_A_SECOND = 100
LONGEST_S = 30.0
_FIGURES = re.compile(r"[0-9０-９%％]")
_TOKENS_A_SECOND = 12  # of Chinese speech at its fastest; stops a recogniser that repeats itself


class WhisperRecogniser:
    """whisper-base as it was published, kept from writing figures. One clip at a time."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """`folder` holds the files of `model.FILES`; `threads` 0 is one a core."""
        self._folder = folder
        self._threads = threads
        self._busy = threading.Lock()
        self._loaded: tuple[Any, Any, list[int]] | None = None

    def hear(self, sound: Sound, hint: str, patience: Patience) -> str:
        with self._busy:
            model, tokenizer, figures = self._load()
            samples = at_rate(sound, RATE_HZ).samples
            seconds = len(samples) / RATE_HZ
            window_s = min(LONGEST_S, max(seconds + patience.margin_s, patience.window_s))
            prompt = []
            if hint and patience.hinted:
                prompt = [tokenizer.sot_prev, *tokenizer.encode(" " + hint)[:200]]
            prompt += [*tokenizer.sot_sequence, tokenizer.no_timestamps]
            try:
                features = model.feature_extractor(samples)
                length = round(window_s * FRAMES_A_SECOND)
                features = features[:, :length]
                features = np.pad(features, ((0, 0), (0, length - features.shape[1])))
                heard = model.model.generate(
                    model.encode(features),
                    [prompt],
                    beam_size=patience.beam,
                    suppress_tokens=[-1, *figures],
                    max_length=len(prompt) + 20 + round(_TOKENS_A_SECOND * seconds),
                )
            except (ValueError, RuntimeError) as error:
                raise SpeechError(f"听回出错：{error}", place="whisper") from error
            return str(tokenizer.decode(heard[0].sequences_ids[0])).strip()

    def _load(self) -> tuple[Any, Any, list[int]]:
        if self._loaded is not None:
            return self._loaded
        for name, sha256 in FILES.items():
            path = self._folder / name
            if not path.is_file():
                raise RecogniserMissing(
                    "缺少听回模型，请执行 steward voices install", place=str(path)
                )
            if sha256_of(path) != sha256:
                raise RecogniserMissing(
                    "听回模型已损坏，请执行 steward voices install", place=str(path)
                )
        try:
            from faster_whisper import WhisperModel
            from faster_whisper.tokenizer import Tokenizer
        except ImportError as error:
            raise RecogniserMissing(
                "没有安装听回组件（hazard-steward[readback]）", place="faster-whisper"
            ) from error
        try:
            model = WhisperModel(
                str(self._folder), device="cpu", compute_type="int8", cpu_threads=self._threads
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise RecogniserMissing("听回模型已损坏", place=str(self._folder)) from error
        tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language="zh")
        figures = [
            number
            for number in range(tokenizer.eot)
            if _FIGURES.search(model.hf_tokenizer.decode([number]))
        ]
        self._loaded = model, tokenizer, figures
        return self._loaded
