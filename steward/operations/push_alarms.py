"""Push what is wrong to the phones of whoever is on duty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.broadcasts.queries import alarms
from steward.broadcasts.tables import AlarmRow
from steward.domain.alarms import ALARM_NAMES, AlarmKind
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import PushError
from steward.operations.pauses import doubling
from steward.operations.reach_targets import LIMIT_S, Target, reach
from steward.storage.engine import Database

GATHER = timedelta(seconds=3)  # what is raised together is sent together
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
MOST_TRIES = 8
NEWS = timedelta(hours=24)
MOST_LINES = 10


@dataclass(frozen=True)
class Push:
    """Where to, in whose name (`sender` is in the title), and how long to wait for an answer."""

    targets: Sequence[Target]
    sender: str
    limit_s: float = LIMIT_S


def push_alarms(
    database: Database, push: Push, *, now: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """One round: every open alarm that nobody has taken notice of and that is due; how many.

    What is due goes out as one message a target. It is claimed first, by an update of its row that
    only one can make, and sent outside of any transaction; a target that has it does not get it
    again. What was refused is due again after a pause that doubles, MOST_TRIES times in all.
    A process that dies between sending and noting it leaves that one message to be sent again.
    """
    with database.session() as session:
        due = alarms.to_push(session, since=now - NEWS, until=now - GATHER, now=now)
        due = [row for row in due if row.push_tries < MOST_TRIES]
    if not due or not push.targets:
        return 0
    claimed = []
    with database.session(write=True) as session:
        for row in due:
            after = (
                now
                + pause(row.push_tries)
                + timedelta(seconds=4 * push.limit_s) * len(push.targets)
            )
            if alarms.claim_push(session, row, after=after):
                claimed.append(row)
    faults: dict[int, list[str]] = {row.id: [] for row in claimed}
    for target in push.targets:
        mine = [row for row in claimed if target.key not in row.pushed_to]
        if not mine or stopping():
            continue
        fault = _send(push, target, mine)
        for row in mine:
            if fault:
                faults[row.id].append(fault)
            else:
                row.pushed_to = [*row.pushed_to, target.key]
        _note(database, push, mine, faults, now)
    with database.session(write=True) as session:
        for row in claimed:  # all is sent: the claim need not last any longer
            alarms.due_again(session, row.id, after=now + pause(row.push_tries))
    return len(claimed)


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries and one more."""
    return doubling(tries, FIRST_PAUSE, LONGEST_PAUSE)


def message(sender: str, rows: Sequence[AlarmRow]) -> tuple[str, str]:
    """Title and text; the newest first, and no more than a phone shows."""
    lines = [
        f"{row.raised_at.astimezone(DISTRICT_ZONE):%H:%M} "
        f"{ALARM_NAMES[AlarmKind(row.kind)]}：{row.text}"
        for row in reversed(rows)
    ]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"另有 {len(lines) - MOST_LINES + 1} 个，请看告警页"]
    return f"{sender}：{len(rows)} 个告警", "\n".join(lines)


def _send(push: Push, target: Target, rows: Sequence[AlarmRow]) -> str:
    """Why it was not taken; "" when it was."""
    try:
        reach(target, *message(push.sender, rows), limit_s=push.limit_s)
    except PushError as error:
        return str(error)
    return ""


def _note(
    database: Database,
    push: Push,
    rows: Sequence[AlarmRow],
    faults: dict[int, list[str]],
    now: datetime,
) -> None:
    """Put down what this target has, at once: a stop must not make it be sent again."""
    wanted = {target.key for target in push.targets}
    with database.session(write=True) as session:
        for row in rows:
            alarms.note_push(
                session,
                row.id,
                pushed_to=row.pushed_to,
                pushed_at=now if wanted <= set(row.pushed_to) else None,
                fault="；".join(faults[row.id]),
            )
