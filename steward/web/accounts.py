"""The accounts, for the administrator: list, add, role, reset, disable, enable."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.accounts import ROLE_NAMES, Role, plain_name
from steward.errors import AccountError, NotFound
from steward.operations.board import towns_of
from steward.operations.keep_accounts import (
    Listed,
    add_account,
    change_role,
    disable_account,
    enable_account,
    list_accounts,
    reset_account,
)
from steward.web.auth.guard import actor, kept_nowhere
from steward.web.context import web

_SWITCHES = {"disable": disable_account, "enable": enable_account}

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")
blueprint.after_request(kept_nowhere)


@blueprint.route("", methods=["GET", "POST"])
def page() -> Response:
    """All accounts, and the form that adds one; its one-time password is shown this once."""
    form, fault, made, once = request.form, "", "", ""
    own = web()
    if request.method == "POST":
        try:
            account, once = add_account(
                own.database,
                form.get("name", ""),
                role_typed(),
                at=own.clock.now(),
                by=actor(),
                town=form.get("town") or None,
                single_sign_on="single_sign_on" in form,
            )
            made = account.name
        except AccountError as error:
            fault = error.sentence
    drawn = render_template(
        "accounts/page.html",
        accounts=list_accounts(own.database, at=own.clock.now()),
        towns=towns_of(own.database),
        roles=ROLE_NAMES,
        typed={} if made else form,
        made=made,
        once=once,
        fault=fault,
    )
    return make_response(drawn, 400 if fault else 200)


@blueprint.get("/<account>")
def one(account: str) -> str:
    """One account and what may be done with it."""
    return _one(account)


def _one(account: str, fault: str = "", once: str = "") -> str:
    database = web().database
    return render_template(
        "accounts/one.html",
        one=_found(account),
        towns=towns_of(database),
        roles=ROLE_NAMES,
        typed=request.form if fault else {},
        fault=fault,
        once=once,
    )


@blueprint.post("/<account>/<any(role,reset,disable,enable):what>")
def change(account: str, what: str) -> Response:
    """Do it, and show the account; a new one-time password is shown this once."""
    own = web()
    name = _found(account).account.name
    at, once = own.clock.now(), ""
    try:
        if what == "role":
            town = request.form.get("town") or None
            change_role(own.database, name, role_typed(), at=at, by=actor(), town=town)
        elif what == "reset":
            once = reset_account(own.database, name, at=at, by=actor())
        else:
            _SWITCHES[what](own.database, name, at=at, by=actor())
    except AccountError as error:
        return make_response(_one(name, fault=error.sentence), 400)
    if once:
        return make_response(_one(name, once=once))
    return make_response(redirect(url_for("accounts.one", account=name), 303))


def _found(account: str) -> Listed:
    """The account of that name. Raises NotFound."""
    own = web()
    name = plain_name(account)
    for listed in list_accounts(own.database, at=own.clock.now()):
        if name and listed.account.name == name:
            return listed
    raise NotFound("没有这个帐号")


def role_typed() -> Role:
    """The role chosen in a form. Raises AccountError."""
    chosen = request.form.get("role", "")
    if chosen not in set(Role):
        raise AccountError("请选择一个角色")
    return Role(chosen)
