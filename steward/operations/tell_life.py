"""Tell a broadcast's life: the announcement, what became of it, what players and alarms told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from steward.accounts.queries import audit
from steward.broadcasts.queries import alarms, broadcasts, changes, playlog
from steward.broadcasts.tables import (
    AnnouncementRow,
    BroadcastRow,
    ChangeRow,
    PlayerRow,
    ReceiptRow,
)
from steward.domain.alarms import ALARM_NAMES, RETRY, AlarmKind
from steward.domain.announcements import KIND_NAMES, Kind
from steward.domain.audit import ACT_NAMES
from steward.domain.broadcasts import CLAUSE_NEWS, STATE_NAMES, BroadcastState, ReceiptEvent
from steward.domain.life import Moment
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.read_playlog import ear
from steward.storage.engine import Session

_BAD = {BroadcastState.HELD, BroadcastState.FAILED, BroadcastState.EXPIRED}
_ACTS = {act.value: name for act, name in ACT_NAMES.items()}
_RELATIONS = {
    RETRY: "没有人听到，再播一次",
    Kind.CORRECTION.value: KIND_NAMES[Kind.CORRECTION],
    Kind.ALL_CLEAR.value: KIND_NAMES[Kind.ALL_CLEAR],
    "update": "更新",
}
_SOUNDLESS = {"blocked": "浏览器不许出声", "muted": "已静音"}


def life_of(session: Session, row: BroadcastRow) -> list[Moment]:
    """Everything on record about it, in order of time."""
    log = changes.of_broadcast(session, row.id)
    moments = [
        *_announced(session, row),
        *_changes(log),
        *_heard(row, log, playlog.receipts(session, [row.id])),
        *_alarms(session, row.id),
        *_referring(session, row),
    ]
    return sorted(moments, key=lambda one: one.at)


def _announced(session: Session, row: BroadcastRow) -> Iterator[Moment]:
    """The draft and what staff decided of it."""
    if row.announcement_id is None:
        return
    sheet = session.get_one(AnnouncementRow, row.announcement_id)
    name = f"播报单 {sheet.id}"
    edits = f"改过 {sheet.version - 1} 次" if sheet.version > 1 else ""
    yield Moment(
        sheet.created_at,
        "announcement",
        f"写{name}",
        sheet.author,
        edits,
        announcement_id=sheet.id,
    )
    acts = audit.about(session, name)
    for act in acts:
        why = str(json.loads(act.after).get("reason", "")) if act.after else ""
        yield Moment(act.at, "announcement", _ACTS.get(act.what, act.what), act.who, why)
    if acts:
        return
    if sheet.submitted_at is not None:
        yield Moment(sheet.submitted_at, "announcement", "提交", sheet.author, sheet.reason)
    if sheet.decided_at is not None:
        who = sheet.decided_by or ""
        yield Moment(sheet.decided_at, "announcement", "下达", who, sheet.decision)


def _changes(log: Sequence[ChangeRow]) -> Iterator[Moment]:
    """Its states, and its clauses' sound: one line from the first clause to the last in a row."""
    runs: dict[int, list[ChangeRow]] = {}  # by the id of the change that each begins with
    run: list[ChangeRow] = []
    for change in log:
        if change.what == "clip":
            if not run or int(change.to) != int(run[-1].to) + 1:
                run = runs[change.id] = []
            run.append(change)
    for change in log:
        if change.id in runs:
            yield _made(runs[change.id])
        elif change.what == "state":
            state = BroadcastState(change.to)
            what, bad = STATE_NAMES[state], state in _BAD
            yield Moment(change.at, "broadcast", what, _who(change.by), change.why, bad)
        elif change.what != "clip":
            what = f"第 {int(change.to) + 1} 句{CLAUSE_NEWS[change.what]}"
            yield Moment(change.at, "broadcast", what, _who(change.by), change.why, True)


def _made(made: Sequence[ChangeRow]) -> Moment:
    first, last = int(made[0].to) + 1, int(made[-1].to) + 1
    which = str(first) if first == last else f"{first}–{last}"
    what = f"第 {which} 句{CLAUSE_NEWS['clip']}"
    begun, ended = _second(made[0]), _second(made[-1])
    until = "" if begun == ended else f"到 {ended}"
    return Moment(made[0].at, "broadcast", what, _who(made[0].by), until)


def _heard(
    row: BroadcastRow,
    log: Sequence[ChangeRow],
    told: Sequence[tuple[ReceiptRow, PlayerRow]],
) -> Iterator[Moment]:
    """What each player told, together for each time that it was on the air."""
    playing = BroadcastState.PLAYING.value
    begun = [one.at for one in log if one.what == "state" and one.to == playing][1:]
    groups: dict[tuple[int, int], list[tuple[ReceiptRow, PlayerRow]]] = {}
    for receipt, player in told:
        airing = sum(receipt.at >= at for at in begun)
        groups.setdefault((airing, player.id), []).append((receipt, player))
    for reports in groups.values():
        yield _of_player(row, reports)


def _of_player(row: BroadcastRow, reports: Sequence[tuple[ReceiptRow, PlayerRow]]) -> Moment:
    heard = ear(reports)
    parts = []
    fetched = [receipt for receipt, _ in reports if receipt.event == ReceiptEvent.FETCHED.value]
    cut = [receipt for receipt, _ in reports if receipt.event == ReceiptEvent.INTERRUPTED.value]
    if fetched:
        parts.append(f"取到 {_second(fetched[0])}")
    if heard.started_at is not None:
        parts.append(f"开始 {_clock(heard.started_at)}")
    if heard.first is not None and heard.last is not None:
        which = str(heard.first + 1)
        which += "" if heard.first == heard.last else f"–{heard.last + 1}"
        parts.append(f"第 {which} 句（共 {len(row.clauses)} 句）")
    parts += [f"被打断 {_second(receipt)}" for receipt in cut]
    if heard.soundless:
        parts.append(_SOUNDLESS[heard.soundless])
    if heard.ended_at is not None:
        parts.append(f"播完 {_clock(heard.ended_at)}")
    details = dict.fromkeys(receipt.detail for receipt, _ in reports if receipt.detail)
    sign = "" if heard.enrolled else "（未登记）"
    return Moment(
        reports[0][0].at,
        "player",
        " → ".join(parts),
        f"{heard.player}{sign}",
        "；".join(details),
        bad=heard.soundless is not None and heard.ended_at is None,
    )


def _alarms(session: Session, broadcast_id: int) -> Iterator[Moment]:
    for row in alarms.of_broadcast(session, broadcast_id):
        name = f"告警：{ALARM_NAMES[AlarmKind(row.kind)]}"
        yield Moment(row.raised_at, "alarm", name, "", row.text, bad=True)
        if row.pushed_at is not None:
            yield Moment(row.pushed_at, "alarm", "告警已推送")
        if row.seen_at is not None:
            yield Moment(row.seen_at, "alarm", "知道了告警", row.seen_by or "")
        if row.cleared_at is not None and row.cleared_at != row.seen_at:
            yield Moment(row.cleared_at, "alarm", "告警解除")


def _referring(session: Session, row: BroadcastRow) -> Iterator[Moment]:
    """What was said of it later: once more because nobody heard it, a correction, its end."""
    for later in broadcasts.referring(session, row.id):
        name = _RELATIONS.get(later.relation or "", "之后")
        who = "播报引擎" if later.relation == RETRY else ""
        what = f"{name}：播报 {later.id}"
        yield Moment(later.created_at, "broadcast", what, who, later.title, broadcast_id=later.id)


def _who(by: str) -> str:
    """An engine's own name says nothing to staff."""
    return "播报引擎" if by.count(":") >= 2 else by


def _second(row: ReceiptRow | ChangeRow) -> str:
    return _clock(row.at)


def _clock(at: Any) -> str:
    return f"{at.astimezone(DISTRICT_ZONE):%H:%M:%S}"
