"""Which texts are put before staff as perhaps one hazard: pairs that are written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from steward.ledger.similar import ALIKE, alike

GOLDEN = Path(__file__).parents[1] / "golden" / "alike.txt"
LINES = [
    line
    for line in GOLDEN.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", LINES)
def test_a_pair_is_asked_about_as_written_down(line: str) -> None:
    texts, verdict = line.split(" => ")
    one, other = texts.split(" | ")
    same, asked = verdict.split()
    assert (alike(one, other) >= ALIKE) == (asked == "问")
    assert alike(one, other) == alike(other, one)
    assert same in ("同", "异")


def test_every_pair_of_one_hazard_is_asked_about_and_few_of_two() -> None:
    assert all(line.endswith("问") and "不问" not in line for line in LINES if "=> 同" in line)
    asked = [line for line in LINES if "=> 异 问" in line]
    assert len(asked) <= len([line for line in LINES if "=> 异" in line]) / 5


@pytest.mark.parametrize(("one", "other"), [(None, None), ("", "灭火器过期"), ("……", "……")])
def test_what_says_nothing_is_like_nothing(one: str | None, other: str | None) -> None:
    assert alike(one, other) == 0
