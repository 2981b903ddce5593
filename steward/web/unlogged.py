"""Keys that stand in addresses stay out of the logs, whoever writes them: Flask, gunicorn…"""

from __future__ import annotations

import logging
import re

from steward.accounts.keys import TOKEN_PREFIX

LOGGERS = ("gunicorn.access", "gunicorn.error", "werkzeug")
_KEYS = re.compile(rf"\b{TOKEN_PREFIX}[\w-]{{20,}}")


class NoKeys(logging.Filter):
    """Puts … where a key stood, in the message and in what an error brought with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without its keys."""
        record.msg, record.args = cleaned(record.getMessage()), ()
        if record.exc_info and record.exc_text is None:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = cleaned(record.exc_text)
        return True


_FILTER = NoKeys()  # one, so that many applications in a process add it once


def cleaned(text: str) -> str:
    """The text with … in the place of each key."""
    return _KEYS.sub("…", text)


def install(logger: logging.Logger) -> None:
    """For the application's own logger and for the servers'."""
    for one in (logger, *map(logging.getLogger, LOGGERS)):
        one.addFilter(_FILTER)
