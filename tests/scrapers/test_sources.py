"""Source files are read strictly, and say what is wrong in words that help."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scrapers import sample
from scrapers.sources import REAL_SOURCES, Source, SourceError, load_sources

DISTRICTS = Path(__file__).parents[2] / "dbt_project" / "seeds" / "districts.csv"
GOOD = """\
id: fuling
name: 涪陵区教委
district: "500102"
base: http://www.fuling.sample
lists: [/bm/qjw/]
"""


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def only_problem(path: Path) -> str:
    sources, problems = load_sources(path)
    assert sources == []
    assert len(problems) == 1, problems
    return str(problems[0])


def test_a_good_source_needs_five_lines(tmp_path: Path) -> None:
    sources, problems = load_sources(write(tmp_path, "fuling.yaml", GOOD))
    assert problems == []
    assert sources[0].list_urls == ("http://www.fuling.sample/bm/qjw/",)
    assert sources[0].allowed_hosts == ("www.fuling.sample",)
    assert sources[0].checked == "never"


@pytest.mark.parametrize("folder", [REAL_SOURCES, sample.SOURCES, sample.ODD_SOURCES])
def test_the_shipped_sources_are_good(folder: Path) -> None:
    sources, problems = load_sources(folder)
    assert problems == []
    assert len(sources) >= 4


def test_every_district_and_county_and_the_municipality_has_its_source() -> None:
    with DISTRICTS.open(encoding="utf-8", newline="") as file:
        codes = sorted(row["code"] for row in csv.DictReader(file))
    assert sorted(source.district for source in load_sources(REAL_SOURCES)[0]) == codes
    assert len(codes) == 39


def test_a_districts_source_takes_under_twenty_lines() -> None:
    assert all(
        len(file.read_text(encoding="utf-8").splitlines()) < 20 for file in REAL_SOURCES.glob("*.yaml")
    )


def test_districts_that_are_no_more_are_not_waited_for() -> None:
    ended = {source.id: source.until for source in load_sources(REAL_SOURCES)[0] if source.until}
    assert ended == {"jiangbei": 2025, "yubei": 2025}


def test_real_sources_that_nobody_has_seen_work_say_so() -> None:
    assert {source.checked for source in load_sources(REAL_SOURCES)[0]} == {"never"}


def test_a_misspelt_field_is_named_with_its_line_and_the_field_meant(tmp_path: Path) -> None:
    file = write(tmp_path, "a.yaml", GOOD + "max_page: 3\n")
    assert only_problem(file) == f"{file}:6: max_page: no such field; did you mean 'max_pages'?"


def test_a_field_unlike_any_other_gets_the_list_of_those_allowed(tmp_path: Path) -> None:
    assert "allowed are id, name, district" in only_problem(write(tmp_path, "a.yaml", GOOD + "颜色: red\n"))


def test_a_missing_field_is_named_with_what_it_means(tmp_path: Path) -> None:
    message = only_problem(write(tmp_path, "a.yaml", GOOD.replace("lists: [/bm/qjw/]\n", "")))
    assert "lists: is missing (first pages of lists: paths or URLs)" in message


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        ('district: "500102"', "district: 涪陵", ":3: district:"),
        ('district: "500102"', "district: 500102", "six digits in quotes"),
        ("base: http://www.fuling.sample", "base: www.fuling.sample", "write scheme and host"),
        ("base: http://www.fuling.sample", "base: ftp://www.fuling.sample", "write scheme and host"),
        ("lists: [/bm/qjw/]", "lists: []", ":5: lists:"),
        ("lists: [/bm/qjw/]", "lists: [http://elsewhere.sample/]", "add it to hosts"),
        ("id: fuling", "id: 涪陵", ":1: id:"),
        ("id: fuling", "id: inbox", "choose another"),
        ("name: 涪陵区教委", "name: ''", ":2: name:"),
        ("lists: [/bm/qjw/]", "lists: [/bm/qjw/]\ntitle: '(质量'", "not a regular expression"),
        ("lists: [/bm/qjw/]", "lists: [/bm/qjw/]\npause: -1", ":6: pause:"),
        ("lists: [/bm/qjw/]", "lists: [/bm/qjw/]\nchecked: soon", "never"),
        ("name: 涪陵区教委", "name: 涪陵区教委\nid: again", ":3: id: stands in line 1 too"),
        ("name: 涪陵区教委", "name: [涪陵", "not valid YAML"),
        ("name: 涪陵区教委", "name: 涪陵区教委\n[a]: b", "not valid YAML"),
        ("name: 涪陵区教委", "name: 涪陵区教委\nchecked: 2026-13-01", "not valid YAML"),
        ("name: 涪陵区教委", "name: 涪陵区教委\nhosts: a.sample", "write a list, such as [a, b]"),
        ("name: 涪陵区教委", "name: 涪陵区教委\n1: b", ":3: 1:"),
        (
            "name: 涪陵区教委",
            "name: 涪陵区教委\nhosts: [http://b.sample/]",
            "write it without scheme and path",
        ),
        ("name: 涪陵区教委", "name: 涪陵区教委\nseason: [12, 13]", ":3: season:"),
        ("name: 涪陵区教委", "name: 涪陵区教委\nbody: pdf", ":3: body:"),
        ("name: 涪陵区教委", "name: 涪陵区教委\nhook: nothing", "no such hook; there is json_list"),
        ("name: 涪陵区教委", "name: 涪陵区教委\nselect: {items: 'a['}", "not a CSS selector"),
        ("name: 涪陵区教委", "name: 涪陵区教委\nselect: {item: a}", ":3: select:"),
    ],
)
def test_a_wrong_value_is_told_with_file_line_and_field(
    tmp_path: Path, line: str, wrong: str, told: str
) -> None:
    file = write(tmp_path, "a.yaml", GOOD.replace(line, wrong))
    messages = "\n".join(map(str, load_sources(file)[1]))
    assert messages.startswith(str(file))
    assert told in messages


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_a_file_without_fields_is_told(tmp_path: Path, text: str) -> None:
    assert "holds no fields" in only_problem(write(tmp_path, "a.yaml", text))


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(GOOD.encode("gb18030"))
    assert "save it as UTF-8" in only_problem(tmp_path)


def test_one_bad_file_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "id: [")
    write(tmp_path, "b.yaml", GOOD)
    write(tmp_path, "c.yaml", GOOD.replace("id: fuling", "idd: hechuan"))
    sources, problems = load_sources(tmp_path)
    assert [source.id for source in sources] == ["fuling"]
    assert {problem.file.name for problem in problems} == {"a.yaml", "c.yaml"}


def test_two_files_with_one_id_are_told_and_the_first_holds(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", GOOD)
    write(tmp_path, "b.yaml", GOOD)
    sources, problems = load_sources(tmp_path)
    assert len(sources) == 1
    assert "taken by a.yaml" in str(problems[0])


def test_an_empty_folder_and_a_missing_one_say_what_to_do(tmp_path: Path) -> None:
    assert "no source in this folder; add one" in only_problem(tmp_path)
    assert "no such file or folder" in only_problem(tmp_path / "nowhere")


def test_all_problems_can_be_raised_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", GOOD + "a: 1\nb: 2\n")
    error = SourceError(load_sources(tmp_path)[1])
    assert len(error.problems) == 2
    assert str(error).count("\n") == 1


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("荣昌区中等职业教育年度质量报告 (2025年度)", True),
        ("重庆市渝北区中等职业教育质量年度报告（2024年）", True),
        ("重庆市工业高级技工学校质量年度报告（2023 年）", True),
        ("某某职业教育中心2025年度质量年报", True),
        ("关于发布2024年中等职业教育质量年度报告的公告", True),
        ("关于编制2025年中等职业教育质量年度报告的通知", False),
        ("关于做好职业院校质量年报报送工作的通知", False),
        ("中等职业教育质量年度报告编写培训会召开", False),
        ("某区义务教育质量监测报告", False),
        ("某区环境质量年报", False),
    ],
)
def test_titles_of_reports_are_told_from_notices_about_them(source: Source, title: str, wanted: bool) -> None:
    assert source.wants(title) is wanted


@pytest.mark.parametrize(
    "url",
    ["ftp://www.somewhere.sample/a", "file:///etc/passwd", "http://elsewhere.sample/", "http://[::1", "x"],
)
def test_only_web_addresses_on_allowed_hosts_may_be_asked(source: Source, url: str) -> None:
    assert not source.allows(url)
    assert source.allows("https://WWW.somewhere.sample:8080/a")
