"""How fast tables come out of HTML and PDF, beside the usual libraries for just that, and how much memory reading takes."""

from __future__ import annotations

import io
import multiprocessing
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pdfplumber
import pypdfium2

from benchmarks.measure import Row, in_turn
from extraction.extract import extract
from extraction.readers import html, pdf
from scrapers.sample.site import edition

_PAGE = "http://www.fuling.sample/bm/qjw/zwgk_101/fdzdgknr/jyxx/202601/t20260106_15300321.html"
_COPIES = 200


def rows() -> Iterator[Row]:
    """HTML beside pandas, PDF beside pdfplumber (where LibreOffice makes one), memory as a multiple of the file."""
    page = edition().resources[_PAGE].body
    start, end = page.index(b"<body"), page.index(b"</body>")
    large = page[:start] + page[start:end] * _COPIES + page[end:]
    yield in_turn(
        f"HTML, {len(page) / 1e3:.0f} kB: text and tables with their places",
        lambda: html.read(page),
        "`pandas.read_html`, tables only",
        lambda: pd.read_html(io.BytesIO(page)),
    )
    for name in (b"trs_editor_view", b"TRS_UEDITOR", b"trs_web"):  # else only the first copy is the article
        large = large.replace(name, b"")
    yield _memory("text/html", page, large)
    text = html.read(page).landed_text.encode()
    yield _memory("text/plain", text, text * _COPIES)
    if shutil.which("soffice"):
        printed = _printed(page)
        yield in_turn(
            f"PDF, {_pages(printed)} pages: text and tables with their places",
            lambda: pdf.read(printed),
            "pdfplumber's `extract_tables`, tables only",
            lambda: _plumbed(printed),
        )
        yield _memory("application/pdf", printed, _many(printed))


def _pages(data: bytes) -> int:
    with pdfplumber.open(io.BytesIO(data)) as document:
        return len(document.pages)


def _many(data: bytes) -> bytes:
    """The same pages forty times."""
    whole, file = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(40):
        whole.import_pages(pypdfium2.PdfDocument(data))
    whole.save(file)
    return file.getvalue()


def _plumbed(data: bytes) -> list[list[object]]:
    with pdfplumber.open(io.BytesIO(data)) as document:
        return [page.extract_tables() for page in document.pages]


def _printed(page: bytes) -> bytes:
    """The page as PDF, by way of Word."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.html").write_bytes(page)
        for source, target, options in (
            ("html", "docx", ["--infilter=HTML (StarWriter)"]),
            ("docx", "pdf", []),
        ):
            command = [
                "soffice",
                "--headless",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                *options,
            ]
            command += ["--convert-to", target, "--outdir", name, str(folder / f"a.{source}")]
            subprocess.run(command, check=True, capture_output=True)
        return (folder / "a.pdf").read_bytes()


def _memory(content_type: str, small: bytes, data: bytes) -> Row:
    """Peak memory of reading a file in a process that has read a small one before; megabytes in place of seconds."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(_growth, (content_type, small))
        peak = pool.apply(_growth, (content_type, data))
    size = len(data) / 1e6
    return Row(
        f"peak memory of reading {content_type}", "the file", peak, size, peak / size, "MB, not seconds"
    )


def _growth(content_type: str, data: bytes) -> float:
    """Megabytes by which the peak of this process rose while it read the file."""
    unit = 1e6 if sys.platform == "darwin" else 1e3
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    extract(data, content_type)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / unit
