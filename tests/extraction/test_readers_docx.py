"""Word files as people see them."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from extraction.extract import extract
from extraction.readers import Rejected
from extraction.readers import docx as reader
from scrapers.content import DOCX
from tests.extraction.files import ROWS, TITLE, word, word_report

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document_with(body: str, **parts: str) -> bytes:
    """A Word file with this body, written by hand; further parts by their name."""
    file = io.BytesIO()
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="a" Type="{relation}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        related = "".join(f'<Relationship Id="{n}" Type="{relation}/{n}" Target="{n}.xml"/>' for n in parts)
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{related}</Relationships>")
        for name, source in parts.items():
            archive.writestr(f"word/{name}.xml", source)
    return file.getvalue()


def paragraph(runs: str, properties: str = "") -> str:
    return f"<w:p>{properties}{runs}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def landed(body: str, **parts: str) -> str:
    return reader.read(document_with(body, **parts)).landed_text


def test_a_merged_cell_stands_in_every_place_it_covers() -> None:
    (table,) = reader.read(word(word_report())).tables
    texts = [[cell.text if cell else None for cell in row] for row in table.rows]
    assert texts[:2] == [
        ["年度", "专任教师（人）", "双师型教师", "双师型教师"],
        ["年度", "专任教师（人）", *ROWS[1][2:]],
    ]
    assert table.rows[0][0] is table.rows[1][0]
    assert table.rows[0][2] is table.rows[0][3]


def test_every_cell_stands_in_the_landed_text_where_it_says() -> None:
    reading = reader.read(word(word_report()))
    cells = [cell for row in reading.tables[0].rows for cell in row if cell]
    assert all(reading.landed_text[cell.start : cell.end] == cell.text for cell in cells)
    start, end = reading.spans[0]
    assert all(start <= cell.start <= cell.end <= end for cell in cells)


def test_a_report_is_read_to_its_numbers() -> None:
    extraction = extract(word(word_report()), DOCX)
    assert extraction.document.title == TITLE
    assert {(o.where, o.year, o.metric, o.raw) for o in extraction.observations} >= {
        ("prose", 2025, "full_time_teachers", "285"),
        ("表1", 2024, "dual_qualified_teachers", "120"),
        ("表1", 2024, "dual_qualified_teachers_share", "42.86"),
    }


def test_inserted_text_counts_and_deleted_text_does_not() -> None:
    body = paragraph(
        run("教师")
        + '<w:ins w:id="1">' + run("285") + "</w:ins>"
        + '<w:del w:id="2"><w:r><w:delText>280</w:delText></w:r></w:del>'
        + '<w:moveFrom w:id="3">' + run("999") + "</w:moveFrom>"
        + run("人")
    )  # fmt: skip
    assert landed(body) == "教师285人\n"


def test_the_result_of_a_field_counts_and_its_code_does_not() -> None:
    body = paragraph(
        '<w:r><w:instrText>HYPERLINK "http://a"</w:instrText></w:r>'
        + f"<w:hyperlink>{run('285人')}</w:hyperlink>"
    )
    assert landed(body) == "285人\n"


def field(code: str, result: str) -> str:
    """A field as Word stores it: begin, code, separator, result, end."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{marks[0]}<w:r><w:instrText> {code} </w:instrText></w:r>{marks[1]}{run(result)}{marks[2]}"


def test_a_caption_has_the_number_that_its_field_gives() -> None:
    body = paragraph(run("表 ") + field("SEQ 表 \\* ARABIC", "3") + run(" 师资情况"))
    simple = paragraph(
        run("表 ") + f'<w:fldSimple w:instr=" SEQ 表 ">{run("4")}</w:fldSimple>' + run(" 学生")
    )
    assert landed(body + simple) == "表 3 师资情况\n表 4 学生\n"


def test_page_numbers_of_a_table_of_contents_are_no_statistics() -> None:
    lines = ""
    for text, page in [("一、专任教师", "12"), ("二、在校学生规模", "15")]:
        runs = run(text) + "<w:r><w:tab/></w:r>" + field("PAGEREF _Toc1", page)
        lines += paragraph(f'<w:hyperlink w:anchor="_Toc1">{runs}</w:hyperlink>')
    found = extract(document_with(lines + paragraph(run("学校现有专任教师285人。"))), DOCX)
    assert found.landed_text.startswith("一、专任教师\t12\n")
    assert [o.raw for o in found.observations] == ["285"]


def test_a_cell_may_cover_rows_and_columns_at_once() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"

    wide, top, rest = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell("甲", wide + top) + cell("1"),
        cell("", wide + rest) + cell("2"),
        cell("乙") + cell("丙") + cell("3"),
    ]
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    (found,) = reader.read(document_with(table)).tables
    assert [[c.text if c else None for c in row] for row in found.rows] == [
        ["甲", "甲", "1"],
        ["甲", "甲", "2"],
        ["乙", "丙", "3"],
    ]


def test_a_frame_around_text_is_no_table() -> None:
    body = f"<w:tbl><w:tr><w:tc>{paragraph(run('案例一。'))}{paragraph(run('学生900人。'))}</w:tc></w:tr></w:tbl>"
    reading = reader.read(document_with(body))
    assert (reading.landed_text, reading.tables) == ("案例一。\n学生900人。\n", ())


def test_a_file_that_another_program_saved_is_read_alike(convert) -> None:
    document = word_report()
    found = extract(convert(convert(word(document), "docx", "odt"), "odt", "docx"), DOCX)
    assert [(o.where, o.raw) for o in found.observations] == [
        (o.where, o.raw) for o in extract(word(document), DOCX).observations
    ]


def test_hidden_text_is_no_content() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>99</w:t></w:r>"
    assert landed(paragraph(run("1人") + hidden)) == "1人\n"


def test_a_text_box_is_read_once_although_files_hold_it_twice() -> None:
    box = f"<w:txbxContent>{paragraph(run('在校生900人'))}</w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    assert landed(paragraph(run("概况") + f"<w:r>{both}</w:r>")) == "概况\n在校生900人\n"


def test_a_footnote_stands_at_the_end() -> None:
    notes = f'<w:footnotes {W}><w:footnote w:id="1">{paragraph(run("含技工12人"))}</w:footnote></w:footnotes>'
    assert landed(paragraph(run("900人")), footnotes=notes) == "900人\n含技工12人\n"


def test_a_table_around_tables_lays_out_a_page() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{paragraph(run('年度'))}</w:tc><w:tc>{paragraph(run('2024'))}</w:tc></w:tr></w:tbl>"
    reading = reader.read(
        document_with(f"<w:tbl><w:tr><w:tc>{paragraph(run('外'))}{inner}</w:tc></w:tr></w:tbl>")
    )
    assert reading.landed_text == "外\n年度\t2024\n"
    assert len(reading.tables) == 1


def test_content_controls_and_tracked_insertions_may_wrap_blocks_rows_and_cells() -> None:
    cell = f"<w:tc>{paragraph(run('甲'))}</w:tc>"
    row = f"<w:sdt><w:sdtContent><w:tr>{cell}<w:sdt><w:sdtContent>{cell}</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt>"
    assert (
        landed(f"<w:sdt><w:sdtContent>{paragraph(run('一'))}<w:tbl>{row}</w:tbl></w:sdtContent></w:sdt>")
        == "一\n甲\t甲\n"
    )


def test_automatic_numbers_are_printed_as_word_prints_them() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate([("chineseCounting", "%1、"), ("decimal", "%1.%2 ")])
    )
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    body = "".join(
        paragraph(
            run(text), f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        )
        for text, level in [("概况", 0), ("规模", 1), ("条件", 1), ("育人", 0), ("德育", 1)]
    )
    assert landed(body, numbering=numbering).split("\n")[:5] == [
        "一、概况",
        "一.1 规模",
        "一.2 条件",
        "二、育人",
        "二.1 德育",
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 cut short", "damaged DOCX"),
        (word(docx.Document()), "no text in it"),
        (document_with("<w:p>"), "damaged DOCX: word/document.xml"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        reader.read(data)
