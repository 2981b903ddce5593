"""The one door: before each view, who asks, whether the form is ours, whether they may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from steward.domain.accounts import Actor, Caller, Role
from steward.errors import AccessRefused, NotFound
from steward.operations.keep_secret import secret_key
from steward.operations.know_caller import any_account, caller_of_session, caller_of_token
from steward.settings import Settings
from steward.web.auth.access import ACCESS, Needs
from steward.web.context import web

BACKGROUND = "Steward-Background"  # a page of ours looks by itself, see static/live.js
PROGRAMS = (".json", ".xml", ".atom")  # what programs ask for: no page to log in on helps them
_csrf = CSRFProtect()


class LoggedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login knows of a log-in: its key, never the account's own id."""

    def __init__(self, key: str, caller: Caller | None = None) -> None:
        self.id = key
        self.caller = caller


def install(app: Flask, settings: Settings) -> None:
    """Put the door in. Raises SettingsError when the secret cannot be kept."""
    app.secret_key = secret_key(settings.secret_key_file)
    app.config.update(
        SESSION_COOKIE_NAME="steward_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https_proxy,
        WTF_CSRF_CHECK_DEFAULT=False,  # the door asks for it, see _door
        WTF_CSRF_TIME_LIMIT=None,  # as long as its session; a form may wait for a phone call
    )
    if settings.https_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)  # type: ignore[method-assign]
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_logged_in)
    # Without its context processor: a page must be drawn when the database is away, too.
    manager.init_app(app, add_context_processor=False)
    _csrf.init_app(app)
    app.before_request(_door)
    app.context_processor(lambda: {"caller": g.get("caller")})


def actor() -> Actor:
    """Who does what this request asks for. Only where the door has let a caller in."""
    caller: Caller = g.caller
    return caller.actor(address())


def kept_nowhere(response: Response) -> Response:
    """For addresses that show a secret once: it stays in no browser's cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def address() -> str:
    """Where the request comes from."""
    return (request.remote_addr or "")[:60]


def remember(key: str) -> None:
    """Begin a session of the browser anew: nothing of the one before is left in it."""
    session.clear()
    login_user(LoggedIn(key))


def safe_path(text: str) -> str:
    """A path on this site to go on to; that of the first page for anything else."""
    parts = urlsplit(text)
    own = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if own and not parts.netloc and not parts.scheme else url_for("pages.index")


def _logged_in(key: str) -> LoggedIn | None:
    own = web()
    idle = timedelta(minutes=own.settings.session_minutes)
    caller = caller_of_session(
        own.database,
        key,
        at=own.clock.now(),
        idle=idle,
        prolong=BACKGROUND not in request.headers,
    )
    return None if caller is None else LoggedIn(key, caller)


def _door() -> Response | None:
    if request.endpoint is None:
        return None  # no such address: the router says so
    needs = ACCESS.get(request.endpoint)
    if needs is None:
        raise AccessRefused("这个地址没有登记谁可以使用，已拒绝", place=request.endpoint)
    request.max_content_length = needs.most_bytes
    arguments = request.view_args or {}
    hall = arguments.get("name") if request.blueprint == "hall" else None
    if needs.feed:
        g.caller = _by_feed_key(needs, arguments)
        return None
    by_token = request.authorization is not None
    if needs.role is None and not (by_token and hall):
        if needs.form and not by_token:
            _check_form()
        return None
    if needs.open_if and getattr(web().settings, needs.open_if) == "open":
        return None
    caller = _by_token() if by_token or needs.program else _by_session()
    if not by_token and needs.form:
        _check_form()
    if caller is None:
        return _stranger(needs)
    g.caller = caller  # a refusal, too, is told on a page with its links
    if needs.hall_token and caller.hall is not None:
        return None
    if request.endpoint == "pages.index" and caller.bound and caller.town_code is not None:
        return redirect(url_for("towns.page", town=caller.town_code), 303)
    refusal = caller.refusal(
        needs.role,
        hall=hall,
        town=arguments.get("town"),
        for_towns=needs.towns or needs.role is None,
    )
    if needs.own and caller.is_token:
        refusal = "令牌没有登录和密码，这一页只给人用"
    if refusal:
        raise AccessRefused(refusal)
    if caller.must_change and not needs.own:
        return redirect(url_for("auth.password"), 303)
    return None


def _by_token() -> Caller:
    """Whose token was sent. A wrong one is refused, whatever cookie comes with it."""
    own = web()
    sent = request.authorization
    token = sent.token if sent is not None and sent.type == "bearer" else None
    caller = caller_of_token(own.database, token, at=own.clock.now()) if token else None
    if caller is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    return caller


def _by_feed_key(needs: Needs, arguments: Mapping[str, Any]) -> Caller:
    """Whose key stands in the address: a feed key, or the token of a town's personal link."""
    own = web()
    caller = caller_of_token(own.database, arguments["key"], at=own.clock.now())
    if caller is None or not (caller.feed or caller.role is Role.TOWN_OFFICER):
        raise NotFound("没有这个订阅：地址里的密钥不对，或者已经吊销；请向管理员要新的地址")
    if needs.feed == "district" and caller.town_code is not None:
        raise AccessRefused("这个密钥只用于一个镇街，不能订阅全区的")
    if needs.feed == "town" and caller.town_code != arguments["town"]:
        raise AccessRefused("这个密钥不是这个镇街的，不能订阅它的简报")
    return caller


def _by_session() -> Caller | None:
    known: Any = current_user
    return known.caller if known.is_authenticated else None


def _check_form() -> None:
    """Raise AccessRefused when a form does not come from a page of this very session."""
    try:
        _csrf.protect()
    except CSRFError as error:
        raise AccessRefused(
            "这个表单没有通过核对：页面放得太久，或者请求来自别的网站；请刷新页面后再提交"
        ) from error


def _stranger(needs: Needs) -> Response | None:
    """Nobody is known: to the log-in, unless all is open because there was never an account."""
    if not needs.from_start and not any_account(web().database):
        return None
    if request.method != "GET" or request.path.endswith(PROGRAMS):
        raise Unauthorized
    path = request.full_path.rstrip("?")
    return redirect(url_for("auth.login", next=None if path == "/" else path), 303)
