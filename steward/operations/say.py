"""Say a text: into a sound file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from steward.domain.script import Script
from steward.domain.voices import Clip
from steward.domain.weeks import local_date
from steward.errors import SpeechError
from steward.narration.markup import shown
from steward.narration.script import script_from_text
from steward.speech.audio.files import SUFFIXES, Tags
from steward.speech.audio.whole import CAPTIONS_SUFFIX, write_broadcast
from steward.speech.speaker import Speaker

TITLE_CHARACTERS = 20


def say(
    speaker: Speaker,
    text: str,
    path: Path,
    *,
    district: str,
    at: datetime,
    captions: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Script, list[Clip]]:
    """Speak any text into an MP3, Ogg or WAV file, without chimes. Returns script and clips.

    With `captions` they lie beside it, under the same name ending in ".vtt".
    `progress(done, all)` is told after each clause. Raises NarrationError (nothing to say, too
    long), SpeechError (no voice, unknown ending, disk).
    """
    if path.suffix.lower() not in SUFFIXES:
        known = "、".join(SUFFIXES)
        raise SpeechError(f"不支持“{path.suffix}”格式，可用：{known}", place=str(path))
    script = script_from_text(shown(text)[:TITLE_CHARACTERS], text)
    clips = []
    for number, clause in enumerate(script.clauses, start=1):
        clips.append(speaker.clip(clause))
        if progress:
            progress(number, len(script.clauses))
    write_broadcast(
        path.parent,
        path.stem,
        speaker.cache,
        zip(script.clauses, (clip.key for clip in clips), strict=True),
        opening=None,
        closing=None,
        tags=Tags(script.title, district, local_date(at).isoformat()),
        suffixes=(path.suffix, CAPTIONS_SUFFIX) if captions else (path.suffix,),
    )
    return script, clips
