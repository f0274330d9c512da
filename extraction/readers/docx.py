"""Word (DOCX): paragraphs as lines, tables as grids, as they stand once every tracked change is accepted.

Text boxes stand behind the paragraph they hang on, footnotes and endnotes at the end. Hidden text, deleted text and
the code of fields are no content; the result of a field is. Automatic numbers of headings and captions are rendered.
"""

from __future__ import annotations

from collections.abc import Iterator

from extraction.blocks import Reading
from extraction.readers.errors import Rejected
from extraction.readers.numbering import Numbering
from extraction.readers.ooxml import Element, Package, attribute, child, local
from extraction.readers.rendering import Placed, Rendering, folded, span

# `del` and `moveFrom` are tracked changes; `Fallback` repeats what `Choice` holds; the rest describes and says nothing.
_SKIPPED = {
    "del", "moveFrom", "Fallback", "delText", "instrText", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr", "sectPr",
}  # fmt: skip
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))


def read(data: bytes) -> Reading:
    """Render a Word file. Rejects a damaged one and one without text."""
    with Package(data, "DOCX") as package:
        main = package.main_part()
        root = package.part(main)
        body = child(root, "body")
        if body is None:
            raise Rejected("damaged DOCX: it has no body")
        numbering = Numbering(package.related_part(main, "numbering"), package.related_part(main, "styles"))
        page = Rendering()
        title = _Writer(page, numbering).blocks(body)
        for part, note in _NOTES:
            notes = package.related_part(main, part)
            for element in () if notes is None else notes.iter(f"{{*}}{note}"):
                _Writer(page, numbering).blocks(element)
    if not page.length:
        raise Rejected("no text in it: if its pages are pictures, it needs OCR")
    return page.reading(title)


class _Writer:
    """Writes block after block; remembers the paragraph that has the style of a title."""

    def __init__(self, page: Rendering, numbering: Numbering) -> None:
        self._page, self._numbering = page, numbering
        self._title: str | None = None

    def blocks(self, parent: Element) -> str | None:
        """Everything that stands in a body, a cell or a text box; the title, if a paragraph is styled as one."""
        for element in parent:
            name = local(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element)
            elif name not in _SKIPPED:  # content controls and tracked insertions wrap blocks
                self.blocks(element)
        return self._title

    def _paragraph(self, paragraph: Element) -> None:
        text = _text(paragraph)
        if text.strip():
            text = self._numbering.next(paragraph) + text
        for line in text.split("\n"):
            self._page.line("\t".join(map(folded, line.split("\t"))))
        style = attribute(child(paragraph, "pPr", "pStyle"), "val")
        if self._title is None and style in self._numbering.title_styles and text.strip():
            self._title = folded(text).strip()
        for box in _outermost(paragraph, "txbxContent"):
            self.blocks(box)

    def _table(self, table: Element) -> None:
        if sum(1 for _ in table.iter("{*}tbl")) > 1:  # a table around tables lays out a page
            for row in _children(table, "tr"):
                for cell in _children(row, "tc"):
                    self.blocks(cell)
        else:
            self._page.table(self._cells(table))

    def _cells(self, table: Element) -> list[Placed]:
        cells: list[Placed] = []
        above: dict[int, int] = {}  # column -> index in `cells` of the cell that `vMerge` may continue
        for r, row in enumerate(_children(table, "tr")):
            column = _number(child(row, "trPr", "gridBefore"))
            for tag in _children(row, "tc"):
                right = span(attribute(child(tag, "tcPr", "gridSpan"), "val"))
                merge = child(tag, "tcPr", "vMerge")
                if merge is not None and attribute(merge, "val") != "restart" and column in above:
                    upper = cells[above[column]]
                    cells[above[column]] = upper._replace(down=r - upper.row + 1)
                else:
                    above[column] = len(cells)
                    cells.append(Placed(self._cell_text(tag), r, column, 1, right))
                if merge is None:
                    del above[column]
                column += right
        return cells

    def _cell_text(self, cell: Element) -> str:
        return "\n".join(self._numbering.next(p) + _text(p) for p in cell.iter("{*}p"))


def _children(parent: Element, name: str) -> Iterator[Element]:
    """Rows of a table, cells of a row: also those inside a content control or a tracked insertion."""
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) not in _SKIPPED | {"tbl", "tc", "p"}:
            yield from _children(element, name)


def _outermost(element: Element, name: str) -> Iterator[Element]:
    for inner in element:
        if local(inner) == name:
            yield inner
        elif local(inner) not in _SKIPPED:
            yield from _outermost(inner, name)


def _text(element: Element) -> str:
    """The text of a paragraph without its text boxes."""
    parts: list[str] = []
    for inner in element:
        name = local(inner)
        if name == "t":
            parts.append(inner.text or "")
        elif name in _MARKS:
            parts.append(_MARKS[name])
        elif name == "r" and child(inner, "rPr", "vanish") is not None:
            continue
        elif name not in _SKIPPED and name != "txbxContent":
            parts.append(_text(inner))
    return "".join(parts)


def _number(element: Element | None) -> int:
    value = attribute(element, "val")
    return span(value) if value and value != "0" else 0
