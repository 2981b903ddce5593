"""The engine: slots into broadcasts, broadcasts into sound, sound onto the air.

`tick` does what time asks for and is quick; `work` makes one clip and may take seconds, and so does
`work_urgently` for what is on the air while it is made. All are plain steps over the database with
the instant given; `run` calls each in a thread of its own.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import get_args

from steward.broadcasts.queries import conditions as condition_queries
from steward.broadcasts.queries import plans as plan_queries
from steward.broadcasts.queries import slots as slot_queries
from steward.broadcasts.queries.changes import CHANNEL
from steward.clock import Clock
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.plans import Plan
from steward.domain.script import Clause
from steward.domain.voices import Condition
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import HeardWrong, PlanError, SpeechError, StewardError, StorageError
from steward.operations.air_broadcasts import air_broadcasts, finish_slots
from steward.operations.audition import audition_next
from steward.operations.choose_voices import voice_cards
from steward.operations.collect_alerts import Collector, collect_alerts
from steward.operations.decide_announcement import expire_announcements
from steward.operations.feel_pulse import EVERY, beat
from steward.operations.follow_warnings import WarningWatch
from steward.operations.foresee_accidents import ForesightWatch
from steward.operations.issue_alerts import issue_alerts
from steward.operations.keep_briefings import keep_briefing
from steward.operations.preview_announcements import preview_next
from steward.operations.pull_sources import Puller, pull_sources
from steward.operations.push_alarms import Push, push_alarms
from steward.operations.recover_slots import drop_late, recover_slots
from steward.operations.speak_briefings import speak_briefing
from steward.operations.speak_broadcast import presses, speak_next
from steward.operations.studio import Studio
from steward.operations.take_slot import take_slot
from steward.operations.watch_alarms import watch_alarms
from steward.operations.watch_figures import FigureWatch
from steward.operations.write_script import freeze_script, write_script
from steward.scheduler import calendar as calendars
from steward.scheduler.post_room import PostRoom, Work
from steward.scheduler.runner import Runner
from steward.scheduler.schedule import INSTANT, Slot, outlook, slots
from steward.speech.audio.chime import Which
from steward.storage.commits import watch

log = logging.getLogger(__name__)

LOOK_S = 0.5  # how soon the engine looks when nothing wakes it
AGAIN_S = 1.0  # after a fault of the database
REHEARSE_AGAIN = timedelta(seconds=60)
# No rehearsal begins so shortly before a slot: the voice is free when the slot comes, and what is
# prepared already plays at once.
QUIET = timedelta(seconds=4)
# So long before a slot, and after a start, the machine is left to the voice.
UNDISTURBED = timedelta(minutes=10)
# Slots missed longer ago are not put on record one by one.
OLDEST_MISSED = timedelta(days=31)


class Engine:
    """One engine on one data folder, whose lock the caller holds."""

    def __init__(
        self,
        studio: Studio,
        clock: Clock,
        *,
        holidays: Path,
        prepare_ahead_s: float,
        push: Push | None = None,
        collector: Collector | None = None,
        puller: Puller | None = None,
        post_room: PostRoom | None = None,
        foresight: ForesightWatch | None = None,
        warnings: WarningWatch | None = None,
    ) -> None:
        """`holidays` is the editable holiday file, read anew when it changes; `push` is where
        alarms are sent, `collector` where alerts of others are had from, `puller` what pulls the
        sources, `post_room` what carries things to the towns, `foresight` reckons where accidents
        are likelier; None: nothing of it.

        Raises PlanError when it is malformed now.
        """
        self.studio = studio
        self.clock = clock
        self.runner = Runner(clock)
        self.coming: tuple[Slot, ...] = ()
        self.push = push
        self.collector = collector
        self.puller = puller
        if puller is not None:
            puller.means = replace(puller.means, stopping=lambda: self.runner.stopping)
        self.post_room = post_room
        self.foresight = foresight
        self.warnings = warnings
        self.figures = FigureWatch(studio)
        self._prepare_ahead = timedelta(seconds=prepare_ahead_s)
        self._holidays = holidays
        self._holidays_stamp = _stamp(holidays)
        self._calendar = calendars.load(holidays)
        self._rehearsed: dict[tuple[int, datetime], datetime] = {}
        self._rehearsal: deque[Clause] = deque()
        self._told: set[str] = set()
        self._since: datetime | None = None
        self._beaten: datetime | None = None
        self._prepared = False
        self._conditions: tuple[Condition, ...] = ()

    def run(self) -> None:
        """Run until `runner.stop()`. Raises whatever broke a step unexpectedly."""
        log.info("播报引擎已启动：%s", self.studio.owner)
        self.runner.every(LOOK_S, self._look)
        waking = threading.Thread(target=self._wake, name="engine-wake", daemon=True)
        waking.start()
        self.runner.run()
        waking.join(AGAIN_S)
        log.info("播报引擎已停止")

    def tick(self, now: datetime) -> None:
        """What is due at `now`. Raises StorageError; the next tick goes on from there."""
        self._since = self._since or now
        self._beat(now)
        self._read_holidays()
        for broadcast_id in recover_slots(self.studio, now=now):
            log.warning("接管了中断的播报 %s", broadcast_id)
        self._take_due(now)
        self._freeze_approved(now)
        for broadcast_id, state, why in air_broadcasts(self.studio, now=now):
            log.info("播报 %s → %s %s", broadcast_id, state.value, why)
        for identifier in issue_alerts(self.studio.database, self.studio.issuer, now=now):
            log.info("CAP 警报 %s 已写下", identifier)
        finish_slots(self.studio, now=now)
        for number in expire_announcements(
            self.studio.database, waits=self.studio.approval_waits, now=now
        ):
            log.warning("播报单 %s 没有人在时限内审批，已过期", number)
        for one in watch_alarms(self.studio, now=now, since=self._since):
            log.warning("告警：%s", one.text)

    def _beat(self, now: datetime) -> None:
        """Say now and then that this engine is at work."""
        if self._beaten is None or not self._beaten <= now < self._beaten + EVERY:
            beat(self.studio.database, at=now)
            self._beaten = now

    def work(self, now: datetime) -> bool:
        """One clip's worth of speech: a broadcast, a rehearsal, an audition, a town's briefing;
        False when idle."""
        if speak_next(self.studio, now=now) is not None:
            return True
        if preview_next(self.studio, now=now) is not None:
            return True
        if not self._prepared:
            self._prepare()
            self._tell_conditions(now)
        if not self._rehearsal:
            self._rehearse(now)
        if self._slot_is_near(now):
            return False
        if not self._rehearsal:
            # Staff wait for an audition; the towns' offices wait for hours.
            if audition_next(self.studio, cards=voice_cards, now=now):
                return True
            return speak_briefing(self.studio, now=now) is not None
        try:
            self.studio.voice.sure_clip(self._rehearsal.popleft())
        except HeardWrong as error:
            log.error("预先合成时%s", error)
        except SpeechError as error:
            log.error("预先合成失败：%s", error)
            self._rehearsal.clear()
        return True

    def work_urgently(self, now: datetime) -> bool:
        """One clip's worth of speech of what is aired while it is made; False when idle."""
        return speak_next(self.studio, now=now, streamed=True) is not None

    def work_papers(self, now: datetime) -> bool:
        """The files of one briefing, while no hall waits for its sound; False when idle."""
        if self._slot_is_near(now) or presses(self.studio):
            return False
        return keep_briefing(self.studio, now=now) is not None

    def _slot_is_near(self, now: datetime) -> bool:
        return any(now < slot.slot_at <= now + QUIET for slot in self.coming)

    def _prepare(self) -> None:
        """Have the chimes in the cache, and the models loaded before they are needed."""
        self._prepared = True
        try:
            for which in get_args(Which):
                self.studio.voice.chime(which)
            self.studio.voice.warm()
        except SpeechError as error:
            self._tell(logging.ERROR, f"语音没有准备好：{error}")

    def _tell_conditions(self, now: datetime) -> None:
        """Put down for the pages how voices and hearing back do, when that has changed."""
        conditions = self.studio.voice.conditions()
        if conditions == self._conditions:
            return
        with self.studio.database.session(write=True) as session:
            for one in conditions:
                condition_queries.note(session, one, at=now)
        self._conditions = conditions

    def _take_due(self, now: datetime) -> None:
        with self.studio.database.session() as session:
            active = plan_queries.active(session)
            last = slot_queries.last_instants(session)
        readable = []
        for plan in active:
            try:
                due = self._due(plan, last.get(plan.id), now)
            except PlanError as error:
                self._tell(logging.ERROR, f"计划 {plan.id}“{plan.title}”无法执行：{error}")
                continue
            readable.append(plan)
            for slot_at in due:
                made = take_slot(self.studio, plan, slot_at, now=now, newer=slot_at != due[-1])
                local = f"{slot_at.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M:%S}"
                log.info("计划 %s“%s”到点 %s，播报 %s", plan.id, plan.title, local, made)
        view = outlook(readable, now, self._calendar)
        self.coming = view.slots
        for warning in view.warnings:
            self._tell(logging.WARNING, warning)

    def _due(self, plan: Plan, last: datetime | None, now: datetime) -> Sequence[datetime]:
        since = plan.created_at - INSTANT if last is None else last
        since = max(since, now - OLDEST_MISSED)
        found = []
        for slot_at in slots(plan, since, self._calendar):
            if slot_at > now:
                break
            found.append(slot_at)
        return found

    def _freeze_approved(self, now: datetime) -> None:
        with self.studio.database.session() as session:
            waiting = [
                row.id
                for _, row in slot_queries.work_of(session, self.studio.owner)
                if row.state == S.APPROVED.value
            ]
        for broadcast_id in waiting:
            # A database that was gone for hours must not have Monday's figures spoken at noon.
            if drop_late(self.studio, broadcast_id, now=now):
                continue
            freeze_script(self.studio, broadcast_id, now=now)

    def _rehearse(self, now: datetime) -> None:
        """Write the next slot's script as the ledger stands, so that its sound can be made."""
        for slot in self.coming:
            if not now < slot.slot_at <= now + self._prepare_ahead:
                continue
            key = (slot.plan.id, slot.slot_at)
            if now < self._rehearsed.get(key, now - REHEARSE_AGAIN) + REHEARSE_AGAIN:
                continue
            self._rehearsed = {k: v for k, v in self._rehearsed.items() if k[1] > now}
            self._rehearsed[key] = now
            plan = slot.plan
            try:
                _, script = write_script(self.studio, plan.template, slot.slot_at, plan.town_code)
            except StewardError as error:
                log.error("计划 %s“%s”到点将无法播报：%s", plan.id, plan.title, error)
                continue
            self._rehearsal.extend(script.clauses)
            return

    def _read_holidays(self) -> None:
        stamp = _stamp(self._holidays)
        if stamp == self._holidays_stamp:
            return
        self._holidays_stamp = stamp
        try:
            self._calendar = calendars.load(self._holidays)
            log.info("已重新读取节假日文件 %s", self._holidays)
        except PlanError as error:
            log.error("节假日文件有误，沿用原来的安排：%s", error)

    def _look(self) -> None:
        """A tick of the clock that survives what it may: the database locked or gone."""
        now = self.clock.now()
        try:
            self.tick(now)
        except StewardError as error:
            self._tell(logging.ERROR, f"这一步未能完成，将重试：{error}")
            return
        self._told = {text for text in self._told if not text.startswith("这一步")}
        self.runner.soon(self._speak_urgently, "speak urgently", lane="urgent")
        self.runner.soon(self._speak, "speak", lane="speech")
        self.runner.soon(self._keep_papers, "keep papers", lane="papers")
        if self.push is not None:
            self.runner.soon(self._push, "push", lane="push")
        if self.collector is not None:
            self.runner.soon(self._collect, "collect alerts", lane="alerts")
        if self.puller is not None:
            self.runner.soon(self._pull, "pull sources", lane="sources")
        if self.post_room is not None:
            for lane, work in self.post_room.due(now):
                self.runner.soon(partial(self._post, work), lane, lane=lane)
        if self.foresight is not None and self.foresight.due(now) and not self._slot_comes(now):
            self.runner.soon(self._foresee, "foresee accidents", lane="foresight")
        if self.warnings is not None and self.warnings.due(now) and not self._slot_is_near(now):
            self.runner.soon(self._follow_warnings, "follow warnings", lane="ledger")
        if self.figures.due(now):
            self.runner.soon(self._watch_figures, "watch figures", lane="ledger")
        if self.coming:
            slot = self.coming[0]
            self.runner.at(slot.slot_at, self._look, f"{slot.plan.id}@{slot.slot_at}")

    def _speak(self) -> None:
        self._speak_while(self.work)

    def _keep_papers(self) -> None:
        """Write files for town offices, in a thread that nothing else waits for."""
        try:
            while not self.runner.stopping and self.work_papers(self.clock.now()):
                pass
        except StewardError as error:
            self._tell(logging.ERROR, f"这一步未能完成，将重试：{error}")

    def _speak_urgently(self) -> None:
        self._speak_while(self.work_urgently)

    def _speak_while(self, work: Callable[[datetime], bool]) -> None:
        try:
            while not self.runner.stopping and work(self.clock.now()):
                self._tell_conditions(self.clock.now())
                self.runner.soon(self._look, "look")
        except StewardError as error:
            self._tell(logging.ERROR, f"这一步未能完成，将重试：{error}")

    def _push(self) -> None:
        """Send alarms, in a thread that nothing else waits for."""
        if self.push is None:
            return
        try:
            push_alarms(
                self.studio.database,
                self.push,
                now=self.clock.now(),
                stopping=lambda: self.runner.stopping,
            )
        except StorageError as error:
            self._tell(logging.ERROR, f"这一步未能完成，将重试：{error}")

    def _watch_figures(self) -> None:
        """Compare what was said with the ledger, in a thread that nothing else waits for."""
        try:
            for broadcast_id, figures in self.figures.look(self.clock.now()):
                log.info("播报 %s：%s 个数字与现在的台账不同", broadcast_id, figures)
        except StewardError as error:
            self._tell(logging.ERROR, f"这一步未能完成，将重试：{error}")

    def _post(self, work: Work) -> None:
        """Something for the towns, in a thread that nothing else waits for."""
        try:
            work(self._calendar, self.clock.now, lambda: self.runner.stopping)
        except StewardError as error:
            self._tell(logging.ERROR, f"这一步未能完成，将重试：{error}")

    def _slot_comes(self, now: datetime) -> bool:
        """Whether something is to be said soon, or the engine has just begun: nothing disturbs."""
        near = any(now <= slot.slot_at <= now + UNDISTURBED for slot in self.coming)
        return near or self._since is None or now < self._since + UNDISTURBED

    def _foresee(self) -> None:
        """Reckon where accidents are likelier, in a thread that nothing else waits for."""
        assert self.foresight is not None, "it is asked for above"
        try:
            made = self.foresight.look(self.clock.now())
        except StewardError as error:
            self._tell(logging.ERROR, f"事故预警没有算出来，一小时后再算：{error}")
            return
        if made is not None:
            log.info("事故预警已重算：%s 家企业", made.enterprises)

    def _pull(self) -> None:
        """Pull what is due of the sources, in a thread that nothing else waits for."""
        if self.puller is None:
            return
        try:
            pulled = pull_sources(self.studio.database, self.puller, now=self.clock.now())
        except StewardError as error:
            self._tell(logging.ERROR, f"数据来源未能拉取，将重试：{error}")
            return
        for one in pulled:
            level = logging.WARNING if one.error else logging.INFO
            counts = f"读 {one.rows_read} 行，新增 {one.rows_new}，未接收 {one.rows_rejected}"
            log.log(level, "数据来源“%s”：%s %s", one.source, counts, one.error)

    def _follow_warnings(self) -> None:
        """Follow the warning lists, in a thread that nothing else waits for."""
        assert self.warnings is not None, "it is asked for above"
        try:
            for one in self.warnings.look(self.clock.now()):
                log.warning("超期预警升级：%s，%s", one.enterprise, one.enterprise_id)
        except StewardError as error:
            self._tell(logging.ERROR, f"这一步未能完成，将重试：{error}")

    def _collect(self) -> None:
        """Look for alerts of others, in a thread that nothing else waits for."""
        if self.collector is None:
            return
        try:
            faults = collect_alerts(
                self.studio.database,
                self.collector,
                now=self.clock.now(),
                stopping=lambda: self.runner.stopping,
            )
        except StewardError as error:
            faults = [str(error)]
        for fault in faults:
            self._tell(logging.WARNING, f"外部警报的来源有问题，将重试：{fault}")

    def _wake(self) -> None:
        """Look whenever somebody has committed something: a text to announce, a receipt."""
        while not self.runner.stopping:
            try:
                commits = watch(self.studio.database, CHANNEL)
                try:
                    while not self.runner.stopping:
                        if commits.wait(AGAIN_S):
                            self.runner.soon(self._look, "look")
                finally:
                    commits.close()
            except StorageError:
                self.runner.wait(AGAIN_S)  # the look at intervals tells the fault

    def _tell(self, level: int, text: str) -> None:
        """Log once, not at every look."""
        if text not in self._told:
            self._told.add(text)
            log.log(level, "%s", text)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when the file does; None without a file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
