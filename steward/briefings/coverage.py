"""Which characters the installed fonts draw."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from steward.briefings.fonts import Fonts

_SC = 2  # in each of Noto's collections: JP, KR, SC, TC, HK
_FAMILY = 1  # in the table of names


def drawn_by(fonts: Fonts) -> frozenset[str]:
    """Every character that some installed font draws."""
    return _drawn_by_all(tuple((path, path.stat().st_mtime_ns) for path in fonts.files))


@lru_cache(maxsize=4)
def _drawn_by_all(files: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    return frozenset().union(*(_drawn(path, stamp) for path, stamp in files))


def drawn(path: Path) -> frozenset[str]:
    """The characters that one font's file draws."""
    return _drawn(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _drawn(path: Path, _stamp: int) -> frozenset[str]:
    with _opened(path) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


def _opened(path: Path) -> TTFont:
    with path.open("rb") as stream:
        collection = stream.read(4) == b"ttcf"
    return TTFont(path, fontNumber=_SC if collection else -1, lazy=True)


def family_of(path: Path) -> str:
    """The family that a font's file says it is; "" when it is no font."""
    try:
        with _opened(path) as font:
            return str(font["name"].getDebugName(_FAMILY))
    except (TTLibError, struct.error, AssertionError, KeyError, IndexError):
        return ""


@lru_cache(maxsize=1)
def gb2312() -> frozenset[str]:
    """The 6,763 characters of GB/T 2312-1980, both levels."""
    rows, cells = range(0xB0, 0xF8), range(0xA1, 0xFF)
    codes = (bytes((row, cell)) for row in rows for cell in cells)
    return frozenset("".join(code.decode("gb2312", errors="ignore") for code in codes))
