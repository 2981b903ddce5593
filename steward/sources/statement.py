"""What may be asked of an upstream database: one SELECT that is told the watermark."""

from __future__ import annotations

import re
from collections.abc import Iterator

WATERMARK = "watermark"
# Literals, quoted names, comments and PostgreSQL's dollar quotes say nothing of what a query does.
_SILENT = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$",
    re.DOTALL,
)
_BOUND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_FORBIDDEN = (
    *("insert", "update", "delete", "merge", "replace", "truncate", "drop", "alter", "create"),
    *("grant", "revoke", "call", "exec", "execute", "do", "copy", "set", "lock", "vacuum"),
    *("attach", "detach", "pragma", "into", "begin", "commit", "rollback"),
)
_WORD = re.compile(rf"\b({'|'.join(_FORBIDDEN)})\b(?!\s*\()", re.IGNORECASE)
_LOCKS = re.compile(r"\bfor\s+(update|share|no\s+key|key)\b", re.IGNORECASE)


def check_select(query: str) -> Iterator[str]:
    """What keeps a query from being taken, in Chinese; nothing for one that is."""
    plain = _SILENT.sub(" ", query).strip().rstrip(";").strip()
    if not re.match(r"(select|with)\b", plain, re.IGNORECASE):
        yield "只能是一条 SELECT（或以 WITH 开头的 SELECT）"
        return
    if ";" in plain:
        yield "只能有一条语句，不能有分号"
    locks = _LOCKS.search(plain)
    found = locks or _WORD.search(plain)
    if found:
        yield f"只能读：不能有“{found[0]}”"
    names = set(_BOUND.findall(plain))
    if WATERMARK not in names:
        yield "须有 :watermark，如 WHERE updated_at >= :watermark"
    others = sorted(names - {WATERMARK})
    if others:
        yield f"不认识的参数 {'、'.join(f':{one}' for one in others)}，只有 :watermark"
