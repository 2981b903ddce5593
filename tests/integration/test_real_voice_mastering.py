"""Real speech through mastering: streamed clauses, joined files, joints. The easiest voice of the
house, and the one whose gain is greatest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from steward.domain.script import Clause
from steward.narration.script import script_from_text
from steward.speech.audio.chime import chime
from steward.speech.audio.files import SUFFIXES, Tags, write_file
from steward.speech.audio.mastering import loudness_lufs, true_peak_dbfs
from steward.speech.audio.wave import silence
from steward.speech.audio.whole import join
from steward.speech.engine import EngineContext, Sound
from steward.speech.speaker import build_speaker
from steward.speech.voices import load_cards
from tests.support.metering import measured
from tests.support.voices import CARDS, VOICES

pytestmark = pytest.mark.model

TEXT = "隐患管家提醒您，本周新增隐患28条，隐患到期预警企业51家，超期预警企业64家。"
Spoken = list[tuple[Clause, Sound]]


@pytest.fixture(scope="module", params=["zf_xiaobei", "zm_yunyang"])
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    speaker = build_speaker(
        load_cards(CARDS),
        (request.param,),
        EngineContext(VOICES, rewritten=True),
        clips_folder=tmp_path_factory.mktemp("clips"),
    )
    clauses = script_from_text("播报", TEXT).clauses
    return [(clause, speaker.cache.load(speaker.clip(clause).key)) for clause in clauses]


def test_clauses_need_no_second_pass(spoken: Spoken) -> None:
    pieces = [
        piece.samples
        for clause, sound in spoken
        for piece in (sound, silence(clause.pause_ms, sound.rate_hz))
    ]
    streamed = Sound(np.concatenate(pieces), spoken[0][1].rate_hz)
    assert loudness_lufs(streamed) == pytest.approx(-16.0, abs=1.0)
    for _, sound in spoken:
        assert loudness_lufs(sound) == pytest.approx(-16.0, abs=3.0)
        assert true_peak_dbfs(sound) <= -1.0


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_whole_file_keeps_what_is_promised(spoken: Spoken, tmp_path: Path, suffix: str) -> None:
    parts = [(sound, clause.pause_ms) for clause, sound in spoken]
    path = tmp_path / f"a{suffix}"
    sound = join(parts, opening=chime("routine"), closing=chime("after")).sound
    write_file(path, sound, Tags("播报", "萧山区", "2021-11-16"))
    loudness, peak = measured(path)
    assert loudness == pytest.approx(-16.0, abs=0.5)
    assert peak <= -1.0


def test_every_clip_begins_and_ends_in_silence(spoken: Spoken) -> None:
    for _, sound in spoken:
        inside = float(np.abs(np.diff(sound.samples)).max())
        for end in (sound.samples[:24], sound.samples[-24:]):  # a millisecond
            assert abs(end[0]) < 1e-3
            assert abs(end[-1]) < 1e-3
            assert float(np.abs(np.diff(end)).max()) < 0.02 * inside
