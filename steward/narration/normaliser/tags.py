"""Mark-up pasted along with a text: SSML and HTML tags are how a text is set, never its words.

They are taken out, not refused: nothing that was to be said is lost, and whoever pasted a text
made for another speech program need not clean it by hand. What is no such tag stays.
"""

from __future__ import annotations

import html
import re

_BREAKING = {"break", "p", "s", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
_NAMES = (
    r"speak|p|s|w|token|lang|voice|prosody|emphasis|break|say-as|phoneme|sub|audio|mark|desc|"
    r"lexicon|lookup|meta|metadata|[a-z]+:[a-z-]+|br|div|span|b|i|u|em|strong|font|a|h[1-6]|li|"
    r"ul|ol|tr|td|th|table|tbody|thead|img|html|head|body|title"
)
_ATTRIBUTE = r"\s+[A-Za-z:_-]+\s?=\s?(?:\"[^\"]*\"|'[^']*'|[^\s<>\"']+)"
_TAG = re.compile(
    rf"<!--(?:(?!<!--).)*?-->|<\?xml[^<>]*\?>|</?({_NAMES})(?:{_ATTRIBUTE})*\s*/?>", re.I | re.S
)
_ENTITY = re.compile(r"&(?:amp;)*(nbsp|lt|gt|quot|apos);|&(?:amp;)+", re.I)


def without_tags(text: str) -> str:
    """`text` without tags and entities; where a tag parts lines, a line break."""
    return _TAG.sub(_line_break, _ENTITY.sub(_character, text))


def _character(match: re.Match[str]) -> str:
    return html.unescape(f"&{match[1].lower()};") if match[1] else "&"


def _line_break(match: re.Match[str]) -> str:
    return "\n" if (match[1] or "").lower() in _BREAKING else ""
