"""Put a large file in place, verified, from parts that are here or by download."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pooch

from steward.errors import VoiceMissing
from steward.files import sha256_of


def is_sound(path: Path, sha256: str) -> bool:
    """Whether the file is there and is what it should be."""
    return path.is_file() and sha256_of(path) == sha256


def join_parts(target: Path, parts: Sequence[Path], sha256: str) -> None:
    """Write the parts one after the other. Raises VoiceMissing (the checksum), OSError."""
    half = target.with_name(f".{target.name}.part")
    with half.open("wb") as whole:
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, whole)
    if sha256_of(half) != sha256:
        half.unlink()
        raise VoiceMissing("软件包中的模型文件校验和不符", place=str(target))
    os.replace(half, target)


def download(target: Path, url: str, sha256: str, *, setting: str, progress_bar: bool) -> None:
    """Fetch a file, verify it, move it into place. Raises VoiceMissing, retry where it can help.

    `setting` names what staff may set where there is no network.
    """
    try:
        pooch.retrieve(
            url,
            known_hash=f"sha256:{sha256}",
            fname=target.name,
            path=target.parent,
            progressbar=progress_bar,
        )
    except ValueError as error:  # the checksum
        raise VoiceMissing("下载的模型文件校验和不符", place=url, retry=True) from error
    except OSError as error:  # every fault of requests is one
        raise VoiceMissing(
            f"模型文件无法下载（没有网络时请设置 {setting}）：{error}", place=url, retry=True
        ) from error
