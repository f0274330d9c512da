"""One page of a PDF: its lines in reading order, its drawn tables, and whether its text can be read at all.

pdfium gives characters with their boxes and the lines that are drawn, in the page's own coordinates; a page whose text
runs up or down the sheet (a landscape table) is turned first, whatever its `/Rotate` says.
"""

from __future__ import annotations

import ctypes
import math
import re
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from extraction.readers.rendering import Placed, cell_text
from extraction.readers.ruling import Area, Lattice, Segment, lattices

FEW = 12
"""Characters: a page with fewer holds no text."""
_WIDE_GAP = 1.2  # em: more parts columns, less parts words
_LEANING = math.radians(10)  # what leans more against both axes is a watermark
_COLUMN_LINES = 6  # lines side by side that make columns of text
_COLUMN_TEXT = 8  # characters of such a line; a table's cells have fewer
_COLUMN_FULL = 0.6  # of such lines end at the edge of their column
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…]")
_RADICALS = re.compile(r"[\u2e80-\u2fdf]")  # some fonts name characters by their radical: ⽤ for 用


class _Char(NamedTuple):
    text: str
    left: float
    right: float
    middle: float
    height: float


@dataclass(slots=True)
class _Part:
    """A stretch of a line without a wide gap in it; it grows while its characters come."""

    text: str
    left: float
    right: float
    middle: float
    height: float


@dataclass
class Line:
    """A line of text: its height on the page and its width as parts of the page's, and the size of its letters."""

    text: str
    height: float
    width: float
    size: float


@dataclass
class Drawn:
    """A drawn table: its cells, and the borders of its columns."""

    xs: tuple[float, ...]
    rows: int
    cells: list[Placed]

    def row(self, number: int) -> list[Placed]:
        """The cells that begin in a row, as if it were the first."""
        return [cell._replace(row=0) for cell in self.cells if cell.row == number]

    def append(self, below: Drawn) -> None:
        """Rows of the next page: without the head that is printed again, with rows and merged cells that go on."""
        repeated = 0
        while repeated < below.rows and self.row(repeated) == below.row(repeated):
            repeated += 1
        lowest = {cell.column: n for n, cell in enumerate(self.cells) if cell.row + cell.down == self.rows}
        broken = _is_rest(below.row(repeated), {self.cells[n].column: self.cells[n] for n in lowest.values()})
        shift = self.rows - repeated - broken
        for cell in below.cells:
            n = lowest.get(cell.column)
            if cell.row == repeated and n is not None and (broken or _goes_on(self.cells[n], cell)):
                upper = self.cells[n]
                text = cell_text([upper.text + cell.text])
                self.cells[n] = upper._replace(text=text, down=upper.down + cell.down - broken)
            elif cell.row >= repeated:
                self.cells.append(cell._replace(row=cell.row + shift))
        self.rows = shift + below.rows
        self.cells.sort(key=lambda cell: (cell.row, cell.column))


def _goes_on(upper: Placed, lower: Placed) -> bool:
    """Whether a cell at the top of a page is the rest of a merged one at the foot of the page before."""
    return upper.right == lower.right and not re.search(r"\d", lower.text) and not (upper.text and lower.text)


def _is_rest(row: Sequence[Placed], above: Mapping[int, Placed]) -> bool:
    """Whether the first row of a page is the rest of a broken one: a few words, each under words, and no number."""
    written = [cell for cell in row if cell.text]
    return 0 < len(written) < len(row) and all(
        not re.search(r"\d", cell.text) and cell.column in above and above[cell.column].text
        for cell in written
    )


Item = Line | Drawn


@dataclass
class Page:
    """Lines and tables in reading order, and why they could not be read where they could not."""

    items: list[Item] = field(default_factory=list)
    unread: str | None = None
    has_pictures: bool = False


@dataclass(frozen=True)
class _Turn:
    """Quarter turns that bring text upright, and the page's corner and size once it is turned."""

    quarters: int
    left: float = 0.0
    bottom: float = 0.0
    width: float = 1.0
    height: float = 1.0

    @classmethod
    def of(cls, quarters: int, page: pypdfium2.PdfPage) -> _Turn:
        x0, y0, x1, y1 = page.get_bbox()
        (left, bottom), (right, top) = (cls(quarters).point(x, y) for x, y in ((x0, y0), (x1, y1)))
        return cls(
            quarters, min(left, right), min(bottom, top), abs(right - left) or 1.0, abs(top - bottom) or 1.0
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        turned = ((x, y), (y, -x), (-x, -y), (-y, x))[self.quarters]
        return turned[0] - self.left, turned[1] - self.bottom


def read_page(document: pypdfium2.PdfDocument, number: int) -> Page:
    """Lines and tables of a page."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return Page(unread="damage")
    try:
        by_quarters, broken = _chars(page)
        items: list[Item] = []
        for quarters in sorted(by_quarters, key=lambda n: -len(by_quarters[n])):
            if 90 * quarters != page.get_rotation():  # pdfium puts text in order as it is shown
                page.set_rotation(90 * quarters)
                by_quarters[quarters] = _chars(page)[0][quarters]
            turn = _Turn.of(quarters, page)
            chars = [_turned(box, turn) for box in by_quarters[quarters]]
            drawn = [d for d in lattices(*_ruling_lines(page, turn)) if _is_table(d, chars)]
            items += _arranged(chars, drawn, turn)
        count = sum(not box.text.isspace() for boxes in by_quarters.values() for box in boxes)
        if broken > max(count, FEW):
            return Page(unread="letters without meaning (fonts that name no characters)")
        return Page(items, has_pictures=any(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])))
    finally:
        page.close()


class _Box(NamedTuple):
    """A character with its box as the page has it."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def _turned(box: _Box, turn: _Turn) -> _Char:
    x0, y0 = turn.point(box.left, box.bottom)
    x1, y1 = turn.point(box.right, box.top)
    return _Char(box.text, min(x0, x1), max(x0, x1), (y0 + y1) / 2, abs(y1 - y0) or 1.0)


def _chars(page: pypdfium2.PdfPage) -> tuple[dict[int, list[_Box]], int]:
    """The characters of a page by the quarter turns of their lines, and how many have no meaning.

    Those that pdfium makes up (spaces, line ends) are left out, as is what leans: a watermark.
    """
    found: dict[int, list[_Box]] = {}
    broken = 0
    text = page.get_textpage()
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    try:
        for i in range(text.count_chars()):
            code = pdfium.FPDFText_GetUnicode(text, i)
            if pdfium.FPDFText_IsGenerated(text, i) == 1 or not pdfium.FPDFText_GetLooseCharBox(text, i, box):
                continue
            if pdfium.FPDFText_HasUnicodeMapError(text, i) == 1:
                broken += 1
                continue
            if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or code in (0, 0xFFFE, 0xFFFF):
                continue
            char = "-" if code == 2 else chr(code)  # 2 is a hyphen at a line's end
            if _RADICALS.match(char):
                char = unicodedata.normalize("NFKC", char)
            if not (char.isprintable() or char.isspace()):
                broken += unicodedata.category(char) == "Co"
                continue
            pdfium.FPDFText_GetMatrix(text, i, matrix)
            angle = math.atan2(matrix.b, matrix.a) if matrix.b else 0.0 if matrix.a >= 0 else math.pi
            quarters = round(angle / (math.pi / 2))
            if abs(angle - quarters * math.pi / 2) <= _LEANING:
                found.setdefault(quarters % 4, []).append(
                    _Box(char, box.left, box.bottom, box.right, box.top)
                )
    finally:
        text.close()
    return found, broken


def _ruling_lines(page: pypdfium2.PdfPage, turn: _Turn) -> tuple[list[Segment], list[Segment]]:
    horizontal: list[Segment] = []
    vertical: list[Segment] = []
    for shape in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        matrix = shape.get_matrix()
        outer = shape.container
        while outer is not None:
            matrix = matrix.multiply(outer.get_matrix())
            outer = outer.container
        points = [(turn.point(*matrix.on_point(x, y)), starts) for x, y, starts in _points(shape)]
        for ((x0, y0), _), ((x1, y1), starts) in pairwise(points):
            if starts:
                continue
            if abs(y1 - y0) < 1:
                horizontal.append(Segment((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) < 1:
                vertical.append(Segment((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return horizontal, vertical


def _points(shape: pypdfium2.PdfObject) -> Iterator[tuple[float, float, bool]]:
    """The corners of a path, each with whether it starts a stroke; a closed stroke comes back to its start."""
    x, y = ctypes.c_float(), ctypes.c_float()
    first = (0.0, 0.0)
    for i in range(pdfium.FPDFPath_CountSegments(shape)):
        segment = pdfium.FPDFPath_GetPathSegment(shape, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        starts = pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO
        first = (x.value, y.value) if starts else first
        yield x.value, y.value, starts
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield *first, False


def _is_table(lattice: Lattice, chars: Sequence[_Char]) -> bool:
    """Text in several columns and in each second row; a frame around a paragraph or a drawing has it not."""
    places = {p for c in chars if (p := lattice.place((c.left + c.right) / 2, c.middle))}
    rows, columns = ({place[axis] for place in places} for axis in (0, 1))
    return len(columns) > 1 and 2 * len(rows) >= len(lattice.ys) - 1


def _arranged(chars: Iterable[_Char], drawn: Sequence[Lattice], turn: _Turn) -> Iterator[Item]:
    """Lines and tables; a table stands where its first character does."""
    tables = [_Filling(lattice) for lattice in drawn]
    pieces: list[tuple[_Filling | None, list[_Char]]] = []
    begun: set[int] = set()
    for char in chars:
        n = next((n for n, table in enumerate(tables) if table.takes(char)), None)
        if n is None:
            if not pieces or pieces[-1][0] is not None:
                pieces.append((None, []))
            pieces[-1][1].append(char)
        elif n not in begun:
            begun.add(n)
            pieces.append((tables[n], []))
    for table, loose in pieces:
        if table is not None:
            yield table.table()
        for parts in _in_columns(list(_lines(loose))):
            first, last = parts[0], parts[-1]
            text = "\t".join(part.text for part in parts)
            yield Line(text, first.middle / turn.height, (last.right - first.left) / turn.width, first.height)


def _in_columns(lines: list[list[_Part]]) -> list[list[_Part]]:
    """Lines of text set in two columns, column by column; a line that crosses both parts what is above and below it.

    Most files hold the text of one column after the other. Those that hold it line by line over the sheet are told by
    lines of two long parts which are full on both sides of one gutter.
    """
    pairs = [
        line for line in lines if len(line) == 2 and min(len(part.text) for part in line) >= _COLUMN_TEXT
    ]
    if len(pairs) < _COLUMN_LINES:
        return lines
    edges = [statistics.median(pair[side].right for pair in pairs) for side in (0, 1)]
    left = statistics.median(pair[1].left for pair in pairs)
    em = pairs[0][0].height
    full = sum(
        all(abs(part.right - edge) < 1.5 * em for part, edge in zip(pair, edges, strict=True))
        for pair in pairs
    )
    if full < _COLUMN_FULL * len(pairs):
        return lines

    gutter = (edges[0] + left) / 2
    ordered: list[list[_Part]] = []
    for across, run in groupby(lines, key=lambda line: any(p.left < gutter < p.right for p in line)):
        group = list(run)
        if across:
            ordered += group
        else:
            ordered += filter(None, ([p for p in line if p.right <= gutter] for line in group))
            ordered += filter(None, ([p for p in line if p.left >= gutter] for line in group))
    return ordered


class _Filling:
    """A drawn table that takes the characters which stand in its cells."""

    def __init__(self, lattice: Lattice) -> None:
        self._lattice = lattice
        self._area = {
            (area.row + down, area.column + right): area
            for area in lattice.areas
            for down in range(area.down)
            for right in range(area.right)
        }
        self._chars: dict[Area, list[_Char]] = {area: [] for area in lattice.areas}

    def takes(self, char: _Char) -> bool:
        place = self._lattice.place((char.left + char.right) / 2, char.middle)
        if place is None:
            return False
        self._chars[self._area[place]].append(char)
        return True

    def table(self) -> Drawn:
        """The table with the texts of its cells."""
        cells = [
            Placed(cell_text(_broken("\t".join(part.text for part in line) for line in _lines(chars))), *area)
            for area, chars in self._chars.items()
        ]
        return Drawn(self._lattice.xs, len(self._lattice.ys) - 1, cells)


def _broken(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a narrow cell; a number or a Chinese word that was broken between two of them is whole again."""
    whole = ""
    for line in lines:
        if whole and not (whole[-1].isascii() and whole[-1].isalpha()):
            whole += line
        else:
            whole = f"{whole} {line}" if whole else line
    yield whole.replace("\t", " ")


def _lines(chars: Iterable[_Char]) -> Iterator[list[_Part]]:
    """Characters as lines of text, each in the parts that wide gaps leave."""
    line: list[_Part] = []
    last: _Char | None = None
    spaced = False
    for char in chars:
        if char.text.isspace():
            spaced = True
            continue
        if last is None or _breaks(line[0], last, char):
            if line:
                yield line
            line = [_Part(*char)]
        elif (space := _space(last, char, spaced)) == "\t":
            line.append(_Part(*char))
        else:
            line[-1].text += space + char.text
            line[-1].right = char.right
        last, spaced = char, False
    if line:
        yield line


def _breaks(first: _Part, last: _Char, char: _Char) -> bool:
    size = max(first.height, char.height)
    return abs(char.middle - first.middle) > 0.5 * size or char.left < last.left - 0.5 * size


def _space(last: _Char, char: _Char, spaced: bool) -> str:
    """What stands between two characters of a line. Between Chinese and Latin, type-setting makes a gap."""
    gap = (char.left - last.right) / max(last.height, char.height)
    if gap > _WIDE_GAP:
        return "\t"
    mixed = bool(_HAN.match(last.text)) != bool(_HAN.match(char.text))
    return " " if (spaced and gap > 0.1) or gap > (0.5 if mixed else 0.22) else ""
