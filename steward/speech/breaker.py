"""A circuit breaker a voice: one that keeps failing is left alone for a while, then tried once.

pybreaker keeps the count: closed, open after so many failures in a row, half open when its time
is over (one call is let through: it closes the circuit or opens it again). Errors that say trying
again cannot help are the text's fault, not the voice's, and are not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pybreaker

from steward.domain.voices import Condition
from steward.errors import EngineFailed, SpeechError

T = TypeVar("T")

FAILURES = 3
REST_S = 120.0


class _Breaker(pybreaker.CircuitBreaker):
    """pybreaker's, without its lock around the call: a voice may speak two clauses at once."""

    def call(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.state.call(func, *args, **kwargs)


_STATES = {"closed": "well", "open": "resting", "half-open": "trying"}


class Breakers:
    """The breakers of a speaker's voices."""

    def __init__(self, *, failures: int = FAILURES, rest_s: float = REST_S) -> None:
        """Open after `failures` in a row; probe again after `rest_s` seconds."""
        self._failures = failures
        self._rest_s = rest_s
        self._breakers: dict[str, Any] = {}
        self._faults: dict[str, str] = {}

    def call(self, voice_id: str, work: Callable[[], T]) -> T:
        """What `work` gives. Raises EngineFailed when the circuit is open, else what it raises."""
        breaker = self._of(voice_id)
        try:
            result: T = breaker.call(work)
        except pybreaker.CircuitBreakerError as error:
            fault = self._faults.get(voice_id, "")
            raise EngineFailed(
                f"接连失败，{self._rest_s:g} 秒内不再尝试（上次：{fault}）",
                place=voice_id,
                retry=False,
            ) from error
        except SpeechError as error:
            self._faults[voice_id] = str(error)
            raise
        self._faults.pop(voice_id, None)
        return result

    def conditions(self) -> list[Condition]:
        """How each voice does that has spoken or tried to, in the order of its first try."""
        return [
            Condition(
                f"voice:{voice_id}",
                _STATES[breaker.current_state],
                self._faults.get(voice_id, ""),
                breaker.fail_counter,
            )
            for voice_id, breaker in self._breakers.items()
        ]

    def _of(self, voice_id: str) -> Any:
        if voice_id not in self._breakers:
            self._breakers[voice_id] = _Breaker(
                fail_max=self._failures,
                reset_timeout=self._rest_s,
                throw_new_error_on_trip=False,
                exclude=[lambda error: isinstance(error, SpeechError) and not error.retry],
                name=voice_id,
            )
        return self._breakers[voice_id]
