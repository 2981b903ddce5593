"""Logging in by the district's single sign-on (OpenID Connect), where one is configured."""

from __future__ import annotations

import logging
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, make_response, redirect, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from steward.errors import AccessRefused, NotFound
from steward.operations.log_in import log_in_from_outside
from steward.settings import Settings
from steward.web.auth.guard import address, remember, safe_path
from steward.web.context import web

log = logging.getLogger(__name__)

PROVIDER = "sso"
TIMEOUT_S = 10
_NEXT = "sso_next"  # where to go on to, kept in the signed cookie meanwhile
# RuntimeError: Authlib's, of a provider whose description of itself lacks an address.
_FAULTS = (RequestException, AuthlibBaseError, JoseError, RuntimeError)

blueprint = Blueprint(PROVIDER, __name__, url_prefix="/login/sso")


def install(app: Flask, settings: Settings) -> None:
    """Register the provider of the settings; nothing where there is none."""
    registry = app.extensions["steward_sso"] = OAuth(app)
    if settings.oidc_issuer:
        registry.register(
            PROVIDER,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT_S,
            },
        )


@blueprint.get("")
def begin() -> Response:
    """Over to the provider, to be sent back to `done`."""
    provider = _provider()
    session[_NEXT] = safe_path(request.args.get("next", "/"))
    back = url_for("sso.done", _external=True)
    try:
        return make_response(provider.authorize_redirect(back))
    except _FAULTS as error:
        raise _failed(error) from error


@blueprint.get("/done")
def done() -> Response:
    """Back from the provider: its answer is checked (state, nonce, signature, audience, time)."""
    provider = _provider()
    try:
        claims = provider.authorize_access_token().get("userinfo")
    except _FAULTS as error:
        raise _failed(error) from error
    if claims is None:
        raise AccessRefused("统一登录没有给出身份（id_token），请联系管理员")
    own = web()
    name = str(claims.get(own.settings.oidc_name_claim, ""))
    subject = f"{claims['iss']} {claims['sub']}"
    key = log_in_from_outside(own.database, name, subject, at=own.clock.now(), address=address())
    onward = safe_path(session.get(_NEXT, "/"))
    remember(key)
    return redirect(onward, 303)


def _provider() -> Any:
    provider = current_app.extensions["steward_sso"].create_client(PROVIDER)
    if provider is None:
        raise NotFound("没有设置统一登录")
    return provider


def _failed(error: Exception) -> AccessRefused:
    log.warning("统一登录没有成功：%s: %s", type(error).__name__, error)
    if isinstance(error, RequestException):
        return AccessRefused("统一登录的服务器没有应答，请稍后再试，或用密码登录", retry=True)
    return AccessRefused("统一登录没有成功（被取消，或答复没有通过核对），请从登录页再试一次")
