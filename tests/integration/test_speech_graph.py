"""The rewritten models: the published one's sound within a tolerance, and no other graph's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from scipy.signal import stft

from steward.domain.voices import SpeakingRequest
from steward.errors import VoiceMissing
from steward.speech.engine import EngineContext, Samples, Sound
from steward.speech.engines.kokoro import KokoroEngine
from steward.speech.graph.facts import Way
from steward.speech.graph.likeness import sounds_alike
from steward.speech.graph.ways import WAYS, rewrite
from steward.speech.model import MODEL_FILE
from steward.speech.voices import load_cards
from tests.support.voices import CARDS, VOICES

# The published graph computes its convolutions on sound rounded to 8 bits; the rewritten ones do
# not round, or round elsewhere. What they say has the same rhythm to the sample and differs as
# little as that.
CORRELATION = 0.9
SPECTRAL_DB = 5.0  # root mean square over what lies within 50 dB of the loudest
REQUEST = SpeakingRequest("新增隐患二十八条。")


@pytest.fixture(scope="module")
def published() -> Sound:
    return spoken(VOICES / MODEL_FILE)


@pytest.mark.model
@pytest.mark.parametrize("way", WAYS)
def test_it_says_the_same(way: Way, published: Sound, tmp_path: Path) -> None:
    counted = rewrite(VOICES / MODEL_FILE, tmp_path / "model.onnx", way)
    assert counted["convolutions"] > 60
    assert counted["normalisations"] > 50
    assert counted["squares"] > 40
    rewritten = spoken(tmp_path / "model.onnx")
    assert len(published.samples) == len(rewritten.samples)
    assert np.corrcoef(published.samples, rewritten.samples)[0, 1] > CORRELATION
    assert sounds_alike(published, rewritten)
    one, other = spectrum(published.samples), spectrum(rewritten.samples)
    loud = one > one.max() - 50
    assert np.sqrt(np.mean((one - other)[loud] ** 2)) < SPECTRAL_DB


def spoken(model: Path) -> Sound:
    engine = KokoroEngine(EngineContext(VOICES, model_file=model))
    return engine.speak(REQUEST, load_cards(CARDS)["zf_xiaobei"])


def spectrum(samples: Samples) -> Samples:
    """Levels in dB, by frequency and 12.5 ms."""
    _, _, values = stft(samples, 24_000, nperseg=600, noverlap=300)
    levels: Samples = 20 * np.log10(np.abs(values) + 1e-4)
    return levels


def test_another_sound_is_not_alike() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 24_000)).astype(np.float32)
    sound = Sound(noise[0], 24_000)
    assert sounds_alike(sound, Sound(noise[0] * 0.99, 24_000))
    assert not sounds_alike(sound, Sound(noise[1], 24_000))
    assert not sounds_alike(sound, Sound(noise[0][:-1], 24_000))
    assert not sounds_alike(sound, Sound(np.zeros_like(noise[0]), 24_000))
    assert not sounds_alike(sound, Sound(np.full_like(noise[0], np.nan), 24_000))


@pytest.mark.parametrize("way", WAYS)
def test_another_graph_is_refused(way: Way, tmp_path: Path) -> None:
    node = helper.make_node("Identity", ["a"], ["b"])
    info = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "ab"]
    other = helper.make_model(helper.make_graph([node], "other", info[:1], info[1:]))
    onnx.save(other, str(tmp_path / "other.onnx"))
    with pytest.raises(VoiceMissing, match="结构与预期不同"):
        rewrite(tmp_path / "other.onnx", tmp_path / "model.onnx", way)
    (tmp_path / "cut.onnx").write_bytes((VOICES / MODEL_FILE).read_bytes()[:5000])
    with pytest.raises(VoiceMissing, match="已损坏"):
        rewrite(tmp_path / "cut.onnx", tmp_path / "model.onnx", way)
    assert not (tmp_path / "model.onnx").exists()
