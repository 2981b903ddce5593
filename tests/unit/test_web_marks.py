"""Where a page of a list by time begins."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from steward.domain.search import Mark
from steward.web.marks import before

AT = datetime(2021, 11, 16, 1, 30, 0, 5, tzinfo=UTC)


def test_what_a_page_writes_is_read_again_also_with_its_plus_as_a_blank() -> None:
    mark = str(Mark(AT, 123))
    assert before(mark) == (AT, 123)
    assert before(mark.replace("+", " ")) == (AT, 123)


@pytest.mark.parametrize(
    "text",
    ["", "~", "2021-11-16T01:30:00~1", f"{AT.isoformat()}~0", f"{AT.isoformat()}~{2**31}", "x~1"],
)
def test_what_is_no_mark_begins_at_the_start(text: str) -> None:
    assert before(text) is None
