"""Every view of a town's pages: importing this puts them on the blueprint."""

from __future__ import annotations

from steward.web.town import broadcasts, colour, door, files, hazards, page
from steward.web.town.blueprint import blueprint

__all__ = ["blueprint", "broadcasts", "colour", "door", "files", "hazards", "page"]
