"""The blueprint of the pages of announcements."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
