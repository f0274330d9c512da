"""Workbooks as people see them."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest

from extraction.extract import extract
from extraction.readers import Rejected, xlsx
from extraction.readers.number_formats import shown
from scrapers.content import XLSX
from tests.extraction.files import TITLE, saved, workbook_report


def test_a_sheet_is_a_heading_lines_and_a_table() -> None:
    reading = xlsx.read(saved(workbook_report()))
    assert reading.landed_text.split("\n")[:3] == ["师资", TITLE, "表1 师资情况"]
    (table,) = reading.tables
    assert [cell.text if cell else None for cell in table.rows[0]] == [
        "年度",
        "专任教师（人）",
        "双师型教师",
        "双师型教师",
    ]
    assert table.rows[0][2] is table.rows[0][3]
    assert table.rows[0][0] is table.rows[1][0]
    assert [cell.text if cell else None for cell in table.rows[3]] == ["2025", "285", "130", "45.61%"]
    cells = [cell for row in table.rows for cell in row if cell]
    assert all(reading.landed_text[cell.start : cell.end] == cell.text for cell in cells)


def test_a_workbook_is_read_to_its_numbers() -> None:
    extraction = extract(saved(workbook_report()), XLSX)
    assert extraction.document.report_year == 2025
    assert {(o.where, o.year, o.metric, o.raw) for o in extraction.observations} >= {
        ("表1", 2025, "full_time_teachers", "285"),
        ("表1", 2024, "dual_qualified_teachers_share", "42.86"),
    }


def test_hidden_sheets_rows_and_columns_are_no_content() -> None:
    book = workbook_report()
    book.create_sheet("草稿")["A1"] = 99
    book["草稿"].sheet_state = "hidden"
    book["师资"].column_dimensions["B"].hidden = True
    book["师资"].row_dimensions[6].hidden = True
    text = xlsx.read(saved(book)).landed_text
    assert "草稿" not in text
    assert "专任教师" not in text
    assert "2024" not in text


def test_an_empty_row_parts_two_tables() -> None:
    book = openpyxl.Workbook()
    for row in (["年度", "人"], [2024, 1], [], ["学校", "班"], ["甲", 2]):
        book.active.append(row)
    assert len(xlsx.read(saved(book)).tables) == 2


def test_a_merged_cell_over_a_whole_sheet_costs_nothing() -> None:
    book = openpyxl.Workbook()
    book.active.append(["年度", "人"])
    book.active.append([2024, 1])
    data = saved(book)
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(
                    b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
                )
            archive.writestr(name, part)
    assert xlsx.read(target.getvalue()).landed_text == "Sheet\n年度\t人\n2024\t1\n"


def test_no_content_on_any_visible_sheet_is_rejected() -> None:
    with pytest.raises(Rejected, match="no cell with content"):
        xlsx.read(saved(openpyxl.Workbook()))


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (12345, "", "12345"),
        (0.1 + 0.2, "General", "0.3"),
        (0.8571, "0%", "86%"),
        (0.8571, "0.0%", "85.7%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (2.5, '0.00"万元"', "2.50万元"),
        (2.5, "0.##", "2.5"),
        (-3, "0;(0)", "(3)"),
        (0, '0;-0;"无"', "无"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (5, '"第2轮"0', "第2轮5"),
        (45536, "yyyy-mm-dd;@", "2024-09-01"),
        (45536, '[$-804]yyyy"年"m"月"d"日";@', "2024年9月1日"),
        (45536.3368, "yyyy/m/d h:mm", "2024/9/1 8:05"),
        (1e300, "0.00", "1e+300"),
        (-1, "yyyy", "-1"),
    ],
)  # fmt: skip
def test_a_number_is_shown_as_its_format_says(value: float, code: str, expected: str) -> None:
    assert shown(value, code) == expected


def test_dates_of_real_workbooks_are_days() -> None:
    book = openpyxl.Workbook()
    book.active.append(["截至", datetime.date(2025, 8, 31)])
    book.active.append(["人数", 12])
    assert "2025-08-31" in xlsx.read(saved(book)).landed_text


def test_formulas_count_with_the_result_that_was_last_computed(convert) -> None:
    book = openpyxl.Workbook()
    for row in (["年度", "教师", "占比"], [2024, 280, "=B2/400"], [2025, "=B2+5", "=B3/400"]):
        book.active.append(row)
    for place in ("C2", "C3"):
        book.active[place].number_format = "0.00%"
    computed = convert(saved(book), "xlsx", "xlsx")
    assert xlsx.read(computed).landed_text.endswith(
        "年度\t教师\t占比\n2024\t280\t70.00%\n2025\t285\t71.25%\n"
    )
