"""Golden rows: `written => spoken`, one a line."""

from __future__ import annotations

from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"


def golden_rows(name: str) -> list[tuple[str, str]]:
    """(left, right) of each row of tests/golden/`name`.txt."""
    lines = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" =>", 1) for line in lines if line.strip() and not line.startswith("#")]
    return [(left, right.strip()) for left, right in rows]
