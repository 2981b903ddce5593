"""Every view of the ledger: importing this puts them on the blueprint."""

from __future__ import annotations

from steward.web.ledger import acting, enterprises, hazards, one_hazard
from steward.web.ledger.blueprint import blueprint

__all__ = ["acting", "blueprint", "enterprises", "hazards", "one_hazard"]
