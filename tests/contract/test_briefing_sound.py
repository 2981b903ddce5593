"""The engine speaks and writes the towns' briefings while no hall waits."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from steward.broadcasts.queries import alarms, broadcasts
from steward.broadcasts.tables import AlarmRow
from steward.domain.broadcasts import BroadcastState
from steward.offices.queries import briefings, issues
from steward.offices.tables import BriefingRow
from steward.operations.studio import Studio
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.contract.test_briefings_issued import correct, send
from tests.support import studios
from tests.support.said import after, engine_that_said_the_week, play, void
from tests.support.studios import SLOT, Ears

NOW = SLOT + timedelta(minutes=3)
SHORT = "{{ town }}本周新增隐患{{ new_hazards }}条。请督办。"
NO_FONTS = {"mp3", "ogg", "vtt", "txt", "json", "xlsx"}


def said_the_week(database: Database, folder: Path, towns: int = 3) -> Studio:
    """The week was said and is kept; that of the first `towns` is to be said in a few words."""
    studio = engine_that_said_the_week(database, folder).studio
    with database.session(write=True) as session:
        broadcasts.get(session, 1).sound_key = ""
        for number in range(towns + 1, 4):
            session.delete(issues.briefing(session, number))
    own = folder / "own"
    own.mkdir()
    (own / "weekly_town.j2").write_text(SHORT, encoding="utf-8")
    (own / "weekly.j2").write_text("本周新增隐患{{ new_hazards }}条。", encoding="utf-8")
    return replace(studio, own_templates=own)


def row(database: Database, number: int) -> BriefingRow:
    with database.session() as session:
        return issues.briefing(session, number)


def sounds(database: Database, towns: int) -> list[str]:
    return [row(database, number).sound for number in range(1, towns + 1)]


def files(folder: Path, number: int) -> set[str]:
    found = (folder / "offices" / "briefing").glob(f"{number}.*")
    return {path.suffix.removeprefix(".") for path in found}


def work_off(studio: Studio, folder: Path) -> Engine:
    """An engine that speaks and writes until there is nothing to do."""
    engine = studios.engine_of(studio, folder, prepare_ahead_s=0)
    studios.work_off(engine, NOW)
    for _ in range(20):
        if not engine.work_papers(NOW):
            return engine
    raise AssertionError("the papers never come to an end")


def open_alarms(database: Database) -> list[AlarmRow]:
    with database.session() as session:
        return [one for one in alarms.every_open(session) if one.kind == "briefing"]


def test_each_is_spoken_and_written_and_then_the_engine_rests(
    database: Database, tmp_path: Path
) -> None:
    engine = work_off(said_the_week(database, tmp_path, towns=1), tmp_path)
    assert sounds(database, 1) == ["made"]
    made = row(database, 1)
    assert [one["written"] for one in made.clauses] == ["镇1本周新增隐患1条。", "请督办。"]
    assert sorted(made.clips) == ["0", "1"]
    assert made.duration_ms is not None
    assert made.duration_ms > sum(clip["duration_ms"] for clip in made.clips.values())
    assert files(tmp_path, 1) == NO_FONTS
    assert not engine.work(NOW)


def test_halls_come_first_and_a_restart_goes_on(sqlite_database: Database, tmp_path: Path) -> None:
    database = sqlite_database
    studios.plan_for(database, "2021-11-16T09:30", at=after(-40))
    studio = said_the_week(database, tmp_path)
    first = studios.engine_of(studio, tmp_path, prepare_ahead_s=0)
    first.tick(NOW)
    for _ in range(3):  # a script and two clips
        assert first.work(NOW)
    before = after(30) - timedelta(seconds=2)
    assert not first.work_papers(before)
    assert not first.work(before)
    assert first.work_papers(NOW)  # none of the sort is near
    begun = row(database, 1)
    assert (begun.sound, sorted(begun.clips)) == ("made", ["0", "1"])
    second = studios.engine_of(replace(studio, owner="hall-pc:data:2"), tmp_path, prepare_ahead_s=0)
    second.tick(after(30))
    assert not second.work_papers(after(30))  # a hall waits for its sound
    while studios.states(database)[-1] != BroadcastState.PLAYING.value:
        assert second.work(after(30))
        second.tick(after(30))
        assert row(database, 2).clauses == []  # each piece was the hall's
    studios.work_off(second, after(30))
    assert row(database, 1).clips == begun.clips
    assert len(row(database, 3).clips) == 2


def test_a_clip_that_is_gone_is_made_again(sqlite_database: Database, tmp_path: Path) -> None:
    studio = said_the_week(sqlite_database, tmp_path, towns=1)
    engine = studios.engine_of(studio, tmp_path, prepare_ahead_s=0)
    studios.work_off(engine, NOW)
    shutil.rmtree(tmp_path / "clips")
    assert engine.work_papers(NOW)
    assert (row(sqlite_database, 1).sound, row(sqlite_database, 1).clips) == ("waiting", {})
    work_off(studio, tmp_path)
    assert sounds(sqlite_database, 1) == ["made"]


def test_what_is_misheard_has_no_sound_and_stops_no_other(
    sqlite_database: Database, tmp_path: Path
) -> None:
    database = sqlite_database
    studio = said_the_week(database, tmp_path, towns=2)
    ears = Ears({"镇1本周新增隐患1条。": "镇一本周新增隐患七条"})
    engine = work_off(studios.attentive(studio, tmp_path, ears), tmp_path)
    wrong = row(database, 1)
    assert wrong.fault.startswith("第 1 句听回不符：应为“镇1本周新增隐患1条。”，听到“镇一")
    assert sounds(database, 2) == ["failed", "made"]
    assert files(tmp_path, 1) == {"txt", "json", "xlsx"}
    engine.tick(NOW)
    (alarm,) = open_alarms(database)
    assert "镇1" in alarm.text
    with database.session(write=True) as session:
        assert briefings.again(session, "2021-W46") == [1, 2]  # the fonts, too
    assert studio.own_templates is not None
    other = SHORT.replace("本周新增隐患", "本周有新增隐患")
    (studio.own_templates / "weekly_town.j2").write_text(other, encoding="utf-8")
    engine = work_off(studios.attentive(studio, tmp_path, ears), tmp_path)
    assert sounds(database, 2) == ["made"] * 2
    assert row(database, 1).clauses[0]["written"] == "镇1本周有新增隐患1条。"


def test_without_a_voice_there_is_the_text_and_one_alarm(
    sqlite_database: Database, tmp_path: Path
) -> None:
    database = sqlite_database
    studio = studios.mute(said_the_week(database, tmp_path), tmp_path)
    engine = studios.engine_of(studio, tmp_path, prepare_ahead_s=0)
    studios.work_off(engine, NOW)
    assert sounds(database, 3) == ["failed"] * 3
    engine.tick(NOW)
    assert open_alarms(database) == []  # their papers are still being written
    engine = work_off(studio, tmp_path)
    made = row(database, 1)
    assert made.fault.startswith("第 1 句没有声音，只有文字：")
    assert made.paper_fault.startswith("Word 文档、PDF没有做成：做文档的字体不全")
    assert files(tmp_path, 1) == {"txt", "json", "xlsx"}
    engine.tick(NOW)
    (alarm,) = open_alarms(database)
    assert alarm.text.startswith("2021年第46周的每周简报，镇1、镇3、镇2的没有做全，")
    assert "steward briefing --week 2021-W46 --again 重做：第 1 句没有声音" in alarm.text
    assert len(alarm.text) <= 300
    engine.tick(NOW + timedelta(days=8))
    assert open_alarms(database) == []


def test_a_template_that_is_spoilt_leaves_the_numbers(
    sqlite_database: Database, tmp_path: Path
) -> None:
    studio = said_the_week(sqlite_database, tmp_path)
    assert studio.own_templates is not None
    spoilt = studio.own_templates / "weekly_town.j2"
    spoilt.write_text("{{ nonsense }}", encoding="utf-8")
    work_off(studio, tmp_path)
    made = row(sqlite_database, 1)
    assert (made.sound, made.clauses) == ("failed", [])
    assert made.fault.startswith("写不出稿：模板里的名字“nonsense”不存在")
    text = (tmp_path / "offices" / "briefing" / "1.txt").read_text(encoding="utf-8")
    assert text.startswith("镇1每周隐患简报（2021年第46周）\n")


def test_a_correction_says_so_in_its_first_words(sqlite_database: Database, tmp_path: Path) -> None:
    database = sqlite_database
    studio = said_the_week(database, tmp_path)
    engine = studios.engine_of(studio, tmp_path, prepare_ahead_s=0)
    void(database, 1, 30)
    send(database, correct(database, 40), 42)
    play(engine, 42)
    with database.session(write=True) as session:
        broadcasts.get(session, 2).sound_key = ""
    while not row(database, 4).clauses:
        assert engine.work(after(50))
    assert row(database, 1).clauses == []  # what puts right comes first
    said = "".join(one["written"] for one in row(database, 4).clauses)
    assert said.startswith("更正：11月16日上午9时播报的镇1本周新增隐患应为无，原播报为1条；")
    assert said.endswith("请以更正后的数字为准。镇1本周新增隐患0条。请督办。")
