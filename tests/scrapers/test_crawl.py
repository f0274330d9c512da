"""What the site does and what the crawler makes of it: real HTTP, the sample site and an odder one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scrapers import sample
from scrapers.crawl import check_source, crawl_source, crawl_sources
from scrapers.landing import Landing
from scrapers.records import SourceRun
from scrapers.sources import Source, load_sources

if TYPE_CHECKING:
    from tests.scrapers.conftest import OddSite

ARTICLE = "/list/202601/t20260105_1.html"
TITLE = "某职业教育中心质量年度报告（2025年）"
PAGE = f"<html><h1>{TITLE}</h1><div class='TRS_Editor'>在校生100人{{}}</div></html>"


def quiet(_: str) -> None:
    pass


def crawl_sample(landing: Landing, edition: int = 1, full: bool = False) -> dict[str, SourceRun]:
    sources, problems = load_sources(sample.SOURCES)
    assert problems == []
    with sample.serve_sample(edition) as proxy:
        return {run.source: run for run in crawl_sources(sources, landing, proxy, quiet, full=full)}


def total(runs: dict[str, SourceRun], count: str) -> int:
    return sum(getattr(run, count) for run in runs.values())


def manifests(landing: Landing) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (landing.root / "manifest").glob("*.jsonl")}


def kinds(run: SourceRun) -> list[str]:
    return [problem.kind for problem in run.problems]


# --- the sample site


def test_a_first_run_lands_every_report_and_no_notice(landing: Landing) -> None:
    runs = crawl_sample(landing)
    rows = list(landing.history())
    assert total(runs, "new") == len(rows) == 27
    assert all("质量" in (row.title or "") for row in rows)
    assert not any("编制" in (row.title or "") for row in rows)
    assert {run.status for name, run in runs.items() if name != "hechuan"} == {"ok"}


def test_lists_are_read_to_their_last_page(landing: Landing) -> None:
    crawl_sample(landing)
    assert any(row.published_on == "2024-01-10" for row in landing.rows("fuling"))


def test_a_dead_link_is_a_problem_and_the_rest_lands(landing: Landing) -> None:
    run = crawl_sample(landing)["hechuan"]
    assert (run.status, run.failed, kinds(run)) == ("partial", 1, ["dead_link"])
    assert run.new == 7


def test_rows_say_who_published_what_when(landing: Landing) -> None:
    crawl_sample(landing)
    for row in landing.history():
        assert row.publisher is not None
        assert row.publisher.endswith("样例教委")
        assert row.published_on is not None
        assert row.kind == "attachment" or row.metadata["索引号"]
        assert (row.kind == "attachment") == (row.parent_url is not None)


def test_a_broken_file_lands_as_it_is(landing: Landing) -> None:
    crawl_sample(landing)
    (row,) = [row for row in landing.history() if row.content_type == "application/pdf"]
    assert not landing.path(row.sha256).read_bytes().rstrip().endswith(b"%%EOF")


def test_the_same_bytes_at_two_addresses_are_kept_once(landing: Landing) -> None:
    crawl_sample(landing)
    rows = [
        row for row in landing.rows("tongnan") if row.kind == "attachment" and "2025" in (row.title or "")
    ]
    assert len({row.url for row in rows}) == 2
    assert len({row.sha256 for row in rows}) == 1


@pytest.mark.parametrize("full", [False, True])
def test_a_second_run_changes_nothing(landing: Landing, full: bool) -> None:
    first = crawl_sample(landing)
    before = manifests(landing)
    second = crawl_sample(landing, full=full)
    assert total(second, "unchanged") == total(first, "new")
    assert [run.problems for run in second.values()] == [run.problems for run in first.values()]
    assert full or {run.requests for run in second.values()} == {1}
    assert total(second, "new") == total(second, "changed") == total(second, "withdrawn") == 0
    assert manifests(landing) == before


def test_a_new_edition_gives_exactly_what_is_new_changed_and_withdrawn(landing: Landing) -> None:
    crawl_sample(landing)
    before = manifests(landing)
    runs = crawl_sample(landing, edition=2, full=True)
    assert (total(runs, "new"), total(runs, "changed"), total(runs, "withdrawn")) == (1, 1, 1)
    added = {name: manifests(landing)[name][len(data) :].count(b"\n") for name, data in before.items()}
    assert added == {"fuling.jsonl": 1, "wanzhou.jsonl": 1, "tongnan.jsonl": 1, "hechuan.jsonl": 0}


def test_a_withdrawn_report_keeps_its_file_and_is_not_withdrawn_twice(landing: Landing) -> None:
    crawl_sample(landing)
    crawl_sample(landing, edition=2, full=True)
    (row,) = [row for row in landing.current("fuling").values() if row.state == "withdrawn"]
    assert row.http_status == 404
    assert landing.has(row.sha256)
    before = manifests(landing)
    crawl_sample(landing, edition=2, full=True)
    assert manifests(landing) == before


def test_a_withdrawn_report_that_comes_back_is_new(landing: Landing) -> None:
    crawl_sample(landing)
    crawl_sample(landing, edition=2, full=True)
    assert crawl_sample(landing, full=True)["fuling"].new == 1


def test_a_run_killed_within_a_row_is_made_good_by_the_next(landing: Landing) -> None:
    crawl_sample(landing)
    manifest = landing.root / "manifest" / "fuling.jsonl"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[:-40])
    run = crawl_sample(landing)["fuling"]
    assert (run.new, run.unchanged) == (1, 5)
    assert [row.url for row in landing.rows("fuling")] == [
        row.url for row in Landing(landing.root).rows("fuling") if row.state == "landed"
    ]
    assert manifest.read_bytes().count(b"\n") == whole.count(b"\n")


def test_a_file_lost_from_the_landing_zone_is_fetched_again(landing: Landing) -> None:
    crawl_sample(landing)
    row = landing.rows("fuling")[0]
    landing.path(row.sha256).unlink()
    before = manifests(landing)
    crawl_sample(landing)
    assert landing.has(row.sha256)
    assert manifests(landing) == before


def test_checking_a_source_lands_nothing(landing: Landing) -> None:
    sources, _ = load_sources(sample.SOURCES)
    with sample.serve_sample() as proxy:
        checks = [check for source in sources for check in check_source(source, proxy, quiet)]
    assert [len(check.reports) for check in checks] == [5, 6, 5, 4]
    assert all(check.pages_read == check.pages > 1 for check in checks)
    assert not landing.root.exists()


# --- an odder site


def crawl(site: OddSite, source: Source, landing: Landing, full: bool = True) -> SourceRun:
    return crawl_source(source, landing, site.proxy, quiet, full=full)


def test_a_site_that_is_down_fails_alone(source: Source, landing: Landing) -> None:
    sources, _ = load_sources(sample.SOURCES)
    with sample.serve_sample() as proxy:
        down = crawl_source(source.model_copy(update={"base": "http://nobody.sample"}), landing, proxy, quiet)
        others = [crawl_source(other, landing, proxy, quiet) for other in sources]
    assert (down.status, kinds(down)) == ("failed", ["dead_link"])
    assert "failed" not in {run.status for run in others}


def test_a_list_without_article_links_is_told(odd_site: OddSite, source: Source, landing: Landing) -> None:
    odd_site.list_page(("/about.html", "关于我们"))
    run = crawl(odd_site, source, landing)
    assert (run.status, kinds(run)) == ("failed", ["empty_list"])
    (check,) = check_source(source, odd_site.proxy, quiet)
    assert [problem.kind for problem in check.problems] == ["empty_list"]


def test_no_more_than_max_pages_are_read(odd_site: OddSite, source: Source, landing: Landing) -> None:
    odd_site.list_page((ARTICLE, "通知"), pages='createPage(500, 0, "index", "html")')
    odd_site.answers["/list/index_1.html"] = odd_site.answers["/list/"]
    run = crawl(odd_site, source.model_copy(update={"max_pages": 2}), landing)
    assert odd_site.asked == ["/list/", "/list/index_1.html"]
    assert kinds(run) == ["pages_left"]


def test_a_report_on_a_host_not_allowed_is_told_and_not_asked_for(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((f"http://elsewhere.sample{ARTICLE}", TITLE))
    assert kinds(crawl(odd_site, source, landing)) == ["off_site"]
    assert odd_site.asked == ["/list/"]


def test_a_page_without_an_article_is_not_landed(odd_site: OddSite, source: Source, landing: Landing) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, f"<html><h1>{TITLE}</h1></html>")
    assert kinds(crawl(odd_site, source, landing)) == ["no_body"]
    assert landing.rows("odd") == []


def test_a_web_page_in_place_of_a_file_is_not_landed(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, PAGE.format("<a href='/a.pdf'>a</a><a href='/b.pdf'>b</a>"))
    odd_site.answer("/a.pdf", "<html>网上办事大厅</html>")
    odd_site.answer("/b.pdf", b"")
    run = crawl(odd_site, source, landing)
    assert (run.new, run.failed, kinds(run)) == (1, 2, ["unsupported", "empty_file"])


def test_a_list_that_links_straight_to_a_file_lands_it(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, b"%PDF-1.4 ...")
    assert crawl(odd_site, source, landing).new == 1
    assert (landing.rows("odd")[0].title, landing.rows("odd")[0].kind) == (TITLE, "page")


def test_an_outage_withdraws_nothing(odd_site: OddSite, source: Source, landing: Landing) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, PAGE)
    crawl(odd_site, source, landing)
    before = manifests(landing)
    odd_site.answer(ARTICLE, "busy", 500)
    run = crawl(odd_site, source, landing)
    assert (run.withdrawn, run.failed) == (0, 1)
    del odd_site.answers[ARTICLE]
    odd_site.answer("/list/", "<html>系统维护中</html>")
    assert crawl(odd_site, source, landing).status == "failed"
    odd_site.answers.clear()
    assert crawl(odd_site, source, landing).status == "failed"
    assert manifests(landing) == before


def test_a_report_pushed_off_the_list_is_still_looked_at(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, PAGE.format("<a href='/a.pdf'>a</a>"))
    odd_site.answer("/a.pdf", b"%PDF-1.4")
    crawl(odd_site, source, landing)
    odd_site.list_page(("/list/202601/t20260106_2.html", "别的通知"))
    assert crawl(odd_site, source, landing).unchanged == 2
    odd_site.answer("/a.pdf", "gone", 410)
    assert crawl(odd_site, source, landing).withdrawn == 1


def test_an_attachment_dropped_by_its_article_is_noticed(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, PAGE.format("<a href='/a.pdf'>a</a>"))
    odd_site.answer("/a.pdf", b"%PDF-1.4")
    crawl(odd_site, source, landing)
    odd_site.answer(ARTICLE, PAGE.format("（附件另发）"))
    del odd_site.answers["/a.pdf"]
    run = crawl(odd_site, source, landing)
    assert (run.changed, run.withdrawn) == (1, 1)


def test_a_source_being_landed_by_another_process_is_left_alone(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    with Landing(landing.root).writing("odd"):
        run = crawl(odd_site, source, landing)
    assert (run.status, kinds(run), odd_site.asked) == ("failed", ["landing"], [])


@pytest.mark.parametrize("page", [b"", b"\x00\xff", b"<a href='http://[x'>", b"<html>" + b"<div>" * 5000])
def test_nothing_that_a_page_holds_raises(
    odd_site: OddSite, source: Source, landing: Landing, page: bytes
) -> None:
    odd_site.answer("/list/", page)
    assert crawl(odd_site, source, landing).new == 0
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, page)
    assert crawl(odd_site, source, landing).new == 0


def test_a_run_is_ready_for_json(odd_site: OddSite, source: Source, landing: Landing, tmp_path: Path) -> None:
    row = crawl(odd_site, source, landing).as_dict()
    assert row["problems"] == [
        {
            "kind": "dead_link",
            "url": f"{source.base}/list/",
            "detail": "list page: answers 404",
            "evidence": None,
        }
    ]
