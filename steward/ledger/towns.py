"""The district's towns, from the file that comes with the program."""

from __future__ import annotations

import csv
from importlib.resources import files

from sqlalchemy.orm import Session

from steward.domain.figures import Town
from steward.ledger.queries import towns as queries


def known_towns() -> list[Town]:
    """The towns of `data/towns.csv`, in its order."""
    text = (files("steward.ledger") / "data" / "towns.csv").read_text(encoding="utf-8")
    return [
        Town(row["code"], row["name"], int(row["column"]), int(row["row"]))
        for row in csv.DictReader(text.splitlines())
    ]


def ensure_towns(session: Session) -> None:
    """Put the towns that are not there yet into the ledger."""
    there = queries.codes(session)
    queries.add(session, [town for town in known_towns() if town.code not in there])
