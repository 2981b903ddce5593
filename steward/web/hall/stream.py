"""The live stream of a hall as server-sent events: its log, and nothing else.

An event `change` has the log row's id, so that `Last-Event-ID` resumes exactly; `hello` comes
first and `heartbeat` at least every so many seconds, both without an id. `hello`, and a `change`
of the hall itself, tell its controls as they are then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from steward.clock import Clock, monotonic_s
from steward.errors import BroadcastError, StorageError
from steward.operations.show_hall import Hall, HallNow
from steward.web.hall.tail import Change, Tail

_LARGEST_ID = 2**63 - 1


def last_id_of(header: str | None, argument: str | None) -> int | None:
    """The id to go on after: the header's, else the argument's, else None.

    Raises BroadcastError when it is no number.
    """
    text = header if header else argument
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > _LARGEST_ID:
        raise BroadcastError("事件编号 Last-Event-ID 应为非负整数", place=text[:40])
    return int(text)


@dataclass(frozen=True)
class HallStream:
    """One listener's stream; `now` is where it begins, `controls` how the hall is set then.

    `look` tells how it is set at the time of asking, or raises StorageError.
    """

    tail: Tail
    clock: Clock
    hall: Hall
    now: HallNow
    controls: dict[str, Any]
    look: Callable[[], dict[str, Any]]
    heartbeat_s: float
    demonstration: bool

    def events(self) -> Iterator[str]:
        """Event after event, until the tail is stopped or the listener goes."""
        last_id = self.now.last_id
        yield _event(
            "hello",
            {
                "hall": self.hall.name,
                "now": self._instant(),
                "demo": self.demonstration,
                "last_id": last_id,
                "playing": self.now.playing,
                "controls": self.controls,
                "heartbeat_s": self.heartbeat_s,
            },
        )
        due = monotonic_s() + self.heartbeat_s
        while not self.tail.stopped:
            for change in self._news(last_id, due - monotonic_s()):
                try:
                    text = self.tail.text_of(change, self._told)
                except StorageError:
                    return  # told when the listener is back
                last_id = change.id
                yield text
            if monotonic_s() >= due:
                due = monotonic_s() + self.heartbeat_s
                yield _event(
                    "heartbeat",
                    {"now": self._instant(), "last_id": last_id, "fault": self.tail.fault},
                )

    def _news(self, last_id: int, wait_s: float) -> list[Change]:
        """The next changes; none while the database is away (the heartbeat tells its fault)."""
        try:
            return self.tail.after(self.hall.id, last_id, max(0.0, wait_s))
        except StorageError as error:
            self.tail.fault = error.sentence
            self.tail.pause(max(0.0, wait_s))
            return []

    def _told(self, change: Change) -> str:
        document = _document(change)
        if change.what == "hall":
            document["controls"] = self.look()
        return _event("change", document, change.id)

    def _instant(self) -> str:
        return self.clock.now().isoformat()


def _document(change: Change) -> dict[str, object]:
    return {
        "id": change.id,
        "at": change.at.isoformat(),
        "broadcast_id": change.broadcast_id,
        "what": change.what,
        "from": change.from_,
        "to": change.to,
        "why": change.why,
    }


def _event(name: str, data: dict[str, object], event_id: int | None = None) -> str:
    number = f"id: {event_id}\n" if event_id is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
