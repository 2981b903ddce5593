"""The four colours as they are painted, with an ink that is read on each, and their patterns."""

from __future__ import annotations

from dataclasses import dataclass

from steward.domain.colours import Band, Colour


@dataclass(frozen=True)
class Paint:
    """A ground and the ink on it, as #rrggbb; their contrast is at least LEAST_CONTRAST."""

    ground: str
    ink: str


LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 (AA)."""
PAINTS: dict[Colour | None, Paint] = {
    Colour.RED: Paint("#b3261e", "#ffffff"),
    Colour.ORANGE: Paint("#f59f00", "#1a1a1a"),
    Colour.YELLOW: Paint("#ffe066", "#1a1a1a"),
    Colour.BLUE: Paint("#1864ab", "#ffffff"),
    None: Paint("#e9ecef", "#1a1a1a"),
}
"""None is 无数据. The four differ in lightness, too, but for red and blue: patterns tell these."""

_SIZE = 10
_SHAPES: dict[str, tuple[str, str]] = {
    "交叉网格": ('<path d="M0,0H{s}M0,0V{s}" stroke="{ink}" stroke-width="3"/>', "rotate(45)"),
    "密斜线": ('<path d="M0,2.5H{s}M0,7.5H{s}" stroke="{ink}" stroke-width="2"/>', "rotate(-45)"),
    "疏斜线": ('<path d="M0,5H{s}" stroke="{ink}" stroke-width="1.6"/>', "rotate(-45)"),
    "圆点": ('<circle cx="5" cy="5" r="2.1" fill="{ink}"/>', ""),
    "竖线": ('<path d="M5,0V{s}" stroke="{ink}" stroke-width="2"/>', ""),
    "横线": ('<path d="M0,5H{s}" stroke="{ink}" stroke-width="2"/>', ""),
}
"""What is drawn in one square of a pattern, and how the squares are turned."""


def pattern(name: str, colour: Colour | None, kind: str) -> str:
    """The definition (SVG) of what stands over a colour's ground, as `name`.

    `kind` is one of `PATTERNS`, or "" for nothing.
    """
    shape, turn = _SHAPES.get(kind, ("", ""))
    turned = f' patternTransform="{turn}"' if turn else ""
    return (
        f'<pattern id="{name}" width="{_SIZE}" height="{_SIZE}" patternUnits="userSpaceOnUse"'
        f"{turned}>{shape.format(s=_SIZE, ink=PAINTS[colour].ink)}</pattern>"
    )


def patterns(bands: tuple[Band, ...], name: str) -> dict[Colour | None, str]:
    """Each colour's definition, as `name`-red and so on; `name`-none is that of 无数据."""
    found: dict[Colour | None, str] = {
        band.colour: pattern(f"{name}-{band.colour}", band.colour, band.pattern) for band in bands
    }
    return found | {None: pattern(f"{name}-none", None, "")}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21. Source: WCAG 2.2, "relative luminance"."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
