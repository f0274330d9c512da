"""A district's site that nobody here built for: other templates, other habits, two ports, asked without a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrapers.crawl import check_source, crawl_source
from scrapers.landing import Landing
from scrapers.records import SourceRun
from scrapers.sources import Source

if TYPE_CHECKING:
    from tests.scrapers.conftest import OddSite

TEXT = "学校现有在校生2310人，专任教师152人，其中双师型教师81人，毕业生就业率97.2%。" * 6
FRAME = (
    "<html><head><meta charset=utf-8><title>{title}_某某区人民政府</title></head><body><div class=top-nav>"
    "<a href='/'>首页</a><a href='/zwgk/zlnb/'>职业教育质量年度报告</a></div>{content}"
    "<div class=footer>版权所有 <a href='/d/help.doc'>帮助</a> 附件 <a href='/d/plugin.zip'>插件</a></div></body></html>"
)


def page(title: str, content: str) -> bytes:
    return FRAME.format(title=title, content=content).encode("gb18030")


def article(title: str, body: str) -> bytes:
    """No meta tags, no h1, a text box, a body under a name of its own."""
    box = "<div class=xx>- 索引号: 5001/2026-1<br>- 发布机构: 某区教委<br>- 成文日期: 2026-01-05<br></div>"
    return page(title, f"<div class=bt>{title}</div>{box}<div class=nr><div class=xlcon>{body}</div></div>")


def url(number: int, month: str = "202601") -> str:
    return f"{month}/t{month}05_{number}.html"


SCHOOLS = [f"某某区第{n}职业中学校质量年度报告（2025年度）" for n in "一二三四五六七八"]
NOT_REPORTS = [
    "关于报送2025年度职业学校质量年度报告的通知",
    "某某区召开职业教育质量年度报告编制工作会",
    "某某区义务教育学校办学质量年度报告（2025）",
    "某某区产品质量监督抽查年度报告",
    "2025年生态环境质量年报",
    "某学院2025届毕业生就业质量年度报告",
    "一图读懂某某区职业教育质量年度报告",
    "学校食堂食品质量报告",
]


def test_every_report_is_found_in_lists_of_every_shape_and_nothing_else_lands(
    odd_site: OddSite, second_site: OddSite, landing: Landing
) -> None:
    base, other = odd_site.proxy, second_site.proxy
    rows = "".join(
        f"<tr><td>{n}</td><td>{title}</td><td>2026-01-05</td><td>某区教委</td>"
        f"<td><a href='./{url(n)}' target=_blank>查看</a></td></tr>"
        for n, title in enumerate([*SCHOOLS[:2], *NOT_REPORTS[:3]], 1)
    )
    odd_site.answer(
        "/zwgk/zlnb/",
        page(
            "年报",
            f"<table>{rows}</table><div class=page><a>1</a><a href='index_1.html'>2</a><a href='index_1.html'>下一页</a></div>",
        ),
    )
    items = f"""<dl><dt>{SCHOOLS[2]}</dt><dd><a href='{base}/zwgk/zlnb/{url(13)}'>详情&gt;&gt;</a></dd>
      <dt>{NOT_REPORTS[3]}</dt><dd><a href='{url(14)}'>详情&gt;&gt;</a></dd>
      <dt>{SCHOOLS[3]}</dt><dd><a href='../../zwgk/zlnb/{url(15)}'>详情&gt;&gt;</a></dd></dl>
      <a href='{other}/jy/{url(16)}'><h4>{SCHOOLS[4]}</h4><p>摘要：{NOT_REPORTS[0]}</p><span>2026-01-05</span></a>"""
    odd_site.answer(
        "/zwgk/zlnb/index_1.html",
        page("年报", items + "<a href='./'>上一页</a><a href='index_2.html'>下一页</a>"),
    )
    odd_site.answer(
        "/zwgk/zlnb/index_2.html",
        page(
            "年报",
            f"<ul><li><a href='{url(21)}'>某某区第六职业中学校质量年度…</a></li>"
            f"<li><a href='{url(22)}'>{NOT_REPORTS[1][:14]}...</a></li>"
            f"<li><a href='{url(23)}' title='标题：{SCHOOLS[6]}&#10;发布时间：2026-01-05'>某某区第七…</a></li>"
            f"<li><a href='/files/nb2025.pdf'>{SCHOOLS[7]}</a></li>"
            f"<li><a href='/files/other.pdf'>{NOT_REPORTS[4]}</a></li></ul>",
        ),
    )
    for number, title in [
        (1, SCHOOLS[0]),
        (2, SCHOOLS[1]),
        (13, SCHOOLS[2]),
        (15, SCHOOLS[3]),
        (21, SCHOOLS[5]),
        (22, NOT_REPORTS[1]),
        (23, SCHOOLS[6]),
    ]:
        odd_site.answer(f"/zwgk/zlnb/{url(number)}", article(title, f"<p>{TEXT}</p>"))
    second_site.answer(
        f"/jy/{url(16)}",
        article(SCHOOLS[4], f"<p>现予公布。</p><p>附件：<a href='{base}/files/five.docx'>全文</a></p>"),
    )
    odd_site.answer("/files/nb2025.pdf", b"%PDF-1.4 eight")
    odd_site.answer("/files/five.docx", b"PK\x03\x04 five")
    odd_site.answer("/d/plugin.zip", b"PK\x03\x04")
    source = Source(
        id="foreign", name="某区教委", district="500100", base=base, hosts=(other.removeprefix("http://"),),
        lists=("/zwgk/zlnb/",), pause=0,
    )  # fmt: skip
    run = crawl(source, landing)
    rows_landed = landing.rows("foreign")
    assert {row.title for row in rows_landed if row.kind == "page"} == set(SCHOOLS)
    assert run.problems == ()
    assert not any("/d/" in row.url or "other.pdf" in row.url for row in rows_landed)
    assert {row.publisher for row in rows_landed if row.content_type == "text/html"} == {"某区教委"}
    second = crawl(source, landing)
    assert (second.requests, second.new, second.changed, second.problems) == (1, 0, 0, ())


def crawl(source: Source, landing: Landing, **more: object) -> SourceRun:
    return crawl_source(source, landing, None, lambda _: None, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pager",
    [
        "<script>createPageHTML(3, 0, 'index', 'html');</script>",
        "<script>var countPage = 3; var currentPage = 0; // of 99\ncreatePage(countPage, currentPage, 'index', 'html')</script>",
        "<a href='index_1.html'>2</a> <a href='index_2.html'>3</a>",
        "<a href='javascript:;' onclick=\"location.href='index_1.html'\">下一页</a>"
        "<select><option value='index_2.html'>3</option></select>",
    ],
)
def test_pages_are_found_however_the_pager_is_written(
    pager: str, odd_site: OddSite, source: Source, landing: Landing
) -> None:
    paths = ["/list/", "/list/index_1.html", "/list/index_2.html"]
    for number, path in enumerate(paths):
        odd_site.answer(path, f"<html><li><a href='{url(number)}'>{SCHOOLS[number]}</a></li>{pager}</html>")
        odd_site.answer(f"/list/{url(number)}", article(SCHOOLS[number], TEXT))
    run = crawl_source(source, landing, odd_site.proxy, lambda _: None)
    assert (run.new, run.problems) == (3, ())


def test_pages_in_a_query_are_followed_one_by_one_and_the_last_shown_twice_ends_it(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    for number in range(1, 5):
        shown = min(number, 3)
        odd_site.answer(
            f"/list?page={number}" if number > 1 else "/list",
            f"<html><a href='/a/{url(shown)}'>{SCHOOLS[shown]}</a><a href='?page={number + 1}'>下一页</a></html>",
        )
        odd_site.answer(f"/a/{url(shown)}", article(SCHOOLS[shown], TEXT))
    source = source.model_copy(update={"lists": ("/list",)})
    assert crawl_source(source, landing, odd_site.proxy, lambda _: None).new == 3
    assert [path for path in odd_site.asked if "page" in path] == [
        "/list?page=2",
        "/list?page=3",
        "/list?page=4",
    ]


def test_a_check_reads_the_newest_report_and_tells_which_selector_fails(
    odd_site: OddSite, source: Source
) -> None:
    odd_site.list_page((url(1), SCHOOLS[0]))
    odd_site.answer(f"/list/{url(1)}", article(SCHOOLS[0], TEXT))
    (one,) = check_source(source, odd_site.proxy, lambda _: None)
    assert (len(one.reports), one.problems) == (1, ())
    wrong = Source.model_validate(source.model_dump() | {"select": {"body": ".nowhere"}})
    (one,) = check_source(wrong, odd_site.proxy, lambda _: None)
    assert [problem.kind for problem in one.problems] == ["no_match"]
    wrong = Source.model_validate(source.model_dump() | {"select": {"items": ".nowhere"}})
    (one,) = check_source(wrong, odd_site.proxy, lambda _: None)
    assert [problem.kind for problem in one.problems] == ["no_match"]
