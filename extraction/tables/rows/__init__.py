"""The rows of a page dump: runs of cells that are alike, which open with an ordinal, a year or words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.blocks import TOTAL, Cell
from extraction.tables.rows.blocks import columns_in_blocks
from extraction.tables.rows.gaps import filled
from extraction.tables.rows.groups import rows_of_groups
from extraction.tables.rows.likeness import MOST_NAMES, Body, Row, is_count, is_value
from extraction.tables.rows.names import dated_rows, named_rows
from extraction.tables.rows.ordinals import ordinal_rows
from extraction.tables.rows.typed import typed_rows
from extraction.tables.rows.uniform import uniform_rows
from extraction.tables.rows.with_units import rows_with_units
from extraction.tables.rows.years import rows_below_years, spread_years, year_rows


def bodies_at(cells: tuple[Cell, ...], i: int) -> Iterator[Body]:
    """The ways in which rows that are alike can open at cell `i`, the most telling first."""
    if with_units := rows_with_units(cells, i):
        yield with_units  # nothing is as certain
        first = next(
            k for k in range(i, with_units.end) if cells[k].start == with_units.rows[0].names[0].start
        )
        if first > i:  # what stands before the first row's name may be the last head
            yield replace(with_units, start=first)
        return
    yield from uniform_rows(cells, i)
    yield from filter(None, (ordinal_rows(cells, i), year_rows(cells, i), rows_below_years(cells, i)))
    yield from dated_rows(cells, i)
    yield from named_rows(cells, i)
    yield from rows_of_groups(cells, i)
    yield from columns_in_blocks(cells, i)
    yield from filter(None, (typed_rows(cells, i), spread_years(cells, i)))


def rows_with_gaps_at(cells: tuple[Cell, ...], i: int) -> Iterator[Body]:
    """The ways in which rows can open at cell `i` of which some lack cells that left no mark."""
    yield from dated_rows(cells, i, with_gaps=True)
    yield from named_rows(cells, i, with_gaps=True)


def _last_row(cells: Sequence[Cell], i: int, first: int, width: int) -> Body | None:
    """The total at the end of a dump that marks empty cells, but for those at its end. Any other row may be of a group."""
    values = filled(cells, first, width)
    is_total = first > i and TOTAL.match(cells[first - 1].text)
    return (
        Body(i, len(cells), (Row(tuple(cells[i:first]), values),))
        if is_total and len(values) == width
        else None
    )


def _below_more_names(cells: Sequence[Cell], i: int, first: int, width: int) -> Body | None:
    """A row whose name stands below the first of several heads over names: empty cells are below the others (合计)."""
    values = next((k for k in range(first, len(cells)) if cells[k].text), len(cells))
    end = values + width
    row = cells[values:end]
    ends = end == len(cells) or (end < len(cells) and not is_count(cells[end]))
    if not ends or len(row) < width or not all(map(is_count, row)) or not 0 < first - i <= MOST_NAMES:
        return None
    return Body(i, end, (Row(tuple(cells[i:first]), tuple(row)),))


def single_row_at(cells: Sequence[Cell], i: int, width: int) -> Body | None:
    """One row at cell `i`: perhaps words, then `width` values (with 0, as many as there are, three or more)."""
    names = 0
    while i + names < len(cells) and names <= MOST_NAMES and not is_value(cells[i + names]):
        names += 1
    first = i + names
    values = first
    while values < len(cells) and is_count(cells[values]) and (not width or values - first < width):
        values += 1
    ends = values == len(cells) or not is_count(cells[values])
    if width and not ends and not cells[first].text:
        return _below_more_names(cells, i, first, width)
    if width and 0 < values - first < width and values == len(cells):
        return _last_row(cells, i, first, width)
    if not ends or values - first < (width or 3) or (width and not 0 < names <= MOST_NAMES):
        return None
    return Body(i, values, (Row(tuple(cells[i:first]), tuple(cells[first:values])),))
