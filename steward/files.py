"""Files on disk: written whole or not at all; their checksums."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from steward.errors import StewardError


@contextmanager
def whole_file(path: Path, refusal: type[StewardError]) -> Iterator[Path]:
    """A file to write beside `path`, which takes its place when all went well.

    Raises `refusal` (a full disk, no right to write; trying again may help) naming the path; what
    stood there before stands there still.
    """
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield half
        os.replace(half, path)
    except OSError as error:
        raise refusal(f"文件无法写入：{error.strerror}", place=str(path), retry=True) from error
    finally:
        if path.parent.is_dir():
            half.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file; read anew only when its time or size has changed since."""
    stat = path.stat()
    return _sha256(path, (stat.st_ino, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=64)
def _sha256(path: Path, _stamp: tuple[int, int, int]) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
