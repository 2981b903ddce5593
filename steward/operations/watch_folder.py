"""Watch a folder for files: which are whole, where they go, and nothing that is moved is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_ISREG

TAKING, DONE, REFUSED = "taking", "done", "refused"
SETTLED = timedelta(seconds=2)  # a file that nobody has written to for so long is whole
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", "~")


@dataclass
class Watched:
    """A folder, and how its files looked when they last changed: size, time, and since when."""

    folder: Path
    seen: dict[str, tuple[int, int, datetime]] = field(default_factory=dict)
    fault: str | None = None
    noted_at: datetime | None = None


def settled(watched: Watched, now: datetime, *, by_its_time: bool = False) -> list[Path]:
    """Files that nobody writes to any more, the oldest first. Links are not followed.

    `by_its_time`: one that is seen for the first time has not changed since the time it bears,
    so that who looks once finds it.
    """
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
        if last is None and by_its_time:
            since = min(now, modified(stat.st_mtime))
        watched.seen[path.name] = (*look, since)
        if now - since >= SETTLED:
            found.append((stat.st_mtime_ns, path))
    return [path for _, path in sorted(found)]


def modified(timestamp: float) -> datetime:
    """A file's time as an instant."""
    return datetime.fromtimestamp(timestamp, UTC)


def make_folders(folder: Path) -> None:
    """What files are moved to. Raises OSError."""
    for name in (TAKING, DONE, REFUSED):
        (folder / name).mkdir(parents=True, exist_ok=True)


def shown_name(path: Path) -> str:
    """Its name, in signs that can be kept whatever the disk says."""
    return path.name.encode("utf-8", "backslashreplace").decode()


def move(path: Path, folder: Path) -> Path:
    """Move a file, under another name where there is one of its name. Raises OSError."""
    target = folder / path.name
    number = 2
    while target.exists():
        target = folder / f"{path.stem}-{number}{path.suffix}"
        number += 1
    return path.rename(target)


def refuse(path: Path, folder: Path, why: str) -> None:
    """Move a file away with the reason beside it. Raises OSError."""
    moved = move(path, folder)
    moved.with_name(f"{moved.name}.原因.txt").write_text(f"{why}\n", encoding="utf-8")
