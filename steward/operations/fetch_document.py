"""Fetch one document over HTTP: within a time and a size, from that very address, or an error."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from steward.errors import AlertError

LIMIT_S = 10.0
_CONNECT_S = 5.0
_PIECE = 64 * 1024
_SAFE = "/%:@!$&'()*+,;=~?"
_SAID = {
    401: "要求登录",
    403: "不允许访问",
    404: "没有这个地址",
    429: "请求太多，对方限流",
}


@dataclass(frozen=True)
class Fetched:
    """A document and what to ask with the next time; `content` None: it has not changed."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def fetch_document(
    address: str,
    *,
    most_bytes: int,
    limit_s: float = LIMIT_S,
    etag: str = "",
    last_modified: str = "",
    own_headers: Mapping[str, str] | None = None,
    ca_file: str = "",
) -> Fetched:
    """What stands at an http or https address. It is not followed anywhere else.

    `limit_s` is for all of it: whatever the other side does, the line is cut then. A proxy of the
    environment is not used. `ca_file` holds the certificates to trust instead of the usual ones.
    Raises AlertError.
    """
    parts = split(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AlertError("地址应以 http:// 或 https:// 开头", place=shown(address))
    headers = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "hazard-steward"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    headers |= own_headers or {}
    late = threading.Event()
    try:
        with _line(parts, limit_s, late, ca_file) as line:
            line.request("GET", _path(parts), headers=headers)
            with closing(line.getresponse()) as answer:
                fetched = _answer(answer, most_bytes)
        if late.is_set():
            raise TimeoutError  # what was cut looks like an end
        return fetched
    except (OSError, http.client.HTTPException, ValueError) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            why = f"{limit_s:g} 秒内没有答完"
        elif isinstance(error, ssl.SSLError):
            why = "证书有问题"
        elif isinstance(error, OSError):
            why = "连不上，或中途断开"
        else:
            why = "对方的回答看不懂"
        raise AlertError(why, place=shown(address), retry=True) from error
    except AlertError as error:
        why = f"{limit_s:g} 秒内没有答完" if late.is_set() else error.sentence
        raise AlertError(why, place=shown(address), retry=True) from error


def split(address: str) -> SplitResult:
    """The parts of an address. Raises AlertError when it cannot be one."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise AlertError("地址写得不对", place=address[:80]) from error
    return parts


def shown(address: str) -> str:
    """An address as staff may see it: without what may be a secret. Raises AlertError."""
    parts = split(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def on_same_server(address: str, link: str) -> str:
    """Where a link in what stands at an address leads. Raises AlertError: to another server."""
    try:
        there = urljoin(address, link)
    except ValueError as error:
        raise AlertError("对方给的地址写得不对", place=link[:80]) from error
    parts, own = split(there), split(address)
    if (parts.scheme, parts.hostname, parts.port) != (own.scheme, own.hostname, own.port):
        raise AlertError("在另一台服务器上，没有取", place=shown(there))
    return parts._replace(netloc=own.netloc).geturl()


def _path(parts: SplitResult) -> str:
    """What is asked for, with every sign that may not stand there escaped."""
    path = quote(parts.path or "/", safe=_SAFE)
    return f"{path}?{quote(parts.query, safe=_SAFE)}" if parts.query else path


@contextmanager
def _line(
    parts: SplitResult, limit_s: float, late: threading.Event, ca_file: str
) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut after `limit_s`, which sets `late`."""
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    end = socket.create_connection((host, port), timeout=min(_CONNECT_S, limit_s))

    def cut() -> None:
        late.set()
        try:
            socket.socket.shutdown(end, socket.SHUT_RDWR)
        except OSError:
            return  # closed already

    watch = threading.Timer(limit_s, cut)
    watch.daemon = True
    watch.start()
    try:
        end.settimeout(limit_s)
        if secure:
            context = ssl.create_default_context(cafile=ca_file or None)
            end = context.wrap_socket(end, server_hostname=host, do_handshake_on_connect=False)
            end.do_handshake()
        line = http.client.HTTPConnection(parts.netloc.rpartition("@")[2])
        line.sock = end
        yield line
    finally:
        watch.cancel()
        end.close()


def _answer(answer: http.client.HTTPResponse, most_bytes: int) -> Fetched:
    status = answer.status
    if status == http.HTTPStatus.NOT_MODIFIED:
        return Fetched(None)
    if status != http.HTTPStatus.OK:
        elsewhere = "对方要求转到别处" if 300 <= status < 400 else "对方出错"
        raise AlertError(f"{_SAID.get(status, elsewhere)}（{status}）")
    content = bytearray()
    while piece := answer.read1(_PIECE):
        content += piece
        if len(content) > most_bytes:
            raise AlertError(f"内容太大，超过 {most_bytes // 1024} KB")
    promised = answer.getheader("Content-Length", "")
    if promised.isdecimal() and int(promised) > len(content):
        raise AlertError("中途断开，没有收全")
    return Fetched(
        bytes(content),
        answer.getheader("ETag", "")[:300],
        answer.getheader("Last-Modified", "")[:100],
    )
