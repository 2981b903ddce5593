"""The blueprint that the views of this package hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("ledger", __name__)
