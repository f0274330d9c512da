"""Names of rows that a PDF's text tells among the heads of its table, put before their rows.

What is set in the middle of merged rows, or beside a head of two lines, is told before what stands right of it: `类别 收入 支出
项目 金额` and then the rows of both, or `调查对象 在校生 满意度 2022年 2023年` and then the numbers of 在校生.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, chain

from extraction.blocks import Cell, Table
from extraction.numbers import is_year
from extraction.tables.rows.likeness import is_count, is_value
from extraction.vocabulary import squeeze, vocabulary

_TOTAL_OF = re.compile(r"(.{2,6})(?:合计|小计|总计)$")
_FEWEST_ROWS = 3


def with_names_at_their_rows(dump: Table) -> Table:
    """A dump whose rows have the names that stood among its heads; the dump itself where none did for certain."""
    cells = [cell for (cell,) in dump.rows if cell]
    first = next((k for k, cell in enumerate(cells) if is_count(cell)), 0)
    told = _with_groups(cells, first) or _with_first_name(cells, first)
    return replace(dump, rows=tuple((cell,) for cell in told)) if told else dump


def _with_groups(cells: Sequence[Cell], first: int) -> list[Cell]:
    """The cells with each group before its first row, where each has a total of its own: rows up to 收入合计, and from there
    to 支出合计.
    """
    totals = {k: name[1] for k, cell in enumerate(cells) if (name := _TOTAL_OF.match(cell.text))}
    groups = [cell for cell in cells[: max(0, first - 1)] if cell.text in totals.values()]
    if len(groups) < 2 or [cell.text for cell in groups] != list(totals.values()):
        return []
    ends = [next((k for k in range(t + 2, len(cells)) if not is_value(cells[k])), len(cells)) for t in totals]
    starts = [first - 1, *ends[:-1]]
    rows = [[group, *cells[a:b]] for group, a, b in zip(groups, starts, ends, strict=True)]
    heads = [cell for cell in cells[: first - 1] if cell not in groups]
    return [*heads, *(cell for row in rows for cell in row), *cells[ends[-1] :]]


def _with_first_name(cells: Sequence[Cell], first: int) -> list[Cell]:
    """The cells with its name before the first row, where all other rows have one of the same dimension before their values, or
    among them, behind a page's end.
    """
    names = [cell for cell in cells[first:] if not is_value(cell)]
    values = [cell for cell in cells[first:] if is_value(cell)]
    rows = len(names) + 1
    width, left = divmod(len(values), rows)
    told = list(accumulate(map(is_value, cells[first:])))  # values up to each cell
    before = [n for n, cell in zip(told, cells[first:], strict=True) if not is_value(cell)]
    if rows < _FEWEST_ROWS or left or [n // width for n in before] != list(range(1, rows)):
        return []
    kinds = set.intersection(*map(_dimensions, names))
    strayed = [cell for cell in cells[: first - 1] if kinds & _dimensions(cell)]
    if len(strayed) != 1 or kinds & _dimensions(cells[first - 1]):
        return []
    heads = [cell for cell in cells[:first] if cell is not strayed[0]]
    lines = ([name, *values[r * width : (r + 1) * width]] for r, name in enumerate([*strayed, *names]))
    return [*heads, *chain.from_iterable(lines)]


def _dimensions(cell: Cell) -> set[str]:
    """The dimensions that a name as a whole is a member of."""
    name = squeeze(cell.text)
    if is_year(name):
        return set()
    found = {kind for kind, _ in vocabulary().terms.get(name, ()) if kind != "metric"}
    return found | ({"programme"} if name in vocabulary().programmes else set())
