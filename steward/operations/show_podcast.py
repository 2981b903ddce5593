"""What a podcast tells: a town's briefings, or what the district was told in its halls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from steward.analysis.queries import towns
from steward.broadcasts.queries import broadcasts, chains, listing
from steward.domain.feeds import Episode, correcting
from steward.domain.figures import Town
from steward.domain.offices import Matter
from steward.errors import NotFound
from steward.offices.queries import podcasts
from steward.operations.office_files import file_path
from steward.storage.engine import Database

SHOWN = 60


def town_podcast(
    database: Database, folder: Path, code: str, *, limit: int = SHOWN
) -> tuple[Town, list[Episode]]:
    """The town, and its briefings that can be heard, newest first. Raises NotFound.

    `folder` is `Settings.offices_folder`. One that was put right says so; what put it right is an
    item of its own.
    """
    with database.session(snapshot=True) as session:
        found = [town for town in towns(session).values() if town.code == code]
        if not found:
            raise NotFound("没有这个镇街")
        rows = podcasts.heard_of_town(session, code, limit)
    told = [
        Episode(
            number=row.id,
            guid=f"hazard-steward:briefing:{code}:{row.week}:{row.number}",
            title=correcting(row.title) if row.number > 1 else row.title,
            script=" ".join(
                [f"更正说明：{row.reason}。"] * bool(row.reason) + [_script(row.clauses)]
            ),
            published_at=row.made_at,
            changed_at=row.made_at,
            duration_ms=row.duration_ms,
            sound=file_path(folder, Matter.BRIEFING, row.id, "mp3"),
            corrected_at=corrected_at,
        )
        for row, corrected_at in rows
    ]
    return found[0], with_sound(told)


def district_podcast(database: Database, folder: Path, *, limit: int = SHOWN) -> list[Episode]:
    """What was played for the district, newest first. `folder` holds the broadcasts' files."""
    with database.session(snapshot=True) as session:
        rows = listing.heard_by_district(session, limit)
        right = {
            number: broadcasts.get(session, by).created_at
            for number, by in chains.corrected(session, rows).items()
        }
    told = [
        Episode(
            number=row.id,
            guid=f"hazard-steward:broadcast:{row.id}:{row.created_at.astimezone(UTC):%Y%m%d%H%M%S}",
            title=row.title,
            script=_script(row.clauses),
            published_at=row.started_at or row.slot_at,
            changed_at=row.ended_at or row.slot_at,
            duration_ms=row.duration_ms,
            sound=folder / f"{row.id}.mp3",
            corrected_at=right.get(row.id),
        )
        for row in rows
    ]
    return with_sound(told)


def with_sound(told: Sequence[Episode]) -> list[Episode]:
    """Those of which the sound lies there, with what the file system knows of it."""
    there = []
    for one in told:
        try:
            found = one.sound.stat()
        except FileNotFoundError:
            continue
        made_at = datetime.fromtimestamp(found.st_mtime, UTC)
        there.append(
            replace(
                one,
                changed_at=max(one.changed_at, made_at, one.corrected_at or made_at),
                length=found.st_size,
                captions=one.sound.with_suffix(".vtt").is_file(),
            )
        )
    return there


def _script(clauses: Sequence[Mapping[str, Any]]) -> str:
    return "".join(str(clause["written"]) for clause in clauses)
