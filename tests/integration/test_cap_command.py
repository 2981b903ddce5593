"""`steward cap check`: what a file says, or why it would be refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steward.cli import steward
from steward.errors import AlertError
from tests.support.cap import document


@pytest.fixture(autouse=True)
def _at_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEWARD_DEMO_CLOCK", "2021-11-16T09:00")
    Path("alert.xml").write_bytes(document())


def check(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(steward, ["cap", "check", *arguments], input=given)


def test_it_says_what_would_be_said() -> None:
    result = check("alert.xml")
    assert result.exit_code == 0, result.output
    assert "发布，正式：A1" in result.output
    assert "紧急" in result.output
    assert "杭州市气象台发布：暴雨红色预警。" in result.output
    assert "发布，演练：A1" in check("-", given=document(status="Exercise")).output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (document(status="System"), "System"),
        (b"<!DOCTYPE x []><x/>", "安全"),
        (document(msg_type="Ack"), "Ack"),
    ],
)
def test_it_says_why_it_would_be_refused(content: bytes, sentence: str) -> None:
    result = check("-", given=content)
    assert isinstance(result.exception, AlertError)
    assert sentence in str(result.exception)
    assert isinstance(check("none.xml").exception, AlertError)
