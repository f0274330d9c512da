"""What a document is made of before anything is understood: lines, paragraphs, tables, cells with their places.

None of these changes once it is made. Cells and lines, of which a report has thousands, are not `frozen` all the same: that
would make each take three times as long to make.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

# What is counted, and no number of a section: 3 名学生, 12 个专业; but 3 名师工作室, 2 项目建设.
_COUNTED = r"年(?!度)|人(?![才事力文工员])|名(?![师校优])|个(?![性人体])|项(?!目)|所|次|门(?!类)|万|亿|余|多(?![元方样措])"
HEADING = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十]+[、章节]|第[一二三四五六七八九十]+(?:部分|篇)|[（(][一二三四五六七八九十]+[）)]|\d{1,2}(?:\.\d+)*[.、．]?\s?(?!"
    + _COUNTED
    + r")(?=[\u4e00-\u9fff]))"
)
# A heading that the text of its section follows on the same line: （二）学业水平。本学年学生…
_RUN_IN = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[章节]|[（(][一二三四五六七八九十]+[）)]|\d+(?:\.\d+)+|\d{1,2}[.、．])\s*[^\d，,。；;：:（()）\n]{2,16}。(?=.)"
)
# The line that opens a case study.
CASE = re.compile(
    r"^\s*(?P<name>(?:典型)?案例\s*(?:\d+|[一二三四五六七八九十]+(?![一-鿿])|[（(]\s*(?:\d+|[一二三四五六七八九十]+)\s*[）)]))(?!\d)"
)
# A head that says how something is measured, not what.
MEASURE = re.compile(r"^(?:数量|比例|占比|人数|金额|数值|总数|百分比)(?:[（(][^（）()]*[)）])?$")
BRACKET_AT_END = re.compile(r"[（(][^（）()]*[)）]$")
# The name of a category of programmes, and no head over them.
CATEGORY = re.compile(r"(?<!专业)(?:大类|类)$")
# A row that sums up others, and so belongs to none of their groups.
TOTAL = re.compile(
    r"^(?:(?:全[校院省市州区县]|金额|人数)?(?:合\s*计|总\s*计|小\s*计|共\s*计)|总数|全[校院省市州区县]|合计数)$"
)


@dataclass(slots=True, eq=False)
class Cell:
    """A table cell: `landed_text[start:end] == text`, but for words that were joined over a line end.

    Two cells are the same only where they are one and the same cell, whatever is printed in them.
    """

    text: str
    start: int
    end: int


def joined(cells: Sequence[Cell]) -> Cell:
    """Pieces of one name that the page broke, as one cell."""
    return Cell("".join(cell.text for cell in cells), cells[0].start, cells[-1].end)


@dataclass(slots=True)
class Line:
    """A line of the landed text that is not blank; `gap` counts the blank lines above it.

    `empty` counts the empty cells that these blank lines stand for where the text is a page dump.
    """

    text: str
    start: int
    end: int
    gap: int = 0
    empty: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `text` may join hard-wrapped lines; `place` leads back from an offset in it to the landed text."""

    text: str
    segments: tuple[tuple[int, int], ...]

    def place(self, offset: int) -> int:
        """The landed offset of a character of `text`."""
        joined, landed = self.segments[bisect_right(self.segments, offset, key=itemgetter(0)) - 1]
        return landed + offset - joined

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the landed text: over the end of a line where that parts it."""
        return self.place(start), self.place(end - 1) + 1

    @property
    def parts(self) -> tuple[Paragraph, ...]:
        """The paragraph, parted from the heading on its own line where it opens with one."""
        opening = _RUN_IN.match(self.text)
        if opening is None:
            return (self,)
        at = opening.end()
        heading = Paragraph(self.text[: at - 1], tuple(s for s in self.segments if s[0] < at))
        rest = (
            (0, self.place(at)),
            *((joined - at, landed) for joined, landed in self.segments if joined > at),
        )
        return heading, Paragraph(self.text[at:], rest)

    @property
    def is_heading(self) -> bool:
        """A short line that opens with a section number and is no sentence."""
        return (
            len(self.text) < 40 and bool(HEADING.match(self.text)) and not self.text.rstrip().endswith("。")
        )


@dataclass(frozen=True, slots=True)
class Table:
    """Cells with what is known of their places.

    `rows` is a dense grid where a merged cell stands in every place it covers (the same object); None is empty.
    `is_dump` marks a single column of cells whose grid is lost; `owners` are schools named in it of which it is not known
    which rows are theirs. `pieces` are heads, perhaps broken, of which it is not known over which columns they stand; the
    first `names` cells of each row then name it.
    """

    rows: tuple[tuple[Cell | None, ...], ...]
    caption: str = ""
    name: str = ""
    is_dump: bool = False
    start: int = 0
    owners: tuple[str, ...] = ()
    pieces: tuple[Cell, ...] = ()
    names: int = 0

    @property
    def place_name(self) -> str:
        """How an observation names this table (`表12`), `表` where the report gives it no number."""
        return "".join(self.name.split()) or "表"


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a file: its landed text, the tables it has marks for, and what the file says of itself.

    `note` says what of the file could not be read, where the rest could.
    """

    landed_text: str
    tables: tuple[Table, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    title: str | None = None
    publisher: str | None = None
    published_on: str | None = None
    note: str | None = None
