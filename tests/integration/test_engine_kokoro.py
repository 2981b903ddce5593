"""The default voice's files: missing and damaged ones are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from steward.domain.voices import SpeakingRequest
from steward.errors import VoiceMissing
from steward.speech.engine import EngineContext
from steward.speech.engines.kokoro import KokoroEngine
from steward.speech.voices import load_cards
from tests.support.voices import CARDS

CARD = load_cards(CARDS)["zf_xiaobei"]
TEXT = "新增八条。"


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceMissing, match=r"kokoro-v1\.0\.int8\.onnx"):
        KokoroEngine(EngineContext(tmp_path)).speak(SpeakingRequest(TEXT), CARD)


def test_a_cut_model_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "kokoro-v1.0.int8.onnx").write_bytes(b"\x08\x0a" * 500)
    (tmp_path / "voices.npz").write_bytes(b"PK")
    with pytest.raises(VoiceMissing, match="已损坏"):
        KokoroEngine(EngineContext(tmp_path)).speak(SpeakingRequest(TEXT), CARD)
