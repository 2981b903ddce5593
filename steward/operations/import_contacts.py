"""Take a list of contacts in: CSV or XLSX, uploaded or pasted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steward.analysis.queries import towns
from steward.domain.accounts import Actor
from steward.errors import DeliveryError, IntakeError
from steward.ledger.intake.files import cells_of
from steward.offices.queries import contacts
from steward.operations.keep_contacts import checked, put
from steward.storage.engine import Database

HEADERS: dict[str, str] = {
    "镇街": "town",
    "所属镇街": "town",
    "town": "town",
    "姓名": "name",
    "联系人": "name",
    "name": "name",
    "地址": "address",
    "邮箱": "address",
    "邮件": "address",
    "电子邮件": "address",
    "推送地址": "address",
    "address": "address",
}
MOST_ROWS = 2000


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: its number in the file, the first row being 1, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Imported:
    """What became of a list; `known` were there already."""

    added: int
    known: int
    refused: Sequence[Refused]


def import_contacts(
    database: Database, content: bytes, *, name: str, at: datetime, by: Actor
) -> Imported:
    """Take the rows that can be taken, and say of each other one why not; giving it once more is
    harmless. Raises DeliveryError for the list as a whole; then nothing was taken."""
    try:
        rows = cells_of(content, name).rows
    except IntakeError as error:
        raise DeliveryError(error.sentence, place=error.place) from error
    columns = _columns(rows[0], name)
    if len(rows) > MOST_ROWS + 1:
        raise DeliveryError(f"一次最多 {MOST_ROWS} 行", place=name)
    added, known, refused = 0, 0, []
    with database.session(write=True) as session:
        of_district = list(towns(session).values())
        for number, row in enumerate(rows[1:], 2):
            cells = {field: _text(row, column) for field, column in columns.items()}
            if not any(cells.values()):
                continue
            try:
                new = checked(of_district, **cells)
            except DeliveryError as error:
                refused.append(Refused(number, error.sentence))
                continue
            if contacts.same(session, new) is None:
                put(session, new, at=at, by=by)
                added += 1
            else:
                known += 1
    return Imported(added, known, refused)


def _columns(heads: Sequence[Any], place: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, head in enumerate(heads):
        field = HEADERS.get(str(head).strip().lower())
        if field in found:
            raise DeliveryError(f"第 1 行有两列都是“{str(head).strip()[:20]}”", place=place)
        if field:
            found[field] = column
    missing = [
        title
        for title, field in (("镇街", "town"), ("姓名", "name"), ("地址", "address"))
        if field not in found
    ]
    if missing:
        raise DeliveryError(
            f"第 1 行应有表头“镇街、姓名、地址”，缺少：{'、'.join(missing)}", place=place
        )
    return found


def _text(row: Sequence[Any], column: int) -> str:
    return str(row[column]).strip() if column < len(row) else ""
