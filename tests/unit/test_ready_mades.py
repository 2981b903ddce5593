"""The ready-made texts: each can be said with its examples; a malformed one hides no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from steward.errors import NarrationError
from steward.narration.adhoc import LONGEST, ReadyMade, ReadyMades
from steward.narration.markup import force
from steward.narration.script import script_from_text
from steward.operations.narrate import TEMPLATES

SHIPPED = ReadyMades(TEMPLATES).every()


@pytest.mark.parametrize("one", SHIPPED, ids=[one.name for one in SHIPPED])
def test_each_is_said_with_and_without_what_may_be_left_out(one: ReadyMade) -> None:
    ready = ReadyMades(TEMPLATES)
    examples = {blank.name: blank.example for blank in one.blanks}
    needed = {blank.name: blank.example for blank in one.blanks if not blank.optional}
    assert all(examples.values())
    for values in (examples, needed):
        text = ready.text(one.name, values)
        assert script_from_text(one.title, text).clauses
        assert all(value in text for value in values.values())
        assert text.endswith("。")
        assert "。。" not in text
        assert "，。" not in text


def test_what_is_missing_or_too_long_is_named(tmp_path: Path) -> None:
    ready = ReadyMades(TEMPLATES)
    with pytest.raises(NarrationError, match="请填写“停什么”") as missing:
        ready.text("outage", {})
    assert missing.value.place == "what"
    faults = ready.get("outage").faults(
        {"what": "停电", "when": "长" * (LONGEST + 1), "where": " "}
    )
    assert list(faults) == ["when", "where"]


def test_ones_own_comes_first_and_a_bad_one_hides_no_other(tmp_path: Path) -> None:
    own = tmp_path / "adhoc"
    own.mkdir()
    (own / "outage.j2").write_text(
        '{#\ntitle = "停气"\nfields.when = { label = "时间" }\n#}\n{{ when }}停气。', "utf-8"
    )
    for name, text in (
        ("plain", "没有说明"),
        ("toml", "{# title = #}"),
        ("untitled", '{# priority = "routine" #}'),
        ("loud", '{# title = "响"\npriority = "loud" #}'),
        ("listed", '{# title = "列"\nfields = [1] #}'),
    ):
        (own / f"{name}.j2").write_text(text, "utf-8")
        with pytest.raises(NarrationError, match="模板开头"):
            ReadyMades(TEMPLATES, tmp_path).get(name)
    (own / "escape.j2").write_text('{# title = "逃" #}{{ "".__class__.__mro__ }}', "utf-8")
    ready = ReadyMades(TEMPLATES, tmp_path)
    with pytest.raises(NarrationError):
        ready.text("escape", {})
    assert ready.text("outage", {"when": "{{ 7*7 }}"}) == "{{7*7}}停气。"
    titles = [one.title for one in ready.every()]
    assert "停气" in titles
    assert "停电停水" not in titles
    assert len(titles) == len(SHIPPED) + 1


def test_a_mark_is_put_where_it_is_meant() -> None:
    text = "共28家，[28|逐字]条，128处。"
    assert force(text, "28", 0, "号码") == "共[28|号码]家，[28|逐字]条，128处。"
    assert force(text, "28", 1, "数") == "共28家，[28|数]条，128处。"
    assert force(text, "128", 0, "号码") == "共28家，[28|逐字]条，[128|号码]处。"
    for nth in (3, 99):
        assert force(text, "28", nth, "数") == text
    assert force("[128家|一二八家]", "28", 0, "数") == "[128家|一二八家]"
