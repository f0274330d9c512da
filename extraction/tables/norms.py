"""Norms in a column of a page dump that not every row has: 占地面积 138600 61250 beside 生均占地面积 ≥33 36.04 32.81.

Where the empty cells have left no mark, what a norm is told by its sign shows where they stood.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

from extraction.blocks import Cell, Table
from extraction.tables.rows.likeness import is_count, is_value

_NORM = re.compile(r"[≥≤＞＜><]=?\s*[\d.]")
_FEWEST = 2  # rows with a norm, and rows without


def with_norms_marked(dump: Table) -> Table:
    """A dump with an empty cell for each norm that a row lacks; the dump itself where its rows differ in more than that."""
    cells = [cell for (cell,) in dump.rows if cell]
    first = next((k for k, cell in enumerate(cells) if is_count(cell)), 0)
    runs = [list(run) for _, run in groupby(cells[first:], is_value)]
    values, names = runs[::2], runs[1::2]
    norms = [[k for k, cell in enumerate(run) if _NORM.match(cell.text)] for run in values]
    places = {tuple(at) for at in norms if at}
    with_norm = [len(run) for run, at in zip(values, norms, strict=True) if at]
    without = [len(run) for run, at in zip(values, norms, strict=True) if not at]
    if (
        min(len(with_norm), len(without)) < _FEWEST
        or len(places) != 1
        or any(len(name) > 1 for name in names)
    ):
        return dump
    (at, *more) = places.pop()
    if more or set(with_norm) != {n + 1 for n in without} or len(set(without)) > 1:
        return dump
    told = cells[:first]
    for k, run in enumerate(values):
        end = run[at - 1].end if at else run[0].start
        empty = [] if norms[k] else [Cell("", end, end)]
        told += [*run[:at], *empty, *run[at:], *(names[k] if k < len(names) else [])]
    return replace(dump, rows=tuple((cell,) for cell in told))
