"""Rebuild the grids of a page dump, in which every cell is a line and rows and empty cells have left no mark.

The search is for the grid that explains the cells: `dump_rows.py` finds rows that are alike, `head_trees.py` every way in
which the cells above them can be heads of that many columns, and the columns' own numbers judge between the ways.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from extraction.blocks import Cell, Table
from extraction.dump_rows import Body, Row, bodies_at, is_value, joined
from extraction.head_trees import Judge, Way, ways
from extraction.numbers import is_year
from extraction.vocabulary import squeeze, vocabulary

_MOST_WAYS = 4_000


@dataclass(frozen=True)
class _Above:
    """What stands above a body: its heads, and numbers of a merged cell that spans all rows (a total)."""

    heads: tuple[Cell, ...]
    merged: tuple[Cell, ...]


def rebuild(dump: Table, heading: str = "") -> list[Table]:
    """The grids that a dump's cells form, in order; what fits no grid comes back as dumps, cell for cell."""
    cells = [row[0] for row in dump.rows if row[0] is not None]
    tables: list[Table] = []
    left: list[Cell] = []
    at, above, i = 0, _Above((), ()), 0
    known: Way | None = None
    while i < len(cells):
        found = list(bodies_at(cells, i))
        for body in found:
            goes_on = body.start - at < 2
            heads = above if goes_on else _above(cells[at : body.start])
            merged = heads.merged + body.merged
            way = known if goes_on and known and _fits(known, body) else None
            way, merged = (way, ()) if way else _way(heads.heads, merged, body.rows, (dump.caption, heading))
            if way is not None:
                grid = _dense(way, merged, _with_stub(body.rows, len(way.stub)))
                tables.append(replace(dump, rows=grid, is_dump=False))
                kept = {id(cell) for row in grid for cell in row}
                left += [cell for cell in cells[at : body.end] if id(cell) not in kept and is_value(cell)]
                at, above, i = body.end, heads, body.end
                known = replace(way, paths=way.paths[len(merged) :])
                break
        else:
            i = found[0].end if found else i + 1
            left, at = (left + cells[at:i], i) if found else (left, at)
    left += cells[at:]
    if left:
        tables.append(replace(dump, rows=tuple((cell,) for cell in left)))
    return tables


def _above(cells: Sequence[Cell]) -> _Above:
    """Part the cells above a body into heads and the numbers right before the first row.

    A bracket that holds only a unit belongs to the head before it: `毕业生数` `(人)`.
    """
    end = len(cells)
    while end and is_value(cells[end - 1]) and not is_year(cells[end - 1].text):
        end -= 1
    heads: list[Cell] = []
    for cell in cells[:end]:
        if heads and (_is_bracket(cell) or _one_term(heads[-1].text, cell.text)):
            heads[-1] = joined((heads[-1], cell))
        else:
            heads.append(cell)
    return _Above(tuple(heads), tuple(cells[end:]))


def _is_bracket(cell: Cell) -> bool:
    return re.fullmatch(r"[（(][^（）()]*[)）]", cell.text) is not None


def _one_term(first: str, second: str) -> bool:
    """Whether the page broke one head in two: together they are a known head, or a term that the first half is not."""
    terms, heads = vocabulary().terms, vocabulary().dimension_of_header
    both = re.sub(r"[（(][^（）()]*[)）]$", "", squeeze(first + second))
    return both in heads or (both in terms and squeeze(first) not in terms)


def _fits(way: Way, body: Body) -> bool:
    """Whether rows that follow right upon others have as many columns, so that the same heads stand over them."""
    return len(way.paths) == len(body.rows[0].values) and len(way.stub) <= len(body.rows[0].names)


def _way(
    heads: Sequence[Cell], merged: tuple[Cell, ...], rows: Sequence[Row], around: tuple[str, ...]
) -> tuple[Way | None, tuple[Cell, ...]]:
    """How the heads name the columns, and the merged cells among these; (None, …) where they do not.

    The numbers of a merged cell are the first columns; where no way explains them, they are left out.
    """
    width = len(rows[0].values)
    body = [[row.values[c] for row in rows] for c in range(width)]
    names = max(len(row.names) for row in rows)
    for some in dict.fromkeys((merged, ())):
        columns = [[cell] for cell in some] + body
        way = Judge(columns, around, names).best(islice(ways(heads, len(columns), names), _MOST_WAYS))
        if way is not None:
            return way, some
    return None, ()


def _with_stub(rows: Sequence[Row], heads: int) -> Sequence[Row]:
    """Rows whose names fit the heads above them: with fewer heads than words, the page broke the outer name into lines."""
    names = max(len(row.names) for row in rows)
    if not 0 < heads < names or any(is_year(cell.text) for row in rows for cell in row.names):
        return rows
    outer = names - heads + 1
    return [Row((joined(row.names[:outer]), *row.names[outer:]), row.values) for row in rows]


def _dense(way: Way, merged: Sequence[Cell], rows: Sequence[Row]) -> tuple[tuple[Cell | None, ...], ...]:
    """Heads over rows; the numbers of a merged cell stand in a row of their own without a name."""
    stub, paths = way.stub, way.paths
    names, width = max(len(row.names) for row in rows), len(rows[0].values)
    none: list[Cell | None] = [None] * names
    stub_row = (*none[: max(0, names - len(stub))], *stub[max(0, len(stub) - names) :])
    depth = max(len(path) for path in paths)
    grid: list[tuple[Cell | None, ...]] = [
        (*(none if level else stub_row), *(path[min(level, len(path) - 1)] for path in paths))
        for level in range(depth)
    ]
    if merged:
        grid.append((*none, *merged, *([None] * width)))
    indent: list[Cell | None] = [None] * len(merged)
    grid += [(*none[len(row.names) :], *row.names, *indent, *row.values) for row in rows]
    return tuple(grid)
