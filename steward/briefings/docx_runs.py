"""Words as runs of a DOCX paragraph, each in a face that Word has for it."""

from __future__ import annotations

import re
from typing import Any

from docx.oxml.ns import qn

from steward.briefings.docx_faces import HEI, RARE
from steward.briefings.docx_parts import element

_RARE = re.compile("([\U00020000-\U0003ffff]+)")


def add_text(paragraph: Any, text: str, *, marked: bool = False) -> None:
    """Append the text to a `w:p`; characters beyond the BMP are given their face by name.

    `marked`: it must catch the eye, in black and white too.
    """
    for piece in _RARE.split(text):
        if piece:
            paragraph.append(_run(piece, marked, rare=_RARE.fullmatch(piece) is not None))


def _run(text: str, marked: bool, *, rare: bool) -> Any:
    run, properties = element("w:r"), element("w:rPr")
    named: dict[str, object] = {"hint": "eastAsia"}  # quotation marks and dashes are Chinese ones
    if rare:
        named |= dict.fromkeys(("ascii", "hAnsi", "eastAsia"), RARE)
    elif marked:
        named["eastAsia"] = HEI
    properties.append(element("w:rFonts", **named))
    if marked:
        properties.append(element("w:b"))
    run.append(properties)
    words = element("w:t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    return run
