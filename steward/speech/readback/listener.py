"""The listener: hears a clip as often as it takes, and says whether it is what was meant."""

from __future__ import annotations

from steward.domain.script import Clause
from steward.domain.voices import Hearing
from steward.speech.engine import Sound
from steward.speech.readback.compare import compare, without_numbers
from steward.speech.readback.recogniser import Patience, Recogniser

# Quick first; what disagrees is heard again, each time another way. A number that comes back
# exactly once was said: nobody told the recogniser what to expect.
PATIENCE = (
    Patience(beam=5, margin_s=1.5, window_s=5.0, hinted=True),
    Patience(beam=5, margin_s=1.5, window_s=15.0, hinted=True),
    Patience(beam=5, margin_s=1.5, window_s=30.0, hinted=False),
    # A short last syllable (…点二) is now and then lost by a beam and found without one.
    Patience(beam=1, margin_s=1.5, window_s=30.0, hinted=True),
)
# In the way its numbers are to be written; none of them is the text's.
MANNER = "隐患管家播报：三十七条，累计两千零五处，百分之四十点三，电话零幺二三。"


class Listener:
    """Compares clips with their clauses."""

    def __init__(self, recogniser: Recogniser, patience: tuple[Patience, ...] = PATIENCE) -> None:
        self._recogniser = recogniser
        self._patience = patience

    def hear(self, clause: Clause, sound: Sound) -> Hearing:
        """The best of the hearings; the first that is ok ends them. Raises SpeechError."""
        hint = MANNER + without_numbers(clause.spoken)
        best: Hearing | None = None
        for patience in self._patience:
            hearing = compare(clause, self._recogniser.hear(sound, hint, patience))
            if best is None or _rank(hearing) < _rank(best):
                best = hearing
            if hearing.ok:
                break
        assert best is not None
        return best


def _rank(hearing: Hearing) -> tuple[bool, bool, float]:
    return not hearing.ok, not hearing.numbers_right, hearing.error_rate
