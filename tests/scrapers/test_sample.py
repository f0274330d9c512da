"""The sample site is consistent but for its planted contradictions, and looks like the real ones."""

from __future__ import annotations

import csv
import threading
from collections import Counter
from urllib.request import urlopen

import pytest

from scrapers import content, sample
from scrapers.sample import figures
from scrapers.sample.gold import Fact, expected_facts, planted_contradictions
from scrapers.sample.server import make_server
from scrapers.sample.site import EDITIONS, edition
from scrapers.sample.tables import Cell, Table


def all_facts() -> list[Fact]:
    """What every report prints, once, though a report may be published twice."""
    return [fact for facts in {f[0].report: f for f in expected_facts().values()}.values() for fact in facts]


def text_of(url: str) -> str:
    return content.decode(edition().resources[url].body)


def test_it_holds_four_districts_three_years_and_a_dozen_reports() -> None:
    schools = figures.schools()
    assert len({school.district for school in schools.values()}) == 4
    assert {fact.report[-4:] for fact in all_facts()} >= {"2023", "2024", "2025"}
    assert len({fact.report for fact in all_facts()}) >= 12


def test_nobody_takes_its_schools_for_real() -> None:
    suffixes = ("职业教育中心", "职业中学校", "技工学校", "职业高级中学", "工业学校")
    for name in figures.schools():
        assert "样例" in name or "示例" in name
        assert name.endswith(suffixes)


@pytest.mark.parametrize("url", expected_facts())
def test_a_report_is_as_long_as_a_short_real_one_and_prints_its_facts_in_order(url: str) -> None:
    text = text_of(url)
    assert 2000 <= len("".join(text.split())) <= 12000  # HTML tags included
    place = 0
    for fact in expected_facts()[url]:
        place = text.index(fact.raw, place) + len(fact.raw)


def test_every_contradiction_is_printed_where_it_is_listed_and_nothing_else_is_wrong() -> None:
    pairs = [(f, figures.value(f.metric, f.entity, f.year, **f.dims)) for f in all_facts()]
    wrong = [
        (f.report, f.where, f.entity, f.metric, f.year, f.value, true) for f, true in pairs if f.value != true
    ]
    listed = [
        (lie.report, lie.where, lie.entity, lie.metric, lie.year, lie.printed, lie.expected)
        for lie in planted_contradictions()
    ]
    assert sorted(wrong) == sorted(listed)


def test_contradictions_are_of_at_least_six_kinds() -> None:
    assert len({lie.kind for lie in planted_contradictions()}) >= 6


@pytest.mark.parametrize("year", range(2021, 2026))
def test_the_figures_agree_with_each_other(year: int) -> None:
    for school in figures.schools():

        def of(metric: str, school: str = school, **dims: str) -> figures.Decimal:
            return figures.value(metric, school, year, **dims)

        assert (
            of("progressing_graduates") + of("direct_employment")
            == of("employed_graduates")
            <= of("graduates")
        )
        assert of("income_by_source") == of("income") >= of("expenditure") == of("expenditure_by_purpose")
        assert of("dual_qualified_teachers") <= of("full_time_teachers") < of("staff")
        assert 10 < of("student_teacher_ratio") < 25


def test_edition_two_corrects_withdraws_and_adds() -> None:
    one, two = (Counter(facts[0].report for facts in expected_facts(number).values()) for number in EDITIONS)
    assert one - two == Counter(["fuling-2023"])
    assert two - one == Counter(["tongnan-zhizhong-2025"])
    (lie,) = planted_contradictions("wanzhou-2025")
    printed = {
        fact.value for facts in expected_facts(2).values() for fact in facts if fact.report == "wanzhou-2025"
    }
    assert lie.expected in printed
    assert lie.printed not in printed


def test_there_is_no_third_edition() -> None:
    with pytest.raises(ValueError, match="no edition 3"):
        edition(3)


def test_tables_in_text_files_are_rectangular() -> None:
    table = Table(
        "表1",
        [[Cell("a", rows=2), Cell("b", cols=2)], [Cell("c"), Cell("d")]],
        [[Cell("1"), Cell("2"), Cell("3")]],
    )
    assert table.grid(repeat=True) == [["a", "b", "b"], ["a", "c", "d"], ["1", "2", "3"]]
    assert table.grid(repeat=False) == [["a", "b", ""], ["", "c", "d"], ["1", "2", "3"]]


def test_the_attachment_in_gbk_is_no_utf8() -> None:
    (url,) = [url for url in expected_facts() if "hechuan" in url and url.endswith(".txt")]
    assert content.text_encoding(edition().resources[url].body) == "gb18030"


def test_a_browser_finds_its_way_without_a_proxy() -> None:
    with make_server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        home = f"http://127.0.0.1:{server.server_port}"
        assert "/www.fuling.sample/" in urlopen(f"{home}/").read().decode()
        page = urlopen(f"{home}/www.fuling.sample/bm/qjw/zwgk_101/fdzdgknr/jyxx/").read().decode()
        assert 'href="/www.fuling.sample/bm/qjw/' in page
        assert 'href="http://' not in page
        server.shutdown()


def test_all_sample_hosts_have_a_source() -> None:
    hosts = {url.split("/")[2] for url in edition().resources}
    bases = {
        line
        for file in sample.SOURCES.glob("*.yaml")
        for line in file.read_text().splitlines()
        if "base:" in line
    }
    assert {f"base: http://{host}" for host in hosts} == bases


def test_the_metrics_are_those_of_the_vocabulary() -> None:
    vocabulary = figures.HERE.parents[1] / "dbt_project" / "seeds" / "metrics.csv"
    with vocabulary.open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert {fact.metric for fact in all_facts()} <= codes
