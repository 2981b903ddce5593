"""One town's week as plain text and as plain values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from steward.briefings.weekly.rows import as_of_words
from steward.domain.briefings import WeeklyBriefing
from steward.errors import DocumentError
from steward.files import whole_file


def write_txt(briefing: WeeklyBriefing, path: Path) -> None:
    """What is said, a sentence a line. Raises DocumentError (a full disk)."""
    with whole_file(path, DocumentError) as half:
        half.write_text("\n".join(_lines(briefing)) + "\n", encoding="utf-8", newline="\n")


def write_json(briefing: WeeklyBriefing, path: Path) -> None:
    """The figures as `figures_document` has them, with what is said of them. Raises
    DocumentError (a full disk)."""
    said = {
        "title": briefing.title,
        "district": briefing.district,
        "made_at": briefing.made_at.isoformat(),
        "issued": briefing.issued,
        "demonstration": briefing.demonstration,
        "correction": briefing.correction,
        "reason": briefing.reason,
        "changes": [
            {"name": one.name, "said": one.said, "now": one.now} for one in briefing.changes
        ],
        "script": list(briefing.said),
    }
    document = said | dict(briefing.document) | {"evidence": dict(briefing.evidence)}
    with whole_file(path, DocumentError) as half:
        half.write_text(
            json.dumps(document, ensure_ascii=False, indent=2) + "\n",
            encoding="utf-8",
            newline="\n",
        )


def _lines(briefing: WeeklyBriefing) -> Iterator[str]:
    yield briefing.title
    yield f"{briefing.issuer}　{as_of_words(briefing.figures)}"
    yield from (f"【{note}】" for note in briefing.notes)
    yield ""
    yield from briefing.said
    if briefing.changes:
        yield ""
        yield "更正的内容："
        for one in briefing.changes:
            yield f"{one.name}：原来“{one.said}”，更正为“{one.now}”"
