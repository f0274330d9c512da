"""Whatever is in a file, it is read or rejected with a reason, within the bounds, and never an exception.

`ZHIJIAO_MUTATIONS=10000 pytest tests/extraction/test_hostile.py` is the long run.
"""

from __future__ import annotations

import io
import os
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extraction.extract import extract
from extraction.readers import READERS
from extraction.records import Extraction
from scrapers import content, sample
from tests.extraction.files import ROWS, TITLE, saved, word, word_report, workbook_report
from tests.extraction.test_annotated_reports import read
from tests.extraction.test_readers_docx import document_with

MUTATIONS = int(os.environ.get("ZHIJIAO_MUTATIONS", "300"))
PAGE = f"<html><body><h1>{TITLE}</h1><table><tr><td rowspan=2>年度<td colspan=2>教师</tr><tr><td>2024<td>285</table>"


@cache
def real_files() -> dict[str, bytes]:
    """A file of every format that is read in this process."""
    table = "\n".join("\t".join(row) for row in ROWS)
    return {
        content.HTML: PAGE.encode(),
        content.TEXT: f"{TITLE}\n\n学校现有专任教师285人。\n\n表1 师资情况\n{table}\n".encode(),
        content.DOCX: word(word_report()),
        content.XLSX: saved(workbook_report()),
        content.PDF: (Path(sample.__file__).parent / "report.pdf").read_bytes(),
    }


def holds(extraction: Extraction) -> None:
    assert extraction.document.status in ("read", "rejected")
    assert (extraction.document.status == "rejected") == bool(extraction.document.reason)
    text = extraction.landed_text
    assert all(text[o.char_start : o.char_end] == o.raw for o in extraction.observations)
    assert all(member.strip() for o in extraction.observations for member in o.dims.values())


def is_rejected(data: bytes, content_type: str, reason: str) -> None:
    document = extract(data, content_type).document
    assert document.status == "rejected"
    assert reason in str(document.reason)


# ── mutations ────────────────────────────────────────────────────────────────────────────────────────────────────────

CHANGE = st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12) | st.sampled_from([
    b"</w:tc>", b"<w:tbl>", b"<w:p>", b"</", b"99999999999", b"-1", b"\0\0", b"<!--", b"&#0;", b"&x;", "年".encode("gbk"),
]))  # fmt: skip


def mutated(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Bytes cut out and others put in their place, here and there."""
    for where, cut, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + cut :]
    return data


@pytest.mark.parametrize("content_type", real_files(), ids=lambda t: content.EXTENSIONS[t])
@settings(max_examples=MUTATIONS, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(CHANGE, min_size=1, max_size=6))
def test_no_change_of_a_files_bytes_makes_it_fail(content_type: str, changes: list) -> None:
    holds(extract(mutated(real_files()[content_type], changes), content_type))


@pytest.mark.parametrize("content_type", [content.DOCX, content.XLSX], ids=lambda t: content.EXTENSIONS[t])
@settings(max_examples=MUTATIONS, deadline=None, suppress_health_check=list(HealthCheck))
@given(part=st.integers(0, 30), changes=st.lists(CHANGE, min_size=1, max_size=4))
def test_no_change_inside_an_office_file_makes_it_fail(content_type: str, part: int, changes: list) -> None:
    source, target = zipfile.ZipFile(io.BytesIO(real_files()[content_type])), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for n, name in enumerate(source.namelist()):
            chosen = n == part % len(source.namelist())
            archive.writestr(name, mutated(source.read(name), changes) if chosen else source.read(name))
    holds(extract(target.getvalue(), content_type))


@cache
def sample_lines() -> list[list[str]]:
    """The lines of every report and table that stands among the tests as text."""
    folder = Path(__file__).parent / "samples"
    annotated = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*/*.txt")))
    return [read(text)[0].split("\n") for text in annotated]


LINE = st.sampled_from(["", "合计", "小计", "人数", "占比（%）", "3", "2023", "—", "99.5", "其中"])
LINE_CHANGE = st.tuples(st.floats(0, 1), st.integers(0, 2), st.integers(0, 30), st.lists(LINE, max_size=2))


@settings(max_examples=2 * MUTATIONS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sample=st.integers(0, 10_000),
    start=st.floats(0, 1),
    length=st.integers(5, 80),
    changes=st.lists(LINE_CHANGE, min_size=1, max_size=10),
)
def test_no_change_of_a_texts_lines_makes_it_fail(
    sample: int, start: float, length: int, changes: list
) -> None:
    """Lines lost, cut short and put in: tables come apart where no reader foresaw it."""
    lines = sample_lines()[sample % len(sample_lines())]
    lines = lines[int(start * len(lines)) :][:length]
    for where, cut, width, put in changes:
        at = int(where * len(lines))
        lines = [*lines[:at], *(line[:width] for line in lines[at : at + 1]), *put, *lines[at + 1 + cut :]]
    holds(extract("\n".join(lines).encode(), content.TEXT))


# What the long run has found.
BROKEN_TABLES = {
    "a number among the heads": """
表5  2024届毕业生升学就业情况统计表
合计
                     人数     其中本科      人数       对口率       起薪
  占地面积（亩）     236.5           生均占地面积（㎡）          36.79
  装备制造大类        338        214         36         118        88.14        4650
电子与信息大类        254        178         31          71        73.24        4210
""",
    "a number among the heads of cells": """
表5-2 2023年学校经费收支情况表
99.5
金额（万
合计
10
日常公用经费 1127.45 18.07
设备采购 846.30 13.56
支出
基础设施改造 512.64 8.22
学生资助 205.83 3.30
""",
    "a row of ordinals without a value": """
表6 2024年专业设置及学生分布
1 农林牧渔大类 中草药栽培 171
2 畜禽生产技术 118
3 装备制造大类 机电技术应用 496
""",
    "ordinals without names": "1\n人数\n\n个\n\n0\n\n1\n\n2\n\n接收留学生\n\n\n0\n\n5\n\n3\n\n职业教育标准数量\n\n12\n合计",
}


@pytest.mark.parametrize("table", BROKEN_TABLES.values(), ids=BROKEN_TABLES)
def test_a_broken_table_costs_no_more_than_its_own_numbers(table: str) -> None:
    found = extract(f"{table}\n\n学校现有专任教师285人。\n".encode(), content.TEXT)
    holds(found)
    assert "285" in [o.raw for o in found.observations]


OLDER = {content.DOC: "docx", content.RTF: "docx", content.ODT: "docx", content.XLS: "xlsx"}


@pytest.fixture(scope="module")
def older_files(convert) -> dict[str, bytes]:
    """A file of every format that LibreOffice reads for us."""
    made = {"docx": word(word_report()), "xlsx": saved(workbook_report())}
    return {kind: convert(made[source], source, content.EXTENSIONS[kind]) for kind, source in OLDER.items()}


# A start of LibreOffice takes two seconds: a few of each always, the long run has its hundredth.
@pytest.mark.parametrize("content_type", OLDER, ids=lambda t: content.EXTENSIONS[t])
@settings(max_examples=max(2, MUTATIONS // 100), deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(CHANGE, min_size=1, max_size=6))
def test_no_change_of_an_older_files_bytes_makes_it_fail(
    older_files, content_type: str, changes: list
) -> None:
    holds(extract(mutated(older_files[content_type], changes), content_type))


@pytest.mark.parametrize("content_type", real_files(), ids=lambda t: content.EXTENSIONS[t])
@pytest.mark.parametrize("other", real_files(), ids=lambda t: content.EXTENSIONS[t])
def test_a_file_under_the_type_of_another_does_not_fail(content_type: str, other: str) -> None:
    holds(extract(real_files()[other], content_type))


# ── made to do harm ──────────────────────────────────────────────────────────────────────────────────────────────────


def bomb(kind: bytes) -> bytes:
    """An office file of 200 kB whose main part unpacks to 200 MB."""
    source, target = zipfile.ZipFile(io.BytesIO(kind)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            large = name in ("word/document.xml", "xl/worksheets/sheet1.xml")
            archive.writestr(name, source.read(name) + b" " * 200_000_000 if large else source.read(name))
    return target.getvalue()


@pytest.mark.parametrize("content_type", [content.DOCX, content.XLSX])
def test_a_zip_bomb_is_rejected_before_it_unfolds(content_type: str) -> None:
    data = bomb(real_files()[content_type])
    assert len(data) < 400_000
    is_rejected(data, content_type, "unpacks to more than 128 MB")


def test_entities_do_not_unfold() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    part = f'<!DOCTYPE x [<!ENTITY l0 "哈">{laughs}]><x>&l11;</x>'
    source, target = zipfile.ZipFile(io.BytesIO(real_files()[content.DOCX])), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, part if name == "word/document.xml" else source.read(name))
    is_rejected(target.getvalue(), content.DOCX, "damaged DOCX")


def test_a_text_of_200_megabytes_is_rejected_at_once() -> None:
    is_rejected(b"1 " * 100_000_000, content.TEXT, "too large: 200 MB")


@pytest.mark.parametrize("span", ["1000000000", "9" * 5000, "-5", "²", "１２", "0x10", ""])
def test_a_span_is_what_a_table_can_have(span: str) -> None:
    cells = f"<td colspan='{span}' rowspan='{span}'>教师</td><td>285</td>"
    holds(extract(f"<body><table>{f'<tr>{cells}</tr>' * 20}</table></body>".encode(), content.HTML))


def test_a_table_that_covers_more_than_it_has_is_rejected() -> None:
    cells = "<td colspan=200 rowspan=200>1</td>" * 100
    is_rejected(f"<body><table><tr>{cells}</tr></table></body>".encode(), content.HTML, "too large a table")


@pytest.mark.parametrize("tag", ["div", "table", "b", "ul><li"])
def test_a_page_nested_deeper_than_pages_are_is_rejected(tag: str) -> None:
    is_rejected(("在校生<p>" + f"<{tag}>" * 20_000 + "教师285人").encode(), content.HTML, "nested too deeply")


@pytest.mark.parametrize("tag", ["tbl", "sdt"])
def test_a_word_file_nested_deeper_than_files_are_is_rejected(tag: str) -> None:
    cell = (
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>") if tag == "tbl" else (f"<w:{tag}>", f"</w:{tag}>")
    )
    body = cell[0] * 2_000 + "<w:p><w:r><w:t>教师285人</w:t></w:r></w:p>" + cell[1] * 2_000
    assert extract(document_with(body), content.DOCX).document.status == "rejected"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("content_type", [content.TEXT, content.HTML])
def test_utf_16_is_told_without_a_byte_order_mark(encoding: str, content_type: str) -> None:
    data = real_files()[content_type].decode().encode(encoding)
    assert [o.raw for o in extract(data, content_type).observations][:1] == ["285"]


def test_nul_characters_are_spaces() -> None:
    data = ("学校现有专任教师285人。\n" * 20).encode()
    found = extract(data + b"\0" + data, content.TEXT)
    assert (found.document.status, len(found.observations)) == ("read", 40)


def test_two_encodings_in_one_file_cost_only_what_is_broken() -> None:
    sentence = "学校现有专任教师285人。\n"
    found = extract((sentence * 200).encode() + sentence.encode("gb18030"), content.TEXT)
    assert len(found.observations) >= 200


ROWS_100K = [("班级", "人数"), *((f"第{n}班", str(n)) for n in range(100_000))]


def test_a_table_of_a_hundred_thousand_rows_does_not_hang() -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{count}</td></tr>" for name, count in ROWS_100K)
    found = extract(f"<body><table>{rows}</table></body>".encode(), content.HTML)
    holds(found)
    assert len(found.observations) == 100_000


def test_text_of_a_hundred_thousand_rows_does_not_hang() -> None:
    holds(extract("\n".join(map("\t".join, ROWS_100K)).encode(), content.TEXT))


def test_a_workbook_of_a_hundred_thousand_rows_is_read() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in ROWS_100K:
        sheet.append(row)
    (table,) = READERS[content.XLSX](saved(book)).tables
    assert len(table.rows) == 100_001


def test_a_word_table_of_a_hundred_thousand_rows_is_read() -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = "".join(f"<w:tr>{cell.format(name)}{cell.format(count)}</w:tr>" for name, count in ROWS_100K)
    (table,) = READERS[content.DOCX](document_with(f"<w:tbl>{rows}</w:tbl>")).tables
    assert len(table.rows) == 100_001
