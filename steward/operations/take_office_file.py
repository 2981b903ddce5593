"""Give a file of an issue to whoever asks, and put down who took it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from steward.domain.accounts import Caller
from steward.domain.offices import Issue, Matter
from steward.errors import StorageBusy
from steward.offices.queries import downloads
from steward.operations.find_town_issue import town_issue
from steward.operations.office_files import OfficeFile, find_file
from steward.storage.engine import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """An issue, its town's name, and one file of it."""

    issue: Issue
    town: str
    file: OfficeFile


def find_issue(database: Database, town: str, matter: Matter, number: int) -> tuple[str, Issue]:
    """The town's name and its issue. Raises NotFound, also for another town's."""
    with database.session() as session:
        place, issue = town_issue(session, town, matter, number)
        return place.name, issue


def take_office_file(
    database: Database, folder: Path, town: str, matter: Matter, number: int, ending: str
) -> Taken:
    """One file of a town's issue. Raises NotFound, also for another town's."""
    name, issue = find_issue(database, town, matter, number)
    return Taken(issue, name, find_file(folder, issue, name, ending))


def note_download(
    database: Database, issue: Issue, ending: str, *, by: Caller, at: datetime, where: str
) -> None:
    """Put down that somebody took a file: a receipt when he is the town's, else that staff did.

    A database busy with something long is no reason to refuse the file.
    """
    try:
        with database.session(write=True) as session:
            downloads.record(
                session, issue, ending, by=by.name, at=at, where=where, staff=not by.bound
            )
    except StorageBusy as error:
        log.warning("没有记下 %s 领取 %s %s：%s", by.name, issue.title, ending, error)
