"""镇街送达: of one week or month, which town was given what, has been sent it, has taken it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from steward.analysis.queries import towns
from steward.domain.figures import Town
from steward.domain.months import Month
from steward.domain.offices import ContactKind, DeliveryState, Issue, Matter, Purpose, SoundState
from steward.domain.weeks import Week
from steward.errors import DeliveryError
from steward.offices.queries import contacts, deliveries, downloads, issues, runs
from steward.offices.tables import DeliveryRow, DownloadRow
from steward.storage.engine import Database, Session

PERIODS = 26  # that can be chosen


class Standing(StrEnum):
    """Where a town stands, the worst first: the page lists them so."""

    UNMADE = "unmade"
    GONE = "gone"
    NOBODY = "nobody"
    WAITING = "waiting"
    SENT = "sent"
    TAKEN = "taken"


STANDING_NAMES: dict[Standing, str] = {
    Standing.UNMADE: "还没有生成",
    Standing.GONE: "未能送达",
    Standing.NOBODY: "没有送给任何人",
    Standing.WAITING: "待送达",
    Standing.SENT: "已送达，未领取",
    Standing.TAKEN: "已领取",
}


class Show(StrEnum):
    """Which towns are listed."""

    ALL = "all"
    MISSED = "missed"
    TROUBLE = "trouble"
    TAKEN = "taken"


SHOW_NAMES: dict[Show, str] = {
    Show.ALL: "全部",
    Show.MISSED: "未领取",
    Show.TROUBLE: "送达有问题",
    Show.TAKEN: "已领取",
}


@dataclass(frozen=True)
class Way:
    """One delivery. `at`: when it was sent, or is due; `fault` why it was not taken yet."""

    id: int
    name: str
    kind: ContactKind
    state: DeliveryState
    tries: int
    at: datetime
    fault: str


@dataclass(frozen=True)
class Taken:
    """One file that somebody of the town took."""

    by: str
    at: datetime
    format: str


@dataclass(frozen=True)
class TownLine:
    """One town. `took_before`: it took an issue that has been put right since; `contacts`: how many
    people are reached for it now."""

    town: Town
    issue: Issue | None
    sound: SoundState | None
    papers: SoundState | None
    ways: Sequence[Way]
    reminders: Sequence[Way]
    taken: Sequence[Taken]
    took_before: bool
    contacts: int

    @property
    def standing(self) -> Standing:
        states = {way.state for way in self.ways}
        if self.issue is None:
            return Standing.UNMADE
        if self.taken:
            return Standing.TAKEN
        if DeliveryState.SENT in states:
            return Standing.SENT
        if DeliveryState.WAITING in states:
            return Standing.WAITING
        return Standing.GONE if states else Standing.NOBODY

    @property
    def trouble(self) -> bool:
        """Whether something for it did not arrive, or goes to nobody."""
        ways = [*self.ways, *self.reminders]
        failed = any(way.fault and way.state is not DeliveryState.SENT for way in ways)
        return failed or self.standing is Standing.NOBODY

    @property
    def again(self) -> bool:
        """Whether there is anything to send once more: what is gone, or a contact passed over."""
        gone = any(way.state is DeliveryState.GONE for way in self.ways)
        return self.issue is not None and self.contacts > 0 and (gone or not self.ways)


_SHOWN: dict[Show, Callable[[TownLine], bool]] = {
    Show.ALL: lambda line: True,
    Show.MISSED: lambda line: line.standing is not Standing.TAKEN,
    Show.TROUBLE: lambda line: line.trouble,
    Show.TAKEN: lambda line: line.standing is Standing.TAKEN,
}


@dataclass(frozen=True)
class Overview:
    """One week or month. `lines` are the towns that are listed; `counts`, how many each `Show`
    would list. `run_fault`: why the reports could not be made; `running`: they are being made."""

    matter: Matter
    period: str
    title: str
    before: str
    after: str
    periods: Sequence[str]
    lines: Sequence[TownLine]
    counts: Mapping[Show, int]
    made: int
    towns: int
    run_fault: str
    running: bool

    @property
    def taken(self) -> int:
        return self.counts[Show.TAKEN]

    @property
    def sentence(self) -> str:
        """22 个镇街：19 个已领取，3 个未领取."""
        return f"{self.towns} 个镇街：{self.taken} 个已领取，{self.towns - self.taken} 个未领取"


def show_offices(
    database: Database, matter: Matter, period: str, *, now: datetime, show: Show = Show.ALL
) -> Overview:
    """`period` "": the newest that there is. Raises DeliveryError when it is none."""
    with database.session(snapshot=True) as session:
        known = issues.periods(session, matter, limit=PERIODS)
        period = period or (known[0] if known else str(_current(matter, now)))
        title, before, after = _period(matter, period)
        held = {one.town_code: one for one in issues.of_period(session, matter, period)}
        lines = _lines(session, matter, held, issues.numbers(session, matter, period))
        run = runs.get(session, period) if matter is Matter.REPORT else None
    order = list(Standing)
    return Overview(
        matter=matter,
        period=period,
        title=title,
        before=before,
        after=after,
        periods=sorted({period, *known}, reverse=True),
        lines=sorted(
            filter(_SHOWN[show], lines),
            key=lambda line: (order.index(line.standing), line.town.code),
        ),
        counts={one: sum(map(lets, lines)) for one, lets in _SHOWN.items()},
        made=len(held),
        towns=len(lines),
        run_fault=run.fault if run and run.done_at is None else "",
        running=run is not None and run.done_at is None and run.due_at > now and not run.fault,
    )


def _current(matter: Matter, now: datetime) -> Week | Month:
    return Week.containing(now) if matter is Matter.BRIEFING else Month.containing(now).previous()


def _period(matter: Matter, text: str) -> tuple[str, str, str]:
    """Its title, and the periods around it. Raises DeliveryError."""
    try:
        if matter is Matter.BRIEFING:
            week = Week.parse(text)
            after = Week.containing(week.end)
            return f"{week.year}年第{week.number}周", str(week.previous()), str(after)
        month = Month.parse(text)
        return month.name, str(month.previous()), str(month.back(-1))
    except (ValueError, OverflowError) as error:
        raise DeliveryError(
            "没有这一期，周应如 2021-W46，月应如 2021-10", place=text[:12]
        ) from error


def _lines(
    session: Session, matter: Matter, held: Mapping[str, Issue], numbers: Mapping[int, str]
) -> list[TownLine]:
    ids = [one.id for one in held.values()]
    rows = deliveries.of_issues(session, matter, ids)
    names = contacts.names(session, [row.contact_id for row in rows])
    took = downloads.of_issues(session, matter, list(numbers))
    states = issues.states(session, matter, ids)
    before = {numbers[issue_id] for issue_id in took if issue_id not in ids}
    people: dict[str, int] = {}
    for contact in contacts.active(session):
        people[contact.town_code] = people.get(contact.town_code, 0) + 1
    ways: dict[tuple[int, str], list[Way]] = {}
    for row in rows:
        ways.setdefault((row.issue_id, row.purpose), []).append(_way(row, names))
    lines = []
    for town in towns(session).values():
        issue = held.get(town.code)
        number = issue.id if issue else 0
        sound, papers = states.get(number, (None, None))
        lines.append(
            TownLine(
                town=town,
                issue=issue,
                sound=sound,
                papers=papers,
                ways=ways.get((number, Purpose.ISSUE.value), []),
                reminders=ways.get((number, Purpose.REMINDER.value), []),
                taken=[_taken(row) for row in took.get(number, [])],
                took_before=town.code in before,
                contacts=people.get(town.code, 0),
            )
        )
    return lines


def _way(row: DeliveryRow, names: Mapping[int, tuple[str, ContactKind]]) -> Way:
    name, kind = names[row.contact_id]
    return Way(
        row.id,
        name,
        kind,
        DeliveryState(row.state),
        row.tries,
        row.sent_at or row.due_at,
        row.fault,
    )


def _taken(row: DownloadRow) -> Taken:
    return Taken(row.by, row.at, row.format)
