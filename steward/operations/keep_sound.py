"""Keep the sound of a finished broadcast as files, to be heard again and downloaded."""

from __future__ import annotations

import hashlib
import logging

from steward.broadcasts.queries import broadcasts
from steward.domain.weeks import local_date
from steward.errors import SpeechError
from steward.operations.studio import Studio
from steward.speech.audio.files import Tags, join, write_file
from steward.speech.cache import ClipCache

log = logging.getLogger(__name__)

KINDS = ("mp3", "ogg", "wav")


def keep_sound(studio: Studio, broadcast_id: int) -> None:
    """Write `<sounds folder>/<id>.{mp3,ogg,wav}`, chimes and pauses included, and note it.

    `sound_key` is then the hash of the clips' keys; "" when there is no sound to keep, or when
    it could not be written: that is put down as the broadcast's fault and stops nothing else.
    """
    with studio.database.session() as session:
        row = broadcasts.get(session, broadcast_id)
        made = broadcasts.clips(session, broadcast_id)
    cache = ClipCache(studio.clips_folder)
    duration_ms, key, fault = None, "", ""
    try:
        if made:
            sound = join(
                [
                    (cache.load(made[ordinal].clip_key), int(clause["pause_ms"]))
                    for ordinal, clause in enumerate(row.clauses)
                    if ordinal in made
                ],
                before=cache.load(studio.voice.chime("before").key),
                after=cache.load(studio.voice.chime("after").key),
            )
            tags = Tags(row.title, studio.district, local_date(row.slot_at).isoformat())
            for kind in KINDS:
                write_file(studio.sounds_folder / f"{broadcast_id}.{kind}", sound, tags)
            duration_ms = sound.duration_ms
            keys = ",".join(made[ordinal].clip_key for ordinal in sorted(made))
            key = hashlib.sha256(keys.encode()).hexdigest()
    except SpeechError as error:
        fault = f"声音文件没有保存：{error}"
        log.error("播报 %s：%s", broadcast_id, fault)
    with studio.database.session(write=True) as session:
        fresh = broadcasts.get(session, broadcast_id)
        fresh.sound_key = key
        fresh.duration_ms = duration_ms
        fresh.fault = fault or fresh.fault
