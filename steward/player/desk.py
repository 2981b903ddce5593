"""A player's desk: documents and sounds from the server, each in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from steward.domain.broadcasts import ReceiptEvent
from steward.errors import PlayerError, ServerAway, SpeechError
from steward.player import playable
from steward.player.playable import Playable
from steward.player.reports import Reports
from steward.player.server import Server
from steward.player.store import Store
from steward.speech.engine import Samples

_log = logging.getLogger(__name__)
AGAIN_S = 1.0


@dataclass
class _Wish:
    names: list[str]
    urgent: bool
    whole: bool = True  # nothing asked for so far was refused


class PlayerDesk:
    """What a conductor asks for, over the network. Its answers come from its threads."""

    def __init__(
        self,
        server: Server,
        store: Store,
        reports: Reports,
        document: Callable[[int, Playable | None], None],
        fetched: Callable[[int], None],
    ) -> None:
        self._server = server
        self._store = store
        self._reports = reports
        self._document = document
        self._fetched = fetched
        self._asked: list[int] = []
        self._wishes: dict[int, _Wish] = {}
        self._news = threading.Condition()
        self._stopped = False

    def start(self) -> None:
        for name, work in (("documents", self._ask_on), ("sounds", self._fetch_on)):
            threading.Thread(target=work, name=name, daemon=True).start()

    def stop(self) -> None:
        with self._news:
            self._stopped = True
            self._news.notify_all()

    def ask(self, broadcast_id: int) -> None:
        with self._news:
            if broadcast_id not in self._asked:
                self._asked.append(broadcast_id)
                self._news.notify_all()

    def fetch(self, broadcast_id: int, names: Sequence[str], *, urgent: bool) -> None:
        with self._news:
            self._wishes.pop(broadcast_id, None)
            self._wishes[broadcast_id] = _Wish(list(names), urgent)
            self._news.notify_all()

    def sound(self, name: str) -> Samples | None:
        return self._store.get(name)

    def receipt(
        self, broadcast_id: int, event: ReceiptEvent, ordinal: int | None, detail: str
    ) -> None:
        self._reports.receipt(broadcast_id, event, ordinal, detail)

    def show(self, broadcast: Playable, ordinal: int | None) -> None:
        if ordinal is None:
            _log.info("“%s”结束", broadcast.title)
            return
        clause = broadcast.clauses[ordinal]
        mute = "（这一句没有声音）" if clause.mute else ""
        count = len(broadcast.clauses)
        _log.info(
            "“%s”%d/%d：%s%s", broadcast.title, ordinal + 1, count, clause.written.strip(), mute
        )

    def _ask_on(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopped or bool(self._asked))
                if self._stopped:
                    return
                broadcast_id = self._asked.pop(0)
            self._document(broadcast_id, self._read(broadcast_id))

    def _read(self, broadcast_id: int) -> Playable | None:
        try:
            return playable.read(self._server.document(broadcast_id))
        except PlayerError as error:
            _log.warning("播报 %d 取不到：%s", broadcast_id, error)
        except (KeyError, TypeError, ValueError):
            _log.warning("播报 %d 的内容看不懂，播放机与服务器的版本可能不同", broadcast_id)
        return None

    def _fetch_on(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopped or bool(self._wishes))
                if self._stopped:
                    return
                broadcast_id, wish = self._most_urgent()
                name = wish.names[0] if wish.names else None
            here = name is None or self._have(name)
            with self._news:
                if here is None:
                    self._news.wait_for(lambda: self._stopped, AGAIN_S)
                    continue
                wish.whole = wish.whole and here
                del wish.names[:1]
                if wish.names or self._wishes.get(broadcast_id) is not wish:
                    continue
                del self._wishes[broadcast_id]
            if wish.whole:
                self._fetched(broadcast_id)

    def _most_urgent(self) -> tuple[int, _Wish]:
        """The broadcast being played before others, of those the newest."""
        urgent = [item for item in self._wishes.items() if item[1].urgent]
        return (urgent or list(self._wishes.items()))[-1]

    def _have(self, name: str) -> bool | None:
        """True: it is here. False: it never will be. None: the server is away, ask again."""
        try:
            self._store.have(name)
        except ServerAway:
            return None
        except (PlayerError, SpeechError) as error:
            _log.warning("声音取不到：%s", error)
            return False
        return True
