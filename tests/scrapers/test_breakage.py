"""What a site breaks is told once, of its own kind, with the page kept; the others are not affected, and silence is silence."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from scrapers import sample
from scrapers.crawl import crawl_source, crawl_sources
from scrapers.faults import KINDS, LASTING
from scrapers.landing import Landing
from scrapers.records import SourceRun
from scrapers.sources import Source, load_sources

if TYPE_CHECKING:
    from tests.scrapers.conftest import OddSite

RULES = Path(__file__).parents[2] / "expectations" / "rules" / "landing.yaml"
ARTICLE = "/list/202601/t20260105_1.html"
TITLE = "某职业教育中心质量年度报告（2025年）"
MENU = "".join(f"<a href='/c{n}/'>栏目{n}</a>" for n in range(200))
PAGE = f"<html><h1>{TITLE}</h1><div class='TRS_Editor'>在校生100人{{}}</div></html>"
CHALLENGES = {
    "cookie": "<html><script>document.cookie='a=1';location.href=location.href;location.reload();</script></html>",
    "words": "<html><title>安全验证</title><body>请完成安全验证后继续访问</body></html>",
    "blocked": "<html><body><h1>您的访问请求被拦截</h1><p>网站防火墙 事件ID 7</p></body></html>",
    "English": "<html><title>Just a moment...</title><body>Enable JavaScript and cookies to continue</body></html>",
    "captcha": "<html><body>访问过于频繁，请输入验证码 <img src=c.png></body></html>",
}


def crawl(site: OddSite, source: Source, landing: Landing, **more: object) -> SourceRun:
    return crawl_source(source, landing, site.proxy, lambda _: None, **more)  # type: ignore[arg-type]


def kinds(run: SourceRun) -> list[str]:
    return [problem.kind for problem in run.problems]


def test_every_kind_of_fault_is_in_one_rule() -> None:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"]
    named = Counter(
        kind
        for rule in rules
        if rule["expect"].endswith("not_be_in_set") and rule["with"]["column"] == "kind"
        for kind in rule["with"]["value_set"]
    )
    (other,) = [rule["with"]["value_set"] for rule in rules if rule["id"] == "source-without-other-problems"]
    assert set(named.values()) == {1}
    assert set(other) == set(named) <= set(KINDS)
    assert set(KINDS) - set(named) == {"landing", "bad_source_file", "broken_hook", "defect"}
    assert set(KINDS) >= LASTING


@pytest.mark.parametrize("page", CHALLENGES.values(), ids=CHALLENGES)
@pytest.mark.parametrize("where", ["/list/", ARTICLE])
def test_a_challenge_with_status_200_is_told_and_its_page_kept(
    page: str, where: str, odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, PAGE)
    odd_site.answer(where, page)
    run = crawl(odd_site, source, landing)
    assert kinds(run) == ["challenge"]
    assert run.status == ("failed" if where == "/list/" else "partial")
    assert run.problems[0].url == source.base + where
    (kept,) = (landing.root / "evidence").iterdir()
    assert (kept.stem, kept.read_text()) == (run.problems[0].evidence, page)
    assert landing.rows("odd") == []


@pytest.mark.parametrize(
    ("status", "page", "kind"),
    [
        (412, CHALLENGES["cookie"], "challenge"),
        (403, CHALLENGES["blocked"], "challenge"),
        (403, "<html>Forbidden</html>", "http_error"),
        (401, "who are you", "login"),
        (503, CHALLENGES["English"], "challenge"),
        (500, "oops", "http_error"),
        (404, "no such page", "dead_link"),
        (200, "<title>用户登录</title><form><input type=password></form>", "login"),
        (200, "<title>统一身份认证平台</title>", "login"),
        (200, "<title>404</title>您访问的页面不存在", "soft_404"),
        (200, f"{MENU}<h2>抱歉，您要查看的文章已被删除</h2>", "soft_404"),
        (200, f"<h1>{TITLE}</h1><div class=TRS_Editor>该信息已下线</div>", "soft_404"),
        (200, f"{MENU}<h1>{TITLE}</h1><div class=TRS_Editor></div>", "no_body"),
        (200, f"{MENU}<h1>{TITLE}</h1>", "no_body"),
        (200, f"<h1>{TITLE}</h1><div class=TRS_Editor><img src=a.jpg></div>", "no_body"),
        (200, f"<h1>{TITLE}</h1><div class=TRS_Editor>现予公布，详见附件。</div>", "no_file"),
        (200, "", "empty_file"),
        (200, b"\x89PNG\r\n\x1a\n\0\0", "unsupported"),
    ],
)
def test_an_article_that_is_none_is_a_fault_of_its_own_kind_and_lands_nothing(
    status: int, page: str | bytes, kind: str, odd_site: OddSite, source: Source, landing: Landing
) -> None:
    good = "/list/202601/t20260106_2.html"
    odd_site.list_page((ARTICLE, TITLE), (good, f"第二{TITLE}"))
    odd_site.answer(ARTICLE, page, status)
    odd_site.answer(good, PAGE)
    run = crawl(odd_site, source, landing)
    assert [(problem.kind, problem.url) for problem in run.problems] == [(kind, source.base + ARTICLE)]
    assert [row.url for row in landing.rows("odd")] == [source.base + good]
    assert (run.status, run.failed) == ("partial", 1)


@pytest.mark.parametrize(
    "words", ["请登录系统查询", "页面不存在的情况说明", "安全验证", "404人", "登录后查看"]
)
def test_a_report_that_uses_such_words_is_a_report(
    words: str, odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, PAGE.format("，专任教师120人，开展信息化培训，" * 30 + words))
    assert crawl(odd_site, source, landing).problems == ()


def test_a_list_that_lost_most_of_its_links_is_told_until_they_are_back(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    items = [(f"/list/202601/t202601{n:02}_{n}.html", f"通知{n}") for n in range(10, 20)]
    odd_site.list_page(*items)
    assert crawl(odd_site, source, landing).problems == ()
    odd_site.list_page(*items[:4])
    first = crawl(odd_site, source, landing)
    assert kinds(first) == ["fewer_links"]
    assert "4 links where there were 10" in first.problems[0].detail
    assert crawl(odd_site, source, landing).problems == first.problems
    odd_site.list_page(*items[:9])
    assert crawl(odd_site, source, landing).problems == ()


def test_a_fault_told_once_stands_in_the_same_words_and_is_gone_when_it_is_mended(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, CHALLENGES["words"])
    said: list[str] = []
    first = crawl_source(source, landing, odd_site.proxy, said.append)
    assert sum("challenge" in line for line in said) == 1
    said.clear()
    odd_site.answer(ARTICLE, CHALLENGES["words"].replace("继续", "再"))  # such pages differ from day to day
    assert crawl_source(source, landing, odd_site.proxy, said.append).problems == first.problems
    assert said == ["Odd: the list is as it was"]
    odd_site.answer(ARTICLE, PAGE)
    mended = crawl(odd_site, source, landing)
    assert (mended.new, mended.problems, mended.status) == (1, (), "ok")


def test_a_lasting_fault_is_asked_about_again_the_next_day_a_passing_one_by_every_run(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    now = datetime(2026, 1, 10, 3, tzinfo=UTC)
    other = "/list/202601/t20260106_2.html"
    odd_site.list_page((ARTICLE, TITLE), (other, f"第二{TITLE}"))
    odd_site.answer(other, "busy", 500)
    assert sorted(kinds(crawl(odd_site, source, landing, now=now))) == ["dead_link", "http_error"]
    odd_site.asked.clear()
    crawl(odd_site, source, landing, now=now + timedelta(hours=1))
    assert set(odd_site.asked) == {"/list/", other}
    odd_site.asked.clear()
    odd_site.answer(ARTICLE, PAGE)
    assert kinds(crawl(odd_site, source, landing, now=now + timedelta(days=1))) == ["http_error"]
    assert ARTICLE in odd_site.asked


def test_a_host_with_the_same_fault_again_and_again_is_left_alone_and_told_of_once(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    items = [(f"/list/202601/t202601{n:02}_{n}.html", f"第{n}{TITLE}") for n in range(10, 25)]
    odd_site.list_page(*items)
    for path, _ in items:
        odd_site.answer(path, CHALLENGES["words"])
    run = crawl(odd_site, source, landing)
    assert [(problem.kind, problem.url) for problem in run.problems] == [("challenge", f"{source.base}/")]
    assert len(odd_site.asked) < 10
    for path, _ in items:
        odd_site.answer(path, PAGE)
    assert (mended := crawl(odd_site, source, landing)).new == 15
    assert mended.problems == ()


def test_a_host_that_is_down_is_one_fault_however_many_lists_it_has(source: Source, landing: Landing) -> None:
    lists = tuple(f"http://127.0.0.1:9/{n}/" for n in range(4))
    down = source.model_copy(update={"base": "http://127.0.0.1:9", "lists": lists})
    run = crawl_source(down, landing, None, lambda _: None)
    assert (run.status, kinds(run)) == ("failed", ["unreachable"])


def test_a_source_whose_season_has_passed_without_a_report_is_overdue(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    source = source.model_copy(update={"season": (12, 3)})
    odd_site.list_page((ARTICLE, TITLE))
    odd_site.answer(ARTICLE, PAGE)

    def told(year: int, month: int, source: Source = source) -> list[str]:
        return kinds(crawl(odd_site, source, landing, now=datetime(year, month, 15, tzinfo=UTC)))

    assert told(2026, 2) == []
    assert told(2026, 11) == []
    assert told(2027, 3) == []
    assert told(2027, 4) == ["overdue"]
    assert told(2027, 9) == ["overdue"]
    assert told(2027, 9, source.model_copy(update={"until": 2025})) == []
    assert told(2027, 9, source.model_copy(update={"season": None})) == []


def test_a_hook_that_fails_costs_its_own_source_only(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    odd_site.answer("/list/", "no JSON at all")
    run = crawl(odd_site, source.model_copy(update={"hook": "json_list"}), landing)
    assert (run.status, kinds(run)) == ("failed", ["broken_hook"])


def test_a_defect_of_ours_costs_one_page_and_keeps_it(
    odd_site: OddSite, source: Source, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise IndexError("no such thing")

    monkeypatch.setattr("scrapers.crawl.article_of", fails)
    odd_site.list_page((ARTICLE, TITLE), ("/list/202601/W020260106123456789012.pdf", f"第二{TITLE}"))
    odd_site.answer(ARTICLE, PAGE)
    odd_site.answer("/list/202601/W020260106123456789012.pdf", b"%PDF-1.4")
    run = crawl(odd_site, source, landing)
    assert (run.new, kinds(run)) == (1, ["defect"])
    assert run.problems[0].evidence


# --- the sample site's odd offices


def crawl_odd(landing: Landing, edition: int, said: list[str]) -> dict[str, SourceRun]:
    sources, problems = load_sources(sample.ODD_SOURCES)
    assert problems == []
    with sample.serve_sample(edition) as proxy:
        return {run.source: run for run in crawl_sources(sources, landing, proxy, said.append)}


def test_the_odd_offices_give_every_report_that_can_be_had_and_each_fault_once(landing: Landing) -> None:
    said: list[str] = []
    first = crawl_odd(landing, 1, said)
    assert {name: (run.status, kinds(run)) for name, run in first.items() if name != "dianjiang"} == {
        "chengkou": ("failed", ["robots"]),
        "fengdu": ("failed", ["challenge"]),
        "wushan": ("failed", ["empty_list"]),
        "wuxi": ("ok", []),
        "yunyang": ("failed", ["login"]),
        "zhongxian": ("failed", ["challenge"]),
    }
    assert kinds(first["dianjiang"]) == ["archive", "soft_404", "no_body", "no_file", "robots"]
    titles = [row.title or "" for row in landing.rows("dianjiang")]
    assert len(titles) == len(set(titles)) + 2  # three files are called 报告.txt
    assert {"垫江县样例甲学校质量年度报告.txt", "垫江县样例乙学校质量年度报告.txt"} <= set(titles)
    assert not any("编制" in title or "义务教育" in title or "获评" in title for title in titles)
    assert first["wuxi"].new == 2

    said.clear()
    second = crawl_odd(landing, 1, said)
    assert {name: run.problems for name, run in second.items()} == {
        name: run.problems for name, run in first.items()
    }
    assert {run.new + run.changed + run.withdrawn for run in second.values()} == {0}
    assert all("as it was" in line or "cannot be read" in line for line in said)
    assert max(run.requests for run in second.values()) == 1


def test_a_new_edition_of_the_odd_offices_is_told_apart_into_new_changed_moved_and_withdrawn(
    landing: Landing,
) -> None:
    crawl_odd(landing, 1, [])
    said: list[str] = []
    run = crawl_odd(landing, 2, said)["dianjiang"]
    assert (run.new, run.changed, run.withdrawn) == (1, 1, 1)
    assert sum("moved:" in line for line in said) == 2  # there, and away from here
    states = Counter(row.state for row in landing.current("dianjiang").values())
    assert states["withdrawn"] == 2
    moved = [row for row in landing.current("dianjiang").values() if "2024年度" in (row.title or "")]
    assert len({row.sha256 for row in moved}) == 1
