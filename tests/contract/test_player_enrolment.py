"""Enrolling players: a code on a screen, a secret once, and receipts that cannot be forged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from steward.accounts.keys import digest
from steward.broadcasts.queries import players, receipts
from steward.broadcasts.tables import PlayerRow
from steward.domain.audit import Act
from steward.domain.players import CODE_LETTERS
from steward.errors import AccessRefused, BroadcastError, NotFound, PlaceError
from steward.operations.enrol_player import change_player, enrol_player, retire_player
from steward.operations.keep_halls import add_hall
from steward.operations.note_player import Answer, note_player
from steward.operations.read_audit import search_audit
from steward.operations.show_hall import find_hall
from steward.operations.show_players import MOST_STRANGERS, show_players
from steward.operations.take_receipt import take_receipt
from steward.storage.engine import Database
from tests.support.accounts import DUTY
from tests.support.stage import Stage

AT = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
KEY = "player0001"


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Stage:
    return Stage(database, tmp_path)


def note(stage: Stage, at: datetime = AT, hall: str = "main", **report: object) -> Answer:
    whole = {"player": KEY, "sound": "ready", **report}
    return note_player(
        stage.database,
        find_hall(stage.database, hall),
        whole,
        at=at,
        user_agent="Chromium",
        clock_at=at,
    )


def receipt(stage: Stage, broadcast_id: int, **report: object) -> None:
    whole = {"player": KEY, "broadcast_id": broadcast_id, "event": "ended", **report}
    hall = find_hall(stage.database, "main")
    take_receipt(stage.database, hall, whole, at=AT, user_agent="Chromium")


def row(stage: Stage) -> PlayerRow:
    with stage.database.session() as session:
        return session.scalars(select(PlayerRow).where(PlayerRow.key == KEY)).one()


def enrolled(stage: Stage, title: str = "大厅主屏") -> str:
    """The secret of the player, which has used it."""
    enrol_player(stage.database, note(stage).code, title, at=AT, by=DUTY)
    secret = note(stage).secret
    assert note(stage, secret=secret).secret == ""
    return secret


def test_a_code_is_shown_for_a_quarter_of_an_hour_then_another_one(stage: Stage) -> None:
    first = note(stage)
    assert (first.enrolled, first.hall, first.secret) == (False, "main", "")
    assert len(first.code) == 6
    assert set(first.code) <= set(CODE_LETTERS)
    last = AT + timedelta(minutes=15)
    assert first.code_until == last
    assert note(stage, last - timedelta(seconds=1)).code == first.code
    second = note(stage, last)
    assert second.code != first.code
    with pytest.raises(PlaceError, match="没有播放点正显示登记码"):
        enrol_player(stage.database, first.code, "大厅主屏", at=last, by=DUTY)
    late = last + timedelta(minutes=15)
    with pytest.raises(PlaceError, match="照屏幕上现在的码"):
        enrol_player(stage.database, second.code, "大厅主屏", at=late, by=DUTY)


def test_it_gets_its_secret_once_and_only_the_digest_is_kept(stage: Stage) -> None:
    code = note(stage).code
    typed = f" {code[:3].lower()}-{code[3:]}　"
    assert enrol_player(stage.database, typed, "大厅主屏", at=AT, by=DUTY) == row(stage).id
    answer = note(stage)
    assert answer.enrolled
    assert answer.title == "大厅主屏"
    assert len(answer.secret) > 40
    assert row(stage).secret == digest(answer.secret)
    told = note(stage, secret=answer.secret)
    assert (told.enrolled, told.secret, told.code) == (True, "", "")
    for wrong in ({}, {"secret": ""}, {"secret": answer.secret + "x"}, {"secret": "x"}):
        with pytest.raises(AccessRefused, match="登记凭证不对") as refused:
            note(stage, **wrong)
        assert refused.value.place == "secret"
    assert row(stage).secret == digest(answer.secret)


def test_an_answer_that_was_lost_is_given_again_until_the_secret_was_used(stage: Stage) -> None:
    enrol_player(stage.database, note(stage).code, "大厅主屏", at=AT, by=DUTY)
    lost, taken = note(stage).secret, note(stage).secret
    assert lost != taken
    with pytest.raises(AccessRefused):
        note(stage, secret=lost)
    assert note(stage, secret=taken).enrolled


def test_a_forged_receipt_is_refused_and_leaves_nothing(stage: Stage) -> None:
    broadcast_id = stage.broadcast(AT)
    secret = enrolled(stage)
    with stage.database.session(write=True) as session:
        before = session.scalars(select(PlayerRow)).one().last_seen_at
    for forged in ({}, {"secret": ""}, {"secret": "x"}, {"secret": secret[:-1]}):
        with pytest.raises(AccessRefused, match="已登记，送来的登记凭证不对"):
            receipt(stage, broadcast_id, **forged)
    with pytest.raises(BroadcastError, match="登记凭证 secret 应为文字"):
        receipt(stage, broadcast_id, secret=5)
    with stage.database.session() as session:
        assert receipts.of_broadcast(session, broadcast_id) == []
    assert row(stage).last_seen_at == before
    receipt(stage, broadcast_id, secret=secret)
    with stage.database.session() as session:
        assert [one.proven for one, _ in receipts.of_broadcast(session, broadcast_id)] == [True]


def test_receipts_of_one_that_is_not_enrolled_are_taken_and_never_become_proven(
    stage: Stage,
) -> None:
    broadcast_id = stage.broadcast(AT)
    code = note(stage).code
    receipt(stage, broadcast_id)
    enrol_player(stage.database, code, "大厅主屏", at=AT, by=DUTY)
    receipt(stage, broadcast_id)  # it has not asked yet, and speaks all the same
    secret = note(stage).secret
    receipt(stage, broadcast_id, secret=secret)
    retire_player(stage.database, row(stage).id, at=AT, by=DUTY)
    receipt(stage, broadcast_id, secret=secret)
    with stage.database.session() as session:
        proofs = [one.proven for one, _ in receipts.of_broadcast(session, broadcast_id)]
    assert proofs == [False, False, True, False]


def test_the_house_s_own_streams_cannot_be_forged(stage: Stage) -> None:
    for report in ({"player": "stream000001"}, {"player": "stream0000012"}):
        with pytest.raises(BroadcastError, match="服务器自己的数据流"):
            note(stage, **report)
        with pytest.raises(BroadcastError, match="服务器自己的数据流"):
            receipt(stage, stage.broadcast(AT), **report)


def test_what_is_no_enrolment_is_refused(stage: Stage) -> None:
    code = note(stage).code
    other = note(stage, player="player0002").code
    for typed in ("", "      ", "ABC", code[::-1] + "X", "'; --"):
        with pytest.raises(PlaceError, match="没有播放点正显示登记码"):
            enrol_player(stage.database, typed, "大厅主屏", at=AT, by=DUTY)
    with pytest.raises(PlaceError, match="标题应为"):
        enrol_player(stage.database, code, "<b>", at=AT, by=DUTY)
    enrol_player(stage.database, code, "大厅主屏", at=AT, by=DUTY)
    with pytest.raises(PlaceError, match="已登记为“大厅主屏”"):
        enrol_player(stage.database, code, "另一个", at=AT, by=DUTY)
    with pytest.raises(PlaceError, match="已经有名为“大厅主屏”的播放点"):
        enrol_player(stage.database, other, "大厅主屏", at=AT, by=DUTY)


def test_a_player_is_renamed_and_moved_and_goes_where_staff_put_it(stage: Stage) -> None:
    secret = enrolled(stage)
    add_hall(stage.database, "second", "二号厅", at=AT, by=DUTY)
    number = row(stage).id
    change_player(stage.database, number, title="二号屏", hall="second", at=AT, by=DUTY)
    answer = note(stage, secret=secret)
    assert (answer.title, answer.hall) == ("二号屏", "second")
    (known,) = show_players(stage.database, at=AT)
    assert (known.title, known.hall_title) == ("二号屏", "二号厅")
    with pytest.raises(NotFound, match="没有名为“third”的大厅"):
        change_player(stage.database, number, title="屏", hall="third", at=AT, by=DUTY)
    with pytest.raises(NotFound, match="没有这个登记过的播放点"):
        change_player(stage.database, number + 1, title="屏", hall="main", at=AT, by=DUTY)
    enrol_player(stage.database, note(stage, player="player0002").code, "三号屏", at=AT, by=DUTY)
    with pytest.raises(PlaceError, match="已经有名为“三号屏”"):
        change_player(stage.database, number, title="三号屏", hall="main", at=AT, by=DUTY)


def test_a_retired_one_is_not_enrolled_and_shows_a_code_again(stage: Stage) -> None:
    secret = enrolled(stage)
    assert retire_player(stage.database, row(stage).id, at=AT, by=DUTY) == "大厅主屏"
    answer = note(stage, secret=secret)
    assert not answer.enrolled
    assert answer.code
    with pytest.raises(NotFound):
        retire_player(stage.database, row(stage).id, at=AT, by=DUTY)
    acts = [(one.what, one.about) for one in search_audit(stage.database)]
    assert acts == [
        (Act.PLAYER_RETIRED, "播放点 大厅主屏"),
        (Act.PLAYER_ENROLLED, "播放点 大厅主屏"),
    ]


def test_what_it_tells_of_itself_is_listed_and_its_clock_compared_with_ours(stage: Stage) -> None:
    ours = round(AT.timestamp() * 1000)
    for off_ms, wrong in ((2000, False), (-2001, True), (-ours, True), (10**15, True)):
        note(stage, version="0.1.0", volume=80, clock=ours + off_ms, sound="muted")
        (known,) = show_players(stage.database, at=AT + timedelta(seconds=90))
        assert (known.clock_ms, known.clock_wrong) == (off_ms, wrong)
        assert (known.version, known.volume, known.sound) == ("0.1.0", 80, "muted")
        assert (known.silent_s, known.silent) == (90.0, False)
    note(stage)  # one that tells less leaves what it told before
    (known,) = show_players(stage.database, at=AT + timedelta(seconds=91))
    assert (known.version, known.volume, known.silent) == ("0.1.0", 80, True)
    for field, value in (("clock", -1), ("clock", "x"), ("volume", 101), ("version", "a\x00")):
        with pytest.raises(BroadcastError):
            note(stage, **{field: value})


def test_a_wrong_clock_does_not_move_a_receipt(stage: Stage) -> None:
    broadcast_id = stage.broadcast(AT)
    note(stage, clock=0)
    receipt(stage, broadcast_id, at="1970-01-01T00:00:00Z", clock=0)
    with stage.database.session() as session:
        assert [one.at for one, _ in receipts.of_broadcast(session, broadcast_id)] == [AT]


def test_strangers_are_listed_for_a_day_and_the_enrolled_always(stage: Stage) -> None:
    enrolled(stage)
    note(stage, player="player0002")
    late = AT + timedelta(days=1, seconds=1)
    assert [one.called for one in show_players(stage.database, at=AT)] == ["大厅主屏", "player"]
    assert [one.called for one in show_players(stage.database, at=late)] == ["大厅主屏"]
    for number in range(MOST_STRANGERS + 1):
        note(stage, late, player=f"stranger{number:02}")
    assert len(show_players(stage.database, at=late)) == 1 + MOST_STRANGERS
    with stage.database.session() as session:
        assert players.titles(session, [KEY, "player0002"]) == {KEY: "大厅主屏"}
