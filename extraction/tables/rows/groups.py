"""Rows in groups, of which only the first has the values that are of its whole group: what share of all students a category
has stands once, beside all its programmes.

`装备制造大类 · 数控技术应用 214 628 21.33 · 机电技术应用 186 541 · 电子与信息大类 · 计算机应用 298 867 19.94`: how many names
a row has tells how many values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from extraction.blocks import TOTAL, Cell
from extraction.tables.rows.likeness import Body, Row, Run, is_value
from extraction.tables.rows.names import may_be_group, runs_of

_NAMES = 2  # of the first row of a group
_FEWEST = 2  # groups, and rows behind the first of one


def rows_of_groups(cells: tuple[Cell, ...], i: int) -> Iterator[Body]:
    """Rows that open with a group and its first name at cell `i` or behind the heads that open there."""
    if is_value(cells[i]):
        return
    runs = runs_of(cells, i)
    if not runs or len(runs[0][0]) < _NAMES:
        return
    skipped = len(runs[0][0]) - _NAMES
    runs[0] = (runs[0][0][skipped:], *runs[0][1:])
    width = len(runs[0][1])
    inner = next((len(values) for names, values, _ in runs if len(names) < _NAMES), width)
    if not 0 < inner < width:
        return
    alike = list(takewhile(lambda run: _is_row(run, width, inner), runs))
    opens = sum(len(names) == _NAMES for names, _, _ in alike)
    if opens < _FEWEST or len(alike) - opens < _FEWEST:
        return
    yield Body(i + skipped, alike[-1][2], tuple(_filled(alike, width)))


def _is_row(run: Run, width: int, inner: int) -> bool:
    """Whether words and values are the first row of a group, another one, or a total."""
    names, values, _ = run
    if len(names) == _NAMES:
        return may_be_group(names[0]) and len(values) == width
    if len(names) == 1 and TOTAL.match(names[0].text):
        return len([value for value in values if value.text]) in (width, inner)
    return len(names) == 1 and len(values) == inner


def _filled(runs: Sequence[Run], width: int) -> Iterator[Row]:
    """The rows, each with the values of its group, which are the same cells; a total has none."""
    of_group: tuple[Cell, ...] = ()
    for names, values, _ in runs:
        while len(values) > width and not values[0].text:
            values = values[1:]  # a mark for a name that the row has none of
        if len(names) == _NAMES:
            of_group = values
        elif TOTAL.match(names[0].text):
            end = values[-1].end
            of_group = (*of_group[: len(values)], *(Cell("", end, end) for _ in range(width - len(values))))
        yield Row(names, (*values, *of_group[len(values) :]))
