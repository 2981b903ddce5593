"""What to play, from what the hall's log tells: the same rules as the hall's page has.

Pure: it is told things (one at a time), and answers by asking its desk and its speaker. A player
without a browser and the stream for network loudspeakers each give it a desk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from steward.domain.broadcasts import BroadcastState, ReceiptEvent, SoundState
from steward.domain.halls import LOUDEST, amplitude
from steward.player.course import Course, Mark
from steward.player.playable import Beginning, Playable, beginning
from steward.player.speaker import Speaker
from steward.speech.engine import Samples

# States that let a begun broadcast end.
_GOES_ON = frozenset({BroadcastState.PLAYING.value, BroadcastState.PLAYED.value})


class Desk(Protocol):
    """What a conductor asks for. None of it may wait."""

    def ask(self, broadcast_id: int) -> None:
        """Tell `Conductor.document` of this broadcast, soon."""
        ...

    def fetch(self, broadcast_id: int, names: Sequence[str], *, urgent: bool) -> None:
        """Have these sounds, in this order; tell `Conductor.fetched` when all are here.

        `urgent`: the broadcast is being played.
        """
        ...

    def sound(self, name: str) -> Samples | None:
        """The sound, when it is here. Called from the loudspeaker's thread too."""
        ...

    def receipt(
        self, broadcast_id: int, event: ReceiptEvent, ordinal: int | None, detail: str
    ) -> None:
        """Report to the server."""
        ...

    def show(self, broadcast: Playable, ordinal: int | None) -> None:
        """This clause is being said; None: nothing is, any more."""
        ...


class Conductor:
    """Follows one hall. Its methods are called from one thread."""

    def __init__(
        self, speaker: Speaker, desk: Desk, rate_hz: int, tell: Callable[[Mark], None]
    ) -> None:
        """`tell` brings a course's marks to `mark`, from whichever thread takes its samples."""
        self.course: Course | None = None
        self.sound = SoundState.READY
        self._speaker = speaker
        self._desk = desk
        self._rate_hz = rate_hz
        self._tell = tell
        self._on_air: int | None = None  # the broadcast the server says is playing
        self._wanted: int | None = None  # … whose document we wait for, to play it
        self._connected = True
        self._interrupted_at: dict[int, int] = {}
        self._volumes: Mapping[str, int] = {}
        self._lost_at: dict[int, int] = {}  # the first clause that could not be heard
        self._fetched: set[int] = set()
        self._heard: set[int] = set()

    # What the server says ---------------------------------------------------------------------

    def hello(self, playing: int | None) -> None:
        """The log begins here; `playing` is on the air."""
        self._on_air = playing
        self._wanted = None
        if playing is not None:
            self._begin(playing)
        elif self.course is not None:
            self._desk.ask(self.course.broadcast.id)  # is it still wanted?

    def change(self, change: Mapping[str, Any]) -> None:
        """A row of the log: broadcast_id (None: an act upon the hall itself), what, to, why."""
        if change["broadcast_id"] is None:
            return  # `set_volumes` tells how loud it is; the rest is told of its broadcasts
        broadcast_id, to = int(change["broadcast_id"]), str(change["to"])
        if change["what"] != "state":  # a clip was made, or will never be
            self._desk.ask(broadcast_id)
            return
        if to == BroadcastState.PLAYING:
            self._on_air = broadcast_id
            self._heard.discard(broadcast_id)
            self._begin(broadcast_id)
            return
        if self._on_air == broadcast_id:
            self._on_air = None
        if self._wanted == broadcast_id:
            self._wanted = None
        if to == BroadcastState.READY:
            self._desk.ask(broadcast_id)
        if self._plays(broadcast_id) and to not in _GOES_ON:
            self._cut(str(change["why"]) or to)

    def set_volumes(self, volumes: Mapping[str, int]) -> None:
        """How loud the hall is, in percent by the name of a priority; holds at once."""
        self._volumes = volumes
        if self.course is not None:
            self.course.set_gain(self._gain(self.course.broadcast))

    def volume(self, priority: str) -> int:
        """Percent; full until the server has told."""
        return self._volumes.get(priority, LOUDEST)

    def connection(self, connected: bool) -> None:
        """The line to the server is open, or broken: sounds are waited for longer then."""
        self._connected = connected
        if self.course is not None:
            self.course.connected = connected

    def document(self, broadcast_id: int, broadcast: Playable | None) -> None:
        """A broadcast that was asked for; None when it cannot be had."""
        if broadcast is None:
            return
        course = self.course
        if course is not None and course.broadcast.id == broadcast_id:
            if broadcast.state not in _GOES_ON:
                self._cut(broadcast.state)
                return
            course.update(broadcast)
        elif self._wanted == broadcast_id and broadcast.state == BroadcastState.PLAYING:
            self._wanted = None  # an answer to an earlier question may be older than the wish
            self._start(broadcast)
        chimes = [name for name in (broadcast.chime_before, broadcast.chime_after) if name]
        names = [*chimes[:1], *broadcast.clips, *chimes[1:]]
        self._desk.fetch(broadcast_id, names, urgent=self._plays(broadcast_id))

    def fetched(self, broadcast_id: int) -> None:
        """All sounds of a broadcast made so far are here."""
        if broadcast_id not in self._fetched:
            self._fetched.add(broadcast_id)
            self._desk.receipt(broadcast_id, ReceiptEvent.FETCHED, None, "")

    # What is heard -----------------------------------------------------------------------------

    def mark(self, mark: Mark) -> None:
        """The course reached something; marks of one that was cut are too late to count."""
        if mark.course is not self.course:
            return
        broadcast = mark.course.broadcast
        if mark.what == "begun":
            self._report(broadcast.id, ReceiptEvent.STARTED)
        elif mark.what == "clause":
            self._desk.show(broadcast, mark.ordinal)
            self._report(broadcast.id, ReceiptEvent.CLAUSE, mark.ordinal)
        else:
            self._report(broadcast.id, ReceiptEvent.ENDED)
            if broadcast.id not in self._lost_at:
                self._heard.add(broadcast.id)
            self._interrupted_at.pop(broadcast.id, None)
            self._rest(broadcast)

    def sounding(self, sound: SoundState, why: str = "") -> None:
        """The loudspeaker can be heard, or not. What was lost is said again from its clause."""
        if sound == self.sound:
            return
        self.sound = sound
        course = self.course
        if sound != SoundState.READY:
            if course is not None:
                self._lose(course.broadcast.id, course.ordinal or 0, why)
        elif self._on_air in self._lost_at:
            self._speaker.cut()
            self.course = None
            self._begin(self._on_air)

    def tick(self) -> None:
        """About once a second: look again for what is missing."""
        if self._wanted is not None:
            self._desk.ask(self._wanted)
        if self.course is not None and self.course.waiting:
            self._desk.ask(self.course.broadcast.id)

    def stop(self, why: str) -> None:
        """The player ends."""
        self._wanted = None
        if self.course is not None:
            self._cut(why)

    def _plays(self, broadcast_id: int) -> bool:
        return self.course is not None and self.course.broadcast.id == broadcast_id

    def _begin(self, broadcast_id: int) -> None:
        if self._plays(broadcast_id) or broadcast_id in self._heard:
            return
        if self.course is not None:
            self._cut("另一播报开始")
        self._wanted = broadcast_id
        self._desk.ask(broadcast_id)

    def _start(self, broadcast: Playable) -> None:
        start = self._where(broadcast)
        if start is None:
            return
        if self.sound != SoundState.READY:
            self._lose(broadcast.id, start.ordinal, "")
        self.course = Course(
            broadcast,
            start,
            self._desk.sound,
            self._rate_hz,
            self._tell,
            gain=self._gain(broadcast),
        )
        self.course.connected = self._connected
        self._speaker.play(self.course)

    def _gain(self, broadcast: Playable) -> float:
        return amplitude(self.volume(broadcast.priority))

    def _where(self, broadcast: Playable) -> Beginning | None:
        lost = self._lost_at.pop(broadcast.id, None)
        if lost is not None:
            return Beginning(lost, chime=True)
        ordinal = self._interrupted_at.get(broadcast.id, broadcast.from_ordinal)
        chime = self._desk.sound(broadcast.chime_before) if broadcast.chime_before else None
        chime_s = 0.0 if chime is None else len(chime) / self._rate_hz
        return beginning(broadcast, ordinal, chime_s)

    def _lose(self, broadcast_id: int, ordinal: int, why: str) -> None:
        self._desk.receipt(broadcast_id, ReceiptEvent(self.sound.value), ordinal, why)
        if self.sound == SoundState.BLOCKED:
            self._lost_at.setdefault(broadcast_id, ordinal)

    def _cut(self, why: str) -> None:
        """Stop before the end, remember where."""
        if self.course is None:
            return
        broadcast, ordinal = self.course.broadcast, self.course.ordinal
        self._speaker.cut()
        if ordinal is not None:
            self._interrupted_at[broadcast.id] = ordinal
        self._report(broadcast.id, ReceiptEvent.INTERRUPTED, ordinal, why)
        self._rest(broadcast)

    def _rest(self, broadcast: Playable) -> None:
        self.course = None
        self._desk.show(broadcast, None)

    def _report(
        self, broadcast_id: int, event: ReceiptEvent, ordinal: int | None = None, why: str = ""
    ) -> None:
        if self.sound == SoundState.READY:
            self._desk.receipt(broadcast_id, event, ordinal, why)
