"""Rows of a page dump, and what makes their cells alike: numbers, shares, years, words.

Where the dump marks empty cells, these are cells without a text among the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from extraction.blocks import MEASURE, Cell
from extraction.meaning import units_in
from extraction.numbers import is_figure, is_year, narrow, year_of

# A head over years in which something began: they date no number of the row.
FOUNDED = re.compile(
    r"(?:创办|建校|成立|创建|始建|办学|开[设办]|设[置立]|获批|批准|立项|认定)(?:时间|年份|年度?)$"
    r"|首[次届]?招生(?:时间|年份|年度?)?$"
)
# What stands for no number of its own: an empty mark, two numbers in one cell, a norm (≥20, ≤18:1).
_BLANK = re.compile(r"^[/／—–\-－]*$|^[\d.]+\s*[\\/／]\s*[\d.]+$|^[≥≤<>]=?\s*[\d.]+(?::1)?%?$")
_SCHOOL = r"学校|学院|教育中心|职教中心|职中|中专|职专(?!业)|技校|职高|职校|卫校|艺校|农校|中学"
# What reads like the name of one school, long or short.
ONE_SCHOOL = re.compile(rf"(?!(?:{_SCHOOL})$|\d)(?:(?!{_SCHOOL}).)+(?:{_SCHOOL})|[卫艺农商护幼]校")
_ONE_OF_SCHOOLS = re.compile(rf"{ONE_SCHOOL.pattern}|职教中心|教育中心")


def are_schools(texts: Sequence[str]) -> bool:
    """Whether words beside each other are schools: 职教中心 is one among others."""
    return any(map(ONE_SCHOOL.fullmatch, texts)) and all(map(_ONE_OF_SCHOOLS.fullmatch, texts))


# A head that stands over the years below it, or over names of rows that are years.
OVER_YEARS = re.compile(r"学?年[度份]?|统计年度")
LONGEST_ROW = 16
# A head over remarks: words stand below it, or nothing.
REMARKS = re.compile(r"\s*(?:备\s*注|说\s*明)\s*$")
MOST_NAMES = 6

Run = tuple[tuple[Cell, ...], tuple[Cell, ...], int]
"""Words, the values behind them, and the cell after these."""


@dataclass(slots=True)
class Row:
    """A row: the cells that name it, and its values, which may be words too."""

    names: tuple[Cell, ...]
    values: tuple[Cell, ...]

    @property
    def ordinal(self) -> tuple[Cell, ...]:
        """The ordinal that opens the row, if one does."""
        opens = self.names[0].text.strip() if self.names else ""
        return self.names[:1] if opens.isdigit() and not is_year(opens) else ()


@dataclass(slots=True)
class Body:
    """Rows that are alike: the first of their cells, the cell after the last, and the rows.

    `merged` are numbers of a cell that spans all rows, told at the end of the first; `more` counts columns of words
    behind the values, which merged cells have left uneven. `by_marks` says that the empty cells told where rows open.
    """

    start: int
    end: int
    rows: tuple[Row, ...]
    merged: tuple[Cell, ...] = ()
    more: int = 0
    by_marks: bool = False

    @property
    def width(self) -> int:
        """How many values each row has."""
        return len(self.rows[0].values)

    @property
    def has_empty(self) -> bool:
        """Whether any of its cells is an empty one."""
        return self.by_marks or any(not cell.text for row in self.rows for cell in row.values)

    @property
    def names(self) -> int:
        """How many cells at the most name a row."""
        return max(len(row.names) for row in self.rows)


def is_value(cell: Cell) -> bool:
    """A number, perhaps with a per cent sign, or a mark that stands for an empty cell."""
    return reads_as_value(cell.text)


@lru_cache(maxsize=8192)
def reads_as_value(text: str) -> bool:
    """Whether the whole text of a cell is a value."""
    return bool(_BLANK.match(narrow(text))) or is_figure(text)


def is_name(cell: Cell) -> bool:
    """Words that can name a row: no number, no head that says how something is measured."""
    return not is_value(cell) and not MEASURE.match(cell.text) and not units_in(cell.text)


def can_name(cell: Cell) -> bool:
    """Whether a cell can stand before the values of its row: words, or a year."""
    return not is_value(cell) or is_year(cell.text)


def is_ordinal(cells: Sequence[Cell], at: int, ordinal: int) -> bool:
    """Whether a cell is this ordinal, with what can name its row behind it."""
    return at + 1 < len(cells) and narrow(cells[at].text.strip()) == str(ordinal) and can_name(cells[at + 1])


def is_that_year(cell: Cell, year: int) -> bool:
    """Whether a cell is this year."""
    return is_year(cell.text) and year_of(cell.text) == year


def is_count(cell: Cell) -> bool:
    """A value that is no year."""
    return is_value(cell) and not is_year(cell.text)


def kinds_of(cells: Sequence[Cell]) -> str:
    """One letter a cell: y year, % percentage, n number, w words."""
    return "".join(kind_of(cell.text) for cell in cells)


@lru_cache(maxsize=8192)
def kind_of(text: str) -> str:
    """The letter of a cell's kind, as in `kinds_of`."""
    if is_year(text):
        return "y"
    if not reads_as_value(text):
        return "w"
    return "%" if text.rstrip().endswith(("%", "％")) else "n"
