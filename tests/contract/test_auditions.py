"""Auditions on both databases: asked for, worked off in small steps, put down take by take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from steward.broadcasts.queries import auditions
from steward.domain.voices import VoiceCard
from steward.errors import BroadcastError, NarrationError, NotFound
from steward.operations.audition import (
    LONGEST_TEXT,
    MOST_WAITING,
    audition_next,
    find_audition,
    recent_auditions,
    request_audition,
)
from steward.operations.studio import Studio
from steward.speech.voices import load_cards
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.studios import BEFORE, SLOT, Ears
from tests.support.voices import CARDS

TEXT = "本周新增隐患28条，闭环率68.7%。"
SILENCE = replace(load_cards(CARDS)["silence"], intelligible=True)
SECOND = replace(SILENCE, id="second", name="second", speed=0.9)


def cards() -> dict[str, VoiceCard]:
    return {card.id: card for card in (SILENCE, SECOND, load_cards(CARDS)["zf_xiaobei"])}


@pytest.fixture
def studio(database: Database, tmp_path: Path) -> Studio:
    ears = Ears({"闭环率68.7%。": "闭环率百分之六十点七。"})
    return replace(
        studios.studio_of(database, tmp_path), voice=studios.hearing_speaker(tmp_path, ears)
    )


def ask(studio: Studio, text: str = TEXT, *voices: str) -> int:
    return request_audition(
        studio.database,
        text,
        (1.0, 0.9),
        voices=voices or ("silence", "second"),
        at=BEFORE,
        by=DUTY,
    )


def work_off(studio: Studio) -> int:
    for step in range(100):
        if not audition_next(studio, cards=cards, now=SLOT):
            return step
    raise AssertionError("the audition never ends")


def test_nothing_is_done_unasked(studio: Studio) -> None:
    assert audition_next(studio, cards=cards, now=SLOT) is False


def test_each_voice_says_it_at_each_pace(studio: Studio) -> None:
    number = ask(studio)
    before = find_audition(studio.database, number)
    assert before.wanted == [("silence", 0.9), ("silence", 1.0), ("second", 0.9), ("second", 1.0)]
    assert before.takes == [None] * 4
    # Two clauses, each said and heard in a step of its own, and a step to put the take down.
    assert work_off(studio) == 4 * (2 + 2 + 1)
    after = find_audition(studio.database, number)
    assert (after.text, after.done_at, after.settled) == (TEXT, SLOT, 4)
    takes = [take for take in after.takes if take is not None]
    assert [(take.voice_id, take.pace) for take in takes] == before.wanted
    slow, plain = takes[0], takes[1]
    assert slow.duration_ms is not None
    assert plain.duration_ms is not None
    assert slow.duration_ms > plain.duration_ms
    assert plain.loudness_lufs is None  # the voice is silent
    assert len({take.clip_key for take in takes}) == 4


def test_what_was_heard_of_all_clauses_stands_with_the_take(studio: Studio) -> None:
    number = ask(studio)
    work_off(studio)
    take = find_audition(studio.database, number).takes[0]
    assert take is not None
    assert take.hearing is not None
    assert take.hearing.ok is False
    assert take.hearing.wrong_numbers == ("百分之六十八点七",)
    assert take.hearing.heard == "本周新增隐患二十八条，闭环率百分之六十点七"


def test_the_sound_is_the_whole_text_with_its_pauses(studio: Studio) -> None:
    number = ask(studio)
    work_off(studio)
    take = find_audition(studio.database, number).takes[1]
    assert take is not None
    assert take.clip_key is not None
    sound = studio.voice.cache.load(take.clip_key)
    assert sound.duration_ms == take.duration_ms
    characters = len("本周新增隐患二十八条，" + "闭环率百分之六十八点七。")
    assert sound.duration_ms > characters * 220


def test_a_voice_that_cannot_speak_stops_no_other(studio: Studio) -> None:
    number = ask(studio, TEXT, "zf_xiaobei", "gone", "silence")
    work_off(studio)
    found = find_audition(studio.database, number)
    assert found.done_at == SLOT
    faults = [take.fault for take in found.takes if take is not None]
    assert "缺少" in faults[0]
    assert "语音卡已经不在了" in faults[2]
    assert faults[4] == ""


def test_without_a_listener_nothing_is_heard(database: Database, tmp_path: Path) -> None:
    studio = studios.studio_of(database, tmp_path)
    number = ask(studio, TEXT, "silence")
    assert work_off(studio) == 2 * (2 + 1)
    take = find_audition(database, number).takes[0]
    assert take is not None
    assert take.clip_key is not None
    assert take.hearing is None


def test_a_broken_listener_ends_nothing(database: Database, tmp_path: Path) -> None:
    voice = studios.hearing_speaker(tmp_path, studios.BrokenEars())
    studio = replace(studios.studio_of(database, tmp_path), voice=voice)
    number = ask(studio, TEXT, "silence")
    work_off(studio)
    take = find_audition(database, number).takes[0]
    assert take is not None
    assert take.fault == ""
    assert take.hearing is None


def test_a_voice_nobody_understands_is_not_heard(database: Database, tmp_path: Path) -> None:
    """What is noted of its clips would keep it from speaking as the last resort."""
    ears = Ears({})
    studio = replace(
        studios.studio_of(database, tmp_path), voice=studios.hearing_speaker(tmp_path, ears)
    )
    ask(studio, TEXT, "silence")
    dull = {"silence": replace(SILENCE, intelligible=False)}
    while audition_next(studio, cards=lambda: dull, now=SLOT):
        pass
    assert ears.asked == []


def test_a_second_time_everything_comes_from_the_cache(studio: Studio) -> None:
    ask(studio)
    work_off(studio)
    again = ask(studio)
    assert work_off(studio) == 4
    first, second = recent_auditions(studio.database)[::-1]
    assert second.id == again
    assert first.takes == second.takes


def test_the_oldest_goes_first_and_the_line_is_short(studio: Studio) -> None:
    first = ask(studio)
    for _ in range(MOST_WAITING - 1):
        ask(studio)
    with pytest.raises(BroadcastError, match="在排队"):
        ask(studio)
    with studio.database.session() as session:
        found = auditions.next_take(session)
    assert found is not None
    assert found[0].id == first
    work_off(studio)
    ask(studio)


def test_the_engine_does_it_when_idle(database: Database, tmp_path: Path) -> None:
    studio = studios.studio_of(database, tmp_path)
    number = ask(studio, TEXT, "silence")
    engine = studios.engine_of(studio, tmp_path)
    studios.work_off(engine, SLOT)
    assert find_audition(database, number).done_at == SLOT


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "没有可播报的内容"),
        ("。。。！", "没有可播报的内容"),
        ("字" * (LONGEST_TEXT + 1), f"有{LONGEST_TEXT + 1}个字，最多{LONGEST_TEXT}个字"),
    ],
)
def test_a_text_that_cannot_be_said_is_refused(studio: Studio, text: str, sentence: str) -> None:
    with pytest.raises(NarrationError, match=sentence):
        ask(studio, text)
    assert recent_auditions(studio.database) == []


def test_a_pace_and_a_voice_must_be_chosen(studio: Studio) -> None:
    with pytest.raises(BroadcastError, match="至少选一种语速"):
        request_audition(studio.database, TEXT, (7.0,), voices=("silence",), at=BEFORE, by=DUTY)
    with pytest.raises(BroadcastError, match="至少选一种可用的语音"):
        request_audition(studio.database, TEXT, (1.0,), voices=(), at=BEFORE, by=DUTY)


def test_an_unknown_audition_is_told(database: Database) -> None:
    with pytest.raises(NotFound, match="没有编号为 99 的试听"):
        find_audition(database, 99)
