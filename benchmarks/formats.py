"""How fast tables come out of HTML and PDF, beside the usual libraries for just that, and how much memory reading takes."""

from __future__ import annotations

import io
import multiprocessing
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pdfplumber
import pypdfium2

from benchmarks.measure import Row, in_turn
from extraction.extract import extract
from extraction.readers import html, pdf
from scrapers.content import DOCX, EXTENSIONS, XLSX
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
        word, printed = _in_office(page)
        yield in_turn(
            f"PDF, {_pages(printed)} pages: text and tables with their places",
            lambda: pdf.read(printed),
            "pdfplumber's `extract_tables`, tables only",
            lambda: _plumbed(printed),
        )
        yield _memory("application/pdf", printed, _many(printed))
        large = _with_body(word, _COPIES // 10)
        yield _memory(DOCX, word, large, size=_unpacked(large))
    large = _workbook(page, _COPIES)
    yield _memory(XLSX, _workbook(page, 1), large, size=_unpacked(large))


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


def _workbook(page: bytes, copies: int) -> bytes:
    """The tables of the page, below one another, that many times."""
    book, file = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for _ in range(copies):
        for table in html.read(page).tables:
            for row in table.rows:
                sheet.append([cell.text if cell else None for cell in row])
            sheet.append([])
    book.save(file)
    return file.getvalue()


def _with_body(word: bytes, copies: int) -> bytes:
    """A Word file with everything in it that many times."""
    source, target = zipfile.ZipFile(io.BytesIO(word)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                start, end = part.index(b"<w:body>") + len(b"<w:body>"), part.rindex(b"<w:sectPr")
                part = part[:start] + part[start:end] * copies + part[end:]
            archive.writestr(name, part)
    return target.getvalue()


def _unpacked(office: bytes) -> int:
    return sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(office)).infolist())


def _in_office(page: bytes) -> tuple[bytes, bytes]:
    """The page as DOCX, and printed from there as PDF."""
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
        return (folder / "a.docx").read_bytes(), (folder / "a.pdf").read_bytes()


def _memory(content_type: str, small: bytes, data: bytes, size: int | None = None) -> Row:
    """Peak memory of reading a file in a process that has read a small one before; megabytes in place of seconds.

    `size` is that of the unpacked parts, for files that are zips.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(_growth, (content_type, small))
        peak = pool.apply(_growth, (content_type, data))
    megabytes = (size or len(data)) / 1e6
    what = f"peak memory of reading {EXTENSIONS[content_type].upper()}"
    beside = "the file" if size is None else "the file, unpacked"
    return Row(what, beside, peak, megabytes, peak / megabytes, "MB, not seconds")


def _growth(content_type: str, data: bytes) -> float:
    """Megabytes by which the peak of this process rose while it read the file."""
    before = _peak()
    extract(data, content_type)
    return _peak() - before


def _peak() -> float:
    """Megabytes at most in memory. Linux counts in `ru_maxrss` what the parent had when it began this process."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.search(r"VmHWM:\s*(\d+)", status.read_text(encoding="utf-8"))[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
