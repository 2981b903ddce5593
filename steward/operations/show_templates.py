"""The narration templates: which there are, their texts and versions, what one would say now."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from steward.broadcasts.queries import plans
from steward.domain.script import Script
from steward.errors import NarrationError, NotFound
from steward.narration.contexts import (
    Comparison,
    Corrected,
    Part,
    StaleSource,
    context_of,
    documented,
)
from steward.narration.environment import SUFFIX, Templates
from steward.narration.month_contexts import CategoryGroup, ColourMove
from steward.narration.ranking import RankGroup
from steward.narration.script import script_from_text
from steward.operations.material import Wording, material_of
from steward.operations.narrate import TEMPLATES
from steward.operations.settle_readings import lexicon_in_force
from steward.storage.engine import Database

HISTORY = "history"
STAMP = "%Y%m%dT%H%M%SZ"
NAME_LENGTH = 40
_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_VERSION = re.compile(r"(\d{4,})-(\d{8}T\d{6}Z)\.j2", re.ASCII)
# What stands under the names that are no single value.
PARTS = (
    ("来源和镇街里的每一项（sources、towns）", documented(Part)),
    ("数据过旧的每一个来源（stale_sources）", documented(StaleSource)),
    ("与上周相比（new_hazards_change、closed_hazards_change）", documented(Comparison)),
    ("新增最多的镇街里的每一组（leading_towns）", documented(RankGroup)),
    ("新增最多的类别里的每一组（leading_categories）", documented(CategoryGroup)),
    ("变了颜色的镇街里的每一组（better、worse）", documented(ColourMove)),
    ("要更正的每一个数字（changes）", documented(Corrected)),
)


@dataclass(frozen=True)
class TemplateView:
    """A template in force. `own`: a version of one's own; `shipped`: the program brings one.

    `plans` are the titles of the plans that use it.
    """

    name: str
    about: str
    own: bool
    shipped: bool
    plans: Sequence[str]


@dataclass(frozen=True)
class Version:
    """A version of one's own that was saved, the first is 1."""

    number: int
    at: datetime
    path: Path


def show_templates(database: Database, own: Path) -> list[TemplateView]:
    """Every template in force, by name; files whose name begins with no known kind are left out."""
    with database.session() as session:
        planned = plans.active(session)
    found = []
    for name in Templates(TEMPLATES, own).names():
        try:
            about = context_of(name).about
        except NarrationError:
            continue
        found.append(
            TemplateView(
                name=name,
                about=about,
                own=(own / f"{name}{SUFFIX}").is_file(),
                shipped=(TEMPLATES / f"{name}{SUFFIX}").is_file(),
                plans=[plan.title for plan in planned if plan.template == name],
            )
        )
    return found


def checked_name(name: str) -> str:
    """A name a template may have. Raises NarrationError: signs, length, no known kind."""
    if not _NAME.fullmatch(name) or len(name) > NAME_LENGTH:
        raise NarrationError(
            f"模板名只能用字母、数字、“_”和“-”，最多 {NAME_LENGTH} 个", place=name[:NAME_LENGTH]
        )
    context_of(name)
    return name


def template_source(name: str, own: Path) -> str:
    """The text in force. Raises NotFound."""
    try:
        return Templates(TEMPLATES, own).source(checked_name(name))
    except NarrationError as error:
        raise NotFound(error.sentence) from error


def versions(name: str, own: Path) -> list[Version]:
    """What was saved of one's own, newest first."""
    found = []
    for path in (own / HISTORY / name).glob(f"*{SUFFIX}"):
        match = _VERSION.fullmatch(path.name)
        try:
            at = datetime.strptime(match[2] if match else "", STAMP).replace(tzinfo=UTC)
        except ValueError:
            continue  # a file somebody put there
        if match:
            found.append(Version(int(match[1]), at, path))
    return sorted(found, key=lambda one: -one.number)


def version_source(name: str, own: Path, number: int) -> str:
    """The text of a version. Raises NotFound."""
    for one in versions(name, own):
        if one.number == number:
            return one.path.read_text(encoding="utf-8", errors="replace")
    raise NotFound(f"模板“{name}”没有第 {number} 版")


def fingerprint(source: str) -> str:
    """Tells whether a text is still the one that somebody began to edit."""
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()


def try_template(
    database: Database,
    name: str,
    source: str,
    *,
    at: datetime,
    town: str | None,
    district: str,
    due_soon_days: int,
    lexicon_file: Path | None,
    colour_rules: Path | None = None,
) -> Script:
    """What a text would say of the ledger's figures as of an instant, or of the last whole month
    before it; nothing is kept.

    Raises NarrationError with the line, FiguresError (no such town).
    """
    context = context_of(name)
    templates = Templates.of_text(name, source)
    wording = Wording(name, templates, colour_rules, due_soon_days)
    figures = material_of(database, wording, at, town)
    values = context.from_figures(figures, district=district)
    text = templates.render(name, values)
    lexicon = lexicon_in_force(database, lexicon_file)
    return script_from_text(values.title, text, lexicon=lexicon)
