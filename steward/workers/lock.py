"""One process of a kind on one data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from steward.errors import AlreadyRunning, SettingsError


@contextmanager
def only_one(folder: Path, name: str, title: str) -> Iterator[None]:
    """Hold `<folder>/<name>.lock`; the operating system frees it when the process dies.

    Raises AlreadyRunning naming the process that holds it, SettingsError when the folder cannot
    be written.
    """
    note = folder / f"{name}.pid"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{name}.lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise AlreadyRunning(
            f"这个数据文件夹已经有{title}在运行{_who(note)}，不能再启动一个；请先停止它",
            place=str(folder.resolve()),
        ) from error
    except OSError as error:
        raise SettingsError(
            f"数据文件夹不能写入：{error.strerror}", place=str(folder.resolve())
        ) from error
    try:
        note.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def check_free(folder: Path, name: str, title: str) -> None:
    """Raise AlreadyRunning when some process holds the lock now."""
    with only_one(folder, name, title):
        return


def _who(note: Path) -> str:
    try:
        return f"（进程 {note.read_text(encoding='ascii').strip()}）"
    except (OSError, UnicodeDecodeError):
        return ""
