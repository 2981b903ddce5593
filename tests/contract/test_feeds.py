"""What podcasts and calendars are made of, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from steward.broadcasts.queries import broadcasts, halls
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.alarms import RETRY
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.corrections import CORRECTION
from steward.domain.offices import Matter
from steward.domain.plans import DayRule, MissedRule
from steward.errors import NotFound
from steward.offices.queries import issues, podcasts
from steward.offices.tables import DownloadRow
from steward.operations.add_plan import add_plan
from steward.operations.hear_podcast import note_hearing
from steward.operations.remove_plan import remove_plan
from steward.operations.show_agenda import show_agenda
from steward.operations.show_podcast import district_podcast, town_podcast
from steward.scheduler.timetable import MOST, Timetable
from steward.storage.engine import Database
from tests.support.accounts import ROOT
from tests.support.podcasts import give_briefing
from tests.support.stage import Stage

NOW = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LINPU, GUALI = "330109105", "330109113"


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Stage:
    return Stage(database, tmp_path / "var")


def test_a_town_hears_its_own_briefings_and_which_were_put_right(stage: Stage) -> None:
    folder = stage.settings.offices_folder

    def give(town: str, at: datetime, **more: object) -> int:
        return give_briefing(stage.database, folder, town, at=at, **{"sound": b"mp3"} | more)  # type: ignore[arg-type]

    first = give(GUALI, NOW, script="新增3条。")
    give(LINPU, NOW)
    second = give(GUALI, NOW + 7 * DAY, week="2021-W47")
    right = give(GUALI, NOW + 8 * DAY, number=2, reason="晚到的隐患", script="新增4条。")
    give(GUALI, NOW + 9 * DAY, week="2021-W47", number=2, sound=None)
    place, episodes = town_podcast(stage.database, folder, GUALI)
    assert place.name == "瓜沥镇"
    assert [(one.number, one.worded) for one in episodes] == [
        (right, "更正：瓜沥镇每周简报"),
        (second, "瓜沥镇每周简报（已更正）"),
        (first, "瓜沥镇每周简报（已更正）"),
    ]
    assert [one.script for one in episodes][::2] == [
        "更正说明：晚到的隐患。 新增4条。",
        "新增3条。",
    ]
    assert [one.changed_at >= NOW + 8 * DAY for one in episodes] == [True] * 3
    assert {(one.length, one.captions) for one in episodes} == {(3, True)}
    assert len({one.guid for one in episodes}) == 3
    (folder / "briefing" / f"{second}.mp3").unlink()
    assert [one.number for one in town_podcast(stage.database, folder, GUALI)[1]] == [right, first]
    assert len(town_podcast(stage.database, folder, GUALI, limit=1)[1]) == 1
    with pytest.raises(NotFound):
        town_podcast(stage.database, folder, "330109999")


def play(stage: Stage, at: datetime, *, sound: bool = True, **more: object) -> int:
    made = stage.broadcast(at, title=str(more.pop("title", "每周播报")))
    stage.move(made, S.PLAYING, at)
    stage.move(made, S.PLAYED, at + timedelta(minutes=1))
    with stage.database.session(write=True) as session:
        row = broadcasts.get(session, made)
        row.sound_key, row.duration_ms = ("k", 9_000) if sound else ("", None)
        for name, value in more.items():
            setattr(row, name, value)
    folder = stage.folder / "broadcasts"
    folder.mkdir(parents=True, exist_ok=True)
    if sound:
        (folder / f"{made}.mp3").write_bytes(b"mp3")
    return made


def test_the_district_hears_what_was_played_for_it_once(stage: Stage) -> None:
    with stage.database.session(write=True) as session:
        own = halls.ensure(session, "linpu", "临浦镇安监办")
        own.town_code = LINPU
        own_hall = own.id
    first = play(stage, NOW)
    play(stage, NOW, sound=False)
    play(stage, NOW, town_code=LINPU)
    play(stage, NOW, hall_id=own_hall)
    play(stage, NOW, status="exercise")
    play(stage, NOW, refers_to=first, relation=RETRY)
    stage.broadcast(NOW)
    right = play(stage, NOW + DAY, title="更正：每周播报", refers_to=first, relation=CORRECTION)
    episodes = district_podcast(stage.database, stage.folder / "broadcasts")
    assert [(one.number, one.worded) for one in episodes] == [
        (right, "更正：每周播报"),
        (first, "每周播报（已更正）"),
    ]
    assert episodes[1].published_at == NOW
    assert episodes[1].changed_at >= NOW + DAY
    assert episodes[0].script.startswith("隐患管家提醒您，本周新增隐患28条")


def test_an_announcement_of_many_halls_and_repeats_is_heard_once(stage: Stage) -> None:
    with stage.database.session(write=True) as session:
        other = halls.ensure(session, "east", "东厅").id
        sheet = AnnouncementRow(
            kind="adhoc", state="sent", author="张三", title="停电通知", text="停电",
            priority="routine", created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        session.add(sheet)
        session.flush()
        of_it = {"announcement_id": sheet.id, "title": "停电通知"}
    unheard = play(stage, NOW, sound=False, **of_it)
    first = play(stage, NOW, **of_it)
    play(stage, NOW, hall_id=other, **of_it)
    play(stage, NOW + DAY, part=1, **of_it)
    weekly = play(stage, NOW + DAY)
    assert unheard < first
    episodes = district_podcast(stage.database, stage.folder / "broadcasts")
    assert [one.number for one in episodes] == [weekly, first]


def test_a_fetch_is_one_receipt_a_key_however_many_parts_come_at_once(stage: Stage) -> None:
    folder = stage.settings.offices_folder
    made = give_briefing(stage.database, folder, GUALI, at=NOW, sound=b"mp3")

    def fetch(name: str) -> None:
        note_hearing(stage.database, made, by=name, at=NOW, where="10.0.0.7")

    with ThreadPoolExecutor(1) as pool:
        with stage.database.session(write=True) as session:
            issue = issues.find(session, Matter.BRIEFING, made)
            podcasts.note_fetch(session, issue, "甲", at=NOW, where="10.0.0.7")
            second = pool.submit(fetch, "甲")
            wait([second], timeout=0.3)  # it must wait; were it done by now, there were two
        second.result()
    for name in ("甲", "乙", "乙"):
        fetch(name)
    with stage.database.session() as session:
        rows = session.scalars(select(DownloadRow)).all()
    assert sorted((one.by, one.format, one.issue_id, one.town_code) for one in rows) == sorted(
        (name, "feed", made, GUALI) for name in ("甲", "乙")
    )


def add(stage: Stage, **more: object) -> int:
    facts = {
        "title": "每周播报",
        "template": "weekly",
        "when": "0 9 * * 1",
        "at": NOW,
        "by": ROOT,
        "check": Timetable(stage.settings.holidays).check,
        "hall": "main",
        "day_rule": DayRule.EVERY_DAY,
        "missed_rule": MissedRule.PLAY_LATE,
        "late_minutes": 30,
        "priority": Priority.ROUTINE,
        "own_templates": stage.settings.own_templates,
    }
    plan, _ = add_plan(stage.database, **(facts | more))  # type: ignore[arg-type]
    return plan.id


def test_a_calendar_has_the_slots_of_eight_weeks_by_the_workdays(stage: Stage) -> None:
    shifted = add(stage, when="0 9 * * 1", day_rule=DayRule.SHIFT)
    add(stage, title="一个镇", template="weekly_town", town=LINPU, when="30 8 * * 5")
    timetable = Timetable(stage.settings.holidays)

    def shown(at: datetime, town: str | None = None) -> list[str]:
        found, warnings = show_agenda(
            stage.database, timetable, at=at, sender="b.example", town=town
        )
        assert [one for one in warnings if "密" in one] == []
        return [f"{one.at:%m%d %H%M} {one.title}" for one in found]

    assert shown(NOW)[:3] == ["1119 0030 一个镇", "1122 0100 每周播报", "1126 0030 一个镇"]
    assert len(shown(NOW)) == 16
    # 3 January 2022 is a day off: the broadcast comes on the 4th.
    assert "0104 0100 每周播报" in shown(NOW)
    assert "0103 0100 每周播报" not in shown(NOW)
    assert {one.split()[2] for one in shown(NOW, LINPU)} == {"一个镇"}
    assert shown(NOW, GUALI) == []
    found, _ = show_agenda(stage.database, timetable, at=NOW, sender="b.example")
    assert found[1].uid == f"plan-{shifted}-20211122T010000Z@b.example"
    assert found[1].place == "指挥大厅"
    assert (
        found[1].about == "内容：全区\n优先级：常规\n错过时：补播（30 分钟内）\n日期：顺延到工作日"
    )
    assert "内容：临浦镇" in found[0].about


def test_a_removed_plan_is_cancelled_as_long_as_somebody_may_have_it(stage: Stage) -> None:
    made = add(stage)
    timetable = Timetable(stage.settings.holidays)
    ended_at = NOW + 13 * DAY  # a Monday, at the very time of a slot
    remove_plan(stage.database, made, at=ended_at - timedelta(hours=2), by=ROOT)

    def shown(at: datetime) -> list[tuple[str, bool]]:
        found, _ = show_agenda(stage.database, timetable, at=at, sender="b.example")
        return [(f"{one.at:%m%d}", one.ended_at is not None) for one in found]

    assert shown(ended_at)[:2] == [("1129", True), ("1206", True)]
    assert len(shown(ended_at)) == 8
    assert len(shown(ended_at + 14 * DAY)) == 6
    assert shown(ended_at + 56 * DAY) == []
    spoken = add(stage, when="30 8 * * *", at=NOW + 60 * DAY)
    ended_at = NOW + 61 * DAY
    remove_plan(stage.database, spoken, at=ended_at, by=ROOT)
    assert shown(ended_at)[:2] == [("0116", False), ("0117", True)]


def test_a_plan_too_dense_for_a_calendar_says_so(stage: Stage) -> None:
    add(stage, when="*/10 * * * *")
    timetable = Timetable(stage.settings.holidays)
    found, warnings = show_agenda(stage.database, timetable, at=NOW, sender="b.example")
    assert len(found) == MOST
    assert f"“每周播报”太密，只列出前 {MOST} 次" in warnings
