"""Where a sound lies: a clip by its key, a whole broadcast by its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from steward.broadcasts.queries import chains
from steward.broadcasts.tables import BroadcastRow
from steward.errors import NotFound
from steward.speech.cache import ClipCache
from steward.storage.engine import Database

KINDS = {"mp3": " MP3 ", "ogg": " Ogg ", "wav": " WAV ", "vtt": "字幕"}
"""The files of a broadcast by their endings, and what they are called in a sentence."""
_KEY = re.compile(r"[0-9a-f]{64}")


def find_clip(folder: Path, key: str) -> Path:
    """The clip's WAV file, absolute. Raises NotFound, also for what is no key at all."""
    if not _KEY.fullmatch(key):
        raise NotFound("没有这段声音：编号应为 64 位十六进制数")
    path = ClipCache(folder).sound(key)
    if not path.is_file():
        raise NotFound("没有这段声音，可能还没有合成")
    return path.resolve()


def broadcast_sounds(folder: Path, broadcast_id: int) -> dict[str, bool]:
    """Which files of a broadcast can be downloaded: {"mp3": True, "ogg": …, "wav": …, "vtt": …}."""
    return {kind: (folder / f"{broadcast_id}.{kind}").is_file() for kind in KINDS}


@dataclass(frozen=True)
class BroadcastSound:
    """A broadcast's title, the instant it was due, its file; the broadcast that put it right."""

    title: str
    slot_at: datetime
    path: Path
    corrected_by: int | None


def find_broadcast_sound(
    database: Database, folder: Path, broadcast_id: int, kind: str
) -> BroadcastSound:
    """The file of a broadcast, of one of KINDS. Raises NotFound."""
    with database.session() as session:
        row = session.get(BroadcastRow, broadcast_id)
        if row is None:
            raise NotFound(f"没有编号为 {broadcast_id} 的播报")
        corrected = chains.corrected(session, [row]).get(row.id)
    path = folder / f"{broadcast_id}.{kind}"
    if not path.is_file():
        raise NotFound(f"这次播报没有{KINDS[kind]}文件")
    return BroadcastSound(row.title, row.slot_at, path.resolve(), corrected)
