"""List pages are read in every shape that these sites use."""

from __future__ import annotations

import pytest

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
        f"<li><a href='{ARTICLE}'>某区中等职业<em>教育</em>质量年度报告（2025年）</a>[2026-01-05]</li>",
        f"<a href='{ARTICLE}' title='标题：{TITLE}&#10;发布时间：2026-01-05'>某区中等…</a>",
        f"<a href='{ARTICLE}'><h3>{TITLE}</h3><p>摘要：各校已完成编制工作，详见正文。</p></a>",
        f"<div class=r><div>1</div><div>{TITLE}</div><div><a href='{ARTICLE}'>查看</a></div></div>"
        "<div class=r><div>2</div><div>别的</div><div><a href='202601/t20260104_2.html'>查看</a></div></div>",
        f"<dl><dt>{TITLE}</dt><dd><a href='{ARTICLE}'>[详情]</a></dd><dt>别的</dt>"
        "<dd><a href='202601/t20260104_2.html'>[详情]</a></dd></dl>",
        f"<table><tr><th>序号<th>索引号<th>信息名称<th>发布机构<th>操作</tr><tr><td>1<td>11500112009290XX/2026-00012<td>{TITLE}"
        f"<td>重庆市某某区教育委员会（本级）和某某区人力资源和社会保障局联合发文<td><a href='{ARTICLE}'>查看</a></tr>"
        "<tr><td>2<td>A<td>别的<td>B<td><a href='202601/t20260104_2.html'>查看</a></tr></table>",
        f"<p><b>11500112009290XX/2026-00012</b><i>重庆市某某区人民政府办公室</i><u>{TITLE}</u><a href='{ARTICLE}'>查看</a></p>",
        f"<li title='{TITLE}'><a href='{ARTICLE}'><img src=a.png></a></li>",
        f"<li><a href='{ARTICLE}'><span>1.</span>{TITLE}<i>NEW</i></a><span>[01-05]</span></li>",
        "<a href='../list/202601/t20260105_1_wap.html'>手机版</a>"
        f"<a href='/bm/qjw/list/202601/t20260105_1.html#top'>{TITLE}</a>",
    ],
)
def test_a_list_item_gives_the_whole_title_in_every_shape(item: str) -> None:
    link = read_list(item.encode(), LIST).links[0]
    assert (link.url, link.title, link.cut) == (ARTICLE, TITLE, False)


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
        (
            "var countPage = 3, x = 1;\nvar countPage = 3;\ncreatePageHTML(countPage, 0, 'index', 'html')",
            ["index_1.html", "index_2.html"],
        ),
        ("var nPageCount = 2;", ["index_1.html"]),
        ("Pager({size:3, current:0, prefix:'index', suffix:'html'});", ["index_1.html", "index_2.html"]),
        ("showPages(7)", []),
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
    ("pager", "pages"),
    [
        ("<a href='index_1.html'>2</a><a href='index_2.html'>尾页</a>", ["index_1.html", "index_2.html"]),
        ("<a href='./index_2.html'>3</a><a href='index_1.html'>下一页</a>", ["index_1.html", "index_2.html"]),
        ("<select><option value='index.html'>1<option value='index_1.html'>2</select>", ["index_1.html"]),
        ("<a onclick=\"go('index_1.html')\">下一页</a>", ["index_1.html"]),
        ("<a href='/other/index_1.html'>别的栏目</a><a href='201_2.html'>别的</a>", []),
    ],
)
def test_a_pager_of_links_leads_to_the_lists_own_pages_only(pager: str, pages: list[str]) -> None:
    further = read_list(pager.encode(), LIST).further
    assert [url.rpartition("/")[2] for url in further] == pages


def test_a_pager_in_the_query_keeps_the_rest_of_it() -> None:
    page = "<a href='?id=7&page=2'>2</a><a href='?id=8&page=2'>other</a>"
    assert read_list(page.encode(), "http://a.sample/list?id=7").further == (
        "http://a.sample/list?id=7&page=2",
    )


def test_a_title_cut_short_says_so() -> None:
    html = f"<li><a href='{ARTICLE}'>某区中等职业教育质量…</a> <a href='{ARTICLE}'>查看</a></li>"
    link = read_list(html.encode(), LIST).links[0]
    assert (link.title, link.cut) == ("某区中等职业教育质量", True)


def test_a_file_is_an_item_and_a_column_is_not() -> None:
    html = f"<a href='./W020260105123456789012.pdf'>{TITLE}</a><a href='/zlnb/'>{TITLE}</a><a href='http://b.sample/x?id=1'>{TITLE}</a>"
    page = read_list(html.encode(), LIST)
    assert [link.url.rpartition("/")[2] for link in page.links] == ["W020260105123456789012.pdf"]
    assert [link.url for link in page.others] == ["http://b.sample/x?id=1"]


def test_a_selector_limits_the_list_and_says_when_it_matches_nothing() -> None:
    hot = "<div class=hot><a href='202601/t20260101_9.html'>热点</a></div>"
    html = f"{hot}<ul class=list><li><a href='{ARTICLE}'>{TITLE}</a></ul>"
    assert [link.url for link in read_list(html.encode(), LIST, ".list").links] == [ARTICLE]
    assert not read_list(html.encode(), LIST, ".lists").has_items
