"""HTML: the body of an article rendered as text, one block a line, tables one row a line with tabs.

The landed text is this rendering; tables are also kept as grids with their merged cells (rowspan, colspan), each cell
with its place in the rendering. Menus, scripts and page furniture are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from extraction.blocks import Cell, Reading, Table
from extraction.readers.errors import Rejected
from extraction.readers.text import decode

# Bodies of articles in the TRS WCM family, most specific first (shared knowledge: sites of Chongqing's districts).
_BODIES = (
    ".trs_editor_view", ".TRS_Editor", ".TRS_UEDITOR", ".trs_web", ".trs_word", "#zoom", ".zwxl-article",
    ".pages_content", "article", "body",
)  # fmt: skip
_SKIPPED = {"script", "style", "noscript", "template", "head", "nav", "footer", "iframe", "select", "button"}
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "br", "tr", "table", "dt", "dd",
    "blockquote", "pre", "caption", "figure", "center", "header", "main", "form", "hr",
}  # fmt: skip
_LARGEST_SPAN = 200  # a span beyond this is a broken page, not a table


@dataclass
class _Page:
    """The rendering while it grows."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    tables: list[tuple[tuple[int, int], Table]] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def newline(self) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.add("\n")


def read(data: bytes) -> Reading:
    """Render an HTML page. Rejects a page whose body holds no text."""
    soup = BeautifulSoup(decode(data), "lxml")
    body = next(
        (found for css in _BODIES if (found := soup.select_one(css)) and found.get_text(strip=True)), None
    )
    if body is None:
        raise Rejected("page without a body: no text in it")
    page = _Page()
    heading = _meta(soup, "ArticleTitle") or _text(soup.select_one("h1")) or _text(soup.title)
    _render(body, page)
    page.newline()
    return Reading(
        landed_text="".join(page.parts),
        tables=tuple(table for _, table in page.tables),
        spans=tuple(span for span, _ in page.tables),
        title=heading,
        publisher=_meta(soup, "ContentSource"),
        published_on=(_meta(soup, "PubDate") or "")[:10] or None,
    )


def _meta(soup: BeautifulSoup, name: str) -> str | None:
    tag = soup.find("meta", attrs={"name": re.compile(f"^{name}$", re.IGNORECASE)})
    content = tag.get("content") if isinstance(tag, Tag) else None
    return content.strip() or None if isinstance(content, str) else None


def _text(tag: Tag | None) -> str | None:
    return (_folded(tag.get_text()).strip() or None) if tag else None


def _folded(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\v\xa0\u3000]+", " ", text)


def _render(node: PageElement, page: _Page) -> None:
    if isinstance(node, NavigableString):
        if type(node) is NavigableString:
            text = _folded(str(node))
            page.add(text.lstrip() if not page.parts or page.parts[-1].endswith("\n") else text)
        return
    if not isinstance(node, Tag) or node.name in _SKIPPED:
        return
    if node.name == "table" and not node.find("table"):
        _render_table(node, page)
        return
    block = node.name in _BLOCKS
    if block:
        page.newline()
    for child in node.children:
        _render(child, page)
    if block:
        page.newline()


def _render_table(tag: Tag, page: _Page) -> None:
    """Rows as lines and cells between tabs; the grid gets every merged cell in all the places it covers."""
    page.newline()
    start = page.length
    grid: dict[tuple[int, int], Cell] = {}
    for r, row in enumerate(tag.find_all("tr")):
        column = 0
        for n, cell_tag in enumerate(row.find_all(["td", "th"])):
            text = _folded(cell_tag.get_text(" ")).strip()
            text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
            if n:
                page.add("\t")
            while (r, column) in grid:
                column += 1
            cell = Cell(text, page.length, page.length + len(text))
            page.add(text)
            for down in range(_span(cell_tag, "rowspan")):
                for right in range(_span(cell_tag, "colspan")):
                    grid.setdefault((r + down, column + right), cell)
            column += _span(cell_tag, "colspan")
        page.newline()
    if grid:
        height, width = max(r for r, _ in grid) + 1, max(c for _, c in grid) + 1
        filled = {place: cell for place, cell in grid.items() if cell.text}
        rows = tuple(tuple(filled.get((r, c)) for c in range(width)) for r in range(height))
        page.tables.append(((start, page.length), Table(rows, start=start)))


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name) or "1").strip()
    return min(max(int(value), 1), _LARGEST_SPAN) if value.isdigit() else 1
