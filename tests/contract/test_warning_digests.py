"""One letter a day to each town with warnings."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from steward.domain.deliveries import NewContact
from steward.domain.mail import Encryption, MailServer
from steward.domain.offices import ContactKind
from steward.offices.queries import contacts, deliveries
from steward.operations.make_digests import Digest, make_digests
from steward.operations.post import MailDesk, Post
from steward.operations.tell_towns import needless, told_of
from steward.operations.write_letter import line, write_letter
from steward.storage.engine import Database
from tests.contract.test_foresight import DAY, NOW
from tests.contract.test_warnings import CASES
from tests.support.ledgers import TOWNS, fill


@pytest.fixture
def ledger(database: Database) -> Database:
    with database.session(write=True) as session:
        fill(session, CASES)
        for code in (TOWNS[0], TOWNS[1]):
            for number in range(2 if code == TOWNS[0] else 1):
                mail = f"wu{number}@{code}.example"
                new = NewContact(code, ContactKind.MAIL, f"王五{number}", mail)
                contacts.add(session, new, at=NOW - DAY)
    return database


def waiting(database: Database, now: datetime) -> list[str]:
    with database.session() as session:
        due = deliveries.due(session, ContactKind.MAIL, now=now, limit=50)
        return [f"{one.row.town_code} {one.row.matter}" for one in due]


def test_a_town_gets_one_a_day_whatever_happens_in_it(ledger: Database) -> None:
    digest = Digest(time(9, 0), 7)
    early = NOW - timedelta(minutes=1)  # 08:59 in the district
    assert make_digests(ledger, digest, now=early) == 0
    assert make_digests(ledger, digest, now=NOW) == 2
    assert waiting(ledger, NOW) == [
        f"{TOWNS[0]} digest",
        f"{TOWNS[0]} digest",
        f"{TOWNS[1]} digest",
    ]
    assert make_digests(ledger, digest, now=NOW + timedelta(hours=2)) == 0
    assert make_digests(ledger, Digest(time(9, 0), 7), now=NOW) == 0  # another process
    assert make_digests(ledger, digest, now=NOW + DAY) == 2


def test_the_letter_says_whom_and_how_late(ledger: Database, tmp_path: Path) -> None:
    make_digests(ledger, Digest(time(9, 0), 7), now=NOW)
    desk = MailDesk(MailServer("127.0.0.1", 25, Encryption.NONE), "steward@x.example", 1_000_000)
    post = Post("萧山区隐患管家", tmp_path, "http://bobao.example", desk)
    with ledger.session() as session:
        row = deliveries.due(session, ContactKind.MAIL, now=NOW, limit=1)[0].row
        told = told_of(session, row, tmp_path)
        assert needless(session, told, NOW + timedelta(hours=20)) == ""
        assert "过一天" in needless(session, told, NOW + DAY)
    letter = write_letter(
        post, told, sender=desk.sender, to=("王五", "wu@x.example"), message_id="<1@x>", at=NOW
    )
    assert letter["Subject"] == "萧山区隐患管家：镇1当日隐患预警（11月16日）"
    body = letter.get_content()
    assert "截至 2021年11月16日 09:00，超期预警企业 1 家，隐患到期预警企业 1 家" in body
    assert "超期预警：企业1，2 处，已超期 6 天" in body
    assert "到期预警：企业1，1 处，还有 4 天" in body
    assert "http://bobao.example/town/" in body
    assert "附件" not in body
    assert list(letter.iter_attachments()) == []
    said = line(post, told)
    assert "最紧的：超期预警：企业1，2 处，已超期 6 天" in said


def test_nobody_is_written_to_where_there_is_no_warning(ledger: Database) -> None:
    assert make_digests(ledger, Digest(time(0, 0), 7), now=datetime(2021, 9, 1, tzinfo=UTC)) == 0
