"""Writing a file's entries into the ledger, in bulk, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, text, update
from sqlalchemy.orm import Session

from steward.domain.hazards import STATUS_NAMES, Source, Status
from steward.domain.intake import Entry, Rejection
from steward.domain.weeks import local_date
from steward.ledger import lifecycle, tally
from steward.ledger.queries import suggestions
from steward.ledger.tables import (
    EnterpriseRow,
    ExtensionRow,
    HazardChangeRow,
    HazardRow,
    InspectionRow,
    IntakeRunRow,
    RejectedRow,
)
from steward.storage.bulk import add_rows, insert_rows

_CHUNK = 5_000  # rows a statement
_IDS = 5_000  # parameters of an IN list: SQLite takes 32,766
_INSTANTS = ("found_at", "rectified_at", "closed_at")
_COMPARED = ("category", "level", "description", "industry", *_INSTANTS)
_BY_STAFF = "状态不能为已作废：作废须由人员办理"

_HAZARDS = cast(Table, HazardRow.__table__)
_ENTERPRISES = cast(Table, EnterpriseRow.__table__)
_CHANGES = cast(Table, HazardChangeRow.__table__)
_EXTENSIONS = cast(Table, ExtensionRow.__table__)
_INSPECTIONS = cast(Table, InspectionRow.__table__)
_REJECTED = cast(Table, RejectedRow.__table__)

_HAZARD_COLUMNS = (
    "id",
    "source",
    "external_id",
    "enterprise_id",
    "town_id",
    "industry",
    "category",
    "level",
    "description",
    "found_at",
    "deadline",
    "rectified_at",
    "closed_at",
    "status",
    "extra",
    "intake_run_id",
    "created_at",
)

Progress = Callable[[int], None]


@dataclass
class Taken:
    """What became of the entries."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[Entry, str]] = field(default_factory=list)


@dataclass
class _Writes:
    hazards: list[tuple[Any, ...]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    extensions: list[dict[str, Any]] = field(default_factory=list)
    before: list[tally.HazardFacts] = field(default_factory=list)
    after: list[tally.HazardFacts] = field(default_factory=list)


def hold_hazards(session: Session) -> None:
    """Let nobody else write hazards until this transaction ends; readers go on.

    SQLite's write transaction does so by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE hazards, enterprises IN SHARE ROW EXCLUSIVE MODE"))


def begin_run(
    session: Session, source: Source, file_name: str, sha256: str, at: datetime
) -> IntakeRunRow:
    """The record of this intake."""
    run = IntakeRunRow(
        source=source.value,
        file_name=file_name,
        file_sha256=sha256,
        started_at=at,
        unknown_columns=[],
    )
    session.add(run)
    session.flush()
    return run


def store_rejections(session: Session, run_id: int, rejections: Sequence[Rejection]) -> None:
    """Keep the rejected rows with their cells."""
    rows = [
        {
            "intake_run_id": run_id,
            "row_number": rejection.row_number,
            "reason": rejection.reason,
            "cells": {"cells": [None if c is None else str(c) for c in rejection.cells]},
        }
        for rejection in rejections
    ]
    _insert(session, _REJECTED, rows)


def store_entries(
    session: Session,
    run_id: int,
    source: Source,
    entries: Sequence[Entry],
    at: datetime,
    progress: Progress | None = None,
) -> Taken:
    """Take the entries: new ones inserted, known ones updated with their history kept.

    `progress` is told how many entries are done.
    """
    taken, writes = Taken(), _Writes()
    existing = _existing(session, source, [entry.external_id for entry in entries])
    voids = [entry for entry in entries if entry.status == Status.VOIDED]
    if refused := [entry for entry in voids if entry.external_id not in existing]:
        taken.refused += [(entry, _BY_STAFF) for entry in refused]
        numbers = {entry.external_id for entry in refused}
        entries = [entry for entry in entries if entry.external_id not in numbers]
    enterprises = _enterprises(session, entries, at)
    inspections: dict[tuple[int, date], datetime] = {}
    fresh = [entry for entry in entries if entry.external_id not in existing]
    ids = iter(_reserve(session, _HAZARDS, len(fresh)))
    for entry, enterprise_id in zip(entries, enterprises, strict=True):
        known = existing.get(entry.external_id)
        if known is None:
            _new(writes, next(ids), entry, enterprise_id, source, run_id, at)
            taken.new += 1
        else:
            reason = _refusal(known, entry)
            if reason:
                taken.refused.append((entry, reason))
                continue
            is_open = known.voided_at is None
            if is_open and _changed(writes, known, entry, enterprise_id, run_id, at):
                taken.updated += 1
            else:
                taken.unchanged += 1
        key = (enterprise_id, local_date(entry.found_at))
        inspections[key] = min(inspections.get(key, entry.found_at), entry.found_at)
    done = taken.unchanged + len(taken.refused)
    for start in range(0, len(writes.hazards), _CHUNK):
        part = writes.hazards[start : start + _CHUNK]
        insert_rows(session, _HAZARDS, _HAZARD_COLUMNS, part)
        done += len(part)
        if progress:
            progress(done)
    _update(session, writes.updates)
    _insert(session, _CHANGES, writes.changes)
    _insert(session, _EXTENSIONS, writes.extensions)
    add_inspections(
        session,
        [(id_, source.value, day, instant) for (id_, day), instant in inspections.items()],
    )
    tally.apply(session, writes.before, writes.after)
    touched = [row[0] for row in writes.hazards] + [one["hazard_id"] for one in writes.updates]
    suggestions.suggest(session, source, touched, at=at)
    if progress:
        progress(len(entries))
    return taken


def add_inspections(session: Session, rows: Sequence[tuple[int, str, date, datetime]]) -> None:
    """Add inspections (enterprise id, source, local day, instant); known ones stay as they are."""
    add_rows(
        session,
        _INSPECTIONS,
        ("enterprise_id", "source", "day", "inspected_at"),
        rows,
        key=("enterprise_id", "source", "day"),
    )


def _new(
    writes: _Writes,
    id_: int,
    entry: Entry,
    enterprise_id: int,
    source: Source,
    run_id: int,
    at: datetime,
) -> None:
    writes.hazards.append(
        (
            id_,
            source.value,
            entry.external_id,
            enterprise_id,
            entry.town_id,
            entry.industry,
            entry.category,
            entry.level.value,
            entry.description,
            entry.found_at,
            entry.deadline,
            entry.rectified_at,
            entry.closed_at,
            entry.status.value,
            entry.extra,
            run_id,
            at,
        )
    )
    writes.after.append(
        tally.HazardFacts(
            entry.town_id,
            source.value,
            entry.industry,
            entry.category,
            entry.found_at,
            entry.closed_at,
            None,
        )
    )


def _refusal(known: HazardRow, entry: Entry) -> str:
    if known.voided_at is not None:
        # An export says it of itself; as long as nothing else is new there is nothing to refuse.
        values = _values(known, entry, known.enterprise_id)
        same = known.deadline == entry.deadline and all(
            getattr(known, name) == values[name] for name in _COMPARED
        )
        # A source goes on sending what was merged here: as long as it is the same, that is no news.
        quiet = entry.status == Status.VOIDED or known.merged_into_id is not None
        if same and quiet:
            return ""
        if known.merged_into_id is not None:
            return "该隐患已合并到另一条，变化没有记入，请看留下的那一条"
        return "该隐患已作废，不能再更新"
    if entry.status == Status.VOIDED:
        return _BY_STAFF
    before = Status(known.status)
    if not lifecycle.reachable(before, entry.status):
        names = f"“{STATUS_NAMES[before]}”改回“{STATUS_NAMES[entry.status]}”"
        return f"台账中的状态不能从{names}"
    return ""


def _changed(
    writes: _Writes, known: HazardRow, entry: Entry, enterprise_id: int, run_id: int, at: datetime
) -> bool:
    """Put down what the entry changes of a known hazard; whether it changes anything."""
    values = _values(known, entry, enterprise_id)
    base = {"hazard_id": known.id, "recorded_at": at, "reason": "", "intake_run_id": run_id}
    changes = [
        base | {"at": at, "field": name, "before": _shown(old), "after": _shown(values[name])}
        for name in _COMPARED
        if (old := getattr(known, name)) != values[name]
    ]
    if known.status != entry.status.value:
        reached = entry.closed_at or entry.rectified_at or at
        changes.append(
            base
            | {
                "at": reached,
                "field": "status",
                "before": known.status,
                "after": entry.status.value,
            }
        )
    extended = known.deadline != entry.deadline
    if extended:
        writes.extensions.append(
            {
                "hazard_id": known.id,
                "at": at,
                "old_deadline": known.deadline,
                "new_deadline": entry.deadline,
                "reason": "",
                "intake_run_id": run_id,
            }
        )
    if not changes and not extended:
        return False
    writes.changes += changes
    writes.updates.append(values | {"hazard_id": known.id, "deadline": entry.deadline})
    writes.before.append(
        tally.HazardFacts(
            known.town_id,
            known.source,
            known.industry,
            known.category,
            known.found_at,
            known.closed_at,
            known.voided_at,
        )
    )
    writes.after.append(_facts(known.source, values))
    return True


def _values(known: HazardRow, entry: Entry, enterprise_id: int) -> dict[str, Any]:
    """What the entry says. Files say instants to the second: within it the ledger's own stays."""
    values = {
        "enterprise_id": enterprise_id,
        "town_id": entry.town_id,
        "industry": entry.industry,
        "category": entry.category,
        "level": entry.level.value,
        "description": entry.description,
        "status": entry.status.value,
        "extra": entry.extra,
    }
    for name in _INSTANTS:
        old, new = getattr(known, name), getattr(entry, name)
        same = old is not None and new is not None and old.replace(microsecond=0) == new
        values[name] = old if same else new
    return values


def _facts(source: str, values: dict[str, Any]) -> tally.HazardFacts:
    return tally.HazardFacts(
        values["town_id"],
        source,
        values["industry"],
        values["category"],
        values["found_at"],
        values["closed_at"],
        None,
    )


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)


def _existing(session: Session, source: Source, ids: Sequence[str]) -> dict[str, HazardRow]:
    found: dict[str, HazardRow] = {}
    for start in range(0, len(ids), _IDS):
        statement = select(HazardRow).where(
            HazardRow.source == source.value,
            HazardRow.external_id.in_(ids[start : start + _IDS]),
        )
        found.update((row.external_id, row) for row in session.scalars(statement))
    return found


def _enterprises(session: Session, entries: Sequence[Entry], at: datetime) -> list[int]:
    """The enterprise of each entry: by credit code, else by exact name and town, else new."""
    by_code: dict[str, int] = {}
    by_name: dict[tuple[str, int], tuple[int, str | None]] = {}
    columns = (
        EnterpriseRow.id,
        EnterpriseRow.name,
        EnterpriseRow.credit_code,
        EnterpriseRow.town_id,
    )
    for id_, name, code, town_id in session.execute(select(*columns)):
        if code:
            by_code[code] = id_
        by_name.setdefault((name, town_id), (id_, code))
    found: list[int | None] = []
    missing: dict[Any, Entry] = {}
    codes_learnt: dict[int, str] = {}
    for entry in entries:
        named = by_name.get((entry.enterprise_name, entry.town_id))
        code = entry.credit_code
        if code is None:
            found.append(named[0] if named else None)
        elif code in by_code:
            found.append(by_code[code])
        elif named and named[1] is None:
            codes_learnt[named[0]] = code
            by_code[code] = named[0]
            by_name[entry.enterprise_name, entry.town_id] = (named[0], code)
            found.append(named[0])
        else:
            found.append(None)
        if found[-1] is None:
            missing.setdefault(_identity(entry), entry)
    # An entry without a code is the same enterprise as one of the file that has one.
    for entry in list(missing.values()):
        key = (entry.enterprise_name, entry.town_id)
        if entry.credit_code is not None and key in missing:
            del missing[key]
    new = dict(zip(missing, _reserve(session, _ENTERPRISES, len(missing)), strict=True))
    by_key = {(entry.enterprise_name, entry.town_id): new[key] for key, entry in missing.items()}
    _insert(
        session,
        _ENTERPRISES,
        [
            {
                "id": new[key],
                "name": entry.enterprise_name,
                "credit_code": entry.credit_code,
                "town_id": entry.town_id,
                "industry": entry.industry,
                "created_at": at,
            }
            for key, entry in missing.items()
        ],
    )
    for id_, code in codes_learnt.items():
        session.execute(
            update(EnterpriseRow).where(EnterpriseRow.id == id_).values(credit_code=code)
        )
    return [
        id_
        if id_ is not None
        else new.get(_identity(entry)) or by_key[entry.enterprise_name, entry.town_id]
        for id_, entry in zip(found, entries, strict=True)
    ]


def _identity(entry: Entry) -> Any:
    return entry.credit_code or (entry.enterprise_name, entry.town_id)


def _reserve(session: Session, table: Table, number: int) -> Sequence[int]:
    """Row ids for `number` new rows of a table, held for this transaction."""
    if number == 0:
        return []
    if session.get_bind().dialect.name == "postgresql":
        statement = text(
            f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id'))"
            f" FROM generate_series(1, {number})"
        )
        return list(session.scalars(statement))
    last = session.scalar(select(func.max(table.c.id))) or 0
    return range(last + 1, last + 1 + number)


def _update(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    names = [name for name in rows[0] if name != "hazard_id"]
    statement = (
        update(_HAZARDS)
        .where(_HAZARDS.c.id == bindparam("hazard_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    parameters = [
        {"hazard_id": row["hazard_id"]} | {f"new_{name}": row[name] for name in names}
        for row in rows
    ]
    for part in _chunks(parameters):
        session.connection().execute(statement, part)


def _insert(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for part in _chunks(rows):
        session.execute(insert(table), part)


def _chunks(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]
