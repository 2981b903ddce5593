"""Install the voices' files: the model, the style tensors, and the file made of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np

from steward.domain.voices import VoiceCard
from steward.errors import SpeechError, VoiceMissing
from steward.files import sha256_of
from steward.operations.fetch_files import download, is_sound, join_parts
from steward.operations.measure_model import measure_model
from steward.operations.rewrite_model import Measure, rewrite_model
from steward.speech.graph.facts import PUBLISHED, facts_of, is_chosen
from steward.speech.model import (
    FAST_MODEL_FILE,
    MODEL_FILE,
    MODEL_SHA256,
    MODEL_URL,
    TENSOR_SHAPE,
    VOICES_FILE,
    VOICES_PACKAGE,
    packaged_parts,
)

Progress = Callable[[str], None]


def install_voices(
    cards: Iterable[VoiceCard],
    voices_folder: Path,
    *,
    model_file: Path | None = None,
    model_url: str = "",
    fast_model: bool = True,
    measure: Measure | None = None,
    progress: Progress | None = None,
    progress_bar: bool = False,
) -> list[str]:
    """Put the files of every card into the folder, verified. Returns the names newly installed.

    What is there and sound is left alone. The model comes from `model_file`, else from the
    installed packages, else by download; with `fast_model` it is rewritten once, beside the
    published one, in the way that `measure` finds quickest (by default: by saying a phrase).
    Raises VoiceMissing, SpeechError.
    """
    say = progress or (lambda _: None)
    cards = tuple(cards)
    wanted = {name: sha256 for card in cards for name, sha256 in card.files}
    installed = []
    try:
        voices_folder.mkdir(parents=True, exist_ok=True)
        missing = {
            name: sha256
            for name, sha256 in wanted.items()
            if not is_sound(voices_folder / name, sha256)
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
        speaker = next((card for card in cards if MODEL_FILE in dict(card.files)), None)
        if fast_model and speaker is not None and not is_chosen(voices_folder, MODEL_SHA256):
            facts = rewrite_model(
                model_file or voices_folder / MODEL_FILE,
                voices_folder,
                measure or partial(measure_model, voices_folder=voices_folder, card=speaker),
                progress=say,
            )
            installed.append(facts_of(Path(FAST_MODEL_FILE)).name)
            if facts.way != PUBLISHED:
                installed.append(FAST_MODEL_FILE)
    except OSError as error:
        raise SpeechError(
            f"语音文件无法写入：{error.strerror}", place=str(error.filename or voices_folder)
        ) from error
    return installed


def _install_model(target: Path, url: str, progress_bar: bool) -> None:
    try:
        parts = packaged_parts()
    except VoiceMissing:
        download(
            target,
            url or MODEL_URL,
            MODEL_SHA256,
            setting="model_file",
            progress_bar=progress_bar,
        )
        return
    join_parts(target, parts, MODEL_SHA256)


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
