"""An announcement from draft to the air on both databases: who decides, over what exactly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements, broadcasts
from steward.broadcasts.tables import AnnouncementRow, BroadcastRow
from steward.domain.accounts import Actor
from steward.domain.announcements import AnnouncementState, Draft, Status, approval_rules
from steward.domain.broadcasts import Priority
from steward.errors import AccessRefused, BroadcastError, NarrationError, NotFound
from steward.narration.lexicon import built_in
from steward.operations.compose import discard_draft, draft_of, save_draft, want_sound
from steward.operations.decide_announcement import (
    Outcome,
    approve,
    expire_announcements,
    return_to_author,
    submit,
    withdraw,
)
from steward.operations.furnish import furnish
from steward.operations.keep_halls import add_hall
from steward.operations.settle_readings import drop_reading, lexicon_in_force, settle_reading
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.studios import BEFORE, SLOT, Ears

SECOND = timedelta(seconds=1)
CHIEF = Actor("周科长", "approver", "10.0.0.6")
RULES = approval_rules("adhoc.emergency=duty, adhoc.important=approver")
DRAFT = Draft("会议通知", "今天下午3点开会，请各镇街参加。", Priority.IMPORTANT, ("main",))


@pytest.fixture(autouse=True)
def _furnished(database: Database) -> None:
    furnish(database, at=BEFORE)


@pytest.fixture
def engine(database: Database, tmp_path: Path) -> Engine:
    studio = studios.studio_of(database, tmp_path)
    heard = studios.attentive(studio, tmp_path, Ears({}))
    return studios.engine_of(heard, tmp_path, prepare_ahead_s=0)


def saved(database: Database, draft: Draft = DRAFT, **seen: int) -> tuple[int, int]:
    return save_draft(database, draft, lexicon=built_in(), at=SLOT, by=DUTY, **seen)


def sent(database: Database, draft: Draft, *, by: Actor = DUTY, reason: str = "") -> Outcome:
    number, version = save_draft(database, draft, lexicon=built_in(), at=SLOT, by=by)
    return submit(database, number, version=version, rules=RULES, at=SLOT, by=by, reason=reason)


def row_of(database: Database, number: int) -> AnnouncementRow:
    with database.session() as session:
        return announcements.get(session, number)


def broadcasts_of(database: Database, number: int) -> list[BroadcastRow]:
    with database.session() as session:
        return list(announcements.broadcasts_of(session, number))


def digest_of(database: Database, number: int) -> str:
    with database.session() as session:
        return announcements.digest_of(session, announcements.get(session, number))


def work(engine: Engine, seconds: int = 0) -> None:
    now = SLOT + seconds * SECOND
    engine.tick(now)
    while engine.work_urgently(now) or engine.work(now):
        engine.tick(now)
    engine.tick(now)


def acts(database: Database) -> list[str]:
    with database.session() as session:
        return [entry.what for entry in audit.walk(session)]


def test_a_routine_one_goes_at_once_and_an_important_one_when_another_has_approved(
    database: Database, engine: Engine
) -> None:
    made = sent(database, replace(DRAFT, priority=Priority.ROUTINE))
    assert len(made.broadcasts) == 1
    assert made.state == "sent"
    asked = sent(database, DRAFT)
    assert asked.state == "awaiting_approval"
    assert not asked.broadcasts
    work(engine)
    whole = row_of(database, asked.number)
    assert len(whole.clips) == len(whole.clauses)
    assert not whole.wants_sound
    digest = digest_of(database, asked.number)
    done = approve(database, asked.number, digest=digest, at=SLOT + SECOND, by=CHIEF)
    (row,) = broadcasts_of(database, asked.number)
    assert (row.id,) == done.broadcasts
    assert row.approved == digest
    assert row.clauses == whole.clauses
    work(engine, 2)
    with database.session() as session:
        played = {n: clip.clip_key for n, clip in broadcasts.clips(session, row.id).items()}
    assert played == {int(n): clip["key"] for n, clip in whole.clips.items()}
    assert acts(database)[-2:] == ["announcement_submitted", "announcement_approved"]


def test_nobody_approves_what_he_wrote_or_edited_himself(
    database: Database, engine: Engine
) -> None:
    own = sent(database, DRAFT, by=CHIEF)
    work(engine)
    with pytest.raises(AccessRefused, match="自己写的"):
        approve(database, own.number, digest=digest_of(database, own.number), at=SLOT, by=CHIEF)
    number, version = saved(database)
    number, version = save_draft(
        database, DRAFT, lexicon=built_in(), at=SLOT, by=CHIEF, number=number, version=version
    )
    submit(database, number, version=version, rules=RULES, at=SLOT, by=DUTY)
    work(engine)
    with pytest.raises(AccessRefused, match="自己写的"):
        approve(database, number, digest=digest_of(database, number), at=SLOT, by=CHIEF)


def test_of_two_approvers_the_second_is_refused(database: Database, engine: Engine) -> None:
    asked = sent(database, DRAFT)
    work(engine)
    digest = digest_of(database, asked.number)
    approve(database, asked.number, digest=digest, at=SLOT, by=CHIEF)
    second = Actor("吴主任", "approver", "10.0.0.7")
    with pytest.raises(BroadcastError, match="已经下达"):
        approve(database, asked.number, digest=digest, at=SLOT, by=second)
    assert len(broadcasts_of(database, asked.number)) == 1


def test_at_the_same_instant_it_is_sent_once(database: Database, engine: Engine) -> None:
    """Two approvers press together; so do two fingers of one author."""
    asked = sent(database, DRAFT)
    work(engine)
    digest = digest_of(database, asked.number)
    plain, version = saved(database, replace(DRAFT, priority=Priority.ROUTINE))

    def approves(name: str) -> Outcome:
        by = Actor(name, "approver", "10.0.0.6")
        return approve(database, asked.number, digest=digest, at=SLOT, by=by)

    def sends(_: str) -> Outcome:
        return submit(database, plain, version=version, rules=RULES, at=SLOT, by=DUTY)

    for act, number in ((approves, asked.number), (sends, plain)):
        with ThreadPoolExecutor(2) as pool:
            results = [pool.submit(act, name) for name in ("周科长", "吴主任")]
        faults = [one.exception() for one in results if one.exception() is not None]
        assert [isinstance(fault, BroadcastError) for fault in faults] == [True]
        assert "已经下达" in str(faults[0])
        assert len(broadcasts_of(database, number)) == 1


def test_what_is_approved_is_exactly_what_was_looked_at(database: Database, engine: Engine) -> None:
    asked = sent(database, DRAFT)
    unheard = digest_of(database, asked.number)
    with pytest.raises(BroadcastError, match="声音还没有合成完"):
        approve(database, asked.number, digest=unheard, at=SLOT, by=CHIEF)
    work(engine)
    with pytest.raises(BroadcastError, match="刚有变化"):
        approve(database, asked.number, digest=unheard, at=SLOT, by=CHIEF)
    seen = digest_of(database, asked.number)
    withdraw(database, asked.number, at=SLOT, by=DUTY)
    text = DRAFT.text.replace("3", "4")
    version = row_of(database, asked.number).version
    _, version = saved(database, replace(DRAFT, text=text), number=asked.number, version=version)
    submit(database, asked.number, version=version, rules=RULES, at=SLOT, by=DUTY)
    work(engine)
    with pytest.raises(BroadcastError, match="刚有变化"):
        approve(database, asked.number, digest=seen, at=SLOT, by=CHIEF)


def test_the_duty_officer_alone_gives_a_reason(database: Database) -> None:
    urgent = replace(DRAFT, priority=Priority.EMERGENCY)
    with pytest.raises(BroadcastError, match="写明理由"):
        sent(database, urgent)
    made = sent(database, urgent, reason="接119通报")
    assert made.broadcasts
    assert row_of(database, made.number).reason == "接119通报"


def test_a_returned_one_is_a_draft_again_with_the_reason(database: Database) -> None:
    asked = sent(database, DRAFT)
    with pytest.raises(BroadcastError, match="写明原因"):
        return_to_author(database, asked.number, reason=" ", at=SLOT, by=CHIEF)
    return_to_author(database, asked.number, reason="时间写错了", at=SLOT, by=CHIEF)
    row = row_of(database, asked.number)
    assert row.state == "draft"
    assert "时间写错了" in row.decision


def test_one_nobody_approves_expires(database: Database, engine: Engine) -> None:
    asked = sent(database, DRAFT)
    engine.tick(SLOT + timedelta(hours=23))
    assert row_of(database, asked.number).state == "awaiting_approval"
    engine.tick(SLOT + timedelta(hours=25))
    assert row_of(database, asked.number).state == "expired"
    assert acts(database)[-1] == "announcement_expired"
    soon = replace(DRAFT, expires_at=SLOT + timedelta(minutes=5))
    asked = sent(database, soon)
    engine.tick(SLOT + timedelta(minutes=6))
    assert row_of(database, asked.number).state == "expired"


def test_every_hall_of_the_zones_says_it_and_each_repeat_is_one(
    database: Database, engine: Engine
) -> None:
    add_hall(database, "east", "东厅", at=SLOT, by=DUTY)
    draft = replace(
        DRAFT,
        priority=Priority.ROUTINE,
        targets=("main", "east", "main"),
        repeats=3,
        interval_minutes=10,
        start_at=SLOT + timedelta(hours=1),
    )
    made = sent(database, draft)
    rows = broadcasts_of(database, made.number)
    assert len(rows) == 6
    assert {row.part for row in rows} == {0, 1, 2}
    assert [row.slot_at for row in rows[::2]] == [
        SLOT + timedelta(minutes=60 + 10 * part) for part in range(3)
    ]
    work(engine)  # the sound is made ahead, nothing is said before its time
    assert {row.state for row in broadcasts_of(database, made.number)} == {"ready"}
    work(engine, 3600)
    states = [row.state for row in broadcasts_of(database, made.number)]
    assert states == ["playing", "playing", "ready", "ready", "ready", "ready"]


def test_an_exercise_says_so_before_and_after(database: Database) -> None:
    drill = replace(DRAFT, status=Status.EXERCISE, priority=Priority.ROUTINE)
    made = sent(database, drill)
    (row,) = broadcasts_of(database, made.number)
    written = "".join(clause["written"] for clause in row.clauses)
    assert written.startswith("演练，演练。")
    assert written.endswith("以上是演练。")
    assert row.status == "exercise"
    assert row.title == "【演练】会议通知"


def test_sound_is_kept_of_clauses_that_stay(database: Database, engine: Engine) -> None:
    number, version = saved(database)
    want_sound(database, number, version=version, at=SLOT)
    work(engine)
    before = row_of(database, number).clips
    longer = replace(DRAFT, text="请注意。" + DRAFT.text)
    saved(database, longer, number=number, version=version)
    row = row_of(database, number)
    assert {clip["key"] for clip in row.clips.values()} == {c["key"] for c in before.values()}
    assert "0" not in row.clips
    assert len(row.clauses) == len(row.clips) + 1


def test_bad_drafts_are_refused_and_two_windows_do_not_overwrite_each_other(
    database: Database,
) -> None:
    number, version = saved(database)
    saved(database, number=number, version=version)
    with pytest.raises(BroadcastError, match="刚被改动过"):
        saved(database, number=number, version=version)
    for wrong, error, sentence in (
        (replace(DRAFT, targets=("nowhere",)), NotFound, "nowhere"),
        (replace(DRAFT, targets=("../main",)), NotFound, "大厅或区域"),
        (replace(DRAFT, text="长" * 2001), NarrationError, "太长"),
        (replace(DRAFT, text="x" * 1_000_000), NarrationError, "太长"),
        (replace(DRAFT, repeats=0), BroadcastError, "次数"),
        (replace(DRAFT, repeats=2), BroadcastError, "间隔"),
        (replace(DRAFT, readings=(("会议", ("hui4",)),)), NarrationError, "拼音却有1个"),
    ):
        with pytest.raises(error, match=sentence):
            saved(database, wrong)
    for wrong, sentence in (
        (replace(DRAFT, text=" "), "还没有写"),
        (replace(DRAFT, targets=()), "在哪里播报"),
        (replace(DRAFT, start_at=SLOT - timedelta(hours=1)), "已经过去"),
        (replace(DRAFT, expires_at=SLOT), "失效时间"),
    ):
        with pytest.raises(BroadcastError, match=sentence):
            sent(database, wrong)


def test_what_no_database_keeps_is_left_out(database: Database) -> None:
    number, _ = saved(database, replace(DRAFT, text="开\0会。", template="a\0" + "b" * 60))
    row = row_of(database, number)
    assert (row.text, row.template) == ("开会。", "a" + "b" * 39)


def test_a_discarded_draft_stays_on_record(database: Database) -> None:
    number, version = saved(database)
    assert draft_of(row_of(database, number)) == DRAFT
    discard_draft(database, number, version=version, at=SLOT, by=DUTY)
    assert row_of(database, number).state == "cancelled"
    with pytest.raises(BroadcastError, match="已经作废"):
        discard_draft(database, number, version=version, at=SLOT, by=DUTY)


def test_a_settled_reading_holds_in_every_text_and_one_for_a_text_only_there(
    database: Database,
) -> None:
    settle_reading(database, "朝阳", "zhao1 yang2", at=SLOT, by=DUTY)
    lexicon = lexicon_in_force(database, None)
    number, _ = save_draft(
        database,
        replace(DRAFT, text="朝阳社区长兴路。", readings=(("长兴", ("chang2", "xing1")),)),
        lexicon=lexicon,
        at=SLOT,
        by=DUTY,
    )
    (clause,) = row_of(database, number).clauses
    assert ["朝阳", ["zhao1", "yang2"]] in clause["pinyin"]
    assert ["长兴", ["chang2", "xing1"]] in clause["pinyin"]
    with pytest.raises(NarrationError, match="没有“zhaq1”"):
        settle_reading(database, "朝阳", "zhaq1 yang2", at=SLOT, by=DUTY)
    drop_reading(database, "朝阳", at=SLOT, by=DUTY)
    with pytest.raises(NotFound):
        drop_reading(database, "朝阳", at=SLOT, by=DUTY)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite: one at a time
def test_one_that_is_being_decided_does_not_expire_under_the_hand(database: Database) -> None:
    asked = sent(database, DRAFT)
    late = SLOT + timedelta(hours=25)
    with database.session(write=True) as session:
        row = announcements.locked(session, asked.number, AnnouncementState.AWAITING_APPROVAL)
        assert expire_announcements(database, waits=timedelta(hours=24), now=late) == []
        row.state = AnnouncementState.SENT.value
    assert row_of(database, asked.number).state == "sent"
