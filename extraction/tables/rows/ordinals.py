"""Rows that open with ordinals that count up: `1 name v v · 2 name v v`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, dropwhile, takewhile

from extraction.blocks import TOTAL, Cell, joined
from extraction.tables.rows.gaps import filled, in_columns
from extraction.tables.rows.likeness import (
    LONGEST_ROW,
    Body,
    can_name,
    is_ordinal,
    is_value,
    kind_of,
    kinds_of,
)

_MOST_GROUPS = 2
_MOST_MERGED = 3  # cells of a row that are merged with those above


def ordinal_rows(cells: Sequence[Cell], i: int) -> Body | None:
    """Ordinals that count up, with the same number of cells behind each; but a name that the page broke in two makes its
    row one cell longer, and a group told in the first of its rows makes the others shorter.

    Of all lengths that the second ordinal allows, the one that gives most numbers a column.
    """
    if not is_ordinal(cells, i, 1):
        return None
    lengths = [k - i for k in range(i + 3, min(i + 2 + LONGEST_ROW, len(cells))) if is_ordinal(cells, k, 2)]
    found = [
        body
        for length in lengths
        for shortest in (length, length - _MOST_GROUPS)
        if (body := _rows_of_length(cells, i, length, shortest))
    ]
    return max(found, key=_placed, default=None)


def _placed(body: Body) -> int:
    """How many numbers stand in columns."""
    return sum(bool(cell.text) for row in body.rows for cell in row.values)


def _rows_of_length(cells: Sequence[Cell], i: int, length: int, shortest: int) -> Body | None:
    chunks: list[list[Cell]] = []
    at = i
    while is_ordinal(cells, at, len(chunks) + 1):
        chunk = list(cells[at : at + length])
        broken = len(chunk) == length and not is_value(chunk[1]) and not is_value(chunk[2])
        if broken and chunks and is_value(chunks[0][2]) and at + length < len(cells):
            chunk = [chunk[0], joined(chunk[1:3]), *cells[at + 3 : at + length + 1]]
            at += 1
        if shortest < length:
            ends = (n for n in range(length, shortest - 1, -1) if is_ordinal(cells, at + n, len(chunks) + 2))
            chunk = chunk[: next(ends, _last_row(chunk, chunks))]
        elif chunks and (n := _opens_next(cells, at, length, len(chunks) + 2)) and _only_values(chunks[0]):
            chunk = chunk[:n]  # cells of this row left no mark
        if len(chunk) < length and at + len(chunk) == len(cells) and chunks and is_value(chunk[-1]):
            chunk = list(filled(cells, at, length))
        told = len(chunk)
        if chunks and (total := next((k for k, c in enumerate(chunk) if k > 2 and TOTAL.match(c.text)), 0)):
            chunk, told = _below(chunk[:total], chunks), total
        if len(chunk) < min(shortest, 3) or (len(chunk) < shortest and not _only_values(chunks[0])):
            break
        chunks.append(chunk)
        at += told
    if len(chunks) < 2 or not all(any(is_value(cell) for cell in chunk[2:]) for chunk in chunks):
        return None
    named = 1 + len(list(takewhile(can_name, chunks[0][1:])))
    width = len(chunks[0]) - named
    if not width or (shortest < length and min(map(len, chunks)) <= width):
        return None
    if shortest < length:
        rows = [(tuple(chunk[:-width]), tuple(chunk[-width:])) for chunk in chunks]
        if any(_mixes_words(column) for column in zip(*(values for _, values in rows), strict=True)):
            return None  # the names of some rows stand among the values of others
    else:
        rows = [(tuple(chunk[:named]), tuple(chunk[named:])) for chunk in chunks]
    found = in_columns(rows, width, fewest_full=2)  # ordinals tell the rows
    return Body(i, min(at, len(cells)), found) if found else None


def _below(chunk: list[Cell], above: Sequence[Sequence[Cell]]) -> list[Cell]:
    """The cells of a row, with those of the row above where it lacks some: merged cells, which a dump tells once.

    Its kinds tell where they are, and of several such places the words that stand in rows above in the same column.
    """
    lacking = len(above[0]) - len(chunk)
    if not 0 < lacking <= _MOST_MERGED:
        return chunk
    kinds = kinds_of(above[0]).replace("y", "n")  # 1984 below 建校年份 may be either
    above = [row for row in above if len(row) == len(kinds)]
    best, most = chunk, 0
    for at in combinations(range(1, len(above[0])), lacking):
        own = iter(chunk)
        row = [above[-1][k] if k in at else next(own) for k in range(len(above[0]))]
        own_cells = (k for k in range(len(row)) if k not in at)
        alike = sum(any(row[k].text == other[k].text for other in above) for k in own_cells)
        if all(kinds[k] == "w" for k in at) and kinds_of(row).replace("y", "n") == kinds and alike >= most:
            best, most = row, alike
    return best


def _mixes_words(column: Sequence[Cell]) -> bool:
    words = sum(kind_of(cell.text) == "w" for cell in column)
    return 0 < words < len(column)


def _opens_next(cells: Sequence[Cell], at: int, length: int, ordinal: int) -> int | None:
    """Where in a row of this length the next row's ordinal stands already."""
    return next((n for n in range(3, length) if is_ordinal(cells, at + n, ordinal)), None)


def _only_values(row: Sequence[Cell]) -> bool:
    """Whether all behind the names of a row are values."""
    return all(map(is_value, dropwhile(can_name, row[1:])))


def _last_row(chunk: Sequence[Cell], above: Sequence[Sequence[Cell]]) -> int:
    """How long the last of rows with uneven groups is: its names, and as many values as the first row has."""
    if not above:
        return len(chunk)
    named = 1 + len(list(takewhile(can_name, chunk[1:])))
    return named + len(above[0]) - 1 - len(list(takewhile(can_name, above[0][1:])))
