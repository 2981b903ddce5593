"""Give a briefing's sound or captions to a podcast client; of the sound that is a receipt."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from steward.domain.offices import Matter
from steward.errors import StorageBusy
from steward.offices.queries import issues, podcasts
from steward.operations.find_town_issue import town_issue
from steward.operations.office_files import OfficeFile, find_file
from steward.storage.engine import Database

log = logging.getLogger(__name__)


def hear_briefing(
    database: Database, folder: Path, town: str, number: int, ending: str
) -> OfficeFile:
    """One file of the briefing of that number, which must be the town's. Raises NotFound."""
    with database.session() as session:
        place, issue = town_issue(session, town, Matter.BRIEFING, number)
    return find_file(folder, issue, place.name, ending)


def note_hearing(database: Database, number: int, *, by: str, at: datetime, where: str) -> None:
    """Put down that a key (by its name) fetched a briefing's sound: once, in however many parts.

    A database busy with something long is no reason to refuse the sound: the next part notes it.
    """
    try:
        with database.session() as session:
            issue = issues.find(session, Matter.BRIEFING, number)
            known = podcasts.fetched(session, issue, by)
        if not known:
            with database.session(write=True) as session:
                podcasts.note_fetch(session, issue, by, at=at, where=where)
    except StorageBusy as error:
        log.warning("没有记下每周简报 %s 的领取：%s", number, error)
