"""Kokoro-82M: the default voice. Neural, offline, on the processor."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.engine import EngineContext, Sound
from steward.speech.engines.phonemes import phonemes
from steward.speech.model import FAST_MODEL_FILE, MODEL_FILE, VOICES_FILE

if TYPE_CHECKING:
    from kokoro_onnx import Kokoro


class KokoroEngine:
    """`kokoro-onnx` with phonemes of our own making. The model is loaded once, at first use."""

    def __init__(self, context: EngineContext) -> None:
        self._model = context.model_file or context.voices_folder / MODEL_FILE
        if context.rewritten:
            self._model = context.voices_folder / FAST_MODEL_FILE
        self._voices = context.voices_folder / VOICES_FILE
        self._loading = threading.Lock()
        self._kokoro: Kokoro | None = None

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        kokoro = self._loaded()
        if card.name not in kokoro.voices:
            raise VoiceMissing(f"语音文件中没有“{card.name}”", place=str(self._voices))
        spoken = phonemes(request)
        try:
            samples, rate_hz = kokoro.create(
                spoken, voice=card.name, speed=request.speed, is_phonemes=True, trim=False
            )
        except (ValueError, RuntimeError) as error:
            raise EngineFailed(f"语音模型出错：{error}", place=card.id) from error
        return Sound(np.asarray(samples, dtype=np.float32).reshape(-1), rate_hz)

    def _loaded(self) -> Kokoro:
        with self._loading:
            if self._kokoro is None:
                self._kokoro = self._load()
            return self._kokoro

    def _load(self) -> Kokoro:
        for path in (self._model, self._voices):
            if not path.is_file():
                raise VoiceMissing("缺少语音文件，请执行 steward voices install", place=str(path))
        import onnxruntime
        from kokoro_onnx import Kokoro
        from onnxruntime.capi import onnxruntime_pybind11_state as faults

        damaged = (
            faults.InvalidProtobuf,
            faults.InvalidGraph,
            faults.InvalidArgument,
            faults.Fail,
            ValueError,
            OSError,
        )
        try:
            options = onnxruntime.SessionOptions()
            # A plan of memory for each length of text would be kept for ever: 200 MB, no faster.
            options.enable_mem_pattern = False
            # Nor is it planned which value takes whose place: seconds of loading, no memory saved.
            options.enable_mem_reuse = False
            # Threads that spin between operators take the processor from whatever else works here:
            # with it loaded, speech took a third less time without, and 0.6 of the processor's.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            # The rewritten model's weights become floats when it is loaded, not in each run.
            options.add_session_config_entry("session.disable_quant_qdq", "1")
            session = onnxruntime.InferenceSession(
                str(self._model), options, providers=["CPUExecutionProvider"]
            )
            loaded: Any = Kokoro.from_session(session, str(self._voices))
            with loaded.voices as archive:  # a few megabytes: no need to keep the file open
                loaded.voices = {name: archive[name] for name in archive.files}
        except damaged as error:
            raise VoiceMissing(
                "语音文件已损坏，请执行 steward voices check", place=str(self._model)
            ) from error
        kokoro: Kokoro = loaded
        return kokoro
