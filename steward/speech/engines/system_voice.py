"""The operating system's voice through pyttsx3: the last resort.

pyttsx3's save loop is known to hang, so it runs in a process of its own that is ended when its
time is over.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.audio.wave import read_sound
from steward.speech.engine import EngineContext, Sound

WORDS_A_MINUTE = 200  # pyttsx3's own default pace
ATTEMPTS = 3  # on a busy machine its loop now and then ends before espeak has written

_PROGRAM = """
import sys
import pyttsx3
text, path, voice, rate = sys.stdin.read(), sys.argv[1], sys.argv[2], int(sys.argv[3])
engine = pyttsx3.init()
ids = [v.id for v in engine.getProperty("voices")]
chosen = [i for i in ids if i == voice or i.split("/")[-1] == voice]
if not chosen:
    sys.exit(f"no voice {voice!r} among {len(ids)}")
engine.setProperty("voice", chosen[0])
engine.setProperty("rate", rate)
engine.save_to_file(text, path)
engine.runAndWait()
"""


class SystemVoiceEngine:
    """espeak-ng (or what the system has) by pyttsx3, in a subprocess with a time limit."""

    def __init__(self, context: EngineContext) -> None:
        self._timeout_s = context.timeout_s

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        if not request.text.strip():
            raise EngineFailed("没有可合成的文字", retry=False)
        for _ in range(ATTEMPTS):
            sound = self._attempt(request, card)
            if sound is not None:
                return sound
        raise EngineFailed("系统语音没有产生声音", place=card.id)

    def _attempt(self, request: SpeakingRequest, card: VoiceCard) -> Sound | None:
        """One run of the program; None when it ended well and left nothing."""
        with tempfile.TemporaryDirectory(prefix="steward-voice-") as folder:
            path = Path(folder) / "speech.wav"
            rate = str(round(WORDS_A_MINUTE * request.speed))
            command = [sys.executable, "-c", _PROGRAM, str(path), card.name, rate]
            try:
                done = subprocess.run(
                    command,
                    input=request.text,
                    capture_output=True,
                    text=True,
                    timeout=self._timeout_s,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise EngineFailed(
                    f"系统语音 {self._timeout_s:g} 秒内没有完成，已终止", place=card.id
                ) from error
            if done.returncode != 0:
                raise _fault(done.stderr, card)
            if not path.exists() or path.stat().st_size <= 44:  # a bare WAV header
                return None
            return read_sound(path)


def _fault(stderr: str, card: VoiceCard) -> EngineFailed | VoiceMissing:
    last = stderr.strip().splitlines()[-1] if stderr.strip() else "没有说明原因"
    if "espeak" in last or "no voice" in last:
        return VoiceMissing("系统没有安装 espeak-ng 或其普通话语音", place=card.id)
    return EngineFailed(f"系统语音出错：{last}", place=card.id)
