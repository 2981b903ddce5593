"""Keep the sound of a finished broadcast as files, to be heard again and downloaded."""

from __future__ import annotations

import hashlib
import logging

from steward.broadcasts.queries import broadcasts
from steward.domain.broadcasts import OPENING_CHIMES, Priority
from steward.domain.weeks import local_date
from steward.errors import SpeechError
from steward.operations.studio import Studio
from steward.operations.write_script import clauses_of
from steward.speech.audio.files import Tags
from steward.speech.audio.whole import write_broadcast
from steward.speech.cache import ClipCache

log = logging.getLogger(__name__)


def keep_sound(studio: Studio, broadcast_id: int) -> None:
    """Write `<sounds folder>/<id>.{mp3,ogg,wav,vtt}`, chimes and pauses included, and note it.

    `sound_key` is then the hash of the clips' keys; "" when there is no sound to keep, or when
    it could not be written: that is put down as the broadcast's fault and stops nothing else.
    """
    with studio.database.session() as session:
        row = broadcasts.get(session, broadcast_id)
        made = broadcasts.clips(session, broadcast_id)
    duration_ms, key, fault = None, "", ""
    try:
        if made:
            sound = write_broadcast(
                studio.sounds_folder,
                str(broadcast_id),
                ClipCache(studio.clips_folder),
                [
                    (clause, made[ordinal].clip_key)
                    for ordinal, clause in enumerate(clauses_of(row.clauses))
                    if ordinal in made
                ],
                opening=studio.voice.chime(OPENING_CHIMES[Priority(row.priority)]),
                closing=studio.voice.chime("after"),
                tags=Tags(row.title, studio.district, local_date(row.slot_at).isoformat()),
            )
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
