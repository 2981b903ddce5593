"""Several operations as one transaction, on both databases."""

from __future__ import annotations

import pytest

from steward.accounts.queries import audit
from steward.errors import PlaceError
from steward.operations.keep_halls import add_hall
from steward.operations.show_hall import all_halls
from steward.storage.engine import Database
from tests.support.accounts import DUTY
from tests.support.studios import SLOT


def names(database: Database) -> list[str]:
    return [hall.name for hall in all_halls(database)]


def test_what_one_of_them_refuses_undoes_them_all(database: Database) -> None:
    def twice() -> None:
        with database.whole():
            add_hall(database, "east", "东厅", at=SLOT, by=DUTY)
            assert names(database) == ["east"]
            add_hall(database, "east", "东厅", at=SLOT, by=DUTY)

    with pytest.raises(PlaceError, match="已经有"):
        twice()
    assert names(database) == []
    with database.session() as session:
        assert list(audit.walk(session)) == []


def test_together_they_are_kept_and_the_next_is_on_its_own_again(database: Database) -> None:
    with database.whole():
        add_hall(database, "east", "东厅", at=SLOT, by=DUTY)
        add_hall(database, "west", "西厅", at=SLOT, by=DUTY)
    assert names(database) == ["east", "west"]
    with pytest.raises(PlaceError):
        add_hall(database, "east", "东厅", at=SLOT, by=DUTY)
    assert names(database) == ["east", "west"]
