"""Rows whose columns are told one after the other, group by group: `学历 · 硕士 本科 专科 · 71 187 6 · 26.9 70.8 2.3`.

So a PDF's text tells a table whose cells stand close together: the names of a group, then its first column of numbers, then
its second. The kinds of numbers tell the columns apart, counts from shares; where all are alike, nothing would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extraction.blocks import Cell
from extraction.tables.rows.gaps import kind_with_decimals
from extraction.tables.rows.likeness import Body, Row, Run, is_value
from extraction.tables.rows.names import runs_of

_MOST_COLUMNS = 4
_FEWEST_NAMES = 2  # of a group
_FEWEST_ROWS = 4


def columns_in_blocks(cells: tuple[Cell, ...], i: int) -> Iterator[Body]:
    """Rows that open at cell `i`, or behind the heads that open there, in each number of columns that fits."""
    if is_value(cells[i]):
        return
    runs = runs_of(cells, i)
    for width in range(2, _MOST_COLUMNS + 1):
        groups = _groups(runs, width)
        rows = [row for words, values, _ in groups for row in _rows(words, values, width)]
        if len(rows) >= _FEWEST_ROWS and _are_columns(rows, width):
            skipped = len(runs[0][0]) - len(groups[0][0])
            yield Body(i + skipped, groups[-1][2], tuple(rows))


def _groups(runs: Sequence[Run], width: int) -> list[Run]:
    """The runs that are groups of so many columns, from the first on, each with its own words; all are named, or none is."""
    found: list[Run] = []
    named = {len(words) - len(values) // width for words, values, _ in runs[1:2]} == {1}
    for words, values, end in runs:
        names = len(values) // width
        own = words[-names - named :]
        is_group = names >= _FEWEST_NAMES and len(values) == names * width and len(own) == names + named
        if not is_group or (found and len(words) > len(own)):
            break
        found.append((own, values, end))
    return found


def _rows(words: Sequence[Cell], values: Sequence[Cell], width: int) -> Iterator[Row]:
    names = len(values) // width
    group = tuple(words[:-names])
    for k, name in enumerate(words[-names:]):
        yield Row((*group, name), tuple(values[k::names]))


def _are_columns(rows: Sequence[Row], width: int) -> bool:
    """Whether each column has numbers of one kind, and not all of the same."""
    kinds = [{kind_with_decimals(row.values[c]) for row in rows} for c in range(width)]
    return all(len(kind) == 1 for kind in kinds) and len(set().union(*kinds)) > 1
