"""HTML: the body of an article rendered as text, one block a line, tables one row a line with tabs.

The landed text is this rendering; tables are also kept as grids with their merged cells (rowspan, colspan), each cell
with its place in the rendering. Menus, scripts, page furniture and what is hidden are left out.

The page is rendered while it is parsed: a tree of it would take ten times its bytes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from extraction.blocks import Reading
from extraction.readers.errors import Rejected
from extraction.readers.rendering import Placed, Rendering, folded, span
from extraction.readers.text import decode

# Bodies of articles in the TRS WCM family, most specific first (shared knowledge: sites of Chongqing's districts).
_CLASSES = (
    "trs_editor_view",
    "TRS_Editor",
    "TRS_UEDITOR",
    "trs_web",
    "trs_word",
    "zwxl-article",
    "pages_content",
)
_ID, _ARTICLE, _BODY = range(len(_CLASSES), len(_CLASSES) + 3)
_BOUNDING = {"article": _ARTICLE, "body": _BODY}
_SKIPPED = {"script", "style", "noscript", "template", "head", "nav", "footer", "iframe", "select", "button"}
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "br", "tr", "td", "th", "table",
    "dt", "dd", "blockquote", "pre", "caption", "figure", "center", "header", "main", "form", "hr",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_DEEPEST = 2_000
"""Elements inside one another; a page that an editor pasted together has a hundred."""

_Attributes = Mapping[str, str]


def read(data: bytes) -> Reading:
    """Render an HTML page. Rejects a page whose body holds no text."""
    page = _Page()
    try:
        etree.fromstring(
            decode(data).encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True, target=page)
        )
    except etree.XMLSyntaxError as problem:
        raise Rejected(f"damaged HTML: {problem}") from None
    if page.best is None:
        raise Rejected("page without a body: no text in it")
    heading = page.meta("articletitle") or page.heading("h1") or page.heading("title")
    return page.best.page.reading(
        heading, page.meta("contentsource"), (page.meta("pubdate") or "")[:10] or None
    )


class _Page:
    """What a page says of itself, and the rendering of its best body; a target of lxml's parser.

    A better body that begins inside another or behind it takes its place, unless it turns out to hold no text.
    """

    def __init__(self) -> None:
        self.best: _Body | None = None
        self._open: list[_Body] = []
        self._seen: set[int] = set()
        self._depth = 0
        self._metas: dict[str, str] = {}
        self._headings: dict[str, list[str]] = {"h1": [], "title": []}
        self._heading: str | None = None

    def meta(self, name: str) -> str | None:
        """The content of the first meta tag of that name."""
        return self._metas.get(name, "").strip() or None

    def heading(self, tag: str) -> str | None:
        """The text of the first `h1` or `title` that has one."""
        return folded("".join(self._headings[tag])).strip() or None

    def start(self, tag: str, attributes: _Attributes) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Rejected("nested too deeply")
        attributes = attributes or {}  # lxml's own empty mapping is slow
        if tag == "meta":
            self._metas.setdefault(attributes.get("name", "").lower(), attributes.get("content", ""))
        elif tag in self._headings and self.heading(tag) is None:
            self._heading = tag
        rank = _rank(tag, attributes)
        current = self._open[-1] if self._open else self.best
        if rank is not None and rank not in self._seen and (current is None or rank < current.rank):
            self._seen.add(rank)
            self._open.append(_Body(rank, self._depth))
        elif self._open:
            self._open[-1].start(tag, attributes, self._depth)

    def data(self, text: str) -> None:
        if self._heading:
            self._headings[self._heading].append(text)
        if self._open:
            self._open[-1].data(text)

    def end(self, tag: str) -> None:
        if tag == self._heading:
            self._heading = None
        if self._open and self._open[-1].depth == self._depth:
            body = self._open.pop()
            body.close()
            if body.page.length:
                self.best, self._open = body, []
        elif self._open:
            self._open[-1].end(tag, self._depth)
        self._depth -= 1

    def close(self) -> None:
        """The parser's last call; every element is closed by then."""


def _rank(tag: str, attributes: _Attributes) -> int | None:
    """How well an element bounds the article: 0 is best, None is no body."""
    if attributes:  # most elements have none
        classes = attributes.get("class", "").split()
        ranks = [rank for rank, name in enumerate(_CLASSES) if name in classes] if classes else []
        if ranks:
            return ranks[0]
        if attributes.get("id") == "zoom":
            return _ID
    return _BOUNDING.get(tag)


def _is_hidden(attributes: _Attributes) -> bool:
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))


class _Body:
    """The rendering of an element, `depth` elements deep in its page."""

    def __init__(self, rank: int, depth: int) -> None:
        self.rank, self.depth = rank, depth
        self.page = Rendering()
        self._text: list[str] = []  # the parser hands over a text in pieces
        self._table: _Table | None = None
        self._skipped: int | None = None  # depth of the element that is left out

    def start(self, tag: str, attributes: _Attributes, depth: int) -> None:
        if self._text:
            self._flush()
        if self._skipped is not None:
            return
        if tag in _SKIPPED or (attributes and _is_hidden(attributes)):
            self._skipped = depth
        elif tag == "table":
            if self._table is not None:
                self._table.write_around(self.page)
            self.page.newline()
            self._table = _Table()
        elif self._table is not None:
            self._table.start(tag, attributes)
        elif tag in _BLOCKS:
            self.page.newline()

    def data(self, text: str) -> None:
        if self._skipped is None:
            self._text.append(text)

    def end(self, tag: str, depth: int) -> None:
        if self._text:
            self._flush()
        if self._skipped is not None:
            self._skipped = None if self._skipped == depth else self._skipped
        elif self._table is None:
            if tag in _BLOCKS:
                self.page.newline()
        elif tag == "table":
            self._table.write(self.page)
            self._table = None
        else:
            self._table.end(tag)

    def close(self) -> None:
        if self._text:
            self._flush()
        if self._table is not None:
            self._table.write(self.page)
        self.page.newline()

    def _flush(self) -> None:
        text = folded("".join(self._text))
        self._text.clear()
        if self._table is not None:
            self._table.add(text)
        else:
            self.page.add(text.lstrip() if self.page.at_line_start else text)


@dataclass
class _Table:
    """A table while its cells come, each in the first place of its row that no cell from above covers."""

    cells: list[Placed] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)  # the caption, and text that stands in no cell
    taken: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))  # column -> first free row
    row: int = -1
    column: int = 0
    pieces: list[str] | None = None  # of the cell that is open
    spans: tuple[int, int] = (1, 1)

    def start(self, tag: str, attributes: _Attributes) -> None:
        if tag in ("tr", "td", "th"):
            self._close_cell()
            if tag == "tr" or self.row < 0:
                self.row, self.column = self.row + 1, 0
            if tag != "tr":
                self.pieces = []
                self.spans = (
                    (span(attributes.get("rowspan")), span(attributes.get("colspan")))
                    if attributes
                    else (1, 1)
                )
        elif tag in _BLOCKS:
            self.add("\n")

    def add(self, text: str) -> None:
        (self.outside if self.pieces is None else self.pieces).append(text)

    def end(self, tag: str) -> None:
        if tag in ("tr", "td", "th"):
            self._close_cell()
        elif tag in _BLOCKS:
            self.add("\n")

    def write(self, page: Rendering) -> None:
        """The caption as lines, the cells as a table."""
        self._close_cell()
        page.lines("".join(self.outside))
        page.table(self.cells)

    def write_around(self, page: Rendering) -> None:
        """What stands before a table inside this one: it lays out a page, unless its end was forgotten."""
        if self.pieces is None:
            self.write(page)
            return
        self._close_cell()
        for text in ("".join(self.outside), *(cell.text for cell in self.cells)):
            page.lines(text)

    def _close_cell(self) -> None:
        if self.pieces is None:
            return
        while self.taken[self.column] > self.row:
            self.column += 1
        down, right = self.spans
        self.cells.append(Placed("".join(self.pieces), self.row, self.column, down, right))
        for covered in range(self.column, self.column + right):
            self.taken[covered] = max(self.taken[covered], self.row + down)
        self.column += right
        self.pieces = None
