"""Captions of a sound file as WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format")."""

from __future__ import annotations

import html
from collections.abc import Iterable

import webvtt


def captions(cues: Iterable[tuple[int, int, str]]) -> str:
    """A WebVTT document of cues (start in ms, end in ms, what is said), numbered from 1.

    The times are those of the sound as it was joined, so a clause without sound has none: it is
    no cue, for the file has no moment in which to show it. What WebVTT would take for markup
    (`&`, `<`, `>`, and with it `-->`) is escaped; line breaks, which would end a cue, are spaces.
    """
    return str(
        webvtt.WebVTT(
            captions=[
                webvtt.Caption(_time(start_ms), _time(end_ms), _text(said), identifier=str(number))
                for number, (start_ms, end_ms, said) in enumerate(cues, start=1)
            ]
        ).content
    )


def _time(ms: int) -> str:
    """`00:01:02.345`"""
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"


def _text(said: str) -> str:
    return html.escape(" ".join(said.split()), quote=False)
