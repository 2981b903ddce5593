"""The fonts of documents: which files, from which package of Debian, under which licence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from steward.errors import DocumentError
from steward.files import sha256_of

SUMS = "SHA256SUMS"
INSTALL = "请执行 steward fonts install（或 make setup）"
FANDOL = "GPL-3.0，字体例外"
NOTO = "SIL OFL 1.1"


@dataclass(frozen=True)
class FontFile:
    """One file: its name in the fonts folder, the family it brings, whence, and its licence.

    `package` is a package of Debian that carries a file of this name. `sha256` is that of the
    release that this was tried with (Debian 12); set-up notes the sum of another one.
    """

    name: str
    family: str
    package: str
    licence: str
    sha256: str


FONT_FILES: tuple[FontFile, ...] = (
    FontFile(
        "FandolFang-Regular.otf",
        "FandolFang R",
        "texlive-lang-chinese",
        FANDOL,
        "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
    ),
    FontFile(
        "FandolSong-Regular.otf",
        "FandolSong",
        "texlive-lang-chinese",
        FANDOL,
        "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0",
    ),
    FontFile(
        "FandolSong-Bold.otf",
        "FandolSong",
        "texlive-lang-chinese",
        FANDOL,
        "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9",
    ),
    FontFile(
        "FandolHei-Regular.otf",
        "FandolHei",
        "texlive-lang-chinese",
        FANDOL,
        "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28",
    ),
    FontFile(
        "FandolKai-Regular.otf",
        "FandolKai",
        "texlive-lang-chinese",
        FANDOL,
        "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
    ),
    FontFile(
        "NotoSerifCJK-Regular.ttc",
        "Noto Serif CJK SC",
        "fonts-noto-cjk",
        NOTO,
        "a04178ec485dffdff7cc0c0c20e1fce9202d7e2160d805e8e44a4c8841c58481",
    ),
    FontFile(
        "NotoSerifCJK-Bold.ttc",
        "Noto Serif CJK SC",
        "fonts-noto-cjk",
        NOTO,
        "a5d4b046c127da3d7c72f98b46c41489cd29bf52abfdf18aba920903e920d4ac",
    ),
    FontFile(
        "NotoSansCJK-Regular.ttc",
        "Noto Sans CJK SC",
        "fonts-noto-cjk",
        NOTO,
        "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a",
    ),
    FontFile(
        "NotoSansCJK-Bold.ttc",
        "Noto Sans CJK SC",
        "fonts-noto-cjk",
        NOTO,
        "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb",
    ),
    FontFile(
        "HanaMinB.ttf",
        "HanaMinB",
        "fonts-hanazono",
        "花园字体许可 / SIL OFL 1.1",
        "829543436cdf7b4c6730e2af5806fa406f8ddf0d4b656e0cd49c58d4db1c8d3c",
    ),
    FontFile(
        "LiberationSerif-Regular.ttf",
        "Liberation Serif",
        "fonts-liberation",
        "GPL-2.0，字体例外",
        "1c9c77c2cd0f3c2d2aeef53ea50a4d5d3d684ac73a431d7c70d7864887d194a3",
    ),
    FontFile(
        "LiberationSerif-Bold.ttf",
        "Liberation Serif",
        "fonts-liberation",
        "GPL-2.0，字体例外",
        "af228b9de767e5162168e433351b3d0e086648219c6c12ed888fba0bda3694d5",
    ),
)


@dataclass(frozen=True)
class Fonts:
    """Where the fonts lie, and which family is which. Made by `find_fonts`.

    `fallback` draws, in its order, the characters that the others lack.
    """

    folder: Path
    fang_song: str = "FandolFang R"
    song: str = "FandolSong"
    hei: str = "FandolHei"
    kai: str = "FandolKai"
    latin: str = "Liberation Serif"
    plain: str = "Noto Sans CJK SC"  # in charts
    fallback: tuple[str, ...] = ("Noto Serif CJK SC", "HanaMinB")

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(self.folder / one.name for one in FONT_FILES)


def find_fonts(folder: Path) -> Fonts:
    """The installed fonts. Raises DocumentError naming what is missing or damaged."""
    wrong = font_faults(folder)
    if wrong:
        raise DocumentError(f"做文档的字体不全：{'；'.join(wrong)}。{INSTALL}", place=str(folder))
    return Fonts(folder.resolve())


def font_faults(folder: Path, *files: FontFile) -> list[str]:
    """What is missing or damaged of these files (none: of all), in Chinese; [] when whole."""
    sums = _sums(folder)
    found = []
    for one in files or FONT_FILES:
        path = folder / one.name
        if not path.is_file():
            found.append(f"缺少 {one.name}")
        elif sha256_of(path) != sums.get(one.name, one.sha256):
            found.append(f"已损坏（校验和不符） {one.name}")
    return found


def write_sums(folder: Path) -> None:
    """Note the sums of the files that are there, as `sha256sum -c` reads them. Raises OSError."""
    lines = [
        f"{sha256_of(folder / one.name)}  {one.name}\n"
        for one in FONT_FILES
        if (folder / one.name).is_file()
    ]
    (folder / SUMS).write_text("".join(lines), encoding="ascii")


def _sums(folder: Path) -> dict[str, str]:
    """What set-up has noted; {} before it."""
    try:
        lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
