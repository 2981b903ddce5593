"""The operating system's voice through pyttsx3: the last resort.

pyttsx3's save loop is known to hang, so it runs in a process of its own that is ended when its
time is over. Its `runAndWait` does not wait: espeak-ng writes from a thread of its own, so the
process waits for the word that the utterance is finished.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.audio.wave import read_sound
from steward.speech.engine import EngineContext, Sound
from steward.speech.engines.options import speakable

WORDS_A_MINUTE = 200  # pyttsx3's own default pace
# espeak-ng has room for 1,000 phonemes between two pauses and leaves out what is more: measured,
# from 111 characters on. Only these signs make it pause.
LONGEST_RUN = 100
_PAUSES = re.compile("[，。、；：！？]")

_PROGRAM = """
import sys
import threading
import pyttsx3
text, path, voice, rate = sys.stdin.read(), sys.argv[1], sys.argv[2], int(sys.argv[3])
engine = pyttsx3.init()
ids = [v.id for v in engine.getProperty("voices")]
chosen = [i for i in ids if i == voice or i.split("/")[-1] == voice]
if not chosen:
    sys.exit(f"no voice {voice!r} among {len(ids)}")
engine.setProperty("voice", chosen[0])
for _ in range(2):  # on a busy machine espeak-ng now and then loses the first
    engine.setProperty("rate", rate)
finished = threading.Event()
engine.connect("finished-utterance", lambda name, completed: finished.set())
engine.save_to_file(text, path)
engine.runAndWait()
finished.wait()
"""


class SystemVoiceEngine:
    """espeak-ng (or what the system has) by pyttsx3, in a subprocess with a time limit."""

    def __init__(self, context: EngineContext) -> None:
        self._timeout_s = context.timeout_s

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        text = speakable(request)
        longest = max(map(len, _PAUSES.split(text)))
        if longest > LONGEST_RUN:
            raise EngineFailed(
                f"有 {longest} 个字没有标点，系统语音会漏字，请加标点", place=card.id, retry=False
            )
        limit_s = card.timeout_s or self._timeout_s
        rate = str(round(WORDS_A_MINUTE * request.speed))
        with tempfile.TemporaryDirectory(prefix="steward-voice-") as folder:
            path = Path(folder) / "speech.wav"
            command = [sys.executable, "-c", _PROGRAM, str(path), card.name, rate]
            try:
                done = subprocess.run(
                    command,
                    input=text,
                    capture_output=True,
                    text=True,
                    timeout=limit_s,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise EngineFailed(
                    f"系统语音 {limit_s:g} 秒内没有完成，已终止", place=card.id
                ) from error
            if done.returncode != 0:
                raise _fault(done.stderr, card)
            if not path.exists() or path.stat().st_size <= 44:  # a bare WAV header
                raise EngineFailed("系统语音没有产生声音", place=card.id)
            return read_sound(path)


def _fault(stderr: str, card: VoiceCard) -> EngineFailed | VoiceMissing:
    last = stderr.strip().splitlines()[-1] if stderr.strip() else "没有说明原因"
    if "espeak" in last or "no voice" in last:
        return VoiceMissing("系统没有安装 espeak-ng 或其普通话语音", place=card.id)
    return EngineFailed(f"系统语音出错：{last}", place=card.id)
