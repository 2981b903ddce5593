"""Report what became of an exercise or an emergency, from the log and the receipts alone."""

from __future__ import annotations

from collections.abc import Sequence

from steward.broadcasts.queries import announcements, chains, changes, halls, playlog, proof
from steward.broadcasts.tables import BroadcastRow, ChangeRow, PlayerRow, ReceiptRow
from steward.domain.alarms import RETRY
from steward.domain.announcements import Status
from steward.domain.broadcasts import BroadcastState, Priority, ReceiptEvent
from steward.domain.corrections import ALL_CLEAR
from steward.domain.drills import Heard, Report, Said
from steward.domain.players import called
from steward.errors import NotFound
from steward.storage.engine import Database, Session

E = ReceiptEvent
_SOUNDLESS = {E.BLOCKED.value: "浏览器不许出声", E.MUTED.value: "已静音"}


def report_drill(database: Database, broadcast_id: int) -> Report:
    """The report of the announcement that a broadcast was said for; the same at every reading.

    Raises NotFound, also for what is neither an exercise nor a test nor an emergency.
    """
    with database.session(snapshot=True) as session:
        first = chains.first(session, chains.find(session, broadcast_id))
        if first.priority != Priority.EMERGENCY.value and first.status == Status.ACTUAL.value:
            raise NotFound("只有演练、测试和紧急播报有总结")
        rows = chains.same_words(session, first)
        ids = [row.id for row in rows]
        heard = proof.among(session, ids)
        told: dict[int, list[tuple[ReceiptRow, PlayerRow]]] = {}
        for receipt, player in playlog.receipts(session, ids):
            told.setdefault(receipt.broadcast_id, []).append((receipt, player))
        titles = {hall.id: hall.title for hall in halls.every(session)}
        said = [
            _said(session, row, titles[row.hall_id], row.id in heard, told.get(row.id, []))
            for row in rows
        ]
        ended = chains.latest(chains.following(session, first.id, ALL_CLEAR))
        sheet = (
            announcements.get(session, first.announcement_id)
            if first.announcement_id is not None
            else None
        )
        made = changes.of_broadcast(session, first.id)[0]
        return Report(
            first=first.id,
            title=first.title,
            status=Status(first.status),
            priority=Priority(first.priority),
            author=sheet.author if sheet else made.by,
            sent_by=(sheet.decided_by if sheet else None) or made.by,
            sent_at=(sheet.decided_at if sheet else None) or made.at,
            reason=sheet.reason if sheet else made.why,
            script="".join(str(clause["written"]) for clause in first.clauses),
            said=said,
            ended_by=ended.id if ended else None,
        )


def _said(
    session: Session,
    row: BroadcastRow,
    hall: str,
    heard: bool,
    told: Sequence[tuple[ReceiptRow, PlayerRow]],
) -> Said:
    log = changes.of_broadcast(session, row.id)
    players: dict[int, list[tuple[ReceiptRow, PlayerRow]]] = {}
    for receipt, player in told:
        players.setdefault(player.id, []).append((receipt, player))
    return Said(
        broadcast=row.id,
        hall=hall,
        part=row.part,
        again=row.relation == RETRY,
        state=BroadcastState(row.state),
        due_at=row.slot_at,
        on_air_at=row.started_at,
        heard=heard,
        why="" if row.state == BroadcastState.PLAYED.value else _why(log),
        players=[_heard(reports) for _, reports in sorted(players.items())],
    )


def _why(log: Sequence[ChangeRow]) -> str:
    return next((change.why for change in reversed(log) if change.what == "state"), "")


def _heard(reports: Sequence[tuple[ReceiptRow, PlayerRow]]) -> Heard:
    player = reports[0][1]
    at = {
        event: [receipt.at for receipt, _ in reports if receipt.event == event.value] for event in E
    }
    return Heard(
        player=called(player.title, player.key),
        enrolled=any(receipt.proven for receipt, _ in reports),
        chime_at=min([*at[E.STARTED], *at[E.CLAUSE]], default=None),
        word_at=min(at[E.CLAUSE], default=None),
        ended_at=max(at[E.ENDED], default=None),
        interrupted=len(at[E.INTERRUPTED]),
        soundless=next((name for event, name in _SOUNDLESS.items() if at[E(event)]), ""),
    )
