"""Let a voice say a text at a pace, so that it can be compared: on a page or on a terminal."""

from __future__ import annotations

import math
import shutil
import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from steward.domain.script import Clause
from steward.domain.voices import Clip, Hearing, Take, VoiceCard
from steward.errors import ClipNotStored, SpeechError
from steward.speech.audio.mastering import loudness_lufs
from steward.speech.audio.wave import in_a_row
from steward.speech.cache import key_of
from steward.speech.speaker import Speaker

RATE_HZ = 24_000
SILENT_ENGINE = "silence"  # speaks, but there is nothing to compare
_FIRST_WORD = Clause("准备。", "准备。", 0)


def comparable(cards: Iterable[VoiceCard], chain: Sequence[str] = ()) -> list[VoiceCard]:
    """The voices worth listening to, those of the chain first."""
    order = {id_: place for place, id_ in enumerate(chain)}
    heard = [card for card in cards if card.engine != SILENT_ENGINE]
    return sorted(heard, key=lambda card: (order.get(card.id, len(order)), card.id))


def advance(speaker: Speaker, clauses: Sequence[Clause], card: VoiceCard, pace: float) -> bool:
    """Make or hear back one clip of a take that is not in the cache; False when none is missing.

    Work in such steps can be left at any time for something more pressing. Raises SpeechError.
    """
    for clause in clauses:
        clip = speaker.spoken(clause, card, pace)
        if not clip.cached:
            return True
        if clip.hearing is None and _heard(speaker, clause, card, clip).hearing is not None:
            return True
    return False


def take(speaker: Speaker, clauses: Sequence[Clause], card: VoiceCard, pace: float) -> Take:
    """The text by one voice: joined as the hall hears it, measured, heard back.

    The sound is kept in the clip cache. Raises SpeechError.
    """
    clips = [
        _heard(speaker, clause, card, speaker.spoken(clause, card, pace)) for clause in clauses
    ]
    pauses = [clause.pause_ms for clause in clauses]
    sound = in_a_row(
        [(speaker.cache.load(clip.key), ms) for clip, ms in zip(clips, pauses, strict=True)],
        RATE_HZ,
    )
    key = key_of({"takes": [clip.key for clip in clips], "pauses": pauses, "rate_hz": RATE_HZ})
    hearing = _together(clips)
    speaker.cache.store(Clip(key, sound.duration_ms, RATE_HZ, card.id, hearing=hearing), sound)
    loudness = loudness_lufs(sound)
    return Take(
        voice_id=card.id,
        pace=pace,
        clip_key=key,
        duration_ms=sound.duration_ms,
        cost=_cost(speaker, clips),
        loudness_lufs=round(loudness, 2) if math.isfinite(loudness) else None,
        hearing=hearing,
    )


def compare(
    speaker: Speaker, clauses: Sequence[Clause], cards: Sequence[VoiceCard], paces: Sequence[float]
) -> Iterator[Take]:
    """Takes of all voices at all paces, as they are made; one that failed has its fault."""
    for card in cards:
        for pace in paces:
            try:
                # A model that is loaded for the first word must not count as the voice's slowness.
                speaker.spoken(_FIRST_WORD, card)
                yield take(speaker, clauses, card, pace)
            except SpeechError as error:
                yield Take(card.id, pace, fault=str(error))


def copy_take(speaker: Speaker, take: Take, folder: Path) -> Path | None:
    """Copy a take's sound to `<folder>/<voice>-<pace>.wav`; None when it has none.

    Raises ClipNotStored.
    """
    if take.clip_key is None:
        return None
    path = folder / f"{take.voice_id}-{take.pace:g}.wav"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(speaker.cache.sound(take.clip_key), path)
    except OSError as error:
        raise ClipNotStored(f"文件无法写入：{error.strerror}", place=str(path)) from error
    return path


def _heard(speaker: Speaker, clause: Clause, card: VoiceCard, clip: Clip) -> Clip:
    """The clip heard back; as it is where a recogniser does not understand the voice anyway."""
    return speaker.heard(clause, clip) if card.intelligible else clip


def _together(clips: Sequence[Clip]) -> Hearing | None:
    """What was heard of all clips; None when one of them was not heard."""
    heard = [clip.hearing for clip in clips if clip.hearing is not None]
    if len(heard) < len(clips):
        return None
    return Hearing(
        heard="，".join(one.heard.rstrip("，。") for one in heard),
        numbers_right=all(one.numbers_right for one in heard),
        wrong_numbers=tuple(number for one in heard for number in one.wrong_numbers),
        error_rate=round(statistics.fmean(one.error_rate for one in heard), 4),
        ok=all(one.ok for one in heard),
    )


def _cost(speaker: Speaker, clips: Sequence[Clip]) -> float | None:
    """Seconds of computing a second of sound, as measured when the clips were made.

    The median of the clauses: the one that had to wait for its model to be loaded does not count.
    """
    made = [speaker.cache.find(clip.key) for clip in clips]
    costs = [
        clip.computed_s * 1000 / clip.duration_ms for clip in made if clip and clip.duration_ms
    ]
    return round(statistics.median_low(costs), 3) if costs else None
