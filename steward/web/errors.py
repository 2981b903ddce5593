"""Every fault as a Chinese sentence: a page for people, JSON for programs."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from steward.errors import (
    AccessRefused,
    AccountError,
    AlertError,
    BroadcastError,
    DeliveryError,
    FiguresError,
    LedgerError,
    LockedOut,
    NotFound,
    PlaceError,
    StewardError,
    StorageError,
)
from steward.web.api import problems

SENTENCES = {
    400: "请求的内容不对",
    401: "请先登录，再做这件事（写好的内容可用浏览器的“后退”取回）；程序请使用有效的令牌",
    403: "不能这样做",
    404: "没有这个页面，地址可能写错了",
    405: "这个地址不接受这种请求",
    413: "送来的内容太大了",
    415: "送来的内容应为 JSON（Content-Type: application/json）",
    416: "所要的声音范围超出了文件",
    500: "程序出错了，已记入日志；请稍后再试，仍不行请联系管理员",
}

_ASKED_WRONGLY = (
    BroadcastError,
    AccountError,
    AlertError,
    DeliveryError,
    FiguresError,
    LedgerError,
    PlaceError,
)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(StewardError, _ours)
    app.register_error_handler(HTTPException, _http)


def status_of(error: StewardError) -> int:
    """404: not there; 503: database away; 403: refused; 429: locked out; 400: a wrong report."""
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, StorageError):
        return 503
    if isinstance(error, AccessRefused):
        return 429 if isinstance(error, LockedOut) else 403
    return 400 if isinstance(error, _ASKED_WRONGLY) else 500


def _ours(error: StewardError) -> Response:
    status = status_of(error)
    place = "" if status == 503 else error.place  # a database's address is not for the hall
    if problems.for_programs():
        status = problems.status_of(error)
        response = problems.problem(status, error.sentence, place, retry=error.retry)
    else:
        response = _answer(status, error.sentence, place)
    if error.retry:
        response.headers["Retry-After"] = str(getattr(error, "wait_s", 5))
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())  # a redirection
    sentence = SENTENCES.get(status, "服务器不能完成这个请求")
    if problems.for_programs():
        response = problems.problem(status, problems.SENTENCES.get(status, sentence))
    else:
        response = _answer(status, sentence, "")
    for name, value in error.get_headers():
        if name in ("Allow", "Content-Range", "Accept-Ranges", "WWW-Authenticate", "Retry-After"):
            response.headers[name] = value
    return response


def _answer(status: int, sentence: str, place: str) -> Response:
    if _wants_json():
        return make_response(jsonify(error=sentence, place=place), status)
    page = render_template("error.html", status=status, sentence=sentence, place=place)
    return make_response(page, status)


def _wants_json() -> bool:
    player = request.blueprint == "hall" and request.method == "POST"
    if player or request.authorization is not None or request.path.endswith(".json"):
        return True
    if request.mimetype in _FORMS:
        return False
    if request.method == "POST" or request.path.endswith((".json", "/events", "/readyz")):
        return True
    kinds = ["text/html", "application/json"]
    return request.accept_mimetypes.best_match(kinds) == "application/json"
