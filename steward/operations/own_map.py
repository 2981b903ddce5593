"""The bureau's own outlines on the four-colour map: read, checked, put in place, taken away."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from steward.accounts.queries import audit
from steward.analysis.queries import towns as known_towns
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.figures import Town
from steward.errors import MapError
from steward.files import sha256_of, whole_file
from steward.geography.outlines import Outlines, read_outlines
from steward.geography.reading import MOST_BYTES
from steward.storage.engine import Database


def check_map(database: Database, path: Path) -> Outlines:
    """What a file would give, and everything that is wrong with it. Raises MapError: unreadable."""
    with database.session() as session:
        towns = tuple(known_towns(session).values())
    return read_map(path, towns)


def install_map(
    database: Database, source: Path, target: Path, *, at: datetime, by: Actor
) -> Outlines:
    """Put a file without faults in place, whole or not at all; what was there is replaced.

    `target` is `Settings.map_file`. Raises MapError with everything that is wrong.
    """
    content = _content(source)
    with database.session() as session:
        read = read_outlines(content, tuple(known_towns(session).values()))
    if read.ground is None:
        raise MapError(
            f"边界文件有 {len(read.faults)} 处错，没有安装：{'；'.join(read.faults)}",
            place=str(source),
        )
    with database.session(write=True) as session:
        audit.record(
            session,
            Act.MAP_INSTALLED,
            at=at,
            by=by,
            about="四色图边界",
            after={"file": source.name, "bytes": len(content)},
        )
        with whole_file(target, MapError) as half:
            half.write_bytes(content)
    return read


def remove_map(database: Database, target: Path, *, at: datetime, by: Actor) -> None:
    """Back to tiles. Raises MapError when there is no file."""
    if not target.is_file():
        raise MapError("没有安装过边界文件", place=str(target))
    with database.session(write=True) as session:
        audit.record(session, Act.MAP_REMOVED, at=at, by=by, about="四色图边界")
        try:
            target.unlink()
        except OSError as error:
            raise MapError(f"文件删不掉：{error.strerror}", place=str(target)) from error


def own_map(path: Path, towns: tuple[Town, ...]) -> Outlines | None:
    """What the installed file gives, None when there is none; a fault is told and never raised."""
    try:
        return read_map(path, towns) if path.is_file() else None
    except MapError as error:
        return Outlines(None, (str(error),))


def read_map(path: Path, towns: tuple[Town, ...]) -> Outlines:
    """Read a file; anew only when it or the towns have changed. Raises MapError: unreadable."""
    try:
        return _read(path, towns, sha256_of(path))
    except OSError as error:
        raise MapError(f"边界文件读不出来：{error.strerror}", place=str(path)) from error


@lru_cache(maxsize=4)
def _read(path: Path, towns: tuple[Town, ...], _digest: str) -> Outlines:
    return read_outlines(_content(path), towns)


def _content(path: Path) -> bytes:
    """At most one byte more than is allowed."""
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise MapError(f"边界文件读不出来：{error.strerror}", place=str(path)) from error
