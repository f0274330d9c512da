"""List and article pages are read in every shape that these sites use."""

from __future__ import annotations

import pytest

from scrapers.articles import read_article
from scrapers.lists import read_list

LIST = "http://www.somewhere.sample/bm/qjw/list/index.html"
ARTICLE = "http://www.somewhere.sample/bm/qjw/list/202601/t20260105_1.html"
TITLE = "某区中等职业教育质量年度报告（2025年）"


@pytest.mark.parametrize(
    "item",
    [
        f"<li><a href='./202601/t20260105_1.html' title='{TITLE}'>某区中等…</a><span>2026-01-05</span></li>",
        f'<div><a href="202601/t20260105_1.html"><p>{TITLE}</p><span>2026-01-05</span></a></div>',
        f"<tr><td>1</td><td>{TITLE}</td><td>2026-01-05</td><td><a href='{ARTICLE}'>查看</a></td></tr>",
        "<a href='../list/202601/t20260105_1_wap.html'>手机版</a>"
        f"<a href='/bm/qjw/list/202601/t20260105_1.html#top'>{TITLE}</a>",
    ],
)
def test_a_list_item_gives_the_whole_title_in_every_shape(item: str) -> None:
    (link,) = read_list(item.encode(), LIST).links
    assert (link.url, link.title) == (ARTICLE, TITLE)


@pytest.mark.parametrize(
    ("script", "pages"),
    [
        ('createPage(3, 0, "index", "html");', ["index_1.html", "index_2.html"]),
        ("createPageHTML(3, 1, 'index', 'shtml')", ["index_1.shtml", "index_2.shtml"]),
        ("createPageHTML('page_div',2, 0,'list','html',20);", ["list_1.html"]),
        ("createPageHTML(2);", ["index_1.html"]),
        ('createPage(1, 0, "index", "html");', []),
        ("function createPage(_nPageCount, _nCurrIndex) {}", []),
        ('//createPage(9, 0, "index", "html");\ncreatePage(2, 0, "index", "html");', ["index_1.html"]),
        ("", []),
    ],
)
def test_the_number_of_pages_stands_in_a_call_not_in_the_definition(script: str, pages: list[str]) -> None:
    further = read_list(f"<script>{script}</script>".encode(), LIST).further
    assert [url.rpartition("/")[2] for url in further] == pages


def test_links_that_lead_nowhere_are_passed_over() -> None:
    page = '<a href="javascript:void(0)">a</a><a href="http://[bad/202601/t20260105_1.html">b</a><a>c</a>'
    assert read_list(page.encode(), LIST).links == ()


@pytest.mark.parametrize(
    "box",
    [
        "<table><tr><td>[ 索引号 ]</td><td>A-1</td><td>[ 发文字号 ]</td><td></td></tr>"
        "<tr><td>[ 发布机构 ]</td><td>某区教委</td><td>[ 有效性 ]</td><td></td></tr></table>",
        "<ul><li><b>索引号：</b><span>A-1</span></li><li><b>发文字号：</b><span></span></li>"
        "<li><b>发布机构：</b><span>某区教委</span></li></ul>",
        "<ul><li>[ 索引号 ]</li><li>A-1</li><li>[ 发文字号 ]</li><li>[ 发布机构 ]</li><li>某区教委</li></ul>",
        "<p>- 索引号: A-1</p><p>- 发文字号: </p><p>- 发布机构: 某区教委</p>",
        "<div><span>索引号</span><span>A-1</span></div><div><span>发布机构</span><span>某区教委</span></div>",
    ],
)
def test_the_box_of_labels_is_read_in_every_shape_and_empty_values_are_left_out(box: str) -> None:
    article = read_article(f"{box}<h1>{TITLE}</h1><div id=zoom>正文</div>".encode(), ARTICLE)
    assert article.metadata == {"索引号": "A-1", "发布机构": "某区教委"}
    assert article.publisher == "某区教委"


def test_an_article_without_meta_tags_has_its_date_from_its_address_and_its_source_from_a_script() -> None:
    script = '<script>var docSource = "某区教委";</script>'
    page = f'<h1>{TITLE}</h1>{script}<div class="TRS_UEDITOR trs_word">正文</div>'
    article = read_article(page.encode("gb18030"), ARTICLE)
    assert (article.title, article.published_on, article.publisher) == (TITLE, "2026-01-05", "某区教委")
    assert article.has_body


def test_a_page_without_an_article_body_is_no_article() -> None:
    assert not read_article(b"<html><h1>403</h1><script>challenge()</script></html>", ARTICLE).has_body


def test_attachments_are_the_files_of_the_body_and_of_the_editor_but_no_pictures() -> None:
    page = """<a href="/help/manual.pdf">manual</a>
      <div class="pages_content"><a href="./W020260105123456789012.docx">报告.docx</a>
      <a href="files/table.xlsx"></a><a href="./W020260105123456789099.jpg">图</a></div>
      <p><a href="P020260105123456789013.pdf">附件</a></p>
      <script>var file_appendix = '<a href="./W020260105123456789014.zip">全部<\\/a>';
      document.write(file_appendix)</script>"""
    files = read_article(page.encode(), ARTICLE).attachments
    assert [(file.url.rpartition("/202601/")[2], file.title) for file in files] == [
        ("W020260105123456789012.docx", "报告.docx"),
        ("files/table.xlsx", "table.xlsx"),
        ("P020260105123456789013.pdf", "附件"),
        ("W020260105123456789014.zip", "全部"),
    ]
