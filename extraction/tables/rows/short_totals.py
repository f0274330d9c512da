"""A row of totals that lacks cells which left no mark, such as that of a column of years, or has marks for names that it lacks:
its sums tell where the others are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice, takewhile

from extraction.blocks import TOTAL, Cell
from extraction.tables.grids import number_in
from extraction.tables.rows.likeness import Body, Row, is_value

_MOST_LACKING = 2
_FEWEST_SUMS = 2
_ALIKE = 0.3  # beside a sum: that a number has decimals as those above it, or has none as they


def short_total_at(cells: Sequence[Cell], i: int, above: Sequence[Row]) -> Body | None:
    """The row of totals at cell `i` below these rows, with an empty cell for each that it lacks.

    None where it lacks none, or where too few of its numbers are sums of those above to tell which.
    """
    if len({len(row.values) for row in above}) != 1 or not TOTAL.match(cells[i].text):
        return None
    columns = list(zip(*(row.values for row in above), strict=True))
    values = list(islice(takewhile(is_value, cells[i + 1 :]), len(columns) + 1))
    told = len(values)
    if told > len(columns) and not any(map(str.isdigit, values[0].text)):
        values = values[1:]  # a mark below the last of several heads over names
    if not len(columns) - _MOST_LACKING <= len(values) <= len(columns) or (
        told == len(columns) == len(values)
    ):
        return None
    ways = {
        places: [_added(value, columns[c]) for c, value in zip(places, values, strict=True)]
        for places in combinations(range(len(columns)), len(values))
    }
    best = max(ways, key=lambda places: sum(ways[places]))
    if sum(agrees >= 1 for agrees in ways[best]) < _FEWEST_SUMS:
        return None
    there = dict(zip(best, values, strict=True))
    end = cells[i].end
    row = Row((cells[i],), tuple(there.get(c, Cell("", end, end)) for c in range(len(columns))))
    return Body(i, i + 1 + told, (row,))


def _added(total: Cell, column: Sequence[Cell]) -> float:
    """How well a number goes below a column: as its sum, and printed as its numbers are."""
    number, parts = number_in(total), [number for cell in column if (number := number_in(cell))]
    if number is None or not parts:
        return 0.0
    decimals = {"." in part.raw for part in parts}
    alike = _ALIKE if decimals == {"." in number.raw} else 0.0
    return alike + (number.amount == sum(part.amount for part in parts))
