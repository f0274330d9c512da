"""Rows whose cells repeat in their kinds: `group · v year v words · v year v words`."""

from __future__ import annotations

from collections.abc import Sequence

from extraction.blocks import Cell
from extraction.numbers import is_year
from extraction.tables.rows.likeness import Body, Row, is_ordinal, is_value, kinds_of

_LONGEST_PATTERN = 8


def typed_rows(cells: Sequence[Cell], i: int) -> Body | None:
    """Cells whose kinds repeat: percentage, year, count, words, or two tables side by side with a year each.

    An ordinal and a name in front open a group.
    """
    group = 2 if is_ordinal(cells, i, 1) and not is_value(cells[i + 1]) else 0
    opening = kinds_of(cells[i + group : i + group + _LONGEST_PATTERN])
    for period in range(3, _LONGEST_PATTERN + 1):
        pattern = opening[:period]
        telling = len(set(pattern)) > 2 or pattern.count("y") > 1
        if len(pattern) < period or not telling or not set(pattern) & set("%n"):
            continue
        rows: list[Row] = []
        names, at = tuple(cells[i : i + group]), i + group
        while True:
            if kinds_of(cells[at : at + period]) == pattern:
                rows.append(_with_year(names, cells[at : at + period]))
                at += period
            elif group and at + 2 < len(cells) and kinds_of(cells[at + 2 : at + 2 + period]) == pattern:
                names, at = tuple(cells[at : at + 2]), at + 2
            else:
                break
        if len(rows) >= 3:
            return Body(i, at, tuple(rows))
    return None


def _with_year(names: tuple[Cell, ...], cells: Sequence[Cell]) -> Row:
    """A row whose year, wherever it stands, is one of its names."""
    years = tuple(cell for cell in cells if is_year(cell.text))
    return Row((*names, *years), tuple(cell for cell in cells if cell not in years))
