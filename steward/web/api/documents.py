"""The interface's own documents: for programs, and to read."""

from __future__ import annotations

from flask import Response, jsonify, render_template

from steward.web.api.contract import OPERATIONS, blueprint
from steward.web.api.openapi import document
from steward.web.context import web


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI 3.1 document."""
    return jsonify(document(web().settings.district))


@blueprint.get("/docs")
def docs() -> str:
    """The same, to read."""
    made = document(web().settings.district)
    return render_template("api.html", document=made, number=len(OPERATIONS))
