"""Watch a folder: take each alert that is put there, once it is all there; lose none of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISREG

from steward.broadcasts.queries import alerts
from steward.cap.read import read_alert
from steward.domain.alerts import MOST_BYTES, Outcome
from steward.errors import AlertError
from steward.narration.lexicon import Lexicon
from steward.operations.announce_alert import Intake
from steward.operations.take_alert import take_alert
from steward.storage.engine import Database

log = logging.getLogger(__name__)

TAKING, DONE, REFUSED = "taking", "done", "refused"
SETTLED = timedelta(seconds=2)  # a file that nobody has written to for so long is whole …
PATIENCE = timedelta(seconds=60)  # … or, when it is no whole XML, for so long
AGAIN = timedelta(minutes=5)  # a fault that lasts is put down again
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", "~")


@dataclass
class Watched:
    """A folder, and how its files looked when they last changed: size, time, and since when."""

    folder: Path
    seen: dict[str, tuple[int, int, datetime]] = field(default_factory=dict)
    fault: str | None = None
    noted_at: datetime | None = None


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
        for name in (TAKING, DONE, REFUSED):
            (watched.folder / name).mkdir(parents=True, exist_ok=True)
        left = sorted((watched.folder / TAKING).iterdir())
        come = _settled(watched, now)
    except OSError as error:
        faults, left, come = [_said(error, watched)], [], []
    for path in (*left, *come):
        try:
            again = path.parent.name == TAKING
            if not again:
                young = now - watched.seen[path.name][2] < PATIENCE
                if young and _is_half(path):
                    continue
                path = _move(path, path.parent / TAKING)
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
    return f"不能读写：{error.strerror}（{_shown(Path(error.filename or watched.folder))}）"


def _shown(path: Path) -> str:
    """Its name, in signs that can be kept whatever the disk says."""
    return path.name.encode("utf-8", "backslashreplace").decode()


def _settled(watched: Watched, now: datetime) -> list[Path]:
    """Files that nobody writes to any more, the oldest first. Links are not followed."""
    before, watched.seen = watched.seen, {}
    found = []
    for path in watched.folder.iterdir():
        if path.name.startswith(".") or path.name.endswith(_UNFINISHED):
            continue
        try:
            stat = path.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        if not S_ISREG(stat.st_mode):
            continue
        look = (stat.st_size, stat.st_mtime_ns)
        last = before.get(path.name)
        since = last[2] if last is not None and last[:2] == look else now
        watched.seen[path.name] = (*look, since)
        if now - since >= SETTLED:
            found.append((stat.st_mtime_ns, path))
    return [path for _, path in sorted(found)]


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
    name = _shown(path)
    content = _content(path)
    source = f"文件夹：{name}"
    taken = take_alert(
        database, content, intake, lexicon=lexicon, source=source, at=now, again=again
    )
    home = path.parent.parent
    if taken.outcome is Outcome.REFUSED:
        moved = _move(path, home / REFUSED)
        moved.with_name(f"{moved.name}.原因.txt").write_text(f"{taken.reason}\n", encoding="utf-8")
    else:
        _move(path, home / DONE)
    log.info("文件夹里的警报 %s：%s %s", name, taken.outcome.value, taken.reason)


def _content(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _move(path: Path, folder: Path) -> Path:
    """Move a file, under another name where there is one of its name."""
    target = folder / path.name
    number = 2
    while target.exists():
        target = folder / f"{path.stem}-{number}{path.suffix}"
        number += 1
    return path.rename(target)
