"""A broadcast's files: chime of its priority, captions at the times of its sound, downloads."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import webvtt
from flask.testing import FlaskClient

from steward.broadcasts.queries import broadcasts
from steward.domain.broadcasts import OPENING_CHIMES, Priority
from steward.domain.broadcasts import BroadcastState as S
from steward.operations.keep_sound import keep_sound
from steward.operations.studio import Studio
from steward.speech.audio.chime import CHIMES, chime
from steward.speech.audio.wave import read_sound
from steward.speech.audio.whole import CHIME_GAP_MS
from steward.storage.engine import Database
from steward.web.factory import create_app
from tests.support.served import no_plans
from tests.support.stage import SCRIPT, Stage, SteppedClock
from tests.support.studios import studio_of

PAUSE_MS = 120  # between the stage's clauses
TONE_MS = 500


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def studio(stage: Stage) -> Studio:
    plain = studio_of(stage.database, stage.folder)
    return replace(plain, clips_folder=stage.settings.clips_folder)


@pytest.fixture
def client(stage: Stage) -> FlaskClient:
    return create_app(stage.settings, stage.database, SteppedClock(), no_plans).test_client()


def kept(stage: Stage, studio: Studio, *, clauses: tuple[str, ...] = SCRIPT) -> int:
    """A played broadcast of tones, its files written."""
    now = SteppedClock().now()
    broadcast_id = stage.broadcast(now, clauses=clauses)
    stage.move(broadcast_id, S.PLAYING, now)
    stage.move(broadcast_id, S.PLAYED, now)
    keep_sound(studio, broadcast_id)
    return broadcast_id


def cues(path: Path) -> list[tuple[float, float, str]]:
    """Start and end in seconds, and the text."""
    return [
        (one.start_time.in_milliseconds() / 1000, one.end_time.in_milliseconds() / 1000, one.text)
        for one in webvtt.read(str(path)).captions
    ]


def heard_tones(path: Path, pitches_hz: list[float]) -> list[tuple[float, float]]:
    """Where in a file each tone begins and ends, in seconds, by its share of the energy."""
    sound = read_sound(path)
    block = sound.rate_hz // 100
    blocks = sound.samples[: len(sound.samples) // block * block].reshape(-1, block)
    energy = (blocks**2).sum(axis=1) + 1e-9
    time = np.arange(block) / sound.rate_hz
    found = []
    for pitch_hz in pitches_hz:
        wave = np.exp(-2j * np.pi * pitch_hz * time)
        share = np.abs(blocks @ wave) ** 2 * 2 / block / energy
        places = np.flatnonzero((share > 0.9) & (energy > 0.01 * energy.max()))
        found.append((places[0] / 100, (places[-1] + 1) / 100))
    return found


def test_captions_are_where_each_clause_is_heard(stage: Stage, studio: Studio) -> None:
    broadcast_id = kept(stage, studio)
    folder = studio.sounds_folder
    read = cues(folder / f"{broadcast_id}.vtt")
    assert [text for *_, text in read] == list(SCRIPT)
    first = (CHIMES["routine"].length_ms + CHIME_GAP_MS) / 1000
    assert read[0][0] == first
    for one, following in pairwise(read):
        assert one[1] - one[0] == pytest.approx(TONE_MS / 1000, abs=1e-6)
        assert following[0] - one[1] == pytest.approx(PAUSE_MS / 1000, abs=1e-6)
    pitches = [300.0 + 50 * ordinal for ordinal in range(len(SCRIPT))]
    for kind in ("wav", "mp3", "ogg"):
        heard = heard_tones(folder / f"{broadcast_id}.{kind}", pitches)
        for (start_s, end_s, _), (begins_s, ends_s) in zip(read, heard, strict=True):
            assert begins_s == pytest.approx(start_s, abs=0.021)
            assert ends_s == pytest.approx(end_s, abs=0.021)


def test_a_clause_without_sound_is_no_cue_and_moves_no_other(stage: Stage, studio: Studio) -> None:
    now = SteppedClock().now()
    broadcast_id = stage.broadcast(now, clips=3)
    stage.mute(broadcast_id, 3, now)
    keep_sound(studio, broadcast_id)
    read = cues(studio.sounds_folder / f"{broadcast_id}.vtt")
    assert [text for *_, text in read] == list(SCRIPT[:3])


@pytest.mark.parametrize("priority", Priority)
def test_the_file_and_the_page_open_with_the_chime_of_the_priority(
    stage: Stage, studio: Studio, client: FlaskClient, priority: Priority
) -> None:
    now = SteppedClock().now()
    broadcast_id = stage.broadcast(now)
    with stage.database.session(write=True) as session:
        broadcasts.get(session, broadcast_id).priority = priority.value
    keep_sound(studio, broadcast_id)
    whole = read_sound(studio.sounds_folder / f"{broadcast_id}.wav").samples
    ours = chime(OPENING_CHIMES[priority]).samples
    assert np.corrcoef(whole[: len(ours)], ours)[0, 1] > 0.99
    closing = chime("after").samples
    assert np.corrcoef(whole[-len(closing) :], closing)[0, 1] > 0.99
    document = client.get(f"/hall/main/broadcasts/{broadcast_id}.json").get_json()
    assert document["chime"]["before"].endswith(f"/chime-{OPENING_CHIMES[priority]}.wav")
    for address in document["chime"].values():
        assert client.get(address, buffered=True).data[:4] == b"RIFF"


def test_the_hall_fetches_every_chime_before_it_is_needed(client: FlaskClient) -> None:
    match = re.search(r'data-chimes="([^"]+)"', client.get("/hall/main").text)
    assert match
    addresses = match[1].split()
    assert len(addresses) == len(CHIMES)
    for address in addresses:
        assert client.get(address, buffered=True).status_code == 200


def test_captions_are_linked_served_and_downloaded(
    stage: Stage, studio: Studio, client: FlaskClient
) -> None:
    clauses = ("浓度<5%&温度>40℃，", "A --> B 通道堵塞。")
    broadcast_id = kept(stage, studio, clauses=clauses)
    for page in (f"/broadcasts/{broadcast_id}", "/"):
        text = client.get(page).text
        assert re.search(
            r'<track kind="captions" srclang="zh" label="字幕" default '
            rf'src="/broadcasts/{broadcast_id}\.vtt">',
            text,
        )
        assert f'<a download href="/broadcasts/{broadcast_id}.vtt">字幕</a>' in text
    answer = client.get(f"/broadcasts/{broadcast_id}.vtt", buffered=True)
    assert answer.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert re.search(r"filename\*=UTF-8''.*11%E6%9C%8816%E6%97%A5\.vtt", str(answer.headers))
    assert "浓度&lt;5%&amp;温度&gt;40℃，" in answer.text
    assert answer.text.count("-->") == len(clauses)


def test_without_captions_the_player_has_none(
    stage: Stage, studio: Studio, client: FlaskClient
) -> None:
    broadcast_id = kept(stage, studio)
    (studio.sounds_folder / f"{broadcast_id}.vtt").unlink()
    page = client.get(f"/broadcasts/{broadcast_id}").text
    assert "<audio" in page
    assert "<track" not in page
    answer = client.get(f"/broadcasts/{broadcast_id}.vtt", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "这次播报没有字幕文件" in answer.text
