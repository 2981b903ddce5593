"""Pictures as SVG, in presentation attributes only: pages forbid inline styles.

One unit is a quarter of a millimetre on paper. Words are black on white, or in an ink of enough
contrast on a plain ground, so that they are read in black-and-white print as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Literal

from steward.briefings.characters import clean
from steward.briefings.columns import width_em

UNITS_PER_MM = 4
INK, RULE, PALE = "#1a1a1a", "#8c8c8c", "#d9d9d9"
FAMILY = "Noto Sans CJK SC, Microsoft YaHei, SimHei, sans-serif"  # ours, then the offices'

Anchor = Literal["start", "middle", "end"]


class Drawing:
    """Shapes one over the other on a width by a height, both in units."""

    def __init__(self, width: float, height: float, words: str) -> None:
        self.width, self.height = width, height
        self.words = words
        self._patterns: dict[str, str] = {}
        self._shapes: list[str] = []
        self._linked = False

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, *, edge: float = 0.8
    ) -> None:
        """A rectangle with an edge so thick; `fill` is a colour or what `hatched` gave."""
        self._add(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
            f'fill="{fill}" stroke="{INK if edge else "none"}" stroke-width="{_n(edge)}"/>'
        )

    def area(self, rings: list[list[tuple[float, float]]], fill: str, *, edge: float = 0.8) -> None:
        """What lies within the rings, holes left out."""
        path = " ".join("M" + " ".join(f"{_n(x)},{_n(y)}" for x, y in ring) + "Z" for ring in rings)
        self._add(
            f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{INK}" '
            f'stroke-width="{_n(edge)}" stroke-linejoin="round"/>'
        )

    def line(self, points: list[tuple[float, float]], colour: str, width: float = 0.8) -> None:
        """A line through the points."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._add(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{_n(width)}"/>'
        )

    def dot(self, x: float, y: float) -> None:
        """A point of a line, filled white."""
        self._add(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2.6" fill="#ffffff" stroke="{INK}" '
            'stroke-width="1.4"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 11,
        anchor: Anchor = "start",
        ink: str = INK,
    ) -> None:
        """Words whose baseline is at `y`."""
        self._add(
            f'<text x="{_n(x)}" y="{_n(y)}" font-family="{FAMILY}" font-size="{_n(size)}" '
            f'text-anchor="{anchor}" fill="{ink}">{escape(clean(words))}</text>'
        )

    @contextmanager
    def about(self, words: str, address: str = "", key: str = "") -> Iterator[None]:
        """What is drawn meanwhile is about one thing: its words, and where it leads to.

        `key` is found again as `data-town`.
        """
        label = f'data-town="{escape(key)}" aria-label="{escape(clean(words))}"'
        self._linked = self._linked or bool(address)
        self._add(f'<a href="{escape(address)}" {label}>' if address else f'<g {label} role="img">')
        self._add(f"<title>{escape(clean(words))}</title>")
        yield
        self._add("</a>" if address else "</g>")

    def filled(self, name: str, definition: str) -> str:
        """A fill by a pattern's definition whose id is `name`."""
        self._patterns[name] = definition
        return f"url(#{name})"

    def hatched(self, name: str) -> str:
        """A fill of thin slanting lines; `name` must be the page's only one of its kind."""
        self._patterns[name] = (
            f'<pattern id="{name}" width="5" height="5" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect width="5" height="5" fill="#ffffff"/>'
            f'<line x1="0" y1="0" x2="0" y2="5" stroke="{INK}" stroke-width="2"/></pattern>'
        )
        return f"url(#{name})"

    def svg(self) -> str:
        """The picture; what it shows in words is its description, for whoever cannot see it."""
        patterns = "".join(self._patterns.values())
        role = "group" if self._linked else "img"  # what is within an image cannot be gone to
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} '
            f'{_n(self.height)}" role="{role}" aria-label="{escape(clean(self.words))}">'
            + (f"<defs>{patterns}</defs>" if patterns else "")
            + "".join(self._shapes)
            + "</svg>"
        )

    def _add(self, shape: str) -> None:
        self._shapes.append(shape)


def fitted(words: str, width: float, size: float) -> str:
    """The words, or their beginning and … so that they are not wider than `width` units."""
    words = clean(words)
    if width_em(words) * size <= width:
        return words
    while words and (width_em(words) + 1) * size > width:
        words = words[:-1]
    return f"{words}…"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
