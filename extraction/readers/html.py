"""HTML: the body of an article rendered as text, one block a line, tables one row a line with tabs.

The landed text is this rendering; tables are also kept as grids with their merged cells (rowspan, colspan), each cell
with its place in the rendering. Menus, scripts and page furniture are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from extraction.blocks import Reading
from extraction.readers.errors import Rejected
from extraction.readers.rendering import Placed, Rendering, cell_text, folded, span
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


def read(data: bytes) -> Reading:
    """Render an HTML page. Rejects a page whose body holds no text."""
    soup = BeautifulSoup(decode(data), "lxml")
    body = next(
        (found for css in _BODIES if (found := soup.select_one(css)) and found.get_text(strip=True)), None
    )
    if body is None:
        raise Rejected("page without a body: no text in it")
    page = Rendering()
    heading = _meta(soup, "ArticleTitle") or _text(soup.select_one("h1")) or _text(soup.title)
    _render(body, page)
    page.newline()
    return page.reading(heading, _meta(soup, "ContentSource"), (_meta(soup, "PubDate") or "")[:10] or None)


def _meta(soup: BeautifulSoup, name: str) -> str | None:
    tag = soup.find("meta", attrs={"name": re.compile(f"^{name}$", re.IGNORECASE)})
    content = tag.get("content") if isinstance(tag, Tag) else None
    return content.strip() or None if isinstance(content, str) else None


def _text(tag: Tag | None) -> str | None:
    return (folded(tag.get_text()).strip() or None) if tag else None


def _render(body: Tag, page: Rendering) -> None:
    """The text of a body in order. A stack of its own: pages are nested deeper than Python's calls can be."""
    stack: list[PageElement | None] = [body]
    while stack:
        node = stack.pop()
        if node is None:  # the end of a block
            page.newline()
        elif isinstance(node, NavigableString):
            if type(node) is NavigableString:
                text = folded(str(node))
                page.add(text.lstrip() if page.at_line_start else text)
        elif isinstance(node, Tag) and node.name not in _SKIPPED:
            if node.name == "table" and not node.find("table"):
                page.table(list(_cells(node)))
                continue
            if node.name in _BLOCKS:
                page.newline()
                stack.append(None)
            stack.extend(reversed(node.contents))


def _cells(table: Tag) -> Iterator[Placed]:
    """The cells of a table, each in the first place of its row that no cell from above covers."""
    taken: defaultdict[int, int] = defaultdict(int)  # column -> first row that is free again
    for r, row in enumerate(table.find_all("tr")):
        column = 0
        for tag in row.find_all(["td", "th"]):
            while taken[column] > r:
                column += 1
            down, right = (span(_attribute(tag, name)) for name in ("rowspan", "colspan"))
            yield Placed(cell_text([tag.get_text(" ")]), r, column, down, right)
            for covered in range(column, column + right):
                taken[covered] = max(taken[covered], r + down)
            column += right


def _attribute(tag: Tag, name: str) -> str | None:
    value = tag.get(name)
    return value if isinstance(value, str) else None
