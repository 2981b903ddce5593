"""Words as runs of a DOCX paragraph, each in a face that Word has for it."""

from __future__ import annotations

import re
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_RARE = re.compile("([\U00020000-\U0003ffff]+)")
RARE_FACE = "SimSun-ExtB"  # with every Chinese Windows; has what lies beyond the BMP
MARK_FACE = "黑体"


def add_text(paragraph: Any, text: str, *, marked: bool = False) -> None:
    """Append the text to a `w:p`; characters beyond the BMP are given their face by name.

    `marked`: it must catch the eye, in black and white too.
    """
    for piece in _RARE.split(text):
        if piece:
            paragraph.append(_run(piece, marked, rare=_RARE.fullmatch(piece) is not None))


def _run(text: str, marked: bool, *, rare: bool) -> Any:
    run = OxmlElement("w:r")
    properties = OxmlElement("w:rPr")
    faces = OxmlElement("w:rFonts")
    faces.set(qn("w:hint"), "eastAsia")  # quotation marks and dashes are Chinese ones
    if rare:
        for name in ("w:ascii", "w:hAnsi", "w:eastAsia"):
            faces.set(qn(name), RARE_FACE)
    elif marked:
        faces.set(qn("w:eastAsia"), MARK_FACE)
    properties.append(faces)
    if marked:
        properties.append(OxmlElement("w:b"))
    run.append(properties)
    words = OxmlElement("w:t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    return run
