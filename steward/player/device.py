"""The loudspeaker through miniaudio: ALSA, PulseAudio, JACK, … or its null device."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Generator
from dataclasses import dataclass, field

import miniaudio

from steward.clock import monotonic_s
from steward.errors import PlayerError, SoundDeviceLost
from steward.player.output import Take
from steward.speech.engine import Samples

RATE_HZ = 48_000  # what nearly every device runs at, so that nothing is resampled on the way
BUFFER_MS = 20  # a period; a cut is heard within a few of them
SILENT_S = 2.0  # a device that asks for no samples for so long is lost
# Never its null device by itself: a player that nobody hears must say so.
_REAL = [one for one in miniaudio.Backend if one != miniaudio.Backend.NULL]
_ALSA_NOTHING = "Discard all samples"  # ALSA's own null device, as it calls it
_say_nothing = ctypes.CFUNCTYPE(None)(lambda: None)


def quieten_alsa() -> None:
    """No forty lines of ALSA at every attempt to open what is not there: we say it ourselves."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_say_nothing)


def device_names() -> list[str]:
    """The loudspeakers of this machine; none where no sound system answers."""
    try:
        names = [str(one["name"]) for one in miniaudio.Devices(_REAL).get_playbacks()]
    except miniaudio.MiniaudioError:
        return []
    return [name for name in names if not name.startswith(_ALSA_NOTHING)]


@dataclass
class MiniaudioSink:
    """`name` is a device's name or a part of it, "" the system's own choice; `null` is silent."""

    name: str = ""
    null: bool = False
    rate_hz: int = RATE_HZ
    _device: miniaudio.PlaybackDevice | None = None
    _taken_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, take: Take) -> None:
        """Raises SoundDeviceLost."""
        backends = [miniaudio.Backend.NULL] if self.null else _REAL
        try:
            device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.FLOAT32,
                nchannels=1,
                sample_rate=self.rate_hz,
                buffersize_msec=BUFFER_MS,
                device_id=self._chosen(),
                backends=backends,
                app_name="隐患管家",
            )
            self._taken_s = monotonic_s()
            samples = self._samples(take)
            next(samples)
            device.start(samples)
        except miniaudio.MiniaudioError as error:
            raise SoundDeviceLost("音频设备打不开", place=self.name or "系统默认设备") from error
        self._device = device

    def lost(self) -> bool:
        """Its driver stopped it, or asks for no more samples."""
        device = self._device
        if device is None or not device.running or device.callback_generator is None:
            return True
        return monotonic_s() - self._taken_s > SILENT_S

    def close(self) -> None:
        with self._lock:
            device, self._device = self._device, None
        if device is not None:
            device.close()

    def _chosen(self) -> object:
        if not self.name or self.null:
            return None
        for one in miniaudio.Devices(_REAL).get_playbacks():
            if self.name in str(one["name"]):
                return one["id"]
        raise SoundDeviceLost("没有这个音频设备，可用 --list-devices 查看", place=self.name)

    def _samples(self, take: Take) -> Generator[Samples | bytes, int, None]:
        count = yield b""
        while True:
            self._taken_s = monotonic_s()
            count = yield take(count).reshape(-1, 1)


def volume_gain(volume: int) -> float:
    """From 0–100 to a factor; raises PlayerError outside."""
    if not 0 <= volume <= 100:
        raise PlayerError("音量应为 0 至 100", place=str(volume))
    return volume / 100
