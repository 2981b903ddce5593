"""Every view of the desk: importing this puts them on the blueprint."""

from __future__ import annotations

from steward.web.desk import compose, sheets
from steward.web.desk.blueprint import blueprint

__all__ = ["blueprint", "compose", "sheets"]
