"""Text that poppler's `pdftotext` makes of a PDF says what the page said, whatever its tables look like."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from extraction.blocks import Reading, Table
from extraction.extract import extract
from extraction.layout.lines import blocks_of, lines_of
from extraction.records import UNMAPPED
from scrapers import content
from tests.extraction.test_formats_agree import said

SHAPES = Path(__file__).parent / "shapes"
# Text without its layout has lost what stood beside what: how much of it is put back in order.
PLAIN = dict.fromkeys(
    (
        "scorecard_school",
        "two_schools",
        "many_programmes",
        "three_rows_of_heads",
        "merged_names",
        "heads_out_of_order",
    ),
    0.98,
)
HEAD = "职业教育质量年度报告"


@cache
def page(shape: str) -> bytes:
    """A report of ours, by what its tables look like."""
    return (SHAPES / f"{shape}.html").read_bytes()


def with_heads_and_feet(word: bytes) -> bytes:
    """A Word file whose pages have a running head and a number at the foot."""
    document = docx.Document(io.BytesIO(word))
    for section in document.sections:
        section.header.paragraphs[0].text = HEAD
        foot = section.footer.paragraphs[0]
        foot.add_run("— ")
        for kind in ("begin", "PAGE", "end"):
            mark = OxmlElement("w:instrText" if kind == "PAGE" else "w:fldChar")
            if kind == "PAGE":
                mark.text = kind
            else:
                mark.set(qn("w:fldCharType"), kind)
            foot.add_run()._r.append(mark)
        foot.add_run(" —")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize("shape", PLAIN)
def test_the_text_of_a_pdf_says_what_the_page_said(shape: str, convert, pdftotext) -> None:
    word = with_heads_and_feet(convert(page(shape), "html", "docx", read_as="HTML (StarWriter)"))
    pdf = convert(word, "docx", "pdf")
    there = said(extract(page(shape), content.HTML))
    for options, floor in ((("-layout",), 1.0), ((), PLAIN[shape])):
        text = pdftotext(pdf, *options)
        here = said(extract(text, content.TEXT))
        share = (there & here).total() / max(there.total(), here.total())
        assert share >= floor, there - here


# ── columns kept by spaces ───────────────────────────────────────────────────────────────────────────────────────────


def rows(text: str) -> list[list[str]]:
    """The first table of a text as rows of texts, empty places as ''."""
    table = next(block for block in blocks_of(Reading(text)) if isinstance(block, Table))
    assert not table.is_dump
    return [[cell.text if cell else "" for cell in row] for row in table.rows]


def test_a_name_in_lines_stands_beside_the_middle_of_its_row() -> None:
    text = """表 1 各专业学生
专业名称       招生人数（人）   在校生人数（人）
工业机器人技术
          168          490
应用
园林技术      118          323
"""
    assert rows(text)[1:] == [["工业机器人技术应用", "168", "490"], ["园林技术", "118", "323"]]


def test_a_name_in_lines_may_begin_beside_its_row() -> None:
    text = """表 1 各专业学生
专业名称        招生人数（人）   在校生人数（人）
工业机器人技术     168          490
应用
新能源汽车运用     118          323
与维修
"""
    assert rows(text)[1:] == [["工业机器人技术应用", "168", "490"], ["新能源汽车运用与维修", "118", "323"]]


def test_a_merged_name_stands_in_each_of_its_rows() -> None:
    text = """表 1 毕业生去向
学校              年度     毕业生人数（人）   升学人数（人）
                2023     100        60
重庆市样例职业中学
                2024     110        70
                2023     200        90
重庆市示例工业学校
                2024     210        95
"""
    assert [row[:2] for row in rows(text)[1:]] == [
        ["重庆市样例职业中学", "2023"],
        ["重庆市样例职业中学", "2024"],
        ["重庆市示例工业学校", "2023"],
        ["重庆市示例工业学校", "2024"],
    ]


def test_heads_of_one_row_begin_on_different_lines() -> None:
    text = """表 1 学生
           招生人数（人）         毕业生人数（人）
专业名称
           2023 2024    2023    2024
           年    年      年       年
会计事务      10    20     30      40
护理        11    21     31      41
"""
    assert rows(text)[:2] == [
        ["专业名称", "招生人数（人）", "招生人数（人）", "毕业生人数（人）", "毕业生人数（人）"],
        ["专业名称", "2023年", "2024年", "2023年", "2024年"],
    ]


def test_a_number_goes_to_the_column_where_it_stands() -> None:
    text = """表 1 学生
专业名称      招生人数（人）   在校生人数（人）   毕业生人数（人）
会计事务      10          20           30
护理                     21           31
园林技术      12                       32
"""
    assert rows(text)[1:] == [
        ["会计事务", "10", "20", "30"],
        ["护理", "", "21", "31"],
        ["园林技术", "12", "", "32"],
    ]


def test_a_count_that_looks_like_a_year_is_a_count() -> None:
    text = """表 1 资源
指标名称      2022     2023
实训工位数     1800     2010
图书册数      52000    53000
"""
    assert rows(text)[1] == ["实训工位数", "1800", "2010"]


# ── blocks without their places ──────────────────────────────────────────────────────────────────────────────────────


def test_rows_that_were_told_out_of_order_are_put_right_by_their_total() -> None:
    table = ["表 1 学生", "专业名称\n招生人数\n（人）", "在校生人数\n（人）", "毕业生人数\n（人）"]
    told = ["会计事务 10", "20", "30", "园林技术 11", "32", "21", "合计 21", "41", "62"]
    assert rows("\n\n".join([*table, *told]) + "\n")[1:] == [
        ["会计事务", "10", "20", "30"],
        ["园林技术", "11", "21", "32"],
        ["合计", "21", "41", "62"],
    ]


def test_a_name_broken_around_its_number_is_one_name() -> None:
    table = ["表 1 师资", "年份", "教职工总数\n（人）", "专任教师数\n（人）"]
    told = ["2023 年\n97\n度", "86", "2024 年\n98\n度", "87"]
    assert rows("\n\n".join([*table, *told]) + "\n")[1:] == [
        ["2023 年度", "97", "86"],
        ["2024 年度", "98", "87"],
    ]


def test_rows_are_a_schools_whose_numbers_they_add_up_to() -> None:
    told = """某区中等职业教育质量年度报告（2024年度）

表 1 各校规模
学校	招生人数（人）	在校生人数（人）
重庆市样例职业中学	100	300
重庆市示例工业学校	50	{whole}

表 2 各校专业
专业名称
招生人数
（人）

在校生人数
（人）

会计事务 60

180

园林技术 40

120

护理 50

150

学校

重庆市示例工业学校

重庆市样例职业中学
"""
    for whole, schools in ((150, ["重庆市样例职业中学"] * 4 + ["重庆市示例工业学校"] * 2), (151, [])):
        found = extract(told.format(whole=whole).encode(), content.TEXT).observations
        assert [o.entity for o in found if o.where == "表2" and o.metric != UNMAPPED] == schools


def test_a_column_told_behind_its_table_is_put_back() -> None:
    text = """表 1 教师
年份

教职工总数
（人）

专任教师数
（人）

双师型教师数
（人）

2022 97
2023 98

86
87

学校重视教师培养。

40
41
"""
    assert rows(text)[1:] == [["2022", "97", "86", "40"], ["2023", "98", "87", "41"]]


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_printed_on_every_page_is_left_out() -> None:
    texts = [[f"{sign * 6}。" for sign in page] for page in ("甲乙丙丁戊己", "天地玄黄宇宙", "日月盈昃辰宿")]
    pages = ["\n".join([HEAD, "", *text, "", f"  {n + 4}\n"]) for n, text in enumerate(texts)]
    found = [line.text.strip() for line in lines_of("\f".join(pages))]
    assert found == [sentence for text in texts for sentence in text]


def test_a_number_at_the_edge_of_a_page_that_does_not_count_the_pages_stays() -> None:
    pages = [f"甲\n乙\n丙\n丁\n戊\n己\n庚\n{number}\n" for number in (45, 140, 83)]
    assert sum(line.text.isdigit() for line in lines_of("\f".join(pages))) == 3
