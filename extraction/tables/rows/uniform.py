"""Rows of a dump that marks every empty cell: all of one length, with cells of one kind in each column.

`1 人员经费 8215.6 8540.3 · 2 日常教学经费 2188.3 2316.5 ∅ · ∅ 其中教改 251.6 284.7 ∅`: neither ordinals nor words tell where
these open, but there is one length in which every column is of words or of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extraction.blocks import Cell
from extraction.numbers import is_year
from extraction.tables.rows.gaps import filled
from extraction.tables.rows.likeness import (
    LONGEST_ROW,
    MOST_NAMES,
    REMARKS,
    Body,
    Row,
    is_count,
    is_value,
    reads_as_value,
)

_SHORTEST = 3  # cells
_FEWEST = 3  # rows
_MOST_CUT = 2  # empty cells at the end of a dump that left no mark


def uniform_rows(cells: Sequence[Cell], i: int) -> Iterator[Body]:
    """Rows of one length to the end of the dump, which open at cell `i` or behind the heads that open there; of every length that
    has a kind for each column. None without marks of empty cells.
    """
    behind_words = i > 0 and not is_value(
        cells[i - 1]
    )  # then these heads were looked over from where they open
    if behind_words or all(cell.text for cell in cells[i:]):
        return
    first = next((k for k in range(i, len(cells)) if is_count(cells[k]) and cells[k].text), len(cells))
    for start in range(max(i, first - MOST_NAMES), first + 1):
        if start < len(cells) and _opens(cells[start].text.strip()) and not REMARKS.match(cells[start].text):
            lengths = range(_SHORTEST, LONGEST_ROW + 1)
            yield from filter(None, (_of_length(cells, start, length) for length in lengths))


def _opens(text: str) -> bool:
    return bool(text) and (not reads_as_value(text) or text == "1" or is_year(text))


def _of_length(cells: Sequence[Cell], i: int, length: int) -> Body | None:
    count = -(-(len(cells) - i) // length)
    if count < _FEWEST:
        return None
    if count * length - len(cells) + i > _MOST_CUT:
        return None
    rows: list[Sequence[Cell]] = [cells[i + k * length : i + (k + 1) * length] for k in range(count - 1)]
    if not all(any(map(_is_number, row)) for row in rows):
        return None
    rows.append(filled(cells, i + (count - 1) * length, length))
    if not any(map(_is_number, rows[-1])):
        return None
    columns = list(zip(*rows, strict=True))
    if not all(map(_is_of_one_kind, columns)):
        return None
    names = next((c for c, column in enumerate(columns) if _counts(column) and not _are_ordinals(column)), 0)
    if not names or not _name_rows(columns[:names]):
        return None
    return Body(
        i,
        len(cells),
        tuple(Row(tuple(filter(_names, row[:names])), tuple(row[names:])) for row in rows),
        by_marks=True,
    )


def _name_rows(columns: Sequence[Sequence[Cell]]) -> bool:
    """Whether columns can name rows: the last has a name in each, or a mark that it needs none, those before it may be merged
    or ordinals.
    """
    first, last = columns[0], columns[-1]
    ordinals = first[0].text.strip() == "1"
    if ordinals and not _are_ordinals(first):
        return False
    named = all(any(map(_names, row[ordinals:])) for row in zip(*columns, strict=True))
    merged = columns[ordinals:-1]
    return (
        named
        and all(cell.text for cell in last)
        and all(_names(c) or not c.text for column in merged for c in column)
    )


def _names(cell: Cell) -> bool:
    """Whether a cell names its row: no empty one, and no mark that stands for one."""
    return bool(cell.text) and (not is_value(cell) or any(map(str.isdigit, cell.text)))


def _is_number(cell: Cell) -> bool:
    return bool(cell.text) and is_count(cell) and any(map(str.isdigit, cell.text))


def _is_of_one_kind(column: Sequence[Cell]) -> bool:
    """Whether the cells of a column that are not empty, and no mark for none, are all numbers, all years or all words."""
    told = list(filter(_names, column))
    kinds = {"year" if is_year(cell.text) else "number" if is_value(cell) else "words" for cell in told}
    return len(kinds) < 2


def _counts(column: Sequence[Cell]) -> bool:
    return any(map(_is_number, column))


def _are_ordinals(column: Sequence[Cell]) -> bool:
    """Whether the numbers of a column count up from one."""
    numbers = [cell.text.strip() for cell in column if cell.text]
    return numbers == [str(k) for k in range(1, len(numbers) + 1)]
