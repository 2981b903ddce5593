"""The tokens of programs and players, and personal links of towns: list, add, revoke."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.accounts import FEED, ROLE_NAMES, Role, Token, plain_name
from steward.errors import AccountError
from steward.operations.board import towns_of
from steward.operations.keep_tokens import add_token, list_tokens, revoke_token
from steward.operations.show_hall import all_halls
from steward.web.auth.guard import actor, kept_nowhere
from steward.web.context import web
from steward.web.feeds import addresses
from steward.web.town.door import link_of

blueprint = Blueprint("tokens", __name__, url_prefix="/tokens")
blueprint.after_request(kept_nowhere)


@blueprint.route("", methods=["GET", "POST"])
def page() -> Response:
    """All tokens, and the form that adds one; its secret is shown this once."""
    fault, key, made, link = "", "", None, ""
    if request.method == "POST":
        try:
            made, key = _add()
            if made.role is Role.TOWN_OFFICER and made.town_code is not None:
                link = link_of(made.town_code, key)
        except AccountError as error:
            fault = error.sentence
    return _page(fault=fault, key=key, made=made, link=link)


def _add() -> tuple[Token, str]:
    """Add what the form asks for: of a role, of a hall, or for feeds. Raises AccountError."""
    own = web()
    kind, _, which = request.form.get("use", "").partition(":")
    known = [hall.name for hall in all_halls(own.database)]
    uses = {("role", role.value) for role in Role} | {("hall", n) for n in known} | {("feed", "")}
    if (kind, which) not in uses:
        raise AccountError("请选择令牌用于哪个角色、哪个大厅，或者订阅")
    return add_token(
        own.database,
        request.form.get("name", ""),
        at=own.clock.now(),
        by=actor(),
        role=Role(which) if kind == "role" else None,
        hall=which if kind == "hall" else None,
        town=request.form.get("town") or None,
        feed=kind == "feed",
    )


@blueprint.post("/revoke")
def revoke() -> Response:
    """End a token at once."""
    own = web()
    try:
        name = plain_name(request.form.get("name", ""))
        if not name:
            raise AccountError("没有这个令牌")
        revoke_token(own.database, name, at=own.clock.now(), by=actor())
    except AccountError as error:
        return _page(fault=error.sentence)
    return make_response(redirect(url_for("tokens.page"), 303))


def _page(*, fault: str = "", key: str = "", made: Token | None = None, link: str = "") -> Response:
    database = web().database
    drawn = render_template(
        "accounts/tokens.html",
        tokens=list_tokens(database),
        towns=towns_of(database),
        halls=all_halls(database),
        roles=ROLE_NAMES,
        feed=FEED,
        addresses=addresses(key, made) if made is not None and made.feed else (),
        typed={} if made else request.values,
        fault=fault,
        key=key,
        made=made,
        link=link,
    )
    return make_response(drawn, 400 if fault else 200)
