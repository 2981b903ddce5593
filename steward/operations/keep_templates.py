"""Keep narration templates of one's own: save a version, go back to the shipped one."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from steward.accounts.queries import audit
from steward.broadcasts.queries import plans
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.errors import NarrationError, NotFound, StorageError
from steward.narration.contexts import context_of
from steward.narration.environment import SUFFIX, Templates
from steward.narration.plain import LONGEST
from steward.operations.narrate import TEMPLATES
from steward.operations.show_templates import (
    HISTORY,
    STAMP,
    checked_name,
    fingerprint,
    versions,
)
from steward.storage.engine import Database
from steward.storage.turns import Turn, take_turn


def clean_source(text: str) -> str:
    """A template's text as it is kept: lines end with a newline. Raises NarrationError: too long,
    empty, control characters."""
    source = text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"
    if not source.strip():
        raise NarrationError("模板里没有文字")
    if len(source) > LONGEST:
        raise NarrationError(f"模板太长：有{len(source)}个字，最多{LONGEST}个字")
    for number, line in enumerate(source.split("\n"), start=1):
        if not line.replace("\t", "").isprintable():
            raise NarrationError("模板里有看不见的控制字符", place=f"第{number}行")
    return source


def check_template(name: str, source: str) -> None:
    """Raises NarrationError with the line: bad syntax, an unknown name, what reaches outside."""
    templates = Templates.of_text(checked_name(name), source)
    templates.require_plain(name)
    templates.check(name, context_of(name))


def save_template(
    database: Database,
    own: Path,
    name: str,
    source: str,
    *,
    based_on: str,
    at: datetime,
    by: Actor,
) -> int:
    """Save a text that was tried, as the version in force; gives its number, counted from 1.

    `own` is the folder of one's own templates; each version stays there as a file. `based_on` is
    the fingerprint of the text that was edited, "" for a new template; an unchanged text makes no
    new version. Raises NarrationError with the line, or when somebody else saved meanwhile;
    StorageError when nothing can be written.
    """
    source = clean_source(source)
    check_template(name, source)
    with database.session(write=True) as session:
        take_turn(session, Turn.AUDIT)  # two who save at once: the second is told
        if based_on != _in_force(name, own):
            raise NarrationError("这个模板刚被别人改过，没有保存；请重新打开再改", place=name)
        kept = versions(name, own)
        if kept and not _unrecorded(name, own) and fingerprint(source) == based_on:
            return kept[0].number  # nothing was changed
        number = len(versions(name, own)) + _unrecorded(name, own) + 1
        facts = {"template": name, "version": number}
        audit.record(session, Act.TEMPLATE_SAVED, at=at, by=by, about=f"模板 {name}", after=facts)
        try:
            _record_unrecorded(name, own, at)
            _record(name, own, source, number, at)
            _put(own / f"{name}{SUFFIX}", source)
        except OSError as error:
            raise _not_written(own, error) from error
    return number


def restore_template(database: Database, own: Path, name: str, *, at: datetime, by: Actor) -> None:
    """No version of one's own is in force any more; they stay in the history.

    Raises NotFound: there is none; NarrationError: a plan needs it, for none is shipped.
    """
    path = own / f"{checked_name(name)}{SUFFIX}"
    if not path.is_file():
        raise NotFound(f"模板“{name}”没有自己的版本")
    with database.session(write=True) as session:
        users = [plan.title for plan in plans.active(session) if plan.template == name]
        if users and not (TEMPLATES / path.name).is_file():
            raise NarrationError(f"计划“{users[0]}”在用这个模板，请先删除计划", place=name)
        audit.record(session, Act.TEMPLATE_RESTORED, at=at, by=by, about=f"模板 {name}")
        try:
            _record_unrecorded(name, own, at)
            path.unlink()
        except OSError as error:
            raise _not_written(own, error) from error


def _in_force(name: str, own: Path) -> str:
    templates = Templates(TEMPLATES, own)
    return fingerprint(templates.source(name)) if name in templates.names() else ""


def _unrecorded(name: str, own: Path) -> bool:
    """Was the file in force put there by hand, so that the history does not have it?"""
    path = own / f"{name}{SUFFIX}"
    kept = versions(name, own)
    return path.is_file() and (not kept or kept[0].path.read_bytes() != path.read_bytes())


def _record_unrecorded(name: str, own: Path, at: datetime) -> None:
    if _unrecorded(name, own):
        text = (own / f"{name}{SUFFIX}").read_text(encoding="utf-8", errors="replace")
        _record(name, own, text, len(versions(name, own)) + 1, at)


def _record(name: str, own: Path, source: str, number: int, at: datetime) -> None:
    folder = own / HISTORY / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{number:04d}-{at.astimezone(UTC):{STAMP}}{SUFFIX}"
    with file.open("x", encoding="utf-8", newline="\n") as opened:
        opened.write(source)


def _put(path: Path, source: str) -> None:
    """All of it or nothing: a plan may read the file at this moment."""
    fresh = path.with_suffix(".new")
    fresh.write_text(source, encoding="utf-8", newline="\n")
    os.replace(fresh, path)


def _not_written(own: Path, error: OSError) -> StorageError:
    return StorageError(f"模板写不进文件夹（{error.strerror}），没有保存", place=str(own))
