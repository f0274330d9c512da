"""PDF as LibreOffice prints it: drawn tables, tables over pages, heads and feet, scans, passwords."""

from __future__ import annotations

import io

import docx
import pypdfium2
import pytest

from extraction.extract import extract
from extraction.readers import Rejected, pdf
from extraction.readers.ruling import Segment, lattices
from scrapers.content import PDF
from tests.extraction.files import ROWS, TITLE, word, word_report


def pdf_of(document, convert, filter_: str = "") -> bytes:
    for table in document.tables:
        table.style = "Table Grid"
    return convert(word(document), "docx", "pdf", filter_)


def texts(table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in table.rows]


def test_a_drawn_table_is_a_grid_with_its_merged_cells(convert) -> None:
    reading = pdf.read(pdf_of(word_report(), convert))
    (table,) = reading.tables
    assert texts(table)[0] == ["年度", "专任教师（人）", "双师型教师", "双师型教师"]
    assert table.rows[0][0] is table.rows[1][0]
    assert texts(table)[2:] == [list(row) for row in ROWS[2:]]
    cells = [cell for row in table.rows for cell in row if cell]
    assert all(reading.landed_text[cell.start : cell.end] == cell.text for cell in cells)


def test_a_report_is_read_to_its_numbers(convert) -> None:
    extraction = extract(pdf_of(word_report(), convert), PDF)
    assert extraction.document.title == TITLE
    assert {(o.where, o.year, o.metric, o.raw) for o in extraction.observations} >= {
        ("prose", 2025, "full_time_teachers", "285"),
        ("表1", 2024, "dual_qualified_teachers_share", "42.86"),
    }


def long_report(rows: int) -> docx.document.Document:
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "开州区质量年报"
    section.footer.paragraphs[0].text = "内部资料 12"
    document.add_paragraph("表1 各班人数")
    table = document.add_table(0, 3)
    for texts in [
        ("班级", "人数（人）", "教师（人）"),
        *((f"第{n}班", str(n), str(n + 1)) for n in range(rows)),
    ]:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("以上。")
    return document


def test_a_table_that_goes_on_over_pages_is_one(convert) -> None:
    (table,) = pdf.read(pdf_of(long_report(120), convert)).tables
    assert len(table.rows) == 121
    assert texts(table)[120] == ["第119班", "119", "120"]


def test_a_head_that_is_printed_again_on_each_page_is_one(convert) -> None:
    document = long_report(120)
    row = document.tables[0].rows[0]._tr.get_or_add_trPr()
    row.append(row.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tblHeader"))
    reading = pdf.read(pdf_of(document, convert))
    assert reading.landed_text.count("班级") == 1
    assert len(reading.tables[0].rows) == 121


def test_running_heads_feet_and_page_numbers_are_no_content(convert) -> None:
    text = pdf.read(pdf_of(long_report(120), convert)).landed_text
    assert "开州区质量年报" not in text
    assert "内部资料" not in text
    assert text.endswith("以上。\n")


def test_a_title_that_did_not_fit_its_line_is_one(convert) -> None:
    assert pdf.read(pdf_of(word_report(), convert)).landed_text.startswith(f"{TITLE}\n")


def test_lines_stay_lines(convert) -> None:
    document = docx.Document()
    document.add_paragraph("学校坚持立德树人。" * 20)
    lines = pdf.read(pdf_of(document, convert)).landed_text.split("\n")
    assert len(lines) > 4
    assert "".join(lines) == "学校坚持立德树人。" * 20


def test_columns_that_only_their_alignment_shows_are_parted_by_tabs(convert) -> None:
    document = docx.Document()
    for texts in [("年度", "教师", "学生"), ("2024", "280", "3000")]:
        document.add_paragraph("\t\t".join(texts))
    assert "2024\t280\t3000" in pdf.read(pdf_of(document, convert)).landed_text


def test_a_scan_needs_ocr() -> None:
    with pytest.raises(Rejected, match="needs OCR: 2 pages"):
        pdf.read(empty_pdf(2))


def test_a_password_is_told(convert) -> None:
    options = '{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"x"}}'
    with pytest.raises(Rejected, match="encrypted"):
        pdf.read(pdf_of(word_report(), convert, f"writer_pdf_Export:{options}"))


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.4\nrubbish" * 99])
def test_a_damaged_file_is_told(data: bytes) -> None:
    with pytest.raises(Rejected, match="damaged PDF"):
        pdf.read(data)


def test_pages_beyond_what_a_report_has_are_rejected() -> None:
    with pytest.raises(Rejected, match="too long: 5,001 pages"):
        pdf.read(empty_pdf(5001))


def test_two_thousand_pages_are_read(convert) -> None:
    document = docx.Document()
    document.add_paragraph("学校现有专任教师285人，在校生3000人。")
    page = pypdfium2.PdfDocument(pdf_of(document, convert))
    whole = pypdfium2.PdfDocument.new()
    for _ in range(2000):
        whole.import_pages(page)
    assert extract(_saved(whole), PDF).document.status == "read"


def empty_pdf(pages: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    return _saved(document)


def _saved(document: pypdfium2.PdfDocument) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# ── ruling lines ─────────────────────────────────────────────────────────────────────────────────────────────────────


def lines(*places: tuple[float, float, float]) -> list[Segment]:
    return [Segment(*place) for place in places]


def test_places_without_a_line_between_them_are_one_cell() -> None:
    rows = lines((100, 0, 90), (80, 30, 90), (60, 0, 90))
    columns = lines((0, 60, 100), (30, 60, 100), (60, 60, 80), (90, 60, 100))
    (lattice,) = lattices(rows, columns)
    assert [tuple(area) for area in lattice.areas] == [(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1)]


def test_a_table_may_be_open_at_its_sides() -> None:
    rows = lines((100, 0, 90), (80, 0, 90), (60, 0, 90))
    (lattice,) = lattices(rows, lines((30, 60, 100), (60, 60, 100)))
    assert len(lattice.areas) == 6


def test_borders_drawn_twice_are_one() -> None:
    rows = lines((100, 0, 60), (99, 0, 60), (80, 0, 30), (80, 30, 60), (60, 0, 60))
    (lattice,) = lattices(rows, lines((0, 60, 100), (1, 60, 100), (30, 60, 100), (60, 60, 100)))
    assert (len(lattice.xs), len(lattice.ys)) == (3, 3)


def test_a_drawing_is_no_table() -> None:
    assert (
        lattices(
            lines(*((y * 5, 0, 600) for y in range(400))), lines(*((x * 5, 0, 2000) for x in range(400)))
        )
        == []
    )
