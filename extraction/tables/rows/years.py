"""Rows that open with consecutive years (`2023 v v · 2024 v v`), or stand below one (`2023 · name v v · name v v · 2024 · …`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from extraction.blocks import Cell
from extraction.numbers import is_year, year_of
from extraction.tables.rows.gaps import filled
from extraction.tables.rows.likeness import (
    LONGEST_ROW,
    Body,
    Row,
    is_count,
    is_name,
    is_that_year,
    is_value,
    kind_of,
)


def year_rows(cells: Sequence[Cell], i: int) -> Body | None:
    """Consecutive years at one distance, only values in between; a name before the first year is the group's.

    Where the first row is longer than the second, what it has more is of a merged cell that spans all rows.
    """
    name = () if is_year(cells[i].text) else (cells[i],)
    first = i + len(name)
    if first >= len(cells) or not is_year(cells[first].text) or (name and not is_name(cells[i])):
        return None
    year = year_of(cells[first].text) or 0
    second = _next_year(cells, first, year + 1)
    if second is None or second - first < 2:
        return None
    third = _next_year(cells, second, year + 2)
    width = min(second, third - second + first if third else second) - first - 1
    merged = tuple(cells[first + 1 + width : second])
    rows = [Row((*name, cells[first]), tuple(cells[first + 1 : first + 1 + width]))]
    at = second
    while at + width < len(cells) and is_that_year(cells[at], year + len(rows)):
        values = cells[at + 1 : at + 1 + width]
        if not all(is_value(cell) for cell in values):
            break
        rows.append(Row((*name, cells[at]), tuple(values)))
        at += 1 + width
    if name and not _is_group(cells, i, at):
        return year_rows(cells, first)
    return Body(i, at, tuple(rows), merged) if len(rows) >= 2 and width else None


def spread_years(cells: Sequence[Cell], i: int) -> Body | None:
    """Consecutive years, each with cells of the same kinds behind it; or with equally many values and then words.

    Words behind the values may be uneven in number: those of a merged cell are told in the first of its rows. A name
    before the first year is the group's.
    """
    name = () if is_year(cells[i].text) else (cells[i],)
    first = i + len(name)
    if first >= len(cells) or not is_year(cells[first].text) or (name and not is_name(cells[i])):
        return None
    starts = _consecutive_years(cells, first)
    if len(starts) < 2:
        return None
    body = _of_like_cells(cells, name, starts) or _of_values_and_words(cells, name, starts)
    if body and name and not _is_group(cells, i, body.end):
        return spread_years(cells, first)
    return body and replace(body, start=i)


def _consecutive_years(cells: Sequence[Cell], first: int) -> list[int]:
    """Where the years that count up from the one at `first` stand, at the distance of a row from one another."""
    year = year_of(cells[first].text) or 0
    starts = [first]
    for k in range(first + 1, min(first + LONGEST_ROW * 4, len(cells))):
        if is_that_year(cells[k], year + len(starts)):
            starts.append(k)
        elif is_year(cells[k].text) or k - starts[-1] > LONGEST_ROW:
            break
    return starts


def _of_like_cells(cells: Sequence[Cell], name: tuple[Cell, ...], starts: Sequence[int]) -> Body | None:
    length = starts[1] - starts[0]
    if length < 3 or any(b - a != length for a, b in pairwise(starts)):
        return None
    rows = [filled(cells, start + 1, length - 1) for start in starts]
    width = length - 1
    if len(rows[-1]) < width:
        return None
    while width and rows[-1][width - 1].text and not any(row[width - 1].text for row in rows[:-1]):
        width -= 1  # a cell behind the last row only is none of its own
    rows = [row[:width] for row in rows]
    if not _are_alike(rows):
        return None
    end = min(starts[-1] + 1 + width, len(cells))
    return Body(starts[0], end, tuple(Row((*name, cells[s]), v) for s, v in zip(starts, rows, strict=True)))


def _of_values_and_words(cells: Sequence[Cell], name: tuple[Cell, ...], starts: Sequence[int]) -> Body | None:
    rows = [tuple(takewhile(is_count, cells[start + 1 : start + 1 + LONGEST_ROW])) for start in starts]
    width = len(rows[0])
    if not width or any(len(values) != width for values in rows):
        return None
    more = max(b - a - 1 - width for a, b in pairwise(starts))
    after = starts[-1] + 1 + width
    end = next((k for k in range(after, len(cells)) if is_value(cells[k])), len(cells))
    named = tuple(Row((*name, cells[s]), v) for s, v in zip(starts, rows, strict=True))
    return Body(starts[0], min(end, after + more), named, more=more)


def _are_alike(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the cells of each column are of one kind, or empty, and some are numbers."""
    kinds = [{kind_of(cell.text) for cell in column if cell.text} for column in zip(*rows, strict=True)]
    return all(len(kind) < 2 for kind in kinds) and any(kind & {"n", "%"} for kind in kinds)


def _next_year(cells: Sequence[Cell], at: int, year: int) -> int | None:
    """Where the cell with this year is, if only values stand between: one of 1998 students looks like a year, too."""
    for k in range(at + 1, len(cells)):
        if is_that_year(cells[k], year):
            return k
        if not is_value(cells[k]):
            return None
    return None


def _is_group(cells: Sequence[Cell], start: int, end: int) -> bool:
    """Whether the word before a run of years is a group's name: another group stands behind or before this one.

    Else it is the last head of the table.
    """
    while end < len(cells) and not cells[end].text:
        end += 1
    behind = end + 1 < len(cells) and is_name(cells[end]) and cells[end + 1].text == cells[start + 1].text
    return behind or (start > 0 and is_count(cells[start - 1]))


def rows_below_years(cells: Sequence[Cell], i: int) -> Body | None:
    """Words with equally many values behind each, in groups that a year opens: that of the first of these behind cell `i`."""
    ahead = range(i, min(i + LONGEST_ROW, len(cells)))
    start = next((k for k in ahead if is_value(cells[k]) or is_year(cells[k].text)), len(cells))
    if not _opens_year(cells, start):
        return None
    rows: list[Row] = []
    years = [year_of(cells[start].text) or 0]
    width, at, year = 0, start + 1, cells[start]
    while at < len(cells):
        if rows and _opens_year(cells, at):
            year, at = cells[at], at + 1
            years.append(year_of(year.text) or 0)
        values = _values_behind(cells, at + 1) if is_name(cells[at]) else ()
        width = width or len(values)
        if not width or len(values) != width:
            break
        rows.append(Row((year, cells[at]), values))
        at += 1 + width
    steps = {b - a for a, b in pairwise(years)}
    if len(steps) != 1 or abs(steps.pop()) != 1 or rows[-1].names[0] is not year:
        return None
    return Body(start, at, tuple(rows))


def _opens_year(cells: Sequence[Cell], at: int) -> bool:
    """Whether a cell is a year with a name behind it."""
    return at + 1 < len(cells) and is_year(cells[at].text) and is_name(cells[at + 1])


def _values_behind(cells: Sequence[Cell], at: int) -> tuple[Cell, ...]:
    """The values from a cell on, but for a year that opens the next group."""
    end = at
    while end < len(cells) and is_value(cells[end]) and not _opens_year(cells, end):
        end += 1
    return tuple(cells[at:end])
