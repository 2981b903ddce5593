"""The rewritten model: the published one's sound within a tolerance, and whole or not used."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from scipy.signal import stft

from steward.domain.script import Clause
from steward.domain.voices import SpeakingRequest
from steward.errors import VoiceMissing
from steward.speech import graph
from steward.speech.engine import EngineContext, Samples
from steward.speech.engines.kokoro import KokoroEngine
from steward.speech.model import FAST_MODEL_FILE, MODEL_FILE, MODEL_SHA256
from steward.speech.speaker import build_speaker
from steward.speech.voices import load_cards
from tests.support.voices import CARDS, VOICES

# The published graph computes its convolutions on sound rounded to 8 bits; the rewritten one does
# not round. What they say has the same rhythm to the sample and differs as little as that.
CORRELATION = 0.9
SPECTRAL_DB = 5.0  # root mean square over what lies within 50 dB of the loudest


@pytest.mark.model
def test_it_says_the_same() -> None:
    card = load_cards(CARDS)["zf_xiaobei"]
    request = SpeakingRequest("新增隐患二十八条。")
    published = KokoroEngine(EngineContext(VOICES)).speak(request, card).samples
    rewritten = KokoroEngine(EngineContext(VOICES, rewritten=True)).speak(request, card).samples
    assert len(published) == len(rewritten)
    assert np.corrcoef(published, rewritten)[0, 1] > CORRELATION
    one, other = spectrum(published), spectrum(rewritten)
    loud = one > one.max() - 50
    assert np.sqrt(np.mean((one - other)[loud] ** 2)) < SPECTRAL_DB


def spectrum(samples: Samples) -> Samples:
    """Levels in dB, by frequency and 12.5 ms."""
    _, _, values = stft(samples, 24_000, nperseg=600, noverlap=300)
    levels: Samples = 20 * np.log10(np.abs(values) + 1e-4)
    return levels


def test_the_installed_one_is_whole_and_says_what_it_was_made_from() -> None:
    assert graph.is_rewritten(VOICES, MODEL_SHA256)
    facts = json.loads(graph.facts_of(VOICES / FAST_MODEL_FILE).read_text(encoding="utf-8"))
    assert facts["source_sha256"] == MODEL_SHA256
    assert (facts["convolutions"], facts["squares"]) > (50, 10)


def test_what_is_not_whole_is_not_used(tmp_path: Path) -> None:
    assert not graph.is_rewritten(tmp_path, MODEL_SHA256)
    for name in (FAST_MODEL_FILE, graph.facts_of(Path(FAST_MODEL_FILE)).name):
        (tmp_path / name).write_bytes((VOICES / name).read_bytes())
    assert graph.is_rewritten(tmp_path, MODEL_SHA256)
    assert not graph.is_rewritten(tmp_path, "0" * 64)  # made from another model
    with (tmp_path / FAST_MODEL_FILE).open("r+b") as stream:
        stream.truncate(1000)
    assert not graph.is_rewritten(tmp_path, MODEL_SHA256)


def test_a_speaker_does_without_it(tmp_path: Path) -> None:
    speaker = build_speaker(
        load_cards(CARDS),
        ("zf_xiaobei",),
        EngineContext(tmp_path, rewritten=True),
        clips_folder=tmp_path,
    )
    clause = Clause("试", "试", 0)
    with pytest.raises(VoiceMissing, match=MODEL_FILE):
        speaker.spoken(clause, speaker.chain[0])
    with_it = build_speaker(
        load_cards(CARDS),
        ("zf_xiaobei",),
        EngineContext(VOICES, rewritten=True),
        clips_folder=tmp_path,
    )
    assert speaker.key(clause, speaker.chain[0]) != with_it.key(clause, speaker.chain[0])


def test_another_graph_is_refused(tmp_path: Path) -> None:
    node = helper.make_node("Identity", ["a"], ["b"])
    info = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "ab"]
    other = helper.make_model(helper.make_graph([node], "other", info[:1], info[1:]))
    onnx.save(other, str(tmp_path / "other.onnx"))
    with pytest.raises(VoiceMissing, match="结构与预期不同"):
        graph.rewrite_model(tmp_path / "other.onnx", tmp_path)
    (tmp_path / "cut.onnx").write_bytes((VOICES / MODEL_FILE).read_bytes()[:5000])
    with pytest.raises(VoiceMissing, match="已损坏"):
        graph.rewrite_model(tmp_path / "cut.onnx", tmp_path)
    assert not (tmp_path / FAST_MODEL_FILE).exists()
