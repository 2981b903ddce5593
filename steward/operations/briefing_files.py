"""The files of a town's briefing, each made from its frozen row alone, whenever it is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from steward.briefings.docx import write_docx
from steward.briefings.fonts import find_fonts
from steward.briefings.pdf import write_pdf
from steward.briefings.weekly.document import weekly_document
from steward.briefings.weekly.plain import write_json, write_txt
from steward.briefings.weekly.sheets import write_xlsx
from steward.domain.briefings import PutRight, WeeklyBriefing
from steward.domain.broadcasts import OPENING_CHIMES, Priority
from steward.domain.offices import FORMATS
from steward.domain.voices import Clip
from steward.domain.weeks import local_date
from steward.errors import DocumentError
from steward.offices.queries import issues
from steward.offices.tables import BriefingRow
from steward.operations.freeze_week import read_lists
from steward.operations.weekly_figures import read_figures
from steward.operations.write_script import clauses_of
from steward.speech.audio.files import Tags
from steward.speech.audio.whole import CAPTIONS_SUFFIX, write_broadcast
from steward.speech.speaker import Speaker

_SENTENCE = re.compile(r"[^。！？]+[。！？]?")
_SOUNDS = (".mp3", ".ogg", CAPTIONS_SUFFIX)


def briefing_of(
    row: BriefingRow,
    *,
    district: str,
    issuer: str = "",
    demonstration: bool = False,
    issued: bool = True,
) -> WeeklyBriefing:
    """What its files say. Without an `issuer` it is the district's bureau."""
    text = "".join(str(clause["written"]) for clause in row.clauses)
    return WeeklyBriefing(
        district=district,
        issuer=issuer or f"{district}应急管理局",
        title=row.title,
        figures=read_figures(row.figures),
        lists=read_lists(row.figures["lists"]),
        said=tuple(_SENTENCE.findall(text)),
        document=row.figures,
        evidence={name: len(ids) for name, ids in row.evidence.items()},
        made_at=row.made_at,
        correction=issues.of_briefing(row).correction,
        reason=row.reason,
        changes=tuple(PutRight(one["name"], one["said"], one["now"]) for one in row.changes),
        issued=issued,
        demonstration=demonstration,
    )


def write_papers(
    briefing: WeeklyBriefing, place: Callable[[str], Path], *, fonts_folder: Path
) -> list[str]:
    """Write the files to read, each to `place(ending)`; the faults of those that could not be.

    What one of them lacks stops none of the others.
    """

    def docx(path: Path) -> None:
        document = weekly_document(briefing)
        write_docx(document, path, find_fonts(fonts_folder), at=briefing.made_at)

    def pdf(path: Path) -> None:
        document = weekly_document(briefing)
        write_pdf(document, path, find_fonts(fonts_folder), at=briefing.made_at)

    writers: dict[str, Callable[[Path], None]] = {
        "txt": lambda path: write_txt(briefing, path),
        "json": lambda path: write_json(briefing, path),
        "xlsx": lambda path: write_xlsx(briefing, path),
        "docx": docx,
        "pdf": pdf,
    }
    faults: dict[str, list[str]] = {}
    for ending, write in writers.items():
        try:
            write(place(ending))
        except DocumentError as error:
            faults.setdefault(str(error), []).append(FORMATS[ending].name)
    return [f"{'、'.join(names)}没有做成：{why}" for why, names in faults.items()]


def write_sound(
    voice: Speaker,
    folder: Path,
    name: str,
    *,
    title: str,
    district: str,
    as_of: datetime,
    clauses: list[dict[str, object]],
    clips: Iterable[Clip],
) -> int:
    """Write `<folder>/<name>.{mp3,ogg,vtt}`, chimes and pauses included; its length in ms.

    `clips` are those of the clauses, in their order. Raises SpeechError.
    """
    pairs = zip(clauses_of(clauses), (clip.key for clip in clips), strict=True)
    sound = write_broadcast(
        folder,
        name,
        voice.cache,
        pairs,
        opening=voice.chime(OPENING_CHIMES[Priority.ROUTINE]),
        closing=voice.chime("after"),
        tags=Tags(title, district, local_date(as_of).isoformat()),
        suffixes=_SOUNDS,
    )
    return sound.duration_ms
