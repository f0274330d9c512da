"""The crawler keeps the manners that a site asks for: robots.txt, one request at a time, a pause, a budget."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from scrapers.crawl import crawl_source, crawl_sources
from scrapers.landing import Landing
from scrapers.manners import Manners, RobotRules
from scrapers.records import SourceRun
from scrapers.sources import Source

if TYPE_CHECKING:
    from tests.scrapers.conftest import OddSite

ARTICLE = "/list/202601/t20260105_1.html"
SECRET = "/neibu/202601/t20260106_2.html"
TITLE = "某职业教育中心质量年度报告（2025年）"
PAGE = f"<html><h1>{TITLE}</h1><div class='TRS_Editor'>在校生100人</div></html>"
NOW = datetime(2026, 1, 20, 3, tzinfo=UTC)


@pytest.fixture
def site(odd_site: OddSite) -> OddSite:
    odd_site.list_page((ARTICLE, TITLE), (SECRET, f"第二{TITLE}"))
    odd_site.answer(ARTICLE, PAGE)
    odd_site.answer(SECRET, PAGE)
    return odd_site


def crawl(site: OddSite, source: Source, landing: Landing, **more: object) -> SourceRun:
    return crawl_source(source, landing, site.proxy, lambda _: None, **more)  # type: ignore[arg-type]


# --- robots.txt


def test_what_robots_txt_forbids_is_not_asked_for_and_told(
    site: OddSite, source: Source, landing: Landing
) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /neibu/\n")
    run = crawl(site, source, landing)
    assert [(problem.kind, problem.url) for problem in run.problems] == [("robots", source.base + SECRET)]
    assert SECRET not in site.asked
    assert (run.new, run.status) == (1, "partial")


def test_a_list_that_robots_txt_forbids_fails_its_source(
    site: OddSite, source: Source, landing: Landing
) -> None:
    site.answer("/robots.txt", "User-agent: zhijiao\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    run = crawl(site, source, landing)
    assert (run.status, site.asked) == ("failed", [])


@pytest.mark.parametrize(
    ("text", "url", "allowed"),
    [
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "http://x/a/b/c", True),
        ("User-agent: *\nDisallow: /*.pdf$", "http://x/y/z.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "http://x/y/z.pdf?a", True),
        ("User-agent: other\nDisallow: /", "http://x/", True),
        ("<html>您访问的页面不存在</html>", "http://x/", True),
        ("", "http://x/", True),
    ],
)
def test_rules_are_read_as_the_standard_says(text: str, url: str, allowed: bool) -> None:
    assert RobotRules(text).allows(url) is allowed


def test_a_crawl_delay_lengthens_the_pause_up_to_a_minute() -> None:
    assert RobotRules("User-agent: *\nCrawl-delay: 2.5").pause == 2.5
    assert RobotRules("User-agent: *\nCrawl-delay: 86400").pause == 60


def test_robots_txt_that_cannot_be_read_forbids_everything_for_now(
    site: OddSite, source: Source, landing: Landing
) -> None:
    site.answer("/robots.txt", "oops", 500)
    run = crawl(site, source, landing)
    assert [problem.kind for problem in run.problems] == ["robots"]
    assert (run.status, site.asked) == ("failed", [])
    site.answer("/robots.txt", "", 404)
    assert crawl(site, source, landing).problems == ()


def test_robots_txt_is_asked_for_once_a_day(site: OddSite, source: Source, landing: Landing) -> None:
    for hours in (0, 1, 23):
        crawl(site, source, landing, now=NOW + timedelta(hours=hours))
    assert site.robots_asked == 1
    crawl(site, source, landing, now=NOW + timedelta(hours=24))
    assert site.robots_asked == 2


# --- turns and budgets


def test_two_sources_on_one_host_take_turns(site: OddSite, source: Source, landing: Landing) -> None:
    for path in (ARTICLE, SECRET):
        site.answer(path, PAGE, delay=0.05)
    twins = [source.model_copy(update={"id": name}) for name in ("one", "two", "three")]
    runs = list(crawl_sources(twins, landing, site.proxy, lambda _: None))
    assert [(run.source, run.new) for run in runs] == [("one", 2), ("two", 2), ("three", 2)]
    assert site.most_at_once == 1


def test_two_hosts_are_asked_side_by_side(odd_site: OddSite, second_site: OddSite, landing: Landing) -> None:
    for site in (odd_site, second_site):
        site.list_page((ARTICLE, TITLE))
        site.answer(ARTICLE, PAGE, delay=0.6)
    sources = [
        Source(
            id=name, name=name, district="500100", base=site.proxy, lists=("/list/",), pause=0, season=None
        )
        for name, site in (("one", odd_site), ("two", second_site))
    ]
    start = time.monotonic()
    assert [run.new for run in crawl_sources(sources, landing, None, lambda _: None)] == [1, 1]
    assert time.monotonic() - start < 1.2 + 0.6


def test_a_pause_is_kept_across_sources(site: OddSite, source: Source, landing: Landing) -> None:
    slow = source.model_copy(update={"pause": 0.1})
    start = time.monotonic()
    runs = list(
        crawl_sources([slow, slow.model_copy(update={"id": "two"})], landing, site.proxy, lambda _: None)
    )
    requests = sum(run.requests for run in runs)
    assert time.monotonic() - start >= 0.1 * (requests - 1)


@pytest.mark.parametrize("budget", [{"per_host": 3}, {"total": 3}])
def test_a_spent_budget_ends_the_asking_and_the_next_run_goes_on(
    budget: dict[str, int], site: OddSite, source: Source, landing: Landing
) -> None:
    run = crawl(site, source, landing, manners=Manners(**budget))  # type: ignore[arg-type]
    assert [problem.kind for problem in run.problems] == ["budget"]
    assert (run.requests, run.new) == (3, 1)
    after = crawl(site, source, landing)
    assert (after.new, after.problems) == (1, ())
