"""The yearly refresh asks for no more than it must, and misses nothing all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from scrapers.crawl import crawl_source
from scrapers.landing import Landing
from scrapers.records import SourceRun
from scrapers.sources import Source

if TYPE_CHECKING:
    from tests.scrapers.conftest import OddSite

NOW = datetime(2026, 1, 20, 3, tzinfo=UTC)
PAGE = "<html><h1>{title}</h1><div class='TRS_Editor'>在校生{pupils}人</div></html>"


def path(number: int) -> str:
    return f"/list/2026{number // 28 + 1:02}/t2026{number // 28 + 1:02}{number % 28 + 1:02}_{number}.html"


def title(number: int) -> str:
    return f"第{number}职业中学校质量年度报告（2025年）"


def publish(site: OddSite, numbers: range, per_page: int = 5) -> None:
    """Show reports, newest first, on as many pages as they need."""
    newest_first = sorted(numbers, reverse=True)
    pages = [newest_first[start : start + per_page] for start in range(0, len(newest_first), per_page)]
    for place, items in enumerate(pages):
        site.list_page(
            *[(path(n), title(n)) for n in items],
            pages=f'createPage({len(pages)}, {place}, "index", "html")',
            path=f"/list/index_{place}.html" if place else "/list/",
        )
    for n in numbers:
        site.answer(path(n), PAGE.format(title=title(n), pupils=100 + n), headers={"ETag": f'"{n}"'})


def crawl(
    site: OddSite, source: Source, landing: Landing, now: datetime = NOW, full: bool = False
) -> SourceRun:
    site.asked.clear()
    return crawl_source(source, landing, site.proxy, lambda _: None, now=now, full=full)


def lists_asked(site: OddSite) -> list[str]:
    return [asked for asked in site.asked if "/t20" not in asked]


def test_with_nothing_new_one_request_is_all(odd_site: OddSite, source: Source, landing: Landing) -> None:
    publish(odd_site, range(20))
    assert crawl(odd_site, source, landing).new == 20
    assert len(lists_asked(odd_site)) == 4
    again = crawl(odd_site, source, landing)
    assert (again.requests, odd_site.asked, again.unchanged) == (1, ["/list/"], 20)


def test_something_new_on_top_does_not_make_it_read_further(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(20))
    crawl(odd_site, source, landing)
    publish(odd_site, range(21))
    assert crawl(odd_site, source, landing).new == 1
    assert lists_asked(odd_site) == ["/list/"]


def test_more_new_ones_than_the_first_page_holds_are_all_found(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(20))
    crawl(odd_site, source, landing)
    publish(odd_site, range(32))
    assert crawl(odd_site, source, landing).new == 12
    assert lists_asked(odd_site) == ["/list/", "/list/index_1.html", "/list/index_2.html"]


def test_a_full_run_reads_every_page_and_asks_for_every_report(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(20))
    crawl(odd_site, source, landing)
    run = crawl(odd_site, source, landing, full=True)
    assert (run.requests, run.unchanged, len(lists_asked(odd_site))) == (24, 20, 4)


def test_a_page_that_could_not_be_read_makes_the_next_run_read_on(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(20))
    good = odd_site.answers["/list/index_2.html"]
    odd_site.answer("/list/index_2.html", "busy", 500)
    assert crawl(odd_site, source, landing).new == 15
    odd_site.answers["/list/index_2.html"] = good
    run = crawl(odd_site, source, landing)
    assert (run.new, run.problems) == (5, ())
    assert crawl(odd_site, source, landing).requests == 1


def test_a_list_that_grows_at_its_end_is_read_to_its_end(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    for n in range(4):
        odd_site.answer(path(n), PAGE.format(title=title(n), pupils=n))
    pages = 'createPage(2, 0, "index", "html")'
    odd_site.list_page((path(0), title(0)), (path(1), title(1)), pages=pages)
    odd_site.list_page((path(2), title(2)), pages=pages, path="/list/index_1.html")
    assert crawl(odd_site, source, landing).new == 3
    odd_site.list_page((path(2), title(2)), (path(3), title(3)), pages=pages, path="/list/index_1.html")
    assert crawl(odd_site, source, landing).new == 1


def test_a_report_re_issued_without_a_word_is_noticed_within_a_week(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(3))
    crawl(odd_site, source, landing)
    odd_site.answer(path(1), PAGE.format(title=title(1), pupils=999))
    assert crawl(odd_site, source, landing, NOW + timedelta(days=6)).changed == 0
    run = crawl(odd_site, source, landing, NOW + timedelta(days=7))
    assert (run.changed, run.unchanged) == (1, 2)
    assert crawl(odd_site, source, landing, NOW + timedelta(days=8)).requests == 2  # robots.txt is a day old


def test_a_change_of_the_list_makes_it_ask_for_every_report(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(3))
    crawl(odd_site, source, landing)
    odd_site.answer(path(1), PAGE.format(title=title(1), pupils=999))
    del odd_site.answers[path(0)]
    publish_new = [(path(3), "别的通知"), *[(path(n), title(n)) for n in (2, 1)]]
    odd_site.list_page(*publish_new)
    run = crawl(odd_site, source, landing)
    assert (run.changed, run.withdrawn, run.unchanged) == (1, 1, 1)


def test_a_counter_in_the_frame_is_no_new_version(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(1))
    for visits in (1, 2):
        odd_site.answer(
            path(0), PAGE.format(title=title(0), pupils=7).replace("</html>", f"<p>访问{visits}次</p></html>")
        )
        run = crawl(odd_site, source, landing, full=True)
    assert (run.changed, run.unchanged, len(landing.rows("odd"))) == (0, 1, 1)


def test_other_title_rules_find_what_a_list_showed_before(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(2))
    odd_site.answer("/list/202603/t20260301_77.html", PAGE.format(title="职教发展蓝皮书", pupils=1))
    odd_site.list_page(
        ("/list/202603/t20260301_77.html", "职教发展蓝皮书"), (path(1), title(1)), (path(0), title(0))
    )
    assert crawl(odd_site, source, landing).new == 2
    assert crawl(odd_site, source.model_copy(update={"title": "质量|蓝皮书"}), landing).new == 1


def test_a_lost_memory_costs_requests_and_nothing_else(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    publish(odd_site, range(6))
    crawl(odd_site, source, landing)
    for damage in (b"", b"{", b'{"lists": 7}'):
        landing.memory_file("odd").write_bytes(damage)
        run = crawl(odd_site, source, landing)
        assert (run.new, run.changed, run.unchanged, run.problems) == (0, 0, 6, ())


def test_an_article_on_two_hosts_or_in_two_columns_is_one(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    both = source.model_copy(update={"hosts": ("b.sample",), "lists": ("/list/", "http://b.sample/list/")})
    publish(odd_site, range(3))
    odd_site.answers |= {f"http://b.sample{where}": answer for where, answer in odd_site.answers.items()}
    assert crawl(odd_site, both, landing).new == 3
    assert {row.url.split("/")[2] for row in landing.rows("odd")} == {"www.somewhere.sample"}
    assert crawl(odd_site, both, landing, full=True).unchanged == 3


def test_an_article_that_moved_to_another_host_is_known_by_its_number_and_title(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    both = source.model_copy(update={"hosts": ("b.sample",)})
    publish(odd_site, range(2))
    crawl(odd_site, both, landing)
    odd_site.answer(f"http://b.sample{path(0)}", PAGE.format(title=title(0), pupils=100))
    odd_site.list_page((path(1), title(1)), (f"http://b.sample{path(0)}", title(0)))
    del odd_site.answers[path(0)]
    run = crawl(odd_site, both, landing)
    assert (run.new, run.changed, run.withdrawn) == (0, 0, 0)
    states = {row.url: row.state for row in landing.current("odd").values()}
    assert states[f"http://b.sample{path(0)}"] == "landed"
    assert states[source.base + path(0)] == "withdrawn"


@pytest.mark.parametrize("cut", ["…", "..."])
def test_a_title_cut_short_is_looked_up_once(
    cut: str, odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page(
        (path(0), f"第0职业中学校质量年{cut}"),
        (path(1), f"第1职业中学校质量年{cut}"),
        (path(2), f"食堂采购{cut}"),
    )
    odd_site.answer(path(0), PAGE.format(title=title(0), pupils=1))
    odd_site.answer(path(1), PAGE.format(title="第1职业中学校质量年报编制工作推进会召开", pupils=1))
    assert crawl(odd_site, source, landing).new == 1
    assert [row.title for row in landing.rows("odd")] == [title(0)]
    assert path(2) not in odd_site.asked
    assert crawl(odd_site, source, landing).requests == 1


def test_an_article_that_sends_its_reader_on_is_landed_where_it_is(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((path(0), title(0)), (path(1), title(1)))
    odd_site.answer(path(0), f"<html><head><meta http-equiv=refresh content='0;url={path(5)}'></head></html>")
    odd_site.answer(path(1), "<script>window.location.href = './W020260105123456789012.pdf'</script>")
    odd_site.answer(path(5), PAGE.format(title=title(0), pupils=5))
    odd_site.answer("/list/202601/W020260105123456789012.pdf", b"%PDF-1.4")
    run = crawl(odd_site, source, landing)
    assert (run.new, run.problems) == (2, ())
    assert crawl(odd_site, source, landing).requests == 1


def test_reports_linked_from_an_article_are_found_too(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    hub = "关于公布2025年职业学校质量年度报告的公告"
    links = (
        "".join(f"<p><a href='{path(n)}'>{title(n)}</a></p>" for n in (1, 2))
        + f"<a href='{path(3)}'>编制通知</a>"
    )
    odd_site.list_page((path(0), hub))
    odd_site.answer(path(0), f"<h1>{hub}</h1><div class=TRS_Editor>{links}</div>")
    for n in (1, 2):
        odd_site.answer(path(n), PAGE.format(title=title(n), pupils=n))
    assert crawl(odd_site, source, landing).new == 3
    assert crawl(odd_site, source, landing).requests == 1
