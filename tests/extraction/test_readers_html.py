"""Pages as browsers show them."""

from __future__ import annotations

import pytest

from extraction.extract import extract
from extraction.readers import Rejected, html
from scrapers.content import HTML

ROWS = "<tr><td>年度</td><td>人数</td></tr><tr><td>2024</td><td>285</td></tr>"


def landed(body: str) -> str:
    return html.read(f"<html><body>{body}</body></html>".encode()).landed_text


def grids(body: str) -> list[list[list[str | None]]]:
    tables = html.read(f"<html><body>{body}</body></html>".encode()).tables
    return [[[cell.text if cell else None for cell in row] for row in table.rows] for table in tables]


def test_a_cell_stands_in_every_place_that_its_spans_cover() -> None:
    table = "<tr><th rowspan=2>年度<th colspan=2>教师</tr><tr><th>人<th>%</tr><tr><td>2024<td>1<td>2</tr>"
    assert grids(f"<table>{table}</table>") == [
        [["年度", "教师", "教师"], ["年度", "人", "%"], ["2024", "1", "2"]]
    ]


def test_a_caption_stands_over_its_table() -> None:
    assert landed(f"<table><caption>表1 人数</caption>{ROWS}</table>") == "表1 人数\n年度\t人数\n2024\t285\n"


def test_a_table_around_tables_lays_out_a_page() -> None:
    body = f"<table><tr><td>目录</td><td><p>正文</p><table>{ROWS}</table>之后</td></tr></table>"
    assert landed(body) == "目录\n正文\n年度\t人数\n2024\t285\n之后\n"
    assert len(grids(body)) == 1


def test_tables_whose_end_was_forgotten_are_tables() -> None:
    assert len(grids(f"<table>{ROWS}<table>{ROWS}</table>")) == 2


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td><p>专任教师285人。</p><p>学生900人。</p></td></tr>",
        "<tr><td>专任教师285人。</td></tr><tr><td>学生900人。</td></tr>",
    ],
)
def test_a_frame_around_text_is_no_table(table: str) -> None:
    assert landed(f"<table>{table}</table>") == "专任教师285人。\n学生900人。\n"
    assert not grids(f"<table>{table}</table>")


def test_columns_of_paragraphs_are_no_table() -> None:
    table = "<tr><td><p>专任教师285人。</p><p>比例合理。</p></td><td><p>学生900人。</p></td></tr>"
    assert landed(f"<table>{table}</table>") == "专任教师285人。\n比例合理。\n学生900人。\n"


@pytest.mark.parametrize("how", ["hidden", "style='display: none'", "style='visibility:hidden'"])
def test_what_is_hidden_is_no_content(how: str) -> None:
    assert landed(f"<div {how}>旧数据99人<p>99</p></div><p>专任教师285人</p>") == "专任教师285人\n"


def test_an_article_that_a_script_shows_is_read() -> None:
    assert (
        landed("<p>首页</p><div hidden><div class='TRS_Editor'>专任教师285人</div></div>")
        == "专任教师285人\n"
    )


def test_the_most_specific_body_that_holds_text_is_the_article() -> None:
    body = "<p>首页</p><article>导航<div class='TRS_Editor'><div class='trs_editor_view'>正文</div>尾</div></article>"
    assert landed(body) == "正文\n"
    assert landed(body.replace("正文", " ")) == "尾\n"


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["gb2312", "utf-8", ""])
def test_the_bytes_decide_the_encoding_whatever_a_page_declares(encoding: str, declared: str) -> None:
    page = (
        f"<html><head><meta charset='{declared}'></head><body><p>重庆市綦江区专任教师285人</p></body></html>"
    )
    assert html.read(page.encode(encoding)).landed_text == "重庆市綦江区专任教师285人\n"


def test_a_comment_parts_no_number() -> None:
    assert landed("<p>专任教师2<!-- x -->85<b>6</b>人</p>") == "专任教师2856人\n"


def test_a_page_without_text_is_rejected() -> None:
    with pytest.raises(Rejected, match="no text in it"):
        landed("<div hidden>285</div>")


def test_every_cell_stands_in_the_landed_text_where_it_says() -> None:
    found = extract(f"<body><p>表1 人数</p><table>{ROWS}</table></body>".encode(), HTML)
    assert [(o.raw, o.year) for o in found.observations] == [("285", 2024)]
    assert found.landed_text[found.observations[0].char_start :].startswith("285")
