"""PDF as LibreOffice prints it: drawn tables, tables over pages, heads and feet, scans, passwords."""

from __future__ import annotations

import io

import docx
import pypdfium2
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn

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
    with pytest.raises(Rejected, match="needs OCR: 2 pages hold"):
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


# ── pages that are set in another way ────────────────────────────────────────────────────────────────────────────────

SENTENCES = [f"第{n}所学校现有专任教师{n}人，在校学生{n * 10}人，占比逐年提高。" for n in range(101, 161)]


def test_columns_of_text_are_read_one_after_the_other(convert) -> None:
    document = docx.Document()
    document.sections[0]._sectPr.find(qn("w:cols")).set(qn("w:num"), "2")
    document.add_paragraph("".join(SENTENCES))
    assert "".join(pdf.read(pdf_of(document, convert)).landed_text.split("\n")) == "".join(SENTENCES)


def test_columns_that_a_file_holds_line_by_line_are_read_one_after_the_other(printed) -> None:
    text = "".join(SENTENCES[:40])
    lines = [text[i : i + 20] for i in range(0, len(text), 20)]
    half = len(lines) // 2
    rows = "".join(
        f"<div style='display:flex;white-space:pre'><div style='width:24em'>{left}</div><div>{right}</div></div>"
        for left, right in zip(lines[:half], lines[half:], strict=False)
    )
    reading = pdf.read(printed(f"<div style='font-size:10pt'><p>二〇二五年度质量报告</p>{rows}</div>"))
    assert reading.landed_text.split("\n")[0] == "二〇二五年度质量报告"
    assert "".join(reading.landed_text.split("\n")[1:]) == "".join(lines[: 2 * half])


def test_a_table_of_words_is_no_text_in_columns(printed) -> None:
    rows = [(f"第{n}届职业院校技能大赛", f"获得第{n}名的学生人数" + "多" * (n % 7)) for n in range(10, 30)]
    body = "".join(f"<p><span style='display:inline-block;width:20em'>{a}</span>{b}</p>" for a, b in rows)
    assert "第10届职业院校技能大赛\t获得第10名的学生人数" in pdf.read(printed(body)).landed_text


@pytest.mark.parametrize("shown", [0, 90, 270])
@pytest.mark.parametrize("drawn", [0, 90, 180, 270])
def test_a_page_may_be_turned_and_its_text_drawn_turned(upright: bytes, drawn: int, shown: int) -> None:
    whole, sheet = pypdfium2.PdfDocument(upright), pypdfium2.PdfDocument.new()
    width, height = whole[0].get_size()
    page = sheet.new_page(*((width, height) if drawn % 180 == 0 else (height, width)))
    form = whole.page_as_xobject(0, sheet).as_pageobject()
    x, y = {0: (0, 0), 90: (height, 0), 180: (width, height), 270: (0, width)}[drawn]
    form.set_matrix(pypdfium2.PdfMatrix().rotate(drawn, ccw=True).translate(x, y))
    page.insert_obj(form)
    page.gen_content()
    page.set_rotation(shown)
    turned, before = pdf.read(_saved(sheet)), pdf.read(upright)
    assert turned.landed_text == before.landed_text
    assert [texts(table) for table in turned.tables] == [texts(table) for table in before.tables]


@pytest.fixture(scope="module")
def upright(convert) -> bytes:
    return pdf_of(word_report(), convert)


def test_a_head_stands_upright_over_a_table_that_is_drawn_turned(printed) -> None:
    body = "<p>附件二</p><div style='transform:rotate(-90deg);width:300px;margin-top:200px'>"
    reading = pdf.read(printed(f"{body}<p>在校学生1234人，专任教师285人。</p></div>"))
    assert set(reading.landed_text.split()) == {"附件二", "在校学生1234人，专任教师285人。"}


def test_a_watermark_is_no_content(printed) -> None:
    mark = (
        "<div style='position:absolute;top:200px;transform:rotate(-35deg);font-size:60pt'>内部资料 2025</div>"
    )
    assert (
        pdf.read(printed(f"{mark}<p>专任教师285人，在校学生1234人。</p>")).landed_text
        == "专任教师285人，在校学生1234人。\n"
    )


def test_a_sentence_goes_on_over_a_page_with_its_head_and_foot(convert) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "开州区职业教育质量年度报告（2025年）"
    document.sections[0].footer.paragraphs[0].text = "共计 888 人次阅读"
    sentence = document.add_paragraph("学校坚持立德树人，落实根本任务，推进五育并举，" * 60)
    sentence.add_run("截至二〇二五年八月三十一日，学校现有专任").add_break(WD_BREAK.PAGE)
    sentence.add_run("教师285人。")
    found = extract(pdf_of(document, convert), PDF)
    assert [(o.raw, o.metric) for o in found.observations] == [("285", "full_time_teachers")]


def test_the_words_over_the_rest_of_a_table_are_no_content(printed) -> None:
    cells = "<tr><td style='width:6cm'>{}</td><td style='width:3cm'>{}</td></tr>"
    first, rest = ("".join(cells.format(f"第{n}班", n) for n in ns) for ns in (range(10, 20), range(20, 30)))
    head = cells.format("班级", "人数")
    style = "<style>table{border-collapse:collapse}td{border:1px solid}</style>"
    body = f"{style}<p>表1 人数</p><table>{head}{first}</table><p style='break-before:page'>续表1</p><table>{head}{rest}</table>"
    reading = pdf.read(printed(body))
    (table,) = reading.tables
    assert len(table.rows) == 21
    assert "续表" not in reading.landed_text


# ── pages without text ───────────────────────────────────────────────────────────────────────────────────────────────


def scanned(data: bytes, *numbers: int) -> bytes:
    """The file with some of its pages as pictures."""
    whole = pypdfium2.PdfDocument(data)
    for number in numbers:
        width, height = whole[number].get_size()
        picture = pypdfium2.PdfImage.new(whole)
        picture.set_bitmap(whole[number].render(scale=1))
        picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        whole.del_page(number)
        page = whole.new_page(width, height, number)
        page.insert_obj(picture)
        page.gen_content()
    return _saved(whole)


def test_pages_that_are_pictures_are_told(convert) -> None:
    data = scanned(pdf_of(long_report(240), convert), 1, 2, 4)
    document = extract(data, PDF).document
    assert document.status == "read"
    pages = len(pypdfium2.PdfDocument(data))
    assert document.note == f"without text, needs OCR: pictures on pages 2–3, 5 of {pages}"


def test_a_file_that_is_read_wholly_has_no_note(convert) -> None:
    assert extract(pdf_of(long_report(120), convert), PDF).document.note is None


def test_a_scan_of_every_page_needs_ocr(convert) -> None:
    with pytest.raises(Rejected, match=r"needs OCR: 1 pages hold pictures .*pictures on pages 1"):
        pdf.read(scanned(pdf_of(word_report(), convert), 0))


@pytest.mark.parametrize("maker", ["convert", "printed"])
def test_letters_without_meaning_are_no_text(maker: str, request: pytest.FixtureRequest) -> None:
    make = request.getfixturevalue(maker)
    text = "学校现有专任教师285人。" * 20
    document = docx.Document()
    document.add_paragraph(text)
    data = make(text) if maker == "printed" else pdf_of(document, make)
    assert "285人" in pdf.read(data).landed_text
    with pytest.raises(Rejected, match=r"needs OCR.*letters without meaning .* on pages 1"):
        pdf.read(data.replace(b"/ToUnicode", b"/ToNothing"))


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
