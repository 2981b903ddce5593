"""Who a player is: a key in a file, so that it is the same player after every restart.

The file has the key; once staff have enrolled the player, below it the secret that it was given;
and once they have moved it, below that the hall it belongs to.
"""

from __future__ import annotations

import os
import re
import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from steward.errors import AlreadyRunning, PlayerError

_KEY = re.compile(r"[0-9a-z]{8,40}")
_SECRET = re.compile(r"[0-9A-Za-z_-]{20,100}")
LENGTH = 20


@dataclass
class Identity:
    """A player's key and secret ("" while it is not enrolled); `path` None: kept nowhere.

    `hall` is where staff moved it to, "" when they did not.
    """

    key: str
    secret: str = ""
    path: Path | None = None
    hall: str = ""

    def keep(self, secret: str) -> None:
        """The secret it was given; "": it is enrolled no more. Raises PlayerError."""
        self.secret = secret
        self.hall = self.hall if secret else ""
        self._write()

    def move(self, hall: str) -> None:
        """Belong to another hall. Raises PlayerError."""
        self.hall = hall
        self._write()

    def renew(self) -> None:
        """Become another player, which can be enrolled. Raises PlayerError."""
        self.key, self.secret, self.hall = _new_key(), "", ""
        self._write()

    def _write(self) -> None:
        if self.path is None:
            return
        half = self.path.with_name(f".{self.path.name}.part")
        try:
            half.unlink(missing_ok=True)
            lines = "\n".join(filter(None, (self.key, self.secret, self.hall))) + "\n"
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(lines)
            os.replace(half, self.path)
        except OSError as error:
            raise PlayerError(
                f"播放机的编号文件不能写入：{error.strerror}", place=str(self.path)
            ) from error


@contextmanager
def identity(folder: Path, hall: str) -> Iterator[Identity]:
    """Who this folder's player of that hall is, held so that no second one uses it.

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
        yield _read(path)
    finally:
        lock.release()


def _read(path: Path) -> Identity:
    try:
        lines = path.read_text(encoding="utf-8").split() if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise PlayerError("播放机的编号文件不能读，请删除它再试", place=str(path)) from error
    if lines and _KEY.fullmatch(lines[0]):
        if len(lines) > 1 and _SECRET.fullmatch(lines[1]):
            return Identity(lines[0], lines[1], path, "".join(lines[2:3]))
        return Identity(lines[0], path=path)
    made = Identity("", path=path)
    made.renew()
    return made


def _new_key() -> str:
    letters = string.ascii_lowercase + string.digits
    return "".join(secrets.choice(letters) for _ in range(LENGTH))
