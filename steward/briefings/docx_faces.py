"""The faces that a DOCX names: those of the offices' computers.

仿宋, 黑体 and 楷体 come with every Chinese Windows and with WPS. 方正小标宋简体 is there where
official documents are written, else the program takes the one named beside it (`w:altName`).
"""

from __future__ import annotations

from typing import Any

from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from steward.briefings.docx_parts import element

LATIN = "Times New Roman"
FANG_SONG, SONG, HEI, KAI = "仿宋", "方正小标宋简体", "黑体", "楷体"
PLAIN_SONG = "宋体"
RARE = "SimSun-ExtB"  # with every Chinese Windows; has what lies beyond the BMP
FACES = {  # and what to take where it is missing
    FANG_SONG: "仿宋_GB2312",
    SONG: "宋体",
    HEI: "SimHei",
    KAI: "楷体_GB2312",
    PLAIN_SONG: "SimSun",
    LATIN: "",
}


def faces(face: str) -> Any:
    """The `w:rFonts` of Chinese words in that face, with Latin ones among them."""
    return element("w:rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=face, cs=LATIN)


def name_faces(paper: Any) -> None:
    """Which face to take where the first choice is missing, for Word's and WPS's font table."""
    table = next(
        part for part in paper.part.package.iter_parts() if part.partname == "/word/fontTable.xml"
    )
    root = parse_xml(f"<w:fonts {nsdecls('w')}/>")
    for name, other in FACES.items():
        charset = "86" if other else "00"  # GB 2312
        alternative = f'<w:altName w:val="{other}"/>' if other else ""
        root.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}">{alternative}'
                f'<w:charset w:val="{charset}"/><w:family w:val="auto"/>'
                '<w:pitch w:val="variable"/></w:font>'
            )
        )
    table._blob = serialize_part_xml(root)
