"""Install the recogniser: from a folder, its packages, or by download."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from steward.errors import SpeechError, VoiceMissing
from steward.operations.fetch_files import download, is_sound, join_parts
from steward.speech.readback.model import FILES, FOLDER, MODEL_PARTS, PACKAGES, URL

Progress = Callable[[str], None]


def install_recogniser(
    voices_folder: Path,
    *,
    source: Path | None = None,
    url: str = "",
    progress: Progress | None = None,
    progress_bar: bool = False,
) -> list[str]:
    """Put the recogniser's files into `<voices folder>/whisper-base`, verified; the names put.

    They come from the folder `source`, else from the installed packages, else from `url`.
    Raises VoiceMissing, SpeechError.
    """
    folder = voices_folder / FOLDER
    installed = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = {name: sha for name, sha in FILES.items() if not is_sound(folder / name, sha)}
        if missing and progress:
            progress("安装听回模型")
        for name, sha256 in missing.items():
            target = folder / name
            parts = _packaged(name)
            if source is not None:
                if not is_sound(source / name, sha256):
                    raise VoiceMissing("文件不在或校验和不符", place=str(source / name))
                shutil.copyfile(source / name, target)
            elif parts:
                join_parts(target, parts, sha256)
            else:
                download(
                    target,
                    f"{(url or URL).rstrip('/')}/{name}",
                    sha256,
                    setting="recogniser_dir",
                    progress_bar=progress_bar,
                )
            installed.append(f"{FOLDER}/{name}")
    except OSError as error:
        raise SpeechError(
            f"听回模型无法写入：{error.strerror}", place=str(error.filename or folder)
        ) from error
    return installed


def recogniser_faults(voices_folder: Path) -> list[str]:
    """What is missing or damaged of the recogniser's files, in Chinese; [] when sound."""
    found = []
    for name, sha256 in FILES.items():
        path = voices_folder / FOLDER / name
        if not path.is_file():
            found.append(f"缺少 {path}")
        elif not is_sound(path, sha256):
            found.append(f"已损坏（校验和不符） {path}")
    return found


def _packaged(name: str) -> list[Path]:
    """The file's parts in the installed packages; [] when they are not installed."""
    wanted = list(zip(PACKAGES, MODEL_PARTS, strict=True))
    if name != "model.bin":
        wanted = [(PACKAGES[0], f"data/{name}")]
    found = []
    for package, path in wanted:
        try:
            with as_file(files(package) / path) as part:
                found.append(part)
        except ModuleNotFoundError:
            return []
    return found if all(part.is_file() for part in found) else []
