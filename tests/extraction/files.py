"""Small real files, made by the libraries that people make them with."""

from __future__ import annotations

import io

import docx
import openpyxl
from docx.document import Document
from openpyxl.worksheet.worksheet import Worksheet

TITLE = "重庆市开州区样例职业教育中心质量年度报告（2025年度）"
ROWS = (
    ("年度", "专任教师（人）", "双师型教师", ""),
    ("", "", "数量（人）", "比例（%）"),
    ("2024", "280", "120", "42.86"),
    ("2025", "285", "130", "45.61"),
)


def word(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word_report() -> Document:
    """A title, a sentence, a table with merged heads."""
    document = docx.Document()
    document.add_paragraph(TITLE, style="Title")
    document.add_paragraph("学校现有专任教师285人。")
    document.add_paragraph("表1 师资情况")
    table = document.add_table(len(ROWS), len(ROWS[0]))
    for row, texts in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for column in (0, 1):
        table.cell(0, column).merge(table.cell(1, column)).text = ROWS[0][column]
    table.cell(0, 2).merge(table.cell(0, 3)).text = ROWS[0][2]
    document.add_paragraph("以上为统计数据。")
    return document


def workbook_report() -> openpyxl.Workbook:
    """The same table in a workbook, its numbers as numbers with formats."""
    book = openpyxl.Workbook()
    sheet: Worksheet = book.active
    sheet.title = "师资"
    sheet.append([TITLE])
    sheet.append([])
    sheet.append(["表1 师资情况"])
    sheet.append(ROWS[0][:3])
    sheet.append(["", "", *ROWS[1][2:]])
    sheet.append([2024, 280, 120, 0.4286])
    sheet.append([2025, 285, 130, 0.4561])
    for ref in ("A4:A5", "B4:B5", "C4:D4", "A1:D1"):
        sheet.merge_cells(ref)
    for place in ("D6", "D7"):
        sheet[place].number_format = "0.00%"
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
