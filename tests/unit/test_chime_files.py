"""The chimes the page plays are those of the speech package (tools/chimes writes them)."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import soundfile

import steward
from steward.speech.audio.chime import Which, chime


@pytest.mark.parametrize("which", get_args(Which))
def test_the_page_plays_the_chime_that_is_made(which: Which) -> None:
    path = Path(steward.__file__).parent / "web" / "static" / f"chime-{which}.wav"
    samples, rate_hz = soundfile.read(path, dtype="float32")
    made = chime(which)
    assert rate_hz == made.rate_hz
    np.testing.assert_allclose(samples, made.samples, atol=1e-3)
