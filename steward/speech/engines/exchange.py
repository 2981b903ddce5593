"""One question to a speech server over HTTP, and the whole of its answer or an error for staff."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from steward.errors import EngineFailed
from steward.speech.engines.received import knows_its_length

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

CONNECT_S = 5.0
_MOST_BYTES = 64 * 1024 * 1024  # eleven minutes of 48 kHz; a stream without end stops there
_PIECE_BYTES = 1024  # the time limit is looked at after each piece

# What an answer's status means to staff, and whether trying again unchanged can help.
_STATUS = {
    400: ("语音服务器不接受这段文字或参数", False),
    401: ("语音服务器不认这个密钥，请核对 speech_server_key", False),
    403: ("语音服务器不允许使用，请核对 speech_server_key", False),
    404: ("语音服务器上没有这个地址、模型或语音", False),
    405: ("语音服务器不支持语音合成，请核对 speech_server_url", False),
    408: ("语音服务器等待超时", True),
    413: ("文字超出语音服务器的长度限制", False),
    422: ("语音服务器不接受这段文字或参数", False),
    429: ("语音服务器太忙，请求过多", True),
}


class NotThere(EngineFailed):
    """The server has no such address."""


def fetch(
    method: str, url: str, place: str, *, limit_s: float, key: str = "", asked: object = None
) -> bytes:
    """The whole body of a good answer to `asked`, sent as JSON, with the bearer key if any.

    `place` names the voice in an error. Raises EngineFailed, NotThere for a 404.
    """
    import requests
    from requests import exceptions

    until = time.monotonic() + limit_s
    try:
        with requests.request(
            method,
            url,
            json=asked,
            headers={"Connection": "close"},  # one question each; else it stays open for a while
            auth=_bearer(key, place),
            timeout=(min(CONNECT_S, limit_s), limit_s),
            stream=True,
            allow_redirects=False,  # a login page is no speech, and the key stays here
        ) as answer:
            if answer.status_code != 200:
                raise _refusal(answer, place)
            return _body(answer, until, limit_s, place)
    except exceptions.Timeout as error:
        raise EngineFailed(f"语音服务器 {limit_s:g} 秒内没有回应", place=place) from error
    except exceptions.ChunkedEncodingError as error:
        raise EngineFailed("语音服务器中途断开，声音不完整", place=place) from error
    except (exceptions.SSLError, exceptions.ProxyError) as error:
        raise EngineFailed("语音服务器的证书或代理有问题", place=f"{place} {url}") from error
    except exceptions.ConnectionError as error:
        if "timed out" in str(error):  # while reading, the library says it this way
            raise EngineFailed(f"语音服务器 {limit_s:g} 秒内没有答完", place=place) from error
        raise EngineFailed("连不上语音服务器", place=f"{place} {url}") from error
    except (exceptions.InvalidURL, exceptions.MissingSchema, exceptions.InvalidSchema) as error:
        raise EngineFailed(
            "语音服务器的地址不正确，应以 http:// 或 https:// 开头", place=url, retry=False
        ) from error
    except exceptions.RequestException as error:
        raise EngineFailed(f"语音服务器的回答看不懂：{error}", place=place) from error


def _body(answer: Response, until: float, limit_s: float, place: str) -> bytes:
    """The body, when all of it came in time. `until` is on the clock that never jumps.

    With a length or in chunks the library notices a cut. Without either only a sound that knows
    its own length can be trusted.
    """
    content = bytearray()
    for piece in answer.iter_content(_PIECE_BYTES):
        content += piece
        if time.monotonic() > until:
            raise EngineFailed(f"语音服务器 {limit_s:g} 秒内没有答完", place=place)
        if len(content) > _MOST_BYTES:
            raise EngineFailed("语音服务器的回答太长", place=place)
    chunked = "chunked" in answer.headers.get("Transfer-Encoding", "")
    if not (chunked or "Content-Length" in answer.headers or knows_its_length(bytes(content))):
        raise EngineFailed("语音服务器没有说明回答有多长，不能确认完整", place=place)
    return bytes(content)


def _bearer(key: str, place: str) -> Callable[[PreparedRequest], PreparedRequest]:
    """Adds the key. Given even without one, else the library would look for one in ~/.netrc."""
    if not (key.isascii() and key.isprintable()):
        raise EngineFailed("密钥中有不能发送的字符（speech_server_key）", place=place, retry=False)

    def add(request: PreparedRequest) -> PreparedRequest:
        if key:
            request.headers["Authorization"] = f"Bearer {key}"
        return request

    return add


def _refusal(answer: Response, place: str) -> EngineFailed:
    """What a status other than 200 means, with the server's own words unless they are a page."""
    status = answer.status_code
    if status in _STATUS:
        sentence, retry = _STATUS[status]
    elif 300 <= status < 400:
        sentence, retry = "语音服务器要求转到别处，请核对 speech_server_url", False
    else:
        sentence, retry = "语音服务器出错", status >= 500
    words = next(answer.iter_content(200), b"").decode("utf-8", errors="ignore").strip()
    detail = "" if words.startswith("<") else " ".join(words.split())
    kind = NotThere if status == 404 else EngineFailed
    return kind(f"{sentence}（{status}）{detail}", place=place, retry=retry)
