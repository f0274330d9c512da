"""Columns that a PDF's text (`pdftotext`) tells behind their table: put back into it.

Of a page's blocks those are told next that have all above them told already. Below the last column of a table there may be
nothing but the ends of short lines: then that column comes only after the paragraph, or the next table, below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.blocks import Line
from extraction.layout.pages import PAGE_BREAK
from extraction.layout.spread_cells import tokens_of
from extraction.layout.text_tables import find_table, is_caption

_FEWEST_VALUES = 2
_MOST_TABLES = 4  # of a page, that are looked at for each column
_SENTENCE_ENDS = re.compile(r"[。；：！？]\s*$")


def put_back(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines, those of a column right behind the table that is whole only with it, if exactly one on its page is."""
    moved = 0
    for start, end in list(_columns(lines)):
        if start < moved:
            continue
        column = [replace(lines[start], gap=1), *lines[start + 1 : end]]
        found = [
            [*lines[:after], *column, *lines[after:start], *lines[end:]]
            for at in _captions_above(lines, start)
            if (after := _end_of_whole(lines, at, start, column))
        ]
        if len(found) == 1:
            (lines,) = found
            moved = end
    return lines


def _columns(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Where blocks of nothing but values, one or more a line, stand behind a sentence: all of them, and the first."""
    for start in range(1, len(lines)):
        line = lines[start]
        if not (line.gap and line.text[:1].isdigit() and _SENTENCE_ENDS.search(lines[start - 1].text)):
            continue
        ends = []
        end = start
        while (block := _end_of_block(lines, end)) - end >= _FEWEST_VALUES:
            end = block
            ends.append(end)
        yield from ((start, end) for end in dict.fromkeys((*ends[-1:], *ends[:1])))


def _end_of_block(lines: Sequence[Line], start: int) -> int:
    """The end of a block that holds nothing but values; its start where it holds anything else."""
    end = start
    while end < len(lines) and (end == start or not lines[end].gap) and _holds_values(lines[end]):
        end += 1
    whole = end == len(lines) or lines[end].gap or PAGE_BREAK in lines[end].text
    return end if whole else start


def _holds_values(line: Line) -> bool:
    return PAGE_BREAK not in line.text and all(token.is_value for token in tokens_of(line, 0))


def _captions_above(lines: Sequence[Line], start: int) -> list[int]:
    """Where the captions above on the same page are, the nearest first."""
    found: list[int] = []
    for k in range(start - 1, -1, -1):
        if is_caption(lines[k]):
            found.append(k)
        if PAGE_BREAK in lines[k].text or len(found) == _MOST_TABLES:
            break
    return found


def _end_of_whole(lines: Sequence[Line], at: int, start: int, column: Sequence[Line]) -> int:
    """The end of the table below a caption if it is lost without the column and found with it; else 0."""
    table, after = find_table(lines[:start], at)
    if table is None or not table.is_dump:
        return 0
    found, end = find_table([*lines[:after], *column, *lines[after:start]], at)
    return after if found and not found.is_dump and end == after + len(column) else 0
