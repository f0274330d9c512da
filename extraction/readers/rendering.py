"""The landed text of a file that is no text: blocks as lines, tables one row a line with tabs, each cell with its place.

Every reader of marked-up files writes through this, so a report looks the same whatever it came as.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extraction.blocks import Cell, Reading, Table
from extraction.readers.errors import Rejected

LONGEST_TEXT = 16_000_000
"""Characters of landed text; a report of 200 pages has 300,000."""
LARGEST_TABLE = 2_000_000
"""Places of one grid: 100,000 rows of 20 columns."""
WIDEST_TABLE = 1_000
_LARGEST_SPAN = 200  # a span beyond this is a broken file, not a table

_SPACE = re.compile(r"[ \t\r\n\f\v\xa0\u3000]+")
_BLANK = re.compile(r"[\s\0]")
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


class Placed(NamedTuple):
    """A cell of a grid: the text, one paragraph a line, the place of its upper left corner, and how many rows and columns
    it covers."""

    text: str
    row: int
    column: int
    down: int = 1
    right: int = 1


def folded(text: str) -> str:
    """Every run of white space as one space."""
    return _SPACE.sub(" ", text)


def cell_text(lines: Iterable[str]) -> str:
    """The text of a cell that may be set on several lines: no space where Chinese was broken."""
    return _BETWEEN_HAN.sub("", folded(" ".join(lines)).strip())


def _in_one_line(text: str) -> str:
    """The text of a cell; most are a word or a number without any space."""
    return cell_text(text.replace("\0", " ").split("\n")) if _BLANK.search(text) else text


def span(value: str | None) -> int:
    """A row or column span as a file prints it, kept within what a table can have."""
    value = (value or "").strip()
    return min(max(int(value[:9]), 1), _LARGEST_SPAN) if value.isascii() and value.isdigit() else 1


@dataclass
class Rendering:
    """A landed text while it grows. Raises `Rejected` where it grows beyond what a report can be."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    tables: list[tuple[tuple[int, int], Table]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Text that goes on in the same line."""
        if not text:
            return
        self.parts.append(text)
        self.length += len(text)
        if self.length > LONGEST_TEXT:
            raise Rejected(f"too long: more than {LONGEST_TEXT:,} characters of text, which no report has")

    @property
    def at_line_start(self) -> bool:
        """Whether nothing stands in the line yet."""
        return not self.parts or self.parts[-1].endswith("\n")

    def newline(self) -> None:
        """End the line, if anything stands in it."""
        if not self.at_line_start:
            self.add("\n")

    def line(self, text: str) -> None:
        """A line of its own; white space alone makes none."""
        self.newline()
        if text.strip():
            self.add(text)
            self.newline()

    def lines(self, text: str) -> None:
        """Each line of a text as a line of its own."""
        for line in text.split("\n"):
            self.line(line.strip())

    def table(self, cells: Sequence[Placed]) -> None:
        """A table: cells in reading order, a merged one standing in the line of its first row.

        One that only sets text in a frame or in columns is its text.
        """
        self.newline()
        written = [cell for cell in cells if cell.text.strip()]
        if not written:
            return
        if _is_layout(written):
            for cell in written:
                self.lines(cell.text)
            return
        cells = [Placed(_in_one_line(text), *place) for text, *place in cells]
        start, row = self.length, cells[0].row
        made: list[Cell] = []
        for n, cell in enumerate(cells):
            if n:
                self.add("\n" if cell.row != row else "\t")
            row = cell.row
            made.append(Cell(cell.text, self.length, self.length + len(cell.text)))
            self.add(cell.text)
        self.newline()
        self.tables.append(((start, self.length), Table(_grid(cells, made), start=start)))

    def reading(
        self, title: str | None = None, publisher: str | None = None, on: str | None = None
    ) -> Reading:
        """The finished rendering with what the file says of itself."""
        return Reading(
            landed_text="".join(self.parts),
            tables=tuple(table for _, table in self.tables),
            spans=tuple(place for place, _ in self.tables),
            title=title,
            publisher=publisher,
            published_on=on,
        )


def _is_layout(written: Sequence[Placed]) -> bool:
    """Whether a table is none: one column, or one row in which a cell holds paragraphs of sentences."""
    if len({cell.row for cell in written}) == 1:
        lines = (cell.text.strip().split("\n") for cell in written)
        return len(written) == 1 or any(
            sum(line.rstrip().endswith("。") for line in cell) > 1 for cell in lines
        )
    return len({cell.column for cell in written}) == 1


def _grid(cells: Sequence[Placed], made: Sequence[Cell]) -> tuple[tuple[Cell | None, ...], ...]:
    """A dense grid; where cells overlap the first one stays."""
    height = max(cell.row + (cell.down if cell.text else 1) for cell in cells)
    width = max(cell.column + (cell.right if cell.text else 1) for cell in cells)
    covered = sum(cell.down * cell.right for cell in cells)
    if max(height * width, covered) > LARGEST_TABLE or width > WIDEST_TABLE:
        raise Rejected(f"too large a table: {height:,} rows of {width:,} columns")
    rows: list[list[Cell | None]] = [[None] * width for _ in range(height)]
    for placed, cell in zip(cells, made, strict=True):
        if placed.text:
            for row in rows[placed.row : placed.row + placed.down]:
                for column in range(placed.column, placed.column + placed.right):
                    row[column] = row[column] or cell
    return tuple(map(tuple, rows))
