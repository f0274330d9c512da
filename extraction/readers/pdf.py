"""PDF: lines of text in reading order, drawn tables as grids, without running heads, feet and page numbers.

pdfium gives characters with their boxes and the lines that are drawn; `ruling.py` makes tables of the lines. Columns that
nothing but their alignment shows become tabs, which the text dialects know. A table that goes on over a page is one.
"""

from __future__ import annotations

import ctypes
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from extraction.blocks import Reading
from extraction.readers.errors import Rejected
from extraction.readers.rendering import Placed, Rendering, cell_text
from extraction.readers.ruling import Area, Lattice, Segment, lattices

_MOST_PAGES = 5_000
_SPARSE = 12  # characters a page: a file with fewer is made of pictures, whatever its covers say
_MARGIN = 0.085  # heads and feet stand in the outer twelfth of a page: 2.5 cm
_WIDE_GAP = 1.2  # em: more parts columns, less parts words
_LARGE = 1.3  # times the letters of the text: a title
_FULL = 0.8  # of the width between the margins: a line that was broken because it was full
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/共]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–·\s]*"
)
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…]")
_RADICALS = re.compile(r"[\u2e80-\u2fdf]")  # some fonts name characters by their radical: ⽤ for 用


class _Char(NamedTuple):
    text: str
    left: float
    right: float
    middle: float
    height: float


@dataclass
class _Line:
    """A line of text: its height on the page and its width as parts of the page's, and the size of its letters."""

    text: str
    height: float
    width: float
    size: float


@dataclass
class _Drawn:
    """A drawn table: its cells, and the borders of its columns."""

    xs: tuple[float, ...]
    rows: int
    cells: list[Placed]

    def row(self, number: int) -> list[Placed]:
        """The cells that begin in a row, as if it were the first."""
        return [cell._replace(row=0) for cell in self.cells if cell.row == number]

    def append(self, below: _Drawn) -> None:
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


_Item = _Line | _Drawn


def read(data: bytes) -> Reading:
    """Render a PDF. Rejects an encrypted, a damaged and a scanned one."""
    document = _open(data)
    try:
        if len(document) > _MOST_PAGES:
            raise Rejected(f"too long: {len(document):,} pages, which no report has")
        pages = [_items(document, number) for number in range(len(document))]
        title = document.get_metadata_dict().get("Title", "").strip()
    except pypdfium2.PdfiumError as problem:
        raise Rejected(f"damaged PDF: {problem}") from None
    finally:
        document.close()
    _drop_heads_and_feet(pages)
    _join_titles(pages)
    page = Rendering()
    for item in _joined(pages):
        if isinstance(item, _Line):
            page.line(item.text)
        elif item.rows == 1:
            page.line("\t".join(cell.text for cell in item.cells if cell.text))
        else:
            page.table(item.cells)
    if sum(not part.isspace() for part in page.parts) == 0 or page.length < _SPARSE * len(pages):
        raise Rejected(f"needs OCR: {len(pages)} pages are pictures or hardly hold text")
    reading = page.reading()
    # What a file says its title is may be that of the template it was made from: the text must have it too.
    printed = title and re.sub(r"\s", "", title) in re.sub(r"\s", "", reading.landed_text)
    return page.reading(title) if printed else reading


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        if problem.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Rejected("encrypted: it opens with a password only") from None
        raise Rejected(f"damaged PDF: {problem}") from None


# ── one page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _items(document: pypdfium2.PdfDocument, number: int) -> list[_Item]:
    """Lines and tables of a page in reading order; an unreadable page has none."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []
    try:
        width, height = page.get_width() or 1.0, page.get_height() or 1.0
        chars = list(_chars(page))
        drawn = [d for d in lattices(*_ruling_lines(page)) if _is_table(d, chars)] if chars else []
        return list(_arranged(chars, drawn, width, height))
    finally:
        page.close()


def _chars(page: pypdfium2.PdfPage) -> Iterator[_Char]:
    """The characters of a page that stand in it; those that pdfium makes up (spaces, line ends) do not."""
    text = page.get_textpage()
    box = pdfium.FS_RECTF()
    try:
        for i in range(text.count_chars()):
            code = pdfium.FPDFText_GetUnicode(text, i)
            if pdfium.FPDFText_IsGenerated(text, i) == 1 or not pdfium.FPDFText_GetLooseCharBox(text, i, box):
                continue
            if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or code in (0, 0xFFFE, 0xFFFF):
                continue
            char = "-" if code == 2 else chr(code)  # 2 is a hyphen at a line's end
            if _RADICALS.match(char):
                char = unicodedata.normalize("NFKC", char)
            if char.isprintable() or char.isspace():
                middle, height = (box.top + box.bottom) / 2, abs(box.top - box.bottom)
                yield _Char(char, box.left, box.right, middle, height or 1.0)
    finally:
        text.close()


def _ruling_lines(page: pypdfium2.PdfPage) -> tuple[list[Segment], list[Segment]]:
    horizontal: list[Segment] = []
    vertical: list[Segment] = []
    for shape in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        matrix = shape.get_matrix()
        outer = shape.container
        while outer is not None:
            matrix = matrix.multiply(outer.get_matrix())
            outer = outer.container
        points = [(matrix.on_point(x, y), starts) for x, y, starts in _points(shape)]
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


def _arranged(
    chars: Iterable[_Char], drawn: Sequence[Lattice], width: float, height: float
) -> Iterator[_Item]:
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
        for text, first, last in _lines(loose):
            yield _Line(text, first.middle / height, (last.right - first.left) / width, first.height)


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

    def table(self) -> _Drawn:
        cells = [
            Placed(cell_text(_broken(text for text, *_ in _lines(chars))), *area)
            for area, chars in self._chars.items()
        ]
        return _Drawn(self._lattice.xs, len(self._lattice.ys) - 1, cells)


def _broken(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a narrow cell; a number or a Chinese word that was broken between two of them is whole again."""
    whole = ""
    for line in lines:
        if whole and not (whole[-1].isascii() and whole[-1].isalpha()):
            whole += line
        else:
            whole = f"{whole} {line}" if whole else line
    yield whole.replace("\t", " ")


def _lines(chars: Iterable[_Char]) -> Iterator[tuple[str, _Char, _Char]]:
    """Characters as lines of text, each with its first and its last one."""
    text, spaced = "", False
    first: _Char | None = None
    last: _Char | None = None
    for char in chars:
        if char.text.isspace():
            spaced = True
            continue
        if first is None or last is None:
            text, first = char.text, char
        elif _breaks(first, last, char):
            yield text, first, last
            text, first = char.text, char
        else:
            text += _space(last, char, spaced) + char.text
        last, spaced = char, False
    if first is not None and last is not None:
        yield text, first, last


def _breaks(first: _Char, last: _Char, char: _Char) -> bool:
    size = max(first.height, char.height)
    return abs(char.middle - first.middle) > 0.5 * size or char.left < last.left - 0.5 * size


def _space(last: _Char, char: _Char, spaced: bool) -> str:
    """What stands between two characters of a line. Between Chinese and Latin, type-setting makes a gap."""
    gap = (char.left - last.right) / max(last.height, char.height)
    if gap > _WIDE_GAP:
        return "\t"
    mixed = bool(_HAN.match(last.text)) != bool(_HAN.match(char.text))
    return " " if (spaced and gap > 0.1) or gap > (0.5 if mixed else 0.22) else ""


# ── all pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _drop_heads_and_feet(pages: list[list[_Item]]) -> None:
    """Page numbers go, and lines that stand on several pages at the same height, whatever numbers are in them."""
    seen = Counter(
        key for items in pages for key in {_key(i) for i in items if isinstance(i, _Line) and _is_outer(i)}
    )
    few = 2 if len(pages) < 8 else 3
    for items in pages:
        items[:] = [
            item
            for item in items
            if not (isinstance(item, _Line) and _is_outer(item))
            or not (_PAGE_NUMBER.fullmatch(item.text) or seen[_key(item)] >= few)
        ]


def _is_outer(line: _Line) -> bool:
    return not _MARGIN < line.height < 1 - _MARGIN


def _key(line: _Line) -> tuple[str, int]:
    """What makes two heads the same. Numbers of a row of a table do not: such a row has tabs."""
    text = line.text if "\t" in line.text else re.sub(r"\d+", "#", line.text)
    return re.sub(r"\s", "", text), round(line.height * 100)


def _join_titles(pages: Sequence[list[_Item]]) -> None:
    """A title in large letters that did not fit its line is one line."""
    lines = [item for items in pages for item in items if isinstance(item, _Line)]
    usual = statistics.median(line.size for line in lines) if lines else 0.0
    full = _FULL * max((line.width for line in lines), default=0.0)
    for items in pages:
        kept: list[_Item] = []
        for item in items:
            above = kept[-1] if kept else None
            if not isinstance(above, _Line) or not isinstance(item, _Line):
                kept.append(item)
            elif above.size > _LARGE * usual and abs(above.size - item.size) < 1 and above.width > full:
                above.text, above.width = above.text + item.text, item.width
            else:
                kept.append(item)
        items[:] = kept


def _joined(pages: Sequence[Sequence[_Item]]) -> Iterator[_Item]:
    """All items; the first table of a page goes on with the last of the page before if its columns are the same."""
    above: _Item | None = None
    for items in pages:
        for n, item in enumerate(items):
            if n == 0 and isinstance(above, _Drawn) and isinstance(item, _Drawn) and _alike(above, item):
                above.append(item)
                continue
            if above is not None:
                yield above
            above = item
    if above is not None:
        yield above


def _alike(above: _Drawn, below: _Drawn) -> bool:
    return len(above.xs) == len(below.xs) and all(
        abs(a - b) < 4 for a, b in zip(above.xs, below.xs, strict=True)
    )


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
