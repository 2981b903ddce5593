"""Town offices for tests: issues with their files, contacts, a post room's times."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from steward.analysis.queries import towns
from steward.broadcasts.queries import alarms
from steward.domain.deliveries import Contact
from steward.domain.mail import Encryption, MailServer
from steward.domain.offices import Matter, SoundState
from steward.domain.weeks import district_instant
from steward.ledger.towns import ensure_towns
from steward.offices.queries import deliveries
from steward.offices.tables import BriefingRow, DeliveryRow, DownloadRow, ReportRow
from steward.operations.keep_contacts import add_contact
from steward.operations.make_deliveries import make_deliveries
from steward.operations.office_files import file_path
from steward.operations.post import MailDesk, Post
from steward.operations.send_mail import send_next_letter
from steward.scheduler.calendar import WorkCalendar
from steward.scheduler.delivery_times import delivery_times
from steward.storage.engine import Database
from tests.support.accounts import ROOT
from tests.support.mail_server import Letters

MADE = district_instant("2021-11-15T09:00")  # a Monday
DUE = district_instant("2021-11-15T10:00")
LONG_AGO = district_instant("2021-01-04T09:00")
SENDER = "anjian@xiaoshan.example.cn"
TIMES = delivery_times("0 10 * * 1", "30 9 3 * *", WorkCalendar())
HOUR = timedelta(hours=1)

FIGURES = {"new_hazards": 3, "due_soon_enterprises": 5, "overdue_enterprises": 2}


def settle(database: Database) -> dict[str, str]:
    """The district's towns, their codes by name."""
    with database.session(write=True) as session:
        ensure_towns(session)
        return {town.name: town.code for town in towns(session).values()}


def contact(database: Database, town: str, name: str, address: str, at: datetime = LONG_AGO) -> int:
    made: Contact = add_contact(database, town, name, address, at=at, by=ROOT)
    return made.id


def briefing(
    database: Database,
    folder: Path,
    town_code: str,
    *,
    number: int = 1,
    week: str = "2021-W46",
    made_at: datetime = MADE,
    sound: SoundState = SoundState.MADE,
    reason: str = "",
    town: str = "瓜沥镇",
) -> int:
    """A briefing and its files, each of which says which it is; without sound, no mp3."""
    with database.session(write=True) as session:
        row = BriefingRow(
            week=week,
            town_code=town_code,
            number=number,
            broadcast_id=None,
            title=f"{town}每周隐患简报（2021年第46周）",
            as_of=made_at,
            made_at=made_at,
            reason=reason,
            changes=[],
            figures=FIGURES,
            evidence={},
            clauses=[],
            sound=sound.value,
            papers=SoundState.MADE.value,
            clips={},
            fault="",
        )
        session.add(row)
        session.flush()
        made = row.id
    endings = ["docx", "pdf", "xlsx"] + (["mp3"] if sound is SoundState.MADE else [])
    for ending in endings:
        path = file_path(folder, Matter.BRIEFING, made, ending)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{ending} of {made}\n".encode() * 40)
    return made


def report(
    database: Database, folder: Path, town_code: str, *, month: str = "2021-10", at: datetime
) -> int:
    """A monthly report, and its files."""
    with database.session(write=True) as session:
        row = ReportRow(
            month=month,
            town_code=town_code,
            number=1,
            title="瓜沥镇2021年10月隐患报告和趋势分析",
            as_of=at,
            made_at=at,
            reason="",
            figures={"figures": {"counts": {"new_hazards": 12, "open_major": 1}}},
        )
        session.add(row)
        session.flush()
        made = row.id
    for ending in ("docx", "pdf", "xlsx"):
        path = file_path(folder, Matter.REPORT, made, ending)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{ending} of {made}\n".encode())
    return made


def take(database: Database, issue_id: int, town_code: str, *, at: datetime) -> None:
    """Somebody of the town fetches the document."""
    with database.session(write=True) as session:
        session.add(
            DownloadRow(
                matter=Matter.BRIEFING.value,
                issue_id=issue_id,
                town_code=town_code,
                format="docx",
                at=at,
                by="瓜沥安监员",
                where="10.1.2.3",
            )
        )


def post_to(
    folder: Path,
    server: Letters | None = None,
    *,
    limit_s: float = 5,
    limit_bytes: int = 100_000,
    per_minute: int = 20,
    remind_after: int = 3,
) -> Post:
    desk = None
    if server is not None:
        mail = MailServer("127.0.0.1", server.port, Encryption.OFFERED)
        desk = MailDesk(mail, SENDER, limit_bytes, limit_s=limit_s)
    return Post(
        sender="萧山区隐患管家",
        folder=folder,
        address="https://bobao.example.cn",
        mail=desk,
        per_minute=per_minute,
        remind_after=remind_after,
    )


def sort(database: Database, *, now: datetime, remind_after: int = 3) -> int:
    return make_deliveries(database, TIMES, remind_after=remind_after, now=now)


def send_all(database: Database, post: Post, *, now: datetime) -> None:
    """As the post room does: every letter that is due, over one line."""
    assert post.mail is not None
    with post.mail.line() as line:
        for _ in range(100):
            if not send_next_letter(database, post, line, now=now):
                return
    raise AssertionError("there is always one more letter")


def rows(database: Database) -> list[DeliveryRow]:
    """Every delivery, the first first."""
    with database.session() as session:
        return list(reversed(deliveries.recent(session, limit=1000)))


def alarm_texts(database: Database) -> list[str]:
    with database.session() as session:
        return [row.text for row in alarms.every_open(session)]
