"""Look whether all that was to be heard is heard: raise alarms, and end those that are cured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from steward.broadcasts.queries import airings, alarms, changes, halls, proof
from steward.broadcasts.tables import AlarmRow, AnnouncementRow, BroadcastRow, PlayerRow
from steward.domain.alarms import ANNOUNCEMENT, PAST, AlarmKind, Wrong
from steward.domain.announcements import STATUS_NAMES, Status
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import SoundState
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.follow_warnings import wrong_with_warnings
from steward.operations.repeat_unheard import repeat_unheard
from steward.operations.studio import Studio
from steward.operations.watch_alerts import wrong_with_alerts
from steward.operations.watch_briefings import wrong_with_briefings
from steward.operations.watch_sources import wrong_with_sources
from steward.storage.engine import Session

# What happened longer ago is not raised: an alarm is news.
NEWS = timedelta(days=3)
_SOUND = {
    SoundState.BLOCKED: "浏览器不许出声，请在它的页面上点“点此开启声音”",
    SoundState.MUTED: "已静音",
}


def watch_alarms(studio: Studio, *, now: datetime, since: datetime | None = None) -> list[Wrong]:
    """One look: what is wrong is raised once, what is cured is over; gives what was raised.

    `since` is when somebody began to look: a player is not silent because the house was closed.
    It writes only when something changed. An important or emergency broadcast that nobody heard is
    said once more in the same transaction, where the rules want that. Raises StorageError.
    """
    with studio.database.session() as session:
        rows = alarms.every_open(session)
        lasting = _lasting(session, studio, now)
        past = _past(session, studio, now)
        over = _over(session, rows, {one.subject for one in lasting})
    known = {row.subject for row in rows}
    opened = since is not None and now < since + studio.alarms.silence
    new = [
        one
        for one in [*lasting, *past]
        if one.subject not in known and not (opened and one.kind is AlarmKind.SILENT_PLAYER)
    ]
    if not new and not over:
        return []
    raised = []
    with studio.database.session(write=True) as session:
        alarms.clear(session, over, at=now)
        for one in new:
            row = alarms.raise_(session, one, at=now)
            if row is None:
                continue
            raised.append(one)
            if one.kind is AlarmKind.UNHEARD and one.subject.startswith(PAST):
                repeat_unheard(session, studio, row, now=now)
    return raised


def _over(session: Session, rows: Sequence[AlarmRow], wrong: set[str]) -> list[int]:
    """The ids of open alarms that are cured."""
    past = [row for row in rows if row.subject.startswith(f"{PAST}:")]
    good = alarms.made_good(session, [row.broadcast_id for row in past if row.broadcast_id])
    cured = [row.id for row in past if row.broadcast_id in good]
    return cured + [row.id for row in rows if row not in past and row.subject not in wrong]


def _lasting(session: Session, studio: Studio, now: datetime) -> list[Wrong]:
    """What is wrong now, for as long as it is."""
    found = [
        _wrong("held", AlarmKind.HELD, row, f"已扣留，等您决定：{row.fault}", session)
        for row in alarms.held(session)
    ]
    for row in alarms.not_begun(session, now - studio.alarms.late):
        if not halls.on_hold(halls.get(session, row.hall_id), now):
            text = f"应在 {_clock(row.slot_at)} 播出，过了 {_minutes(studio)} 分钟还没有开始"
            found.append(_wrong("late", AlarmKind.UNHEARD, row, text, session))
    late = studio.alarms.late
    for asked in alarms.undecided(session, submitted_by=now - late, expires_by=now + 2 * late):
        until = f"，{_clock(asked.expires_at)} 过期" if asked.expires_at else ""
        found.append(_undecided(asked, f"等人审批{until}"))
    for row in alarms.playing(session, now - studio.alarms.late):
        text = _stuck(session, studio, row, now)
        if text:
            found.append(_wrong("stuck", AlarmKind.UNHEARD, row, text, session))
    for player, hall in alarms.players(session):
        one = _of_player(player, hall, studio, now)
        if one is not None:
            found.append(one)
    found += wrong_with_sources(session, now=now)
    found += wrong_with_warnings(session)
    found += wrong_with_alerts(session, late=studio.alarms.late, now=now)
    return found + wrong_with_briefings(session, late=studio.alarms.late, now=now)


def _stuck(session: Session, studio: Studio, row: BroadcastRow, now: datetime) -> str:
    """Why a broadcast on the air counts as not heard; "" when it does well."""
    began = changes.airings(session, row.id)[-1]
    if now < began + studio.alarms.late:
        return ""
    if not proof.among(session, [row.id], proof.BEGUN, began):
        return f"{_clock(began)} 开播，过了 {_minutes(studio)} 分钟还没有播放点开始播"
    if now >= began + airings.length(session, row) + studio.alarms.late:
        return f"{_clock(began)} 开播，早该播完，还没有播放点播完"
    return ""


def _past(session: Session, studio: Studio, now: datetime) -> list[Wrong]:
    """What went wrong lately and was not told yet."""
    ended_by = now - timedelta(seconds=studio.grace_s)
    found = []
    for row in alarms.unproven(session, now - NEWS, ended_by):
        if row.state == S.FAILED.value:
            found.append(_wrong(PAST, AlarmKind.FAILED, row, f"没有播成：{row.fault}", session))
            continue
        if row.state == S.PLAYED.value:
            whose = (
                "登记的播放点" if proof.enrolled(session, row.hall_id, row.slot_at) else "播放点"
            )
            text = f"已播出，但没有{whose}报告播完"
        else:
            text = f"没有播出：{changes.of_broadcast(session, row.id)[-1].why}"
        if proof.soundless(session, row.id):
            text += "；有播放点没有声音"
        found.append(_wrong(PAST, AlarmKind.UNHEARD, row, text, session))
    for asked in alarms.never_decided(session, now - NEWS):
        found.append(_undecided(asked, "没有人在时限内审批，没有播出", f"{PAST}:"))
    return found


def _of_player(player: PlayerRow, hall: str, studio: Studio, now: datetime) -> Wrong | None:
    name = f"{hall}的播放点“{player.title or player.key[:6]}”"
    if player.last_seen_at + studio.alarms.silence <= now:
        kind = AlarmKind.SILENT_PLAYER
        text = f"{name}失联：{_clock(player.last_seen_at)} 之后没有消息，请检查电源和网络"
    elif player.sound in _SOUND:
        kind = AlarmKind.BLOCKED_PLAYER
        text = f"{name}没有声音：{_SOUND[SoundState(player.sound)]}"
    else:
        return None
    subject = f"{kind.value}:{player.id}"
    return Wrong(subject, kind, text, hall_id=player.hall_id, player_id=player.id)


def _undecided(row: AnnouncementRow, text: str, before: str = "") -> Wrong:
    return Wrong(
        f"{before}{ANNOUNCEMENT}:{row.id}",
        AlarmKind.UNDECIDED,
        f"播报单 {row.id}“{row.title}”{text}",
    )


def _wrong(what: str, kind: AlarmKind, row: BroadcastRow, text: str, session: Session) -> Wrong:
    status = Status(row.status)
    sign = f"【{STATUS_NAMES[status]}】"
    if status is Status.ACTUAL or row.title.startswith(sign):
        sign = ""
    hall = halls.get(session, row.hall_id).title
    return Wrong(
        f"{what}:{row.id}",
        kind,
        f"{sign}{hall}“{row.title}”{text}",
        hall_id=row.hall_id,
        broadcast_id=row.id,
    )


def _minutes(studio: Studio) -> str:
    return f"{studio.alarms.late / timedelta(minutes=1):g}"


def _clock(at: datetime) -> str:
    local = at.astimezone(DISTRICT_ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
