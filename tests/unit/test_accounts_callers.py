"""Who may do what: ranks of roles, and what a town, a hall and a name are good for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.accounts.passwords import one_time
from steward.domain.accounts import NAME_LENGTH, ROLE_NAMES, Caller, Role, plain_name
from steward.domain.audit import ACT_NAMES, Act

TOWN, OTHER = "330109105", "330109001"


def test_each_role_reaches_itself_and_those_before_it() -> None:
    roles = list(Role)
    assert [role.value for role in roles] == [
        "viewer",
        "town_officer",
        "operator",
        "approver",
        "admin",
    ]
    for own, role in enumerate(roles):
        assert [role.reaches(needed) for needed in roles] == [own >= n for n in range(5)]


def test_everything_has_a_chinese_name() -> None:
    assert set(ROLE_NAMES) == set(Role)
    assert set(ACT_NAMES) == set(Act)


@pytest.mark.parametrize(
    ("caller", "needed", "hall", "town", "sentence"),
    [
        (Caller("a", Role.ADMIN), Role.ADMIN, None, None, ""),
        (Caller("a", Role.OPERATOR), Role.ADMIN, None, None, "须由管理员"),
        (Caller("a", Role.TOWN_OFFICER, TOWN), Role.VIEWER, None, TOWN, ""),
        (Caller("a", Role.TOWN_OFFICER, TOWN), Role.VIEWER, None, OTHER, "只能看自己镇街的"),
        (Caller("a", Role.TOWN_OFFICER, TOWN), Role.VIEWER, None, None, ""),
        (Caller("a", Role.OPERATOR), Role.VIEWER, None, OTHER, ""),
        (Caller("t", None, hall="main", is_token=True), None, "main", None, ""),
        (Caller("t", None, hall="main", is_token=True), None, "second", None, "只用于大厅“main”"),
        (Caller("t", None, hall="main", is_token=True), None, None, None, "只用于大厅“main”"),
        (Caller("t", None, hall="main", is_token=True), Role.VIEWER, "main", None, "须由查看"),
        (Caller("t", Role.VIEWER, is_token=True), None, "main", None, ""),
    ],
)
def test_who_may_and_why_not(
    caller: Caller, needed: Role | None, hall: str | None, town: str | None, sentence: str
) -> None:
    told = caller.refusal(needed, hall=hall, town=town, for_towns=True)
    assert (sentence in told) if sentence else told == ""


def test_whoever_is_bound_to_a_town_uses_what_is_for_towns_alone() -> None:
    officer, district = Caller("a", Role.TOWN_OFFICER, TOWN), Caller("b", Role.OPERATOR)
    for town in (TOWN, None):
        assert "只给区里用" in officer.refusal(Role.VIEWER, hall=None, town=town)
        assert district.refusal(Role.VIEWER, hall=None, town=town) == ""


@given(st.text(max_size=60))
def test_a_name_is_short_plain_and_stays_what_it_is(text: str) -> None:
    name = plain_name(text)
    assert len(name) <= NAME_LENGTH
    assert plain_name(name) == name
    assert not set(name) & set("/\\<>\"'&;: \t\n\x00=+@")
    assert name.isprintable()


def test_a_one_time_password_is_another_each_time_and_easy_to_copy() -> None:
    told = {one_time() for _ in range(200)}
    assert len(told) == 200
    assert not set("".join(told)) & set("01ilo")
