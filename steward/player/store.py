"""The sounds a player has: in memory for the loudspeaker, clips also in a folder, by their key.

A clip never changes under its key, so that one fetched once is never fetched again.
"""

from __future__ import annotations

import io
import logging
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from steward.errors import EngineFailed
from steward.speech.audio.wave import at_rate, read_sound
from steward.speech.engine import Samples

_log = logging.getLogger(__name__)
_CLIP = re.compile(r"(?:.*/)?clips/([0-9a-f]{64})\.wav")
MOST_BYTES = 128_000_000  # in memory: eleven minutes at 48 kHz
MOST_FILES = 1000


class Store:
    """`get` is for any thread; `have` for one, which may wait for the server and the disk."""

    def __init__(self, folder: Path, rate_hz: int, fetch: Callable[[str], bytes]) -> None:
        """`fetch` gives a sound file by its address, or raises PlayerError."""
        self._folder = folder
        self._rate_hz = rate_hz
        self._fetch = fetch
        self._sounds: OrderedDict[str, Samples] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: str) -> Samples | None:
        """The sound at the store's rate, when it is in memory."""
        with self._lock:
            return self._sounds.get(address)

    def have(self, address: str) -> None:
        """Have it in memory. Raises PlayerError (cannot be had), EngineFailed (is no sound)."""
        with self._lock:
            if address in self._sounds:
                self._sounds.move_to_end(address)
                return
        samples = self._read(address)
        with self._lock:
            self._sounds[address] = samples
            while sum(one.nbytes for one in self._sounds.values()) > MOST_BYTES:
                if len(self._sounds) == 1:
                    break
                self._sounds.popitem(last=False)

    def _read(self, address: str) -> Samples:
        clip = _CLIP.fullmatch(address)
        if clip is None:
            return self._decoded(io.BytesIO(self._fetch(address)))
        kept = self._folder / f"{clip[1]}.wav"
        if kept.is_file():
            try:
                samples = self._decoded(kept)
                os.utime(kept)
            except (EngineFailed, OSError):
                _log.warning("缓存的声音已损坏，重新下载：%s", kept)
            else:
                return samples
        content = self._fetch(address)
        samples = self._decoded(io.BytesIO(content))
        try:
            self._keep(kept, content)
        except OSError as error:
            _log.warning("声音没有写入缓存（%s），照常播放：%s", error.strerror, kept)
        return samples

    def _decoded(self, file: Path | BinaryIO) -> Samples:
        return at_rate(read_sound(file), self._rate_hz).samples

    def _keep(self, path: Path, content: bytes) -> None:
        """Write a clip whole or not at all, and remove those not used for longest."""
        half = path.with_name(f".{path.name}.part")
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            half.write_bytes(content)
            os.replace(half, path)
        finally:
            half.unlink(missing_ok=True)
        files = sorted(self._folder.glob("*.wav"), key=lambda kept: kept.stat().st_mtime)
        for old in files[:-MOST_FILES]:
            old.unlink(missing_ok=True)
