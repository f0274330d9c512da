"""Numbered names that open groups of rows and have no values: 一、收入 over 财政拨款 and 事业收入, 二、支出 over 人员经费.

In a page dump such a line looks like a piece of the last head or of the first row's name. What numbers them tells them apart;
they are taken out before the rows are looked for, and stand in a column of their own before the names of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extraction.blocks import Cell, Table
from extraction.tables.rows.likeness import is_value

_NUMBERED = re.compile(r"(?P<ordinal>[一二三四五六七八九])、[^\d，,。；;]{2,8}")
_ORDINALS = "一二三四五六七八九"


def groups_in(dump: Table) -> tuple[Cell, ...]:
    """The cells that open groups: numbered from 一 on, two or more, each with a name behind it and no value."""
    cells = [cell for (cell,) in dump.rows if cell and cell.text]
    found: list[Cell] = []
    for cell, behind in pairwise(cells):
        match = _NUMBERED.fullmatch(cell.text.strip())
        expected = _ORDINALS[len(found) : len(found) + 1]
        if match and match["ordinal"] == expected and not is_value(behind):
            found.append(cell)
    return tuple(found) if len(found) > 1 else ()


def without(dump: Table, groups: Sequence[Cell]) -> Table:
    """A dump without the cells that open groups."""
    gone = set(map(id, groups))
    return replace(dump, rows=tuple(row for row in dump.rows if id(row[0]) not in gone)) if groups else dump


def with_groups(table: Table, groups: Sequence[Cell]) -> Table:
    """A grid with the group of each row in a column before its names; a table that no group opens as it is."""
    opened = [_group_of(row, groups) for row in table.rows]
    if table.is_dump or not any(opened):
        return table
    return replace(table, rows=tuple((group, *row) for group, row in zip(opened, table.rows, strict=True)))


def _group_of(row: Sequence[Cell | None], groups: Sequence[Cell]) -> Cell | None:
    start = min((cell.start for cell in row if cell and cell.text), default=-1)
    return next((group for group in reversed(groups) if group.start < start), None)
