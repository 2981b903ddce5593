"""A player without a browser: its parts put together, and the one thread that conducts.

Whatever comes from outside (the log, documents, marks, the loudspeaker's state) is put into an
inbox as an act; the conducting thread does one act after the other.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from steward.clock import Clock, SystemClock, monotonic_s
from steward.domain.broadcasts import Priority, SoundState
from steward.player import line, output
from steward.player.conductor import Conductor
from steward.player.course import Mark
from steward.player.desk import PlayerDesk
from steward.player.identity import Identity
from steward.player.output import Output, Sink
from steward.player.playable import Playable
from steward.player.reports import Reports
from steward.player.server import Server
from steward.player.speaker import Speaker
from steward.player.store import Store

_log = logging.getLogger(__name__)
PRESENCE_S = 30.0
TICK_S = 1.0
FADED_S = 0.1  # until what was cut has died away on the loudspeaker

_WORDS = {SoundState.READY: "声音已开启", SoundState.MUTED: "音量为 0，已静音"}


class Player:
    """Plays one hall on one loudspeaker until it is stopped."""

    def __init__(
        self,
        server: Server,
        identity: Identity,
        sink: Sink,
        folder: Path,
        *,
        gain: float = 1.0,
        again_s: tuple[float, ...] = output.AGAIN_S,
        clock: Clock | None = None,
    ) -> None:
        """`folder` keeps the clips; `gain` 0 is a muted player; `again_s`: see Output.

        `clock` is told to the server, which compares it with its own; None: the machine's.
        """
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._hall = server.hall
        self._gain = gain
        self._muted = gain == 0
        self._speaker = Speaker(gain)
        self._reports = Reports(
            server.another(), identity, clock or SystemClock(), self._later_told
        )
        sounds = server.another()
        self._desk = PlayerDesk(
            server.another(),
            Store(folder, sink.rate_hz, sounds.sound),
            self._reports,
            self._later_document,
            self._later_fetched,
        )
        self._conductor = Conductor(self._speaker, self._desk, sink.rate_hz, self._later_mark)
        if self._muted:
            self._conductor.sound = SoundState.MUTED
        self._sound = SoundState.UNKNOWN  # until the loudspeaker was tried
        self._line = line.Line(server, self, line.chance())
        self._output = Output(sink, self._speaker.take, self._later_sounding, again_s)
        self._running = True
        self._code = ""
        self.following = False  # whether the log is being followed
        self._sent_to = ""
        self.moved_to = ""  # it has ended because staff moved it to this hall

    def run(self) -> None:
        """Play until `stop`."""
        for part in (self._reports, self._desk, self._output, self._line):
            part.start()
        tick = presence = monotonic_s()
        while self._running:
            with suppress(queue.Empty):
                self._inbox.get(timeout=max(0.0, tick - monotonic_s()))()
            now = monotonic_s()
            if now >= tick:
                self._conductor.tick()
                tick = now + TICK_S
                if self._sent_to and self._conductor.course is None:
                    self.moved_to = self._sent_to
                    self._halt()
            if now >= presence and self._sound != SoundState.UNKNOWN:
                self._present()
                presence = now + PRESENCE_S
        self._end()

    def _end(self) -> None:
        self._line.stop()
        self._conductor.stop("播放机停止")
        self._reports.stop()
        threading.Event().wait(FADED_S)
        self._output.stop()
        self._desk.stop()

    def stop(self) -> None:
        """End `run` soon; for any thread, and for a signal's handler."""
        self._inbox.put(self._halt)

    def _halt(self) -> None:
        self._running = False

    # From the line's thread ---------------------------------------------------------------------

    def connection(self, connected: bool) -> None:
        if connected:
            _log.info("已连接服务器")
        else:
            self.following = False
        self._inbox.put(lambda: self._conductor.connection(connected))

    def hello(self, playing: int | None) -> None:
        self._inbox.put(lambda: self._conductor.hello(playing))
        self.following = True

    def change(self, change: Mapping[str, Any]) -> None:
        self._inbox.put(lambda: self._conductor.change(change))
        if change["what"] == "hall" and change["to"] == "player":
            self._inbox.put(self._present)  # enrolled, moved, retired: perhaps this one

    def volumes(self, volumes: Mapping[str, int]) -> None:
        self._inbox.put(lambda: self._conductor.set_volumes(volumes))

    # From the desk's, the loudspeaker's and the output's threads ---------------------------------

    def _later_document(self, broadcast_id: int, broadcast: Playable | None) -> None:
        self._inbox.put(lambda: self._conductor.document(broadcast_id, broadcast))

    def _later_fetched(self, broadcast_id: int) -> None:
        self._inbox.put(lambda: self._conductor.fetched(broadcast_id))

    def _later_mark(self, mark: Mark) -> None:
        self._inbox.put(lambda: self._conductor.mark(mark))

    def _later_sounding(self, sound: SoundState, why: str) -> None:
        if sound == SoundState.READY and self._muted:
            sound = SoundState.MUTED
        self._inbox.put(lambda: self._sounding(sound, why))

    def _later_told(self, answer: Mapping[str, Any]) -> None:
        self._inbox.put(lambda: self._told(answer))

    def _told(self, answer: Mapping[str, Any]) -> None:
        """What the server says of this player."""
        code = str(answer.get("code") or "")
        if answer.get("secret"):
            _log.info("已登记为播放点“%s”", answer.get("title"))
            self._present()
        elif code and code != self._code:
            _log.warning("这台播放机未登记，登记码 %s（15 分钟内有效）", code)
        self._code = code
        hall = str(answer.get("hall") or self._hall)
        self._sent_to = hall if answer.get("enrolled") and hall != self._hall else ""

    def _present(self) -> None:
        percent = self._gain * self._conductor.volume(Priority.ROUTINE)
        self._reports.presence(self._sound, round(percent))

    def _sounding(self, sound: SoundState, why: str) -> None:
        if sound == self._sound:
            return
        self._sound = sound
        if sound == SoundState.BLOCKED:
            _log.warning("没有声音：%s。会自动再试，文字照常显示在这里", why)
        else:
            _log.info(_WORDS[sound])
        self._conductor.sounding(sound, why)
        self._present()
