"""The same report in every format gives the same observations: our own reports, converted by real tools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from functools import cache

import pytest
from bs4 import BeautifulSoup

from extraction.extract import extract
from extraction.readers import html
from extraction.records import Extraction
from scrapers import content
from scrapers.sample.site import edition

FLOOR = 0.98
REPORTS = {
    "a district's report": ("fuling.sample/bm/qjw/zwgk_101/fdzdgknr/jyxx/202601/t20260106_15300321.html", ".TRS_UEDITOR"),
    "a school's report": ("tongnan.sample/zwgk_184/jyj/nbgk/202601/t20260120_15328894.html", ".TRS_Editor"),
}  # fmt: skip


@cache
def page(report: str) -> bytes:
    """The report alone, as people save or print it: its title and its body."""
    address, body = REPORTS[report]
    soup = BeautifulSoup(edition().resources[f"http://www.{address}"].body, "lxml")
    title = soup.find("meta", attrs={"name": "ArticleTitle"})["content"]
    head = f"<html><head><meta charset='utf-8'></head><body><p>{title}</p>"
    return f"{head}{soup.select_one(body).decode_contents()}</body></html>".encode()


@cache
def observed(report: str) -> Extraction:
    return extract(page(report), content.HTML)


def said(extraction: Extraction) -> Counter[Hashable]:
    """What the numbers of a document say, wherever they stand."""
    return Counter(
        (o.entity, o.year, o.metric, o.value, tuple(sorted(o.dims.items()))) for o in extraction.observations
    )


def agreement(report: str, data: bytes, content_type: str) -> float:
    """The share of observations that both readings have; those that only one has are printed."""
    there, here = said(observed(report)), said(extract(data, content_type))
    for name, missing in (("missing", there - here), ("new", here - there)):
        print(f"{name}: {missing.total()}", *missing, sep="\n  ")
    return (there & here).total() / max(there.total(), here.total())


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def word(report: str, convert) -> bytes:
    return convert(page(report), "html", "docx", read_as="HTML (StarWriter)")


def test_word_agrees(report: str, word: bytes) -> None:
    assert agreement(report, word, content.DOCX) >= FLOOR


def test_pdf_agrees(report: str, word: bytes, convert) -> None:
    assert agreement(report, convert(word, "docx", "pdf"), content.PDF) >= FLOOR


@pytest.mark.parametrize(
    ("ending", "content_type"), [("doc", content.DOC), ("odt", content.ODT), ("rtf", content.RTF)]
)
def test_older_files_agree(report: str, word: bytes, convert, ending: str, content_type: str) -> None:
    assert agreement(report, convert(word, "docx", ending), content_type) >= FLOOR


# ── text dialects ────────────────────────────────────────────────────────────────────────────────────────────────────


def with_tables_as(report: str, printed: Callable[[tuple], str]) -> bytes:
    """The rendering of the page with its tables printed in another way."""
    reading = html.read(page(report))
    parts, at = [], 0
    for (start, end), table in zip(reading.spans, reading.tables, strict=True):
        parts += [reading.landed_text[at:start], printed(table.rows), "\n"]
        at = end
    return "".join([*parts, reading.landed_text[at:]]).encode()


def in_places(row: Iterable) -> list[str]:
    return [cell.text if cell else "" for cell in row]


def pipes(rows: tuple) -> str:
    return "\n".join("| " + " | ".join(in_places(row)) + " |" for row in rows)


def ragged_pipes(rows: tuple) -> str:
    return "\n".join(" | ".join(in_places(row)).rstrip(" |") for row in rows)


def once(rows: tuple) -> list[list[str]]:
    """Merged cells in their first place only, the other places empty."""
    seen: set[int] = set()
    return [
        ["" if c is None or id(c) in seen or seen.add(id(c)) else c.text for c in row]  # type: ignore[func-returns-value]
        for row in rows
    ]


def tabs(rows: tuple) -> str:
    return "\n".join("\t".join(row) for row in once(rows))


def cell_a_line(rows: tuple) -> str:
    return "\n".join(cell for row in once(rows) for cell in row if cell)


def old_word(rows: tuple) -> str:
    """As converters of .doc print a table: each cell behind a tab on its own line, an empty line after the row."""
    return "\n".join("".join(f"\t{cell}\n" for cell in row if cell) for row in once(rows))


@pytest.mark.parametrize(
    "printed", [pipes, ragged_pipes, tabs, cell_a_line, old_word], ids=lambda f: f.__name__
)
def test_text_dialects_agree(report: str, printed: Callable[[tuple], str]) -> None:
    assert agreement(report, with_tables_as(report, printed), content.TEXT) >= FLOOR


def test_the_text_that_a_browser_copies_agrees(report: str, convert) -> None:
    text = convert(page(report), "html", "txt", "Text (encoded):UTF8", read_as="HTML (StarWriter)")
    assert agreement(report, text, content.TEXT) >= FLOOR


@pytest.mark.parametrize("options", [(), ("-layout",)], ids=["plain", "layout"])
def test_the_text_of_a_pdf_agrees(
    report: str, word: bytes, convert, pdftotext, options: tuple[str, ...]
) -> None:
    text = pdftotext(convert(word, "docx", "pdf"), *options)
    assert agreement(report, text, content.TEXT) >= FLOOR
