"""Rows that lack cells which left no mark: which columns the others are of."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import combinations

from extraction.blocks import Cell
from extraction.numbers import is_year
from extraction.tables.rows.likeness import Row, kind_of

_FEWEST_FULL = 3  # rows without a gap, which say how many columns there are where some have one
_MOST_GAPS = 2  # cells of a row that left no mark


def in_columns(
    named: Sequence[tuple[tuple[Cell, ...], tuple[Cell, ...]]], width: int, fewest_full: int = _FEWEST_FULL
) -> tuple[Row, ...]:
    """The rows of names and values. Of those that lack cells which left no mark the others stand where their kinds tell the
    columns; where they do not, only the names are kept, which the rows below may share. () where hardly any row is full, or
    where one has no value or more of them than there are columns.
    """
    if not all(0 < len(values) <= width for _, values in named):
        return ()
    full = [values for _, values in named if len(values) == width]
    if len(full) < len(named) and (len(full) < fewest_full or 2 * len(full) < len(named)):
        return ()
    opened = [len(names) > 1 and is_year(names[0].text) for names, _ in named]
    if any(opened) and not opened[0]:
        return ()  # the year of the first rows is not known
    kinds = [set(map(kind_with_decimals, column)) for column in zip(*full, strict=True)]
    ways = [_by_kind(values, kinds) for _, values in named]
    if 3 * len(full) < 2 * len(named) and not all(len(found) == 1 for found in ways):
        return ()  # many lack cells, and it is not told which
    return tuple(
        Row(names, _placed(values, found, width)) for (names, values), found in zip(named, ways, strict=True)
    )


def kind_with_decimals(cell: Cell) -> str:
    """The letter of a cell's kind, of a number with decimals another one: shares and counts tell columns apart."""
    kind = kind_of(cell.text)
    return "d" if kind == "n" and "." in cell.text else kind


def _by_kind(values: tuple[Cell, ...], kinds: Sequence[Set[str]]) -> list[tuple[int, ...]]:
    """The columns, in every way in which values can stand in those of their kinds."""
    if len(values) == len(kinds):
        return [tuple(range(len(kinds)))]
    return [
        columns
        for columns in combinations(range(len(kinds)), len(values))
        if all(kind_with_decimals(cell) in kinds[c] for c, cell in zip(columns, values, strict=True))
    ]


def _placed(values: tuple[Cell, ...], ways: Sequence[tuple[int, ...]], width: int) -> tuple[Cell, ...]:
    """The values in their columns, with empty cells in the others; only these where there is not just one way."""
    end = values[-1].end
    there = dict(zip(ways[0], values, strict=True)) if len(ways) == 1 else {}
    return tuple(there.get(c, Cell("", end, end)) for c in range(width))


def filled(cells: Sequence[Cell], start: int, length: int) -> tuple[Cell, ...]:
    """So many cells from `start`; of a dump that marks empty cells, those at its end may be left out."""
    found = tuple(cells[start : start + length])
    end = cells[-1].end
    marks = any(not cell.text for cell in cells)
    return found + (Cell("", end, end),) * (length - len(found) if marks else 0)


def fewest(width: int) -> int:
    """How many values a row has at the fewest that lacks some."""
    return max(width - _MOST_GAPS, (width + 1) // 2)
