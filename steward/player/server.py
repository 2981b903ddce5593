"""The server, as a player reaches it: its addresses, and what goes wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from steward import __version__
from steward.domain.players import AGENT
from steward.errors import PlayerDoubted, PlayerError, ServerAway

CONNECT_S = 5.0
ANSWER_S = 10.0
_SENTENCES = {
    HTTPStatus.UNAUTHORIZED: "服务器不接受这台播放机的令牌，请用 --token 给出有效的令牌",
    HTTPStatus.FORBIDDEN: "这台播放机的令牌不能用于这个大厅",
    HTTPStatus.NOT_FOUND: "服务器上没有这个地址，请核对大厅名称",
}


@dataclass(frozen=True)
class Event:
    """One server-sent event; its data are a JSON object."""

    name: str
    data: dict[str, Any]


class Server:
    """One connection's view of the server. Used by one thread; `another` gives one more."""

    def __init__(self, address: str, hall: str, token: str = "") -> None:
        """`address` like http://192.168.1.10:8080. Raises PlayerError when it is none."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise PlayerError("服务器地址应如 http://192.168.1.10:8080", place=address)
        self.address = address.rstrip("/")
        self.hall = hall
        self._token = token
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"{AGENT}{__version__}"
        if token:
            self._session.auth = self._authorise

    def another(self) -> Server:
        """The same server, for another thread."""
        return Server(self.address, self.hall, self._token)

    def document(self, broadcast_id: int) -> dict[str, Any]:
        """A broadcast. Raises ServerAway, PlayerError."""
        answer = self._ask("GET", self._hall(f"/broadcasts/{broadcast_id}.json"))
        try:
            return dict(answer.json())
        except ValueError as error:
            raise ServerAway("服务器的回答看不懂", place=answer.url) from error

    def sound(self, address: str) -> bytes:
        """A sound file; `address` as a broadcast names it. Raises ServerAway, PlayerError."""
        whole = urljoin(self.address + "/", address)
        if urlsplit(whole).netloc != urlsplit(self.address).netloc:
            raise PlayerError("声音不在这台服务器上，不取", place=address)
        return self._ask("GET", whole).content

    def report(self, path: str, report: Mapping[str, object]) -> dict[str, Any]:
        """Send "/receipts" or "/players"; what the server answers.

        Raises ServerAway, PlayerDoubted, PlayerError.
        """
        answer = self._ask("POST", self._hall(path), json=dict(report))
        try:
            return dict(answer.json())
        except ValueError as error:
            raise ServerAway("服务器的回答看不懂", place=answer.url) from error

    def events(self, last_id: int | None, silence_s: float) -> Iterator[Event]:
        """The hall's log after `last_id`, event by event, until the server ends it.

        Raises ServerAway when the line breaks or nothing comes for `silence_s`, PlayerError when
        the server refuses.
        """
        headers = {"Accept": "text/event-stream"}
        if last_id is not None:
            headers["Last-Event-ID"] = str(last_id)
        answer = self._ask(
            "GET", self._hall("/events"), headers=headers, stream=True, silence_s=silence_s
        )
        try:
            # One byte at a time: a larger read would wait until it is full.
            yield from read_events(answer.iter_lines(chunk_size=1))
        except requests.RequestException as error:
            raise ServerAway("与服务器的连接断了", place=self.address) from error
        finally:
            answer.close()

    def _hall(self, path: str) -> str:
        return f"{self.address}/hall/{quote(self.hall, safe='')}{path}"

    def _ask(
        self, method: str, address: str, *, silence_s: float = ANSWER_S, **options: Any
    ) -> requests.Response:
        try:
            answer = self._session.request(
                method, address, timeout=(CONNECT_S, silence_s), allow_redirects=False, **options
            )
        except requests.RequestException as error:
            raise ServerAway("服务器没有回答", place=self.address) from error
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ServerAway(f"服务器出错（{answer.status_code}）", place=address)
        if answer.status_code == HTTPStatus.FORBIDDEN and _doubted(answer):
            raise PlayerDoubted("服务器不认这台播放机的登记凭证", place=address)
        if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            known = _SENTENCES.get(HTTPStatus(answer.status_code))
            raise PlayerError(known or f"服务器拒绝（{answer.status_code}）", place=address)
        return answer

    def _authorise(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _doubted(answer: requests.Response) -> bool:
    try:
        document = answer.json()
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("place") == "secret"


def read_events(lines: Iterable[bytes]) -> Iterator[Event]:
    """Server-sent events from their lines (HTML standard, 9.2.6); only those with JSON objects."""
    name, data = "message", ""
    for line in lines:
        field, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                try:
                    content = json.loads(data)
                except ValueError as error:
                    raise ServerAway("服务器的事件看不懂", place=data[:80]) from error
                if isinstance(content, dict):
                    yield Event(name, content)
            name, data = "message", ""
        elif field == "event":
            name = value
        elif field == "data":
            data = f"{data}\n{value}" if data else value
