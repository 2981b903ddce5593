"""Putting right and ending on the pages: what is shown, pressed and refused; on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from steward.broadcasts.queries import announcements
from steward.domain.accounts import Role
from steward.domain.announcements import Draft, Status, approval_rules
from steward.domain.broadcasts import Priority
from steward.narration.lexicon import built_in
from steward.operations.compose import save_draft
from steward.operations.decide_announcement import submit
from steward.scheduler.engine import Engine
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import DUTY, enter, form_token
from tests.support.said import after, engine_that_said_the_week, play, void
from tests.support.served import no_plans
from tests.support.stage import SteppedClock


@dataclass
class Desk:
    """A browser logged in as an operator, and the engine behind it."""

    client: FlaskClient
    engine: Engine
    clock: SteppedClock

    @property
    def database(self) -> Database:
        return self.engine.studio.database

    def page(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    def press(self, address: str, seen_on: str, **fields: str) -> tuple[int, str]:
        fields["csrf_token"] = form_token(self.client, seen_on)
        answer = self.client.post(address, data=fields)
        return answer.status_code, answer.location or answer.text

    def send(self, draft: Draft, minutes: float) -> tuple[int, ...]:
        self.clock.instant = after(minutes)
        at = after(minutes)
        number, version = save_draft(self.database, draft, lexicon=built_in(), at=at, by=DUTY)
        made = submit(
            self.database, number, version=version, rules=approval_rules(""), at=at, by=DUTY
        ).broadcasts
        play(self.engine, minutes)
        return made


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(
        data_dir=tmp_path / "var",
        database_url=database.engine.url.render_as_string(hide_password=False),
    )
    engine = engine_that_said_the_week(database, tmp_path)
    clock = SteppedClock(after(40))
    app = create_app(settings, database, clock, no_plans)
    with app.test_client() as client:
        enter(client, database, Role.OPERATOR, at=clock.now())
        yield Desk(client, engine, clock)
    app.extensions[EXTENSION].tail.stop()


def number_in(address: str) -> int:
    return int(re.findall(r"/announcements/(\d+)", address)[0])


def test_what_changed_is_told_and_put_right_with_two_presses(desk: Desk, tmp_path: Path) -> None:
    assert "数字与现在的台账不同" not in desk.page("/broadcasts/1")
    sounds = tmp_path / "var" / "broadcasts"
    sounds.mkdir(parents=True)
    (sounds / "1.mp3").write_bytes(b"sound")
    void(desk.database, 1, 30)
    desk.engine.figures.look(after(40))
    page = desk.page("/broadcasts/1")
    rows = re.findall(
        r'<th scope="row">(.+?)</th><td class="number" data-label="播出时">(.+?)</td>', page
    )
    assert ("本周新增隐患", "3条") in rows
    assert re.search(r"A1</a></td>.*企业1</td>.*已作废", page)
    assert "1 次播报的数字已变" in desk.page("/")
    status, address = desk.press("/broadcasts/1/correction", "/broadcasts/1")
    assert status == 303
    number = number_in(address)
    assert f"播报单 {number}" in desk.page("/broadcasts/1")
    assert desk.press("/broadcasts/1/correction", "/broadcasts/1")[0] == 400
    asked = f"/announcements/{number}/send"
    assert "更正：11月16日上午9时播报的本周新增隐患应为2条，原播报为3条；" in desk.page(asked)
    assert desk.press(asked, asked, version="1")[0] == 303
    play(desk.engine, 41)
    with desk.database.session() as session:
        (made,) = announcements.broadcasts_of(session, number)
    page = desk.page("/broadcasts/1")
    assert f'<b>已更正</b>，见<a href="/broadcasts/{made.id}">' in page
    assert "播报的数字已经更正" in page
    assert "数字已变" not in desk.page("/")
    assert f'href="/broadcasts/{made.id}">已更正</a>' in desk.page("/")
    assert '这是对<a href="/broadcasts/1">' in desk.page(f"/broadcasts/{made.id}")
    log = desk.page("/playlog?from=2021-11-16&to=2021-11-16")
    assert f'href="/broadcasts/{made.id}">已更正</a>' in log
    with desk.client.get("/broadcasts/1.mp3") as sound:
        headers = sound.headers
    assert "（已更正）.mp3" in unquote(headers["Content-Disposition"])
    assert headers["Link"] == f'</broadcasts/{made.id}>; rel="successor-version"'


def test_a_draft_can_be_thrown_away_and_written_anew(desk: Desk) -> None:
    void(desk.database, 1, 30)
    _, address = desk.press("/broadcasts/1/correction", "/broadcasts/1")
    gone = address.replace("/edit", "/discard")
    assert desk.press(gone, address, version="1")[0] == 303
    assert desk.press("/broadcasts/1/correction", "/broadcasts/1")[0] == 303


def test_a_correction_that_is_edited_still_corrects(desk: Desk) -> None:
    void(desk.database, 1, 30)
    _, address = desk.press("/broadcasts/1/correction", "/broadcasts/1")
    number = number_in(address)
    with desk.database.session() as session:
        before = announcements.get(session, number)
    typed = {
        "text": f"各位同志，{before.text}",
        "target": "main",
        "priority": "routine",
        "status": "actual",
        "repeats": "1",
        "interval": "10",
        "version": "1",
        "act": "save",
    }
    assert desk.press(address, address, **typed)[0] == 303
    with desk.database.session() as session:
        row = announcements.get(session, number)
    assert row.text.startswith("各位同志，更正：")
    assert (row.kind, row.relation, row.refers_to) == ("correction", "correction", 1)
    assert (row.figures, row.as_of) == (before.figures, before.as_of)


def test_an_emergency_is_ended(desk: Desk) -> None:
    urgent = Draft(
        "撤离", "请立即撤离。", Priority.EMERGENCY, ("main",), repeats=2, interval_minutes=30
    )
    first, second = desk.send(urgent, 41)
    page = desk.page(f"/broadcasts/{first}")
    assert ">解除</button>" in page
    _, address = desk.press(f"/broadcasts/{first}/all-clear", f"/broadcasts/{first}")
    asked = f"/announcements/{number_in(address)}/send"
    assert "还没有播的次数不再播出" in desk.page(asked)
    assert desk.press(asked, asked, version="1")[0] == 303
    assert "<b>已解除</b>" in desk.page(f"/broadcasts/{first}")
    assert "已解除，见播报" in desk.page(f"/broadcasts/{second}")  # in its log
    assert "已被取代" in desk.page(f"/broadcasts/{second}")
    assert desk.press(f"/broadcasts/{first}/all-clear", f"/broadcasts/{first}")[0] == 400


def test_words_at_odds_are_asked_about_once_more(desk: Desk) -> None:
    drill = Draft("防汛演练通知", "请各镇街参加。", Priority.EMERGENCY, ("main",))
    desk.clock.instant = after(41)
    number, version = save_draft(desk.database, drill, lexicon=built_in(), at=after(41), by=DUTY)
    (first,) = submit(
        desk.database,
        number,
        version=version,
        rules=approval_rules(""),
        at=after(41),
        by=DUTY,
        confirmed=True,
    ).broadcasts
    play(desk.engine, 41)
    _, address = desk.press(f"/broadcasts/{first}/all-clear", f"/broadcasts/{first}")
    asked = f"/announcements/{number_in(address)}/send"
    status, page = desk.press(asked, asked, version="1")
    assert status == 400
    assert "文字里却有“演练”" in page
    assert 'name="confirmed"' in page
    assert desk.press(asked, asked, version="1", confirmed="on")[0] == 303


def test_an_exercise_is_marked_on_the_page_it_is_sent_from(desk: Desk) -> None:
    drill = Draft("撤离", "请撤离。", Priority.EMERGENCY, ("main",), status=Status.EXERCISE)
    (first,) = desk.send(drill, 41)
    _, address = desk.press(f"/broadcasts/{first}/all-clear", f"/broadcasts/{first}")
    page = desk.page(f"/announcements/{number_in(address)}/send")
    assert '<span class="mark">演练</span>' in page
    assert "以上是演练。" in page


def test_an_exercise_has_its_report_to_read_and_to_take_along(desk: Desk) -> None:
    drill = Draft("撤离", "请撤离。", Priority.EMERGENCY, ("main",), status=Status.EXERCISE)
    (first,) = desk.send(drill, 41)
    address = f"/broadcasts/{first}/report"
    assert f'href="{address}"' in desk.page(f"/broadcasts/{first}")
    page = desk.page(address)
    assert "1 个大厅没有听到：" in page
    assert "演练，演练。请撤离。演练，演练，以上是演练。" in page
    with desk.client.get(f"{address}.xlsx") as book:
        assert book.data.startswith(b"PK")
        assert "演练总结_2021-11-16_撤离.xlsx" in unquote(book.headers["Content-Disposition"])
    assert desk.client.get("/broadcasts/1/report").status_code == 404
