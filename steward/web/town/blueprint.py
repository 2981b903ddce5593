"""The blueprint that the views of this package hang on: everything below `/town/<code>`."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("towns", __name__, url_prefix="/town")
