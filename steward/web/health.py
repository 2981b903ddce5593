"""Is the process alive, and can it serve?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from steward.errors import StorageError
from steward.operations.check_readiness import check_readiness
from steward.web.context import web

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database is there, its tables are this program's, and there is a hall."""
    try:
        fault = check_readiness(web().database)
    except StorageError as error:
        fault = error.sentence
    if fault:
        return jsonify(status="unavailable", reason=fault), 503
    return jsonify(status="ok"), 200
