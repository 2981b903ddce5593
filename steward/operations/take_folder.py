"""Watch a folder: take each alert that is put there, once it is all there; lose none of them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

from steward.broadcasts.queries import alerts
from steward.cap.read import read_alert
from steward.domain.alerts import MOST_BYTES, Outcome
from steward.errors import AlertError
from steward.narration.lexicon import Lexicon
from steward.operations.announce_alert import Intake
from steward.operations.take_alert import take_alert
from steward.operations.watch_folder import (
    DONE,
    REFUSED,
    TAKING,
    Watched,
    make_folders,
    move,
    refuse,
    settled,
    shown_name,
)
from steward.storage.engine import Database

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=60)  # so long it is waited for more of a file that is no whole XML
AGAIN = timedelta(minutes=5)  # a fault that lasts is put down again


def folder_name(folder: Path) -> str:
    """How staff see it."""
    return f"文件夹：{folder.resolve()}"[:300]


def take_folder(
    database: Database, watched: Watched, intake: Intake, *, lexicon: Lexicon, now: datetime
) -> int:
    """One look: take what is whole and move it to `done` or `refused`, with the reason beside it.

    A file stands in `taking` meanwhile: whoever moves it there takes it, and what a process left
    there that died is taken up again. A file that cannot be moved stays, and staff are told.
    Returns how many were taken. Raises StorageError.
    """
    count, faults = 0, []
    try:
        make_folders(watched.folder)
        left = sorted((watched.folder / TAKING).iterdir())
        come = settled(watched, now)
    except OSError as error:
        faults, left, come = [_said(error, watched)], [], []
    for path in (*left, *come):
        try:
            again = path.parent.name == TAKING
            if not again:
                young = now - watched.seen[path.name][2] < PATIENCE
                if young and _is_half(path):
                    continue
                path = move(path, path.parent / TAKING)
            _take(database, path, intake, lexicon, now, again)
            count += 1
        except FileNotFoundError:
            continue  # whoever put it there has taken it back, or another engine was quicker
        except OSError as error:
            faults.append(_said(error, watched))
    fault = "；".join(faults[:3])
    lasts = fault and watched.noted_at is not None and now - watched.noted_at >= AGAIN
    if fault != watched.fault or lasts:
        with database.session(write=True) as session:
            alerts.note_feed(session, folder_name(watched.folder), at=now, fault=fault)
        watched.fault, watched.noted_at = fault, now
    return count


def _said(error: OSError, watched: Watched) -> str:
    return f"不能读写：{error.strerror}（{shown_name(Path(error.filename or watched.folder))}）"


def _is_half(path: Path) -> bool:
    """May more of it come: it is no whole XML."""
    try:
        read_alert(_content(path))
    except AlertError as error:
        return error.retry
    return False


def _take(
    database: Database, path: Path, intake: Intake, lexicon: Lexicon, now: datetime, again: bool
) -> None:
    name = shown_name(path)
    content = _content(path)
    source = f"文件夹：{name}"
    taken = take_alert(
        database, content, intake, lexicon=lexicon, source=source, at=now, again=again
    )
    home = path.parent.parent
    if taken.outcome is Outcome.REFUSED:
        refuse(path, home / REFUSED, taken.reason)
    else:
        move(path, home / DONE)
    log.info("文件夹里的警报 %s：%s %s", name, taken.outcome.value, taken.reason)


def _content(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)
