"""The cells of text that keeps columns by spaces (`pdftotext -layout`): what stands where on a line, and in which column.

Of two texts on a page of which one stands wholly left of the other, the printer puts the left one into lower columns, one
for each character, on whatever line they are. So parts whose columns overlap stood above each other on the page. How far
apart two parts are says nothing, and parts with a single space between them are close, whatever stands above them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width

from extraction.blocks import Cell, Line
from extraction.meaning import KIND_OF_PARTS
from extraction.numbers import is_figure, is_year, narrow
from extraction.tables.rows.likeness import reads_as_value
from extraction.vocabulary import squeeze, vocabulary

_PART = re.compile(r"\S+")
_YEAR_AND_MORE = re.compile(r"(?:19|20)\d{2}(?:[-—–－~～至](?:19|20)\d{2})?(?:年度?|学年)?")
_AGE = re.compile(r"\d{2}(?:[-—–－~～至]\d{2})?")
_COUNT = re.compile(r"[\d.]+(?:[:：][\d.]+|[%％]|(?P<unit>[^\d\s]{1,6}))?")
_SUBSET = re.compile(r"^其中[:：]?")
_WORDS = re.compile(r"[\u4e00-\u9fff]+")
_OF_TWO_LETTERS = re.compile(
    r"其中|[合总小共]计|全[省市区县州旗校]|备注|说明|单位|序号|项目|指标|名称|类别|学校|院校|专业|年[度份级]|数[值量]|金额|人数|比例|占比|收入|支出"
)
# An inner gap: no prose has it.
_GAP = re.compile(r"\S {2,}\S")


@dataclass(slots=True, eq=False)
class Token:
    """A cell, or one line of it: `line` counts the lines of its table, `left` and `right` are columns of characters."""

    cell: Cell
    line: int
    left: int
    right: int

    @property
    def is_value(self) -> bool:
        """A number with or without its unit, or a mark for an empty cell; a year is none."""
        return _is_value(self.cell.text)

    def overlaps(self, other: Token | Span) -> bool:
        """Whether both take a column: then they stood above each other on the page."""
        return self.left < other.right and other.left < self.right


@dataclass(slots=True)
class Span:
    """The columns of characters that some tokens take."""

    left: int
    right: int

    def widened(self, by: Token) -> Span:
        """The columns of these and of one more."""
        return Span(min(self.left, by.left), max(self.right, by.right))

    def distance(self, other: Token | Span) -> int:
        """Columns between both; 0 where they overlap."""
        return max(0, other.left - self.right, self.left - other.right)


def is_spread(line: Line) -> bool:
    """Whether a line has parts with more than one space between them."""
    return "  " in line.text and _GAP.search(line.text) is not None


def width_of(text: str) -> int:
    """The columns of a text where a wide letter takes two: as terminals and many converters count."""
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def tokens_of(line: Line, number: int, measure: Callable[[str], int] = len) -> list[Token]:
    """The cells of a line, which is the table's line `number`; `measure` tells how many columns a text takes."""
    found: list[tuple[int, int]] = []
    for match in _PART.finditer(line.text):
        if found and _is_set_apart(line.text[found[-1][0] : found[-1][1]], match.group()):
            found[-1] = (found[-1][0], match.end())
            continue
        if found and match.start() - found[-1][1] == 1:
            before = line.text[found[-1][0] : found[-1][1]]
            if _is_one_cell(before, match.group(), line.text[match.end() : match.end() + 2]):
                found[-1] = (found[-1][0], match.end())
                continue
        found.append(match.span())
    shift = line.text.startswith("\f")  # it takes no column
    text = line.text
    return [
        Token(
            Cell(text[a:b], line.start + a, line.start + b),
            number,
            measure(text[:a]) - shift,
            measure(text[:b]) - shift,
        )
        for a, b in found
    ]


def _is_set_apart(before: str, after: str) -> bool:
    """Whether two letters are a word whose letters stand apart: 合  计, 收    入, 其 中（人）."""
    word, _, _ = after.partition("（")
    return len(before) == len(word) == 1 and (
        is_name(before + word) or _OF_TWO_LETTERS.fullmatch(before + word) is not None
    )


def _is_one_cell(before: str, after: str, behind: str) -> bool:
    """Whether two parts with one space between them are one cell: 2023 年, CAD 制图, 教职工总数 （人）, 12 人."""
    if after[0] in "（(" and not is_figure(before):
        return True
    if _AGE.fullmatch(before) and after.startswith("岁"):
        return True
    if _YEAR_AND_MORE.fullmatch(before) and after.startswith(("年", "学年", "届")):
        return True
    if is_figure(before):
        return after in vocabulary().units and behind in ("", "  ")
    if is_figure(after):
        return False
    if len(before) == len(after) == 1 and behind in ("", "  ") and _WORDS.fullmatch(before + after):
        return True  # 类 型, with gaps on both sides
    return _is_latin(before[-1]) or _is_latin(after[0])


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


@lru_cache(maxsize=8192)
def _is_value(text: str) -> bool:
    return not is_year(text) and (reads_as_value(text) or _is_count(text))


@lru_cache(maxsize=8192)
def _is_count(text: str) -> bool:
    match = _COUNT.fullmatch(narrow(text).replace(" ", ""))
    return match is not None and (match["unit"] is None or match["unit"] in vocabulary().units)


@lru_cache(maxsize=8192)
def is_name(text: str) -> bool:
    """Whether a text is a whole name: a year, a term, a programme, a category, a head, a school that is known."""
    vocab = vocabulary()
    squeezed = re.sub(r"[（(][^（）()]*[)）]$", "", squeeze(text))
    return (
        is_year(text)
        or squeezed in vocab.terms
        or squeezed in vocab.programmes
        or squeezed in vocab.categories
        or squeezed in vocab.dimension_of_header
        or squeezed in vocab.schools
    )


@lru_cache(maxsize=8192)
def is_school(text: str) -> bool:
    """Whether a text ends as the names of schools do."""
    return len(text) > 4 and text.endswith(tuple(vocabulary().school_types))


@lru_cache(maxsize=4096)
def dimension_of_teachers(text: str) -> str | None:
    """The dimension by which the rows beside or below a name part teachers: 职称结构, 学 历."""
    dimension = vocabulary().dimension_of_header.get(squeeze(text))
    return dimension if dimension in KIND_OF_PARTS.values() else None


@lru_cache(maxsize=8192)
def counts_by_itself(text: str) -> bool:
    """Whether the name of a row says what it counts: 校外兼职教师, 其中：专业课教师."""
    name = _SUBSET.sub("", squeeze(text))
    return any(kind == "metric" for kind, _ in vocabulary().terms.get(name, ()))


def whole(cells: Sequence[Cell]) -> Cell:
    """Lines of one cell as one; between Latin words stays a space, and between digits: two numbers are not one."""
    text = ""
    for cell in cells:
        both = text[-1:] + cell.text[:1] if text else ""
        parted = len(both) == 2 and (all(map(_is_latin, both)) or both.isdigit())
        text += (" " if parted else "") + cell.text
    return Cell(text, cells[0].start, cells[-1].end) if len(cells) > 1 else cells[0]
