"""The briefings of a week as files in a folder, for whoever is to take them along."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.domain.offices import Issue, Matter, SoundState, file_name
from steward.domain.voices import Clip
from steward.domain.weeks import Week
from steward.errors import DocumentError, FiguresError, SpeechError, StewardError
from steward.files import whole_file
from steward.offices.queries import briefings, issues
from steward.offices.tables import BriefingRow
from steward.operations.briefing_files import briefing_of, write_papers, write_sound
from steward.operations.freeze_week import FrozenTown, freeze_week
from steward.operations.issue_briefings import title_of
from steward.operations.narrate import script_document
from steward.operations.office_files import file_path
from steward.operations.speak_clause import fault_of_clause, speak_clause
from steward.operations.weekly_figures import read_figures
from steward.operations.write_briefing import Wording, write_briefing
from steward.operations.write_script import clauses_of
from steward.speech.speaker import Speaker
from steward.storage.engine import Database

UNISSUED = "未随播报下发"
SOUNDS = ("mp3", "ogg", "vtt")


@dataclass(frozen=True)
class Wanted:
    """One town's briefing that is to be handed out; `issued` with a broadcast, or made by hand."""

    row: BriefingRow
    issued: bool

    @property
    def town(self) -> str:
        return str(self.row.figures["town"]["name"])

    @property
    def issue(self) -> Issue:
        return issues.of_briefing(self.row)

    def name(self, ending: str) -> str:
        """What its file is called."""
        name = file_name(self.issue, self.town, ending)
        return name if self.issued else name.replace(f".{ending}", f"_{UNISSUED}.{ending}")


@dataclass(frozen=True)
class Desk:
    """What handing out needs: how things are said, where files and fonts lie, who speaks (None:
    only the sound that is there already), in which agency's name ("": the district's bureau)."""

    wording: Wording
    offices_folder: Path
    fonts_folder: Path
    voice: Speaker | None
    issuer: str = ""
    due_soon_days: int = 7
    demonstration: bool = False


def find_briefings(
    database: Database, week: Week, towns: Sequence[str], *, desk: Desk, now: datetime
) -> list[Wanted]:
    """Those of a week, of these towns (names or codes) or of all, by code.

    A week without any is computed as of its end, or as of now while it runs, and so is a town that
    was given none; nothing of that is stored. Raises FiguresError (a week to come, an unknown
    town), NarrationError, StorageError.
    """
    if week.start > now:
        raise FiguresError("这一周还没有开始，没有简报", place=str(week))
    with database.session() as session:
        held = briefings.holding(session, str(week))
        for row in held.values():
            if not row.clauses and row.sound == SoundState.WAITING.value:
                session.expunge(row)  # the engine is to write it; here it is only said early
                before = briefings.former(session, row)
                row.clauses = _script(row, before or row, desk.wording, now)
    if held and not towns:
        return [Wanted(row, issued=True) for row in held.values()]
    as_of = min(now, week.last_instant)
    frozen = freeze_week(database, as_of=as_of, due_soon_days=desk.due_soon_days).towns
    return [
        Wanted(held[town.code], issued=True)
        if town.code in held
        else Wanted(_by_hand(town, week, desk.wording, as_of, now), issued=False)
        for town in _chosen(frozen, towns)
    ]


def hand_out(wanted: Wanted, folder: Path, *, desk: Desk, sound: bool) -> list[str]:
    """Write its files into a folder that is there; the faults of those that could not be."""
    briefing = briefing_of(
        wanted.row,
        district=desk.wording.district,
        issuer=desk.issuer,
        demonstration=desk.demonstration,
        issued=wanted.issued,
    )
    faults = write_papers(
        briefing, lambda ending: folder / wanted.name(ending), fonts_folder=desk.fonts_folder
    )
    if sound:
        try:
            _hand_out_sound(wanted, folder, desk)
        except StewardError as error:
            faults.append(str(error))
    return [f"{wanted.town}：{fault}" for fault in faults]


def _hand_out_sound(wanted: Wanted, folder: Path, desk: Desk) -> None:
    """Take along the sound that is there, or have it spoken."""
    row = wanted.row
    if row.sound == SoundState.FAILED.value:
        raise SpeechError(row.fault)
    kept = {ending: _kept(wanted, desk, ending) for ending in SOUNDS}
    if all(path is not None for path in kept.values()):
        for ending, path in kept.items():
            assert path is not None, "all of them are there"
            with whole_file(folder / wanted.name(ending), DocumentError) as half:
                shutil.copyfile(path, half)
        return
    if desk.voice is None:
        raise SpeechError("声音还没有做好")
    write_sound(
        desk.voice,
        folder,
        Path(wanted.name("mp3")).stem,
        title=row.title,
        district=desk.wording.district,
        as_of=row.as_of,
        clauses=row.clauses,
        clips=_spoken(row, desk.voice),
    )


def _kept(wanted: Wanted, desk: Desk, ending: str) -> Path | None:
    path = file_path(desk.offices_folder, Matter.BRIEFING, wanted.row.id, ending)
    return path if wanted.issued and path.is_file() else None


def _spoken(row: BriefingRow, voice: Speaker) -> list[Clip]:
    clips = []
    for ordinal, clause in enumerate(clauses_of(row.clauses)):
        made = speak_clause(voice, clause)
        if isinstance(made, SpeechError):
            raise SpeechError(fault_of_clause(ordinal, made))
        clips.append(made)
    return clips


def _chosen(frozen: Sequence[FrozenTown], towns: Sequence[str]) -> list[FrozenTown]:
    unknown = [one for one in towns if not any(one in (t.code, t.name) for t in frozen)]
    if unknown:
        raise FiguresError(f"没有这个镇街：“{unknown[0]}”", place="town")
    return [one for one in frozen if not towns or one.code in towns or one.name in towns]


def _by_hand(
    town: FrozenTown, week: Week, wording: Wording, as_of: datetime, now: datetime
) -> BriefingRow:
    """A briefing that is in no database."""
    row = BriefingRow(
        id=0,
        week=str(week),
        town_code=town.code,
        number=1,
        title=title_of(town.name, week),
        as_of=as_of,
        made_at=now,
        reason="",
        changes=[],
        figures=town.figures,
        evidence=town.evidence,
        sound=SoundState.WAITING.value,
        fault="",
    )
    row.clauses = _script(row, row, wording, now)
    return row


def _script(
    row: BriefingRow, before: BriefingRow, wording: Wording, now: datetime
) -> list[dict[str, Any]]:
    script = write_briefing(
        read_figures(row.figures),
        wording,
        title=row.title,
        changes=row.changes,
        said_as_of=before.as_of,
        again=row.number > 2,
        at=now,
    )
    clauses: list[dict[str, Any]] = script_document(script)["clauses"]
    return clauses
