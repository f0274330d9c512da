"""PDF: lines of text in reading order, drawn tables as grids, without running heads, feet and page numbers.

`pdf_page.py` reads one page. Columns that nothing but their alignment shows become tabs, which the text dialects know. A table
that goes on over a page is one.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import pypdfium2
import pypdfium2.raw as pdfium

from extraction.blocks import Reading
from extraction.readers.errors import Rejected
from extraction.readers.pdf_page import FEW, Drawn, Item, Line, Page, read_page
from extraction.readers.rendering import Rendering

_MOST_PAGES = 5_000
_MARGIN = 0.085  # heads and feet stand in the outer twelfth of a page: 2.5 cm
_LARGE = 1.3  # times the letters of the text: a title
_FULL = 0.8  # of the width between the margins: a line that was broken because it was full
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/共]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–·\s]*"
)
_CONTINUED = re.compile(
    r"\s*(?:续\s*表|表\s*[\d一二三四五六七八九十.\-—]+\s*[（(]?\s*续).{0,40}|[（(]?续(?:上)?表[）)]?"
)
"""What is printed over the rest of a table on the next page."""


def read(data: bytes) -> Reading:
    """Render a PDF. Rejects an encrypted, a damaged and a scanned one, and one whose letters have no meaning.

    Where only some pages are so, the reading's note says which.
    """
    document = _open(data)
    try:
        if len(document) > _MOST_PAGES:
            raise Rejected(f"too long: {len(document):,} pages, which no report has")
        read_pages = [read_page(document, number) for number in range(len(document))]
        title = document.get_metadata_dict().get("Title", "").strip()
    except pypdfium2.PdfiumError as problem:
        raise Rejected(f"damaged PDF: {problem}") from None
    finally:
        document.close()
    pages = [page.items for page in read_pages]
    _drop_heads_and_feet(pages)
    unread = {n: why for n, page in enumerate(read_pages, 1) if (why := _unread(page))}
    _join_titles(pages)
    text = Rendering()
    for item in _joined(pages):
        if isinstance(item, Line):
            text.line(item.text)
        elif item.rows == 1:
            text.line("\t".join(cell.text for cell in item.cells if cell.text))
        else:
            text.table(item.cells)
    told = _told(unread)
    if text.length <= FEW * len(pages):
        raise Rejected(
            f"needs OCR: {len(pages)} pages hold pictures or hardly any text{f' ({told})' if told else ''}"
        )
    note = f"without text, needs OCR: {told} of {len(pages)}" if told else None
    reading = replace(text.reading(), note=note)
    # What a file says its title is may be that of the template it was made from: the text must have it too.
    printed = title and re.sub(r"\s", "", title) in re.sub(r"\s", "", reading.landed_text)
    return replace(reading, title=title) if printed else reading


def _unread(page: Page) -> str | None:
    """Why a page gave no text, None for one that did or is blank."""
    if page.unread or not page.has_pictures:
        return page.unread
    letters = sum(
        len(i.text) if isinstance(i, Line) else sum(len(c.text) for c in i.cells) for i in page.items
    )
    return "pictures" if letters < FEW else None


def _told(unread: Mapping[int, str]) -> str:
    """Pages by what is the matter with them: `pictures on pages 3–5, 9`."""
    told = []
    for why in dict.fromkeys(unread.values()):
        pages = [n for n, reason in unread.items() if reason == why]
        runs = [
            [n for _, n in run] for _, run in groupby(enumerate(pages), key=lambda pair: pair[1] - pair[0])
        ]
        told.append(
            f"{why} on pages {', '.join(f'{r[0]}–{r[-1]}' if len(r) > 1 else str(r[0]) for r in runs)}"
        )
    return "; ".join(told)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        if problem.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Rejected("encrypted: it opens with a password only") from None
        raise Rejected(f"damaged PDF: {problem}") from None


# ── all pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _drop_heads_and_feet(pages: list[list[Item]]) -> None:
    """Page numbers go, and lines that stand on several pages at the same height, whatever numbers are in them."""
    seen = Counter(
        key for items in pages for key in {_key(i) for i in items if isinstance(i, Line) and _is_outer(i)}
    )
    few = 2 if len(pages) < 8 else 3
    for items in pages:
        items[:] = [
            item
            for item in items
            if not (isinstance(item, Line) and _is_outer(item))
            or not (_PAGE_NUMBER.fullmatch(item.text) or seen[_key(item)] >= few)
        ]


def _is_outer(line: Line) -> bool:
    return not _MARGIN < line.height < 1 - _MARGIN


def _key(line: Line) -> tuple[str, int]:
    """What makes two heads the same. Numbers of a row of a table do not: such a row has tabs."""
    text = line.text if "\t" in line.text else re.sub(r"\d+", "#", line.text)
    return re.sub(r"\s", "", text), round(line.height * 100)


def _join_titles(pages: Sequence[list[Item]]) -> None:
    """A title in large letters that did not fit its line is one line."""
    lines = [item for items in pages for item in items if isinstance(item, Line)]
    usual = statistics.median(line.size for line in lines) if lines else 0.0
    full = _FULL * max((line.width for line in lines), default=0.0)
    for items in pages:
        kept: list[Item] = []
        for item in items:
            above = kept[-1] if kept else None
            if not isinstance(above, Line) or not isinstance(item, Line):
                kept.append(item)
            elif above.size > _LARGE * usual and abs(above.size - item.size) < 1 and above.width > full:
                above.text, above.width = above.text + item.text, item.width
            else:
                kept.append(item)
        items[:] = kept


def _joined(pages: Sequence[Sequence[Item]]) -> Iterator[Item]:
    """All items; the first table of a page goes on with the last of the page before if its columns are the same."""
    above: Item | None = None
    for items in pages:
        for item in _going_on(above, items):
            if above is not None:
                yield above
            above = item
    if above is not None:
        yield above


def _going_on(above: Item | None, items: Sequence[Item]) -> Sequence[Item]:
    """The items of a page without the rest of the table above, which takes it; `续表` over it is no content."""
    head = next(
        (n for n, i in enumerate(items) if not isinstance(i, Line) or not _CONTINUED.fullmatch(i.text)), 0
    )
    if (
        not isinstance(above, Drawn)
        or not items
        or not isinstance(rest := items[head], Drawn)
        or not _alike(above, rest)
    ):
        return items
    above.append(rest)
    return items[head + 1 :]


def _alike(above: Drawn, below: Drawn) -> bool:
    return len(above.xs) == len(below.xs) and all(
        abs(a - b) < 4 for a, b in zip(above.xs, below.xs, strict=True)
    )
