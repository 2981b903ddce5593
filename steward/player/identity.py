"""Who a player is: a key in a file, so that it is the same player after every restart."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from steward.errors import AlreadyRunning, PlayerError

_KEY = re.compile(r"[0-9a-z]{8,40}")
LENGTH = 20


@contextmanager
def identity(folder: Path, hall: str) -> Iterator[str]:
    """The key of this folder's player of that hall, held so that no second one uses it.

    Raises AlreadyRunning, PlayerError when the folder cannot be written.
    """
    path = folder / f"{re.sub(r'[^0-9A-Za-z_-]', '_', hall)}.key"
    lock = FileLock(path.with_suffix(".lock"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise AlreadyRunning(
            "这台机器上已有一台播放机在播这个大厅；要再开一台，请用 --folder 另给一个文件夹",
            place=str(folder),
        ) from error
    except OSError as error:
        raise PlayerError(f"播放机的文件夹不能写入：{error.strerror}", place=str(folder)) from error
    try:
        yield _key(path)
    finally:
        lock.release()


def _key(path: Path) -> str:
    try:
        kept = path.read_text(encoding="ascii").strip() if path.is_file() else ""
        if _KEY.fullmatch(kept):
            return kept
        made = "".join(
            secrets.choice(string.ascii_lowercase + string.digits) for _ in range(LENGTH)
        )
        path.write_text(made + "\n", encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise PlayerError("播放机的编号文件不能读写，请删除它再试", place=str(path)) from error
    return made
