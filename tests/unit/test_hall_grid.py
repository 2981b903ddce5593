"""The schematic map's places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from steward.domain.figures import Town
from steward.domain.tiles import Box, grid_of


def towns(*places: tuple[int, int]) -> list[Town]:
    return [Town(str(n), f"镇{n}", column, row) for n, (column, row) in enumerate(places)]


def test_the_map_moves_to_its_upper_left_corner() -> None:
    grid = grid_of(towns((3, 5), (4, 6)))
    assert [(tile.column, tile.row) for tile in grid.tiles] == [(1, 1), (2, 2)]
    assert (grid.columns, grid.rows) == (2, 2)
    assert grid.legend is None  # no two by two tiles are free


def test_the_legend_takes_the_largest_free_corner() -> None:
    grid = grid_of(towns(*((column, 0) for column in range(5)), *((0, row) for row in range(5))))
    assert grid.legend == Box(2, 2, 4, 4)


def test_no_town_is_no_map() -> None:
    assert grid_of([]).tiles == ()


@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=30))
def test_the_legend_never_covers_a_town(places: set[tuple[int, int]]) -> None:
    grid = grid_of(towns(*places))
    taken = {(tile.column, tile.row) for tile in grid.tiles}
    assert len(taken) == len(places)
    if grid.legend is not None:
        box = grid.legend
        covered = {
            (x, y)
            for x in range(box.column, box.column + box.columns)
            for y in range(box.row, box.row + box.rows)
        }
        assert not covered & taken
        assert max(x for x, _ in covered) <= grid.columns
        assert max(y for _, y in covered) <= grid.rows
