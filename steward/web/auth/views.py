"""The pages of logging in: log-in, log-out, password."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import current_user

from steward.domain.accounts import Caller
from steward.errors import AccessRefused, AccountError, LockedOut
from steward.operations.log_in import change_password, log_in, log_out
from steward.web.auth.guard import actor, address, remember, safe_path
from steward.web.context import web

LONGEST_NAME = 200  # characters kept of what was typed

blueprint = Blueprint("auth", __name__)


@blueprint.after_request
def _not_kept(response: Response) -> Response:
    """Nothing of these pages stays in the browser after the log-out."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Response:
    """Log in, and go on to where one wanted to go; the typed name stays when it is refused."""
    name, fault = request.form.get("name", "")[:LONGEST_NAME], None
    if request.method == "POST":
        own = web()
        at, password = own.clock.now(), request.form.get("password", "")
        try:
            key = log_in(own.database, name, password, at=at, address=address())
        except AccessRefused as error:
            fault = error
        else:
            remember(key)
            return make_response(redirect(safe_path(request.args.get("next", "/")), 303))
    page = render_template(
        "auth/login.html",
        name=name,
        fault=fault,
        sso=bool(web().settings.oidc_issuer),
        next=request.args.get("next"),
    )
    return _refused(page, fault)


@blueprint.post("/logout")
def logout() -> Response:
    """End the log-in, here and on the server."""
    own = web()
    log_out(own.database, current_user.get_id(), at=own.clock.now(), by=actor())
    cookie.clear()
    return make_response(redirect(url_for("auth.login"), 303))


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> Response:
    """Change one's own password; required after a one-time one."""
    caller: Caller = g.caller
    if caller.by_link:
        raise AccessRefused("您是用个人链接进来的，没有密码可改")
    fault: AccessRefused | AccountError | None = None
    if request.method == "POST":
        old, new, again = (request.form.get(field, "") for field in ("old", "new", "again"))
        own = web()
        try:
            if new != again:
                raise AccountError("两次输入的新密码不一样")
            at = own.clock.now()
            key = change_password(own.database, caller.name, old, new, at=at, by=actor())
        except (AccessRefused, AccountError) as error:
            fault = error
        else:
            remember(key)
            return make_response(redirect(url_for("pages.index"), 303))
    return _refused(render_template("auth/password.html", fault=fault), fault)


def _refused(page: str, fault: AccessRefused | AccountError | None) -> Response:
    """The page again with its status: 200, 400, 403, or 429 and when to come back."""
    if isinstance(fault, LockedOut):
        return make_response(page, 429, {"Retry-After": str(fault.wait_s)})
    if fault is None:
        return make_response(page)
    return make_response(page, 403 if isinstance(fault, AccessRefused) else 400)
