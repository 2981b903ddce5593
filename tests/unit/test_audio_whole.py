"""The joined sound: pauses as scripted, no click at a joint, one loudness; and its captions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from steward.errors import SpeechError
from steward.narration.clauses import BREATH_MS, PAUSES_MS
from steward.speech.audio.chime import CHIMES, chime
from steward.speech.audio.mastering import loudness_lufs, master, true_peak_dbfs
from steward.speech.audio.wave import silence
from steward.speech.audio.whole import CHIME_GAP_MS, join
from steward.speech.engine import Samples, Sound
from tests.support.spoken import RATE_HZ, bright_syllables, syllables

PER_MS = RATE_HZ // 1000


def clips(count: int) -> list[Sound]:
    return [master(bright_syllables(0.7 + 0.13 * n, seed=n), gain_db=6.0) for n in range(count)]


def test_every_pause_is_as_many_samples_as_scripted() -> None:
    pauses = [*PAUSES_MS.values(), BREATH_MS, 0]
    parts = list(zip(clips(len(pauses)), pauses, strict=True))
    made = join(parts).sound.samples
    at = 0
    for clip, pause_ms in parts:
        at += len(clip.samples)
        silent = made[at : at + pause_ms * PER_MS]
        assert len(silent) == pause_ms * PER_MS
        assert not silent.any()
        at += pause_ms * PER_MS
        heard = made[at : at + 40 * PER_MS]  # the fade of the next clip
        assert at == len(made) or heard.any()
    assert at == len(made)


def test_chimes_stand_around_with_their_gap() -> None:
    opening, closing = chime("important"), chime("after")
    clip = clips(1)[0]
    whole = join([(clip, 600)], opening=opening, closing=closing)
    made = whole.sound.samples
    gap = len(opening.samples) + CHIME_GAP_MS * PER_MS
    assert not made[len(opening.samples) : gap].any()
    assert len(made) == gap + len(clip.samples) + 600 * PER_MS + len(closing.samples)
    assert whole.spans == (
        (
            CHIMES["important"].length_ms + CHIME_GAP_MS,
            CHIMES["important"].length_ms + CHIME_GAP_MS + clip.duration_ms,
        ),
    )


@pytest.mark.parametrize("level", [0.01, 0.1, 0.4])
def test_the_whole_is_at_its_loudness_below_its_peak(level: float) -> None:
    parts = [(syllables(1.0 + n / 5, level, crest=6.0), 250) for n in range(6)]
    made = join(parts, opening=chime("routine"), closing=chime("after")).sound
    assert loudness_lufs(made) == pytest.approx(-16.0, abs=0.5)
    assert true_peak_dbfs(made) <= -1.0


def test_clips_of_another_rate_keep_their_length() -> None:
    clip = master(syllables(1.0, rate_hz=22_050))
    whole = join([(clip, 100), (clip, 0)])
    (first, second) = whole.spans
    for start_ms, end_ms in (first, second):
        assert end_ms - start_ms == pytest.approx(clip.duration_ms, abs=1)
    assert second[0] - first[1] == 100


def test_nothing_to_join_is_told() -> None:
    with pytest.raises(SpeechError, match="没有可合成的内容"):
        join([])


def steps(samples: Samples) -> Samples:
    return np.abs(np.diff(samples))


def hiss(samples: Samples) -> Samples:
    """Energy above 8 kHz in each ms."""
    high = sosfilt(butter(8, 8_000, "highpass", fs=RATE_HZ, output="sos"), samples)
    energy: Samples = np.add.reduceat(high**2, np.arange(0, len(high), PER_MS))
    return energy


def loudest_at_joints(samples: Samples, joints: list[int]) -> tuple[float, float]:
    """The largest step within 1 ms of any joint, and the most hiss in the 3 ms around one."""
    near = [samples[max(0, joint - PER_MS) : joint + PER_MS] for joint in joints]
    high = hiss(samples)
    around = [high[max(0, joint // PER_MS - 1) : joint // PER_MS + 2] for joint in joints]
    return max(float(steps(n).max(initial=0)) for n in near), float(max(a.max() for a in around))


def joined(parts: list[tuple[Sound, int]]) -> tuple[Samples, list[int]]:
    """The joined samples, and where sound and silence meet in them."""
    whole = join(parts, opening=chime("emergency"), closing=chime("after"))
    edges = [0]
    for length in (
        len(chime("emergency").samples),
        CHIME_GAP_MS * PER_MS,
        *(n for sound, pause_ms in parts for n in (len(sound.samples), pause_ms * PER_MS)),
    ):
        edges.append(edges[-1] + length)
    return whole.sound.samples, edges[1:]


def test_no_joint_clicks() -> None:
    parts = list(zip(clips(6), (0, 150, 0, 250, 0, 600), strict=True))
    samples, joints = joined(parts)
    step, high = loudest_at_joints(samples, joints)
    assert step < 0.05 * float(steps(samples).max())
    assert high < 0.05 * float(hiss(samples).max())
    assert max(abs(samples[0]), abs(samples[-1])) < 1e-4
    for clip, _ in parts:
        assert max(abs(clip.samples[0]), abs(clip.samples[-1])) < 1e-4


def test_a_clip_cut_in_the_middle_of_a_sound_would_click() -> None:
    """The measure above can tell."""
    cut = [Sound(clip.samples[3_000:-3_000], RATE_HZ) for clip in clips(6)]
    samples, joints = joined([(clip, 0) for clip in cut])
    step, _ = loudest_at_joints(samples, joints)
    assert step > 0.3 * float(steps(samples).max())


def heard_spans(sound: Sound, silence_ms: int = 100) -> list[tuple[float, float]]:
    """Where something is heard, in ms: between silences of at least that length."""
    loud = np.flatnonzero(np.abs(sound.samples) > 1e-5) * 1000 / sound.rate_hz
    breaks = np.flatnonzero(np.diff(loud) >= silence_ms)
    starts, ends = loud[[0, *(breaks + 1)]], loud[[*breaks, len(loud) - 1]]
    return list(zip(starts, ends, strict=True))


def test_spans_are_where_the_sound_is() -> None:
    parts = [(master(syllables(0.5 + n / 7)), 200 + 50 * n) for n in range(5)]
    whole = join(parts, opening=chime("routine"), closing=chime("after"))
    _, *heard, _ = heard_spans(whole.sound)
    assert len(heard) == len(parts)
    for span, measured in zip(whole.spans, heard, strict=True):
        assert measured == pytest.approx(span, abs=2)


def test_silence_joins_to_silence() -> None:
    assert not join([(silence(300, RATE_HZ), 100)]).sound.samples.any()
