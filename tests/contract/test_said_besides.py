"""What a template of one's own may say besides the week's figures, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from steward.broadcasts.queries import broadcasts
from steward.domain.besides import Besides, ColourCounts
from steward.domain.colours import Colour
from steward.domain.figures import Figures
from steward.domain.months import Month
from steward.domain.warning_lists import Escalation, WarningKind
from steward.errors import NarrationError
from steward.ledger.queries import warning_cases
from steward.narration.environment import Templates
from steward.operations.colour_towns import colour_towns
from steward.operations.follow_warnings import follow_warnings
from steward.operations.material import Wording, material_of
from steward.operations.narrate import TEMPLATES, narrate
from steward.operations.weekly_figures import weekly_figures
from steward.storage.engine import Database
from tests.support import studios
from tests.support.ledgers import Case, fill
from tests.support.said import play
from tests.support.studios import SLOT

DAY = timedelta(days=1)
SOURCE = """新增{{ new_hazards }}条，与上周同期相比{{ new_hazards_trend }}。
升级{{ escalated_warnings }}家。
{{ colour_month }}四色图红{{ red_towns }}橙{{ orange_towns }}，
黄{{ yellow_towns }}蓝{{ blue_towns }}。"""


def hazards() -> list[Case]:
    """Nine this week until Tuesday; of last week two by the Tuesday's hour, thirty after it; one
    of September, long overdue."""
    this, last = SLOT - timedelta(hours=20), SLOT - 7 * DAY
    found = [*[this] * 9, *[last - timedelta(hours=2)] * 2, *[last + timedelta(hours=2)] * 30]
    one = Case(1, 1, "enforcement", None, "电气", "general", this, None, None, ((this, None),))
    old = SLOT - 60 * DAY
    overdue = replace(one, enterprise=2, town=2, found_at=old, deadlines=((old, old.date()),))
    return [*[replace(one, found_at=at, deadlines=((at, None),)) for at in found], overdue]


def own(folder: Path) -> Path:
    (folder / "weekly-mine.j2").write_text(SOURCE, encoding="utf-8")
    return folder


def read(database: Database, template: str, folder: Path) -> Figures:
    found = material_of(database, Wording(template, Templates(TEMPLATES, folder)), SLOT)
    assert isinstance(found, Figures)
    return found


def test_what_is_said_is_read_and_frozen(database: Database, tmp_path: Path) -> None:
    with database.session(write=True) as session:
        fill(session, hazards())
    follow_warnings(database, due_soon_days=7, rules=Escalation(), now=SLOT - DAY)
    studios.plan_for(database, template="weekly-mine")
    studio = replace(studios.studio_of(database, tmp_path), own_templates=own(tmp_path))
    play(studios.engine_of(studio, tmp_path, prepare_ahead_s=0), 0)
    with database.session() as session:
        row = broadcasts.get(session, 1)
    said = "".join(str(clause["written"]) for clause in row.clauses)
    # 2 and 9 differ by more than twice the root of 11; against all of last week it would have sunk.
    assert said.startswith("新增9条，与上周同期相比上升。升级1家。10月四色图红")
    assert row.figures is not None
    besides = row.figures["besides"]
    assert (besides["same_days"], besides["escalated"]) == (2, 1)
    assert besides["colours"].pop("month") == "2021-10"
    towns = colour_towns(database, Month(2021, 10)).towns
    colours = [str(one.colour) for one in towns if one.colour]
    assert len(colours) == 2  # the third has neither firm nor hazard
    assert besides["colours"] == {str(one): colours.count(str(one)) for one in Colour}


def test_an_escalation_counts_from_its_instant_to_its_end(database: Database) -> None:
    with database.session(write=True) as session:
        fill(session, hazards())
    follow_warnings(database, due_soon_days=7, rules=Escalation(), now=SLOT)
    with database.session(write=True) as session:
        (case,) = [
            one
            for one in warning_cases.open_cases(session).values()
            if one.kind is WarningKind.OVERDUE
        ]
        warning_cases.close(session, [case.id], at=SLOT + DAY)
    with database.session() as session:
        then = [warning_cases.escalated_then(session, SLOT + n * DAY) for n in (-1, 0, 1, 2)]
    assert then == [0, 1, 0, 0]


def test_what_is_not_said_is_not_read(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.session(write=True) as session:
        fill(session, hazards())
    assert read(sqlite_database, "weekly", tmp_path).besides is None
    (tmp_path / "weekly-one.j2").write_text("升级{{ escalated_warnings }}家", encoding="utf-8")
    assert read(sqlite_database, "weekly-one", tmp_path).besides == Besides(escalated=0)


def test_a_month_without_colours_is_none(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.session(write=True) as session:
        fill(session, [])
    found = read(sqlite_database, "weekly-mine", own(tmp_path)).besides
    assert found == Besides(0, 0, ColourCounts(Month(2021, 10)))


def test_what_was_not_read_is_not_said(sqlite_database: Database, tmp_path: Path) -> None:
    figures = weekly_figures(sqlite_database, as_of=SLOT)
    with pytest.raises(NarrationError, match="没有读这个数"):
        narrate("weekly-mine", figures, district="萧山区", own_templates=own(tmp_path))
