"""Text in the cells of a table that a spreadsheet opens: nothing of it may become a formula."""

from __future__ import annotations

import re

# What begins so is taken for a formula, or was guarded already.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could be one."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded; any other as it is."""
    return text[1:] if _GUARDED.match(text) else text
