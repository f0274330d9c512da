"""Excel (XLSX): each sheet that people see as a heading, lines and tables, each number as it is shown.

Read straight from the XML: openpyxl's fast mode knows no merged cells, its full mode makes an object for every place that a
merged cell covers, so one range over a whole sheet never ends; and it stops at style sheets that WPS writes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from extraction.blocks import Reading
from extraction.readers import number_formats
from extraction.readers.errors import Rejected
from extraction.readers.ooxml import Element, Package, attribute, child, local
from extraction.readers.rendering import Placed, Rendering, cell_text

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
Place = tuple[int, int]


@dataclass
class _Sheet:
    """What people see of a sheet: texts by place, and how far a merged cell reaches."""

    texts: dict[Place, str] = field(default_factory=dict)
    merged: dict[Place, Place] = field(default_factory=dict)


def read(data: bytes) -> Reading:
    """Render a workbook. Rejects a damaged one and one whose visible sheets are empty."""
    with Package(data, "XLSX") as package:
        main = package.main_part()
        root = package.part(main)
        if root is None:
            raise Rejected("damaged XLSX: it has no workbook")
        strings = _strings(package, main)
        show = _Shown(package.related_part(main, "styles"), root)
        related = package.related(main)
        page = Rendering()
        for tag in root.iter("{*}sheet"):
            part, kind = related.get(attribute(tag, "id") or "", ("", ""))
            if tag.get("state", "visible") == "visible" and kind == "worksheet":
                _render(tag.get("name", ""), _sheet(package, part, strings, show), page)
    if not page.length:
        raise Rejected("no cell with content on a visible sheet")
    return page.reading()


class _Shown:
    """The number formats of a workbook's cell styles."""

    def __init__(self, styles: Element | None, workbook: Element) -> None:
        own = {
            attribute(e, "numFmtId"): attribute(e, "formatCode") or ""
            for e in (() if styles is None else styles.iter("{*}numFmt"))
        }
        formats = child(styles, "cellXfs")
        ids = [attribute(e, "numFmtId") or "0" for e in (() if formats is None else formats)]
        self._codes = [own.get(i, number_formats.BUILT_IN.get(_integer(i), "")) for i in ids]
        self._epoch_1904 = attribute(child(workbook, "workbookPr"), "date1904") in ("1", "true")

    def number(self, text: str, style: int) -> str:
        """A stored number as people see it. What is no number stays as it is."""
        try:
            value = float(text)
        except ValueError:
            return text
        code = self._codes[style] if style < len(self._codes) else ""
        return number_formats.shown(value, code, self._epoch_1904) if math.isfinite(value) else text


def _strings(package: Package, main: str) -> list[str]:
    name = next((n for n, kind in package.related(main).values() if kind == "sharedStrings"), "")
    return [_words(item) for item in package.stream(name, "si")]


def _words(item: Element) -> str:
    """The text of a string item; readings of characters (rPh) are no part of it."""
    runs = (e for e in item.iter("{*}t") if local(e.getparent()) != "rPh")
    return "".join(run.text or "" for run in runs)


def _sheet(package: Package, part: str, strings: list[str], show: _Shown) -> _Sheet:
    sheet, hidden, row = _Sheet(), set[int](), 0
    for element in package.stream(part, "col", "row", "mergeCell"):
        name = local(element)
        if name == "col" and element.get("hidden") in ("1", "true"):
            first, last = (_integer(element.get(k)) for k in ("min", "max"))
            hidden |= set(range(first, min(last, _LAST_COLUMN) + 1))
        elif name == "row":
            row = _integer(element.get("r")) or row + 1
            if element.get("hidden") not in ("1", "true"):
                sheet.texts |= {
                    (row, column): text
                    for column, text in _cells(element, strings, show)
                    if text and column not in hidden
                }
        elif name == "mergeCell":
            corners = [_place(found) for found in _PLACE.finditer(element.get("ref", ""))]
            if len(corners) == 2:
                sheet.merged[corners[0]] = corners[1]
    return sheet


def _cells(row: Element, strings: list[str], show: _Shown) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row.iter("{*}c"):
        found = _PLACE.fullmatch(cell.get("r", ""))
        column = _place(found)[1] if found else column + 1
        value = child(cell, "v")
        text = "" if value is None else (value.text or "").strip()
        kind = cell.get("t", "n")
        if kind == "s":
            index = _integer(text)
            text = strings[index] if index < len(strings) else ""
        elif kind == "inlineStr":
            text = _words(cell)
        elif kind == "n" and text:
            text = show.number(text, _integer(cell.get("s")))
        elif kind in ("e", "b"):  # an error or a truth value is no content
            text = ""
        yield column, cell_text([text])


def _render(name: str, sheet: _Sheet, page: Rendering) -> None:
    if not sheet.texts:
        return
    page.line(cell_text([name]))
    rows = {r: list(cells) for r, cells in groupby(sorted(sheet.texts), key=lambda place: place[0])}
    for block in _blocks(rows, sheet.merged):
        wide = [r for r in block if len(rows[r]) > 1]
        body = [r for r in block if len(wide) > 1 and wide[0] <= r <= wide[-1]]
        for r in block:  # titles and notes stand in rows of one cell above and below the table
            if r not in body[:1] and not (body and body[0] < r <= body[-1]):
                page.line("\t".join(sheet.texts[place] for place in rows[r]))
            elif r == body[0]:
                page.table(_placed(body, sheet))


def _blocks(rows: Mapping[int, object], merged: Mapping[Place, Place]) -> Iterator[list[int]]:
    """Runs of rows without an empty row in between; one inside a merged cell is not empty."""
    block: list[int] = []
    for r in rows:
        gap = block and r > block[-1] + 1
        if gap and not any(top <= block[-1] and bottom >= r for (top, _), (bottom, _) in merged.items()):
            yield block
            block = []
        block.append(r)
    yield block


def _placed(body: list[int], sheet: _Sheet) -> list[Placed]:
    """The cells of a table, rows and columns without content left out."""
    inside = [place for place in sorted(sheet.texts) if body[0] <= place[0] <= body[-1]]
    columns = sorted({column for _, column in inside})
    row_of, column_of = ({at: n for n, at in enumerate(line)} for line in (body, columns))
    cells = []
    for r, c in inside:
        bottom, right = sheet.merged.get((r, c), (r, c))
        down = sum(row <= bottom for row in body[row_of[r] :]) if bottom > r else 1
        across = sum(column <= right for column in columns[column_of[c] :]) if right > c else 1
        cells.append(Placed(sheet.texts[r, c], row_of[r], column_of[c], max(down, 1), max(across, 1)))
    return cells


def _place(found: re.Match[str]) -> Place:
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return min(int(found[2]), _LAST_ROW), min(column, _LAST_COLUMN)


def _integer(text: str | None) -> int:
    return int(text[:9]) if text and text.isascii() and text.isdigit() else 0
