"""Install the documents' fonts: from a folder, from this machine, or from Debian's packages."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from steward.briefings.coverage import family_of
from steward.briefings.fonts import FONT_FILES, FontFile, font_faults, write_sums
from steward.errors import DocumentError
from steward.files import whole_file

Progress = Callable[[str], None]

SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/share/texlive/texmf-dist/fonts"))
"""Where Debian's packages put them."""


def install_fonts(
    folder: Path,
    *,
    source: Path | None = None,
    system_folders: Iterable[Path] = SYSTEM_FOLDERS,
    apt: str = "apt-get",
    progress: Progress | None = None,
) -> list[str]:
    """Put every font's file into the folder; the names newly put. What is whole is left alone.

    They come from `source` (a folder of font files, or of packages `*.deb`), else from where the
    system has them, else from the packages, which apt verifies; they need not be installed, nor
    what they depend on, and nobody need be root. The sums of what was put are noted beside it
    (`SHA256SUMS`). Raises DocumentError: what cannot be had, and what to do.
    """
    say = progress or (lambda _: None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = {one.name: one for one in FONT_FILES if font_faults(folder, one)}
        put = _from_folders(missing, [source] if source else list(system_folders), folder)
        with tempfile.TemporaryDirectory(prefix="steward-fonts-") as place:
            packages = sorted({one.package for one in missing.values() if one.name not in put})
            for number, package in enumerate(packages, 1):
                say(f"安装字体：{package}（{number}/{len(packages)}）")
                wanted = {
                    one.name: one
                    for one in missing.values()
                    if one.package == package and one.name not in put
                }
                put += _unpack(_package(package, Path(place), source, apt), wanted, folder)
        write_sums(folder)
    except OSError as error:
        raise DocumentError(
            f"字体无法写入：{error.strerror}", place=str(error.filename or folder), retry=True
        ) from error
    return put


def _from_folders(missing: dict[str, FontFile], folders: Iterable[Path], target: Path) -> list[str]:
    put: list[str] = []
    for folder in folders:
        for path in sorted(folder.rglob("*.[ot]t[fc]")):
            one = missing.get(path.name)
            if one and one.name not in put and family_of(path) == one.family:
                with path.open("rb") as stream:
                    put.append(_take(stream, one, target, str(path)))
    return put


def _package(package: str, place: Path, source: Path | None, apt: str) -> Path:
    """The package's file: in `source`, or downloaded. Raises DocumentError."""
    if source is not None:
        found = sorted(source.glob(f"{package}_*.deb"))
        if not found:
            raise DocumentError(
                f"文件夹里没有软件包 {package}，也没有其中的字体", place=str(source)
            )
        return found[-1]
    if shutil.which(apt) is None:
        names = " ".join(sorted({one.package for one in FONT_FILES}))
        raise DocumentError(
            f"这台机器没有 {apt}，取不到字体：请在 Debian 或 Ubuntu 上执行 apt-get download "
            f"{names}，把下载的文件拷来，执行 steward fonts install --from 所在文件夹",
            place=package,
        )
    download = [apt, "-o", "APT::Sandbox::User=root", "download", package]
    done = _run(download, place)
    if done.returncode != 0:  # no lists yet, or old ones: fetch lists of our own, without root
        (place / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        own = ["-o", f"Dir::State::Lists={place / 'lists'}", "-o", f"Dir::Cache={place / 'cache'}"]
        (place / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        _run([apt, *own, "-o", "Debug::NoLocking=1", "-qq", "update"], place)
        done = _run([*download[:-2], *own, *download[-2:]], place)
    found = sorted(place.glob(f"{package}_*.deb"))
    if done.returncode != 0 or not found:
        last = (done.stderr.strip().splitlines() or ["没有说明原因"])[-1]
        raise DocumentError(f"apt-get 取不到字体的软件包：{last}", place=package, retry=True)
    return found[-1]


def _unpack(archive: Path, wanted: dict[str, FontFile], folder: Path) -> list[str]:
    """Take the wanted files out of a package. Raises DocumentError."""
    if shutil.which("dpkg-deb") is None:
        raise DocumentError(
            "这台机器没有 dpkg-deb，打不开软件包：请把其中的字体文件放进一个文件夹，"
            "执行 steward fonts install --from 该文件夹",
            place=str(archive),
        )
    put = []
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE
    ) as unpacking:
        assert unpacking.stdout is not None
        try:
            with tarfile.open(fileobj=unpacking.stdout, mode="r|") as package:
                for member in package:
                    one = wanted.get(Path(member.name).name)
                    stream = package.extractfile(member) if one and member.isfile() else None
                    if one is None or stream is None:
                        continue
                    put.append(_take(stream, one, folder, archive.name))
        except tarfile.TarError as error:
            raise DocumentError("软件包损坏", place=str(archive), retry=True) from error
    lost = sorted(set(wanted) - set(put))
    if lost:
        raise DocumentError(f"软件包里没有 {'、'.join(lost)}", place=archive.name)
    return put


def _take(stream: IO[bytes], one: FontFile, folder: Path, origin: str) -> str:
    """Put a file in its place when it is the font that it should be. Raises DocumentError."""
    with whole_file(folder / one.name, DocumentError) as half:
        with half.open("wb") as target:
            shutil.copyfileobj(stream, target)
        if family_of(half) != one.family:
            raise DocumentError(f"{one.name} 不是字体 {one.family}，或已损坏", place=origin)
    return one.name


def _run(command: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, cwd=place, check=False)
