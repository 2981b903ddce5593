"""What a hall sounds like now, computed here: the same course a player plays, sample by sample.

It follows the hall's log and reads clips from their folder. It is a player of its own on record:
`started`, `ended` and `interrupted` of what at least one listener was sent, and its presence while
there is one. That says that the sound left this house, not that a loudspeaker was switched on.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from steward.clock import Clock, monotonic_s
from steward.domain.broadcasts import ReceiptEvent, SoundState
from steward.errors import NotFound, SpeechError, StewardError, StorageError
from steward.operations.find_sound import find_clip
from steward.operations.note_player import note_player
from steward.operations.show_controls import controls_of
from steward.operations.show_hall import Hall, hall_now
from steward.operations.take_receipt import take_receipt
from steward.player import playable
from steward.player.conductor import Conductor
from steward.player.course import Mark
from steward.player.playable import Playable
from steward.player.speaker import Speaker
from steward.speech.audio.mp3 import RATE_HZ
from steward.speech.audio.wave import at_rate, read_sound
from steward.speech.engine import Samples
from steward.storage.engine import Database
from steward.web.hall.document import document_of
from steward.web.hall.tail import Tail

_log = logging.getLogger(__name__)
STATIC = Path(__file__).resolve().parents[1] / "static"
TICK_S = 1.0
PRESENCE_S = 30.0
HEARD_LATER_S = 2.0  # a network loudspeaker plays what it was sent about so long afterwards
KEPT_SOUNDS = 8
_NOTED = frozenset({ReceiptEvent.STARTED, ReceiptEvent.ENDED, ReceiptEvent.INTERRUPTED})


@dataclass(frozen=True)
class Source:
    """Where programmes come from: the house's database, its log, its clips, its clock."""

    database: Database
    tail: Tail
    clips_folder: Path
    clock: Clock


class Programme:
    """One hall's endless sound. For one thread."""

    def __init__(self, source: Source, hall: Hall, audience: Callable[[], int]) -> None:
        """`audience` tells how many listen."""
        self._source = source
        self._hall = hall
        self._audience = audience
        self._key = f"stream{hall.id:06d}"
        self._marks: deque[Mark] = deque()
        self._asked: list[int] = []
        self._notes: deque[tuple[float, dict[str, object]]] = deque()  # and from when it holds
        self._started: set[int] = set()
        self._sounds: OrderedDict[str, Samples] = OrderedDict()
        self._speaker = Speaker()
        self._conductor = Conductor(self._speaker, self, RATE_HZ, self._marks.append)
        self._last_id: int | None = None
        self._tick_at = self._presence_at = monotonic_s()

    def take(self, count: int) -> Samples:
        """The next `count` samples at mp3.RATE_HZ; silence where nothing is said."""
        try:
            self._follow()
        except StorageError as error:
            _log.warning("大厅 %s 的数据流暂时读不到数据库：%s", self._hall.name, error.sentence)
        samples = self._speaker.take(count)
        while self._marks:
            self._conductor.mark(self._marks.popleft())
        return samples

    def _follow(self) -> None:
        """Take up what the log tells. Raises StorageError."""
        now = monotonic_s()
        due = now >= self._tick_at
        if due:
            self._tick_at = now + TICK_S
        if self._last_id is None:
            if not due:
                return
            begin = hall_now(self._source.database, self._hall.id, None)
            self._last_id = begin.last_id
            self._hear_volumes()
            self._conductor.hello(begin.playing)
        for change in self._source.tail.after(self._hall.id, self._last_id, 0.0):
            if change.what == "hall":
                self._hear_volumes()
            self._last_id = change.id
            self._conductor.change(
                {
                    "broadcast_id": change.broadcast_id,
                    "what": change.what,
                    "to": change.to,
                    "why": change.why,
                }
            )
        if due:
            self._conductor.tick()
        asked, self._asked = self._asked, []
        for broadcast_id in asked:
            self._conductor.document(broadcast_id, self._read(broadcast_id))
        if due:
            self._report(now)

    def _hear_volumes(self) -> None:
        """How loud the hall is now. Raises StorageError."""
        at = self._source.clock.now()
        controls = controls_of(self._source.database, self._hall.id, at=at)
        self._conductor.set_volumes(controls.volumes)

    def _read(self, broadcast_id: int) -> Playable | None:
        try:
            document = document_of(
                self._source.database,
                self._hall,
                broadcast_id,
                at=self._source.clock.now(),
                clip=str,
                chime=str,
            )
        except NotFound:
            return None
        return playable.read(document)

    def _report(self, now_s: float) -> None:
        """Write receipts and presence. Raises StorageError; what was not written stays."""
        agent = f"网络音箱数据流（{self._audience()} 个听众）"
        at = self._source.clock.now()
        database = self._source.database
        while self._notes and self._notes[0][0] <= now_s:
            try:
                note = self._notes[0][1]
                take_receipt(database, self._hall, note, at=at, user_agent=agent, inside=True)
            except StorageError:
                raise
            except StewardError as error:
                _log.warning("数据流的回执没有记下：%s", error)
            self._notes.popleft()
        if self._audience() and now_s >= self._presence_at:
            self._presence_at = now_s + PRESENCE_S
            here = {"player": self._key, "sound": SoundState.READY.value}
            note_player(database, self._hall, here, at=at, user_agent=agent, inside=True)

    # The conductor's desk ------------------------------------------------------------------------

    def ask(self, broadcast_id: int) -> None:
        if broadcast_id not in self._asked:
            self._asked.append(broadcast_id)

    def fetch(self, broadcast_id: int, names: Sequence[str], *, urgent: bool) -> None:
        """They are in this house already."""

    def sound(self, name: str) -> Samples | None:
        kept = self._sounds.get(name)
        if kept is None:
            try:
                chime = STATIC / name if name.startswith("chime-") else None
                sound = read_sound(chime or find_clip(self._source.clips_folder, name))
            except (NotFound, SpeechError):
                return None
            kept = self._sounds[name] = at_rate(sound, RATE_HZ).samples
            if len(self._sounds) > KEPT_SOUNDS:
                self._sounds.popitem(last=False)
        return kept

    def receipt(
        self, broadcast_id: int, event: ReceiptEvent, ordinal: int | None, detail: str
    ) -> None:
        listeners = self._audience()
        begins = event == ReceiptEvent.STARTED
        if event not in _NOTED or not listeners or not (begins or broadcast_id in self._started):
            return
        (self._started.add if begins else self._started.discard)(broadcast_id)
        note: dict[str, object] = {
            "player": self._key,
            "broadcast_id": broadcast_id,
            "event": event.value,
            "detail": detail or f"已送给 {listeners} 个听众",
        }
        later_s = HEARD_LATER_S if event == ReceiptEvent.ENDED else 0.0
        whole = note if ordinal is None else note | {"ordinal": ordinal}
        self._notes.append((monotonic_s() + later_s, whole))

    def show(self, broadcast: Playable, ordinal: int | None) -> None:
        """Nobody looks."""
