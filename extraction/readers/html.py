"""HTML: the body of an article rendered as text, one block a line, tables one row a line with tabs.

The landed text is this rendering; tables are also kept as grids with their merged cells (rowspan, colspan), each cell
with its place in the rendering. Menus, scripts and page furniture are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from extraction.blocks import Reading
from extraction.readers.errors import Rejected
from extraction.readers.ooxml import Element
from extraction.readers.rendering import Placed, Rendering, cell_text, folded, span
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
_BODIES = (
    *(f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]" for name in _CLASSES),
    "//*[@id='zoom']", "//article", "//body",
)  # fmt: skip
_SKIPPED = {"script", "style", "noscript", "template", "head", "nav", "footer", "iframe", "select", "button"}
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "br", "tr", "table", "dt", "dd",
    "blockquote", "pre", "caption", "figure", "center", "header", "main", "form", "hr",
}  # fmt: skip


def read(data: bytes) -> Reading:
    """Render an HTML page. Rejects a page whose body holds no text."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = etree.fromstring(decode(data).encode(), parser)
    except etree.XMLSyntaxError as problem:
        raise Rejected(f"damaged HTML: {problem}") from None
    if any("depth" in entry.message for entry in parser.error_log):  # what stands deeper is lost
        raise Rejected("nested too deeply")
    page = Rendering()
    found = (element for path in _BODIES for element in (() if root is None else root.xpath(path)[:1]))
    for body in found:
        _render(body, page)
        page.newline()
        if page.length:
            break
    else:
        raise Rejected("page without a body: no text in it")
    heading = _meta(root, "articletitle") or _first(root, "//h1") or _first(root, "//title")
    return page.reading(heading, _meta(root, "contentsource"), (_meta(root, "pubdate") or "")[:10] or None)


def _meta(root: Element, name: str) -> str | None:
    tags = (tag for tag in root.iter("meta") if tag.get("name", "").lower() == name)
    return next((tag.get("content", "").strip() or None for tag in tags), None)


def _first(root: Element, path: str) -> str | None:
    return next((folded("".join(tag.itertext())).strip() or None for tag in root.xpath(path)), None)


def _render(body: Element, page: Rendering) -> None:
    """The text of a body in order. A walk, not calls: pages are nested deeper than Python's calls can be."""
    around = {next(table.iterancestors("table"), None) for table in body.iter("table")}
    walk = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        block = node.tag in _BLOCKS
        if block:
            page.newline()
        if event == "start":
            if node.tag == "table" and node not in around:
                page.table(list(_cells(node)))
                walk.skip_subtree()
            elif node.tag in _SKIPPED:
                walk.skip_subtree()
            else:
                _add(node.text, page)
        elif node is not body:
            _add(node.tail, page)


def _add(text: str | None, page: Rendering) -> None:
    if text:
        text = folded(text)
        page.add(text.lstrip() if page.at_line_start else text)


def _cells(table: Element) -> Iterator[Placed]:
    """The cells of a table, each in the first place of its row that no cell from above covers."""
    taken: defaultdict[int, int] = defaultdict(int)  # column -> first row that is free again
    for r, row in enumerate(table.iter("tr")):
        column = 0
        for tag in row.iter("td", "th"):
            while taken[column] > r:
                column += 1
            down, right = span(tag.get("rowspan")), span(tag.get("colspan"))
            yield Placed(cell_text(_pieces(tag)), r, column, down, right)
            for covered in range(column, column + right):
                taken[covered] = max(taken[covered], r + down)
            column += right


def _pieces(cell: Element) -> Iterator[str]:
    """The lines of a cell: a block or a line break parts them, a font in the middle of a number does not."""
    parts: list[str] = []
    walk = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if node.tag in _BLOCKS:
            parts.append("\n")
        if event == "start" and node.tag in _SKIPPED:
            walk.skip_subtree()
        elif event == "start":
            parts.append(node.text or "")
        elif node is not cell:
            parts.append(node.tail or "")
    yield from "".join(parts).split("\n")
