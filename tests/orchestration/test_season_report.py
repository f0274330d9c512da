"""The season report: what a release brings beside the one before it. The one before is the sample's, changed by hand."""

from __future__ import annotations

import json
import shutil
import subprocess

import duckdb
import pytest

from orchestration.season_report import season_report, write_season_report
from warehouse.release import Release, current_release

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def told(sample_home, tmp_path_factory) -> dict:
    """The sample's release beside one that lacked a report, knew a first version, and had a finding more."""
    before = tmp_path_factory.mktemp("before")
    for name in ("warehouse.duckdb", "release.json"):
        shutil.copyfile(sample_home.path / "current" / name, before / name)
    with duckdb.connect(str(before / "warehouse.duckdb")) as connection:
        connection.execute("delete from dim_report where title like '重庆市合川示例工业学校%2024%'")
        connection.execute("delete from dim_report where title like '涪陵区%2024年度%更正版%'")
        connection.execute("update dim_report set state = 'landed'")
        connection.execute(
            "update mart_school_trends set value = value + 1 where metric = 'enrolment' and year = 2025"
        )
        connection.execute("delete from mart_school_trends where metric = 'graduates' and year = 2024")
        connection.execute(
            "update fct_finding set finding_id = 'gone' where finding_id = (select min(finding_id) from fct_finding)"
        )
    now = tmp_path_factory.mktemp("now") / "warehouse.duckdb"
    shutil.copyfile(sample_home.warehouse, now)
    with duckdb.connect(str(now)) as connection:
        connection.execute("update dim_report set state = 'withdrawn' where title like '万州区%2023年%'")
    return season_report(now, before)


def titles(told: dict, kind: str) -> list[str]:
    return [row["title"] for row in told["reports"][kind]]


def test_new_revised_and_withdrawn_reports_are_told_apart(told) -> None:
    assert titles(told, "new") == ["重庆市合川示例工业学校质量年度报告（2024年度）"]
    assert titles(told, "revised") == ["涪陵区中等职业教育质量年度报告（2024年度）（更正版）"]
    assert titles(told, "withdrawn") == ["万州区职业教育年度质量报告（2023年）"]


def test_who_reported_last_season_and_not_yet_this_one_is_missing(told) -> None:
    missing = {(row["district"], row["publisher"]) for row in told["reports"]["missing"]}
    assert missing == {("合川区", "重庆市合川示例工业学校")}


def test_rows_of_a_mart_are_compared_with_the_last_release(told, sample_home) -> None:
    with duckdb.connect(str(sample_home.warehouse), read_only=True) as connection:
        changed, added = connection.execute(
            "select count(*) filter (metric = 'enrolment' and year = 2025), "
            "count(*) filter (metric = 'graduates' and year = 2024) from mart_school_trends"
        ).fetchall()[0]
    mart = next(row for row in told["marts"] if row["mart"] == "mart_school_trends")
    assert (mart["added"], mart["gone"], mart["years"]) == (changed + added, changed, [2024, 2025])
    others = [row for row in told["marts"] if row["mart"] == "mart_district_trends"]
    assert [(row["added"], row["gone"]) for row in others] == [(0, 0)]


def test_findings_opened_and_closed(told) -> None:
    assert [len(told["findings"][kind]) for kind in ("opened", "closed")] == [1, 1]
    assert told["findings"]["closed"][0]["finding_id"] == "gone"


def test_coverage_counts_publishers_by_district_and_season(told) -> None:
    rows = {row["district"]: (row["this_season"], row["last_season"]) for row in told["coverage"]}
    assert rows["合川区"] == (1, 2)
    assert told["season"] == 2025
    assert told["arrivals"]["2025"][-1][1] == sum(this for this, _ in rows.values())


def test_each_release_carries_its_report_and_names_itself(sample_home) -> None:
    folder = sample_home.path / "current" / "season_report"
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["release_id"] == current_release(sample_home.path / "current").release_id
    assert report["before"] is None
    assert len(report["reports"]["new"]) == 17
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert report["release_id"] in page
    assert "<script" not in page


def test_nothing_of_a_report_runs_in_the_page(sample_home, tmp_path) -> None:
    shutil.copyfile(sample_home.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(
            "update dim_report set title = '<script>alert(1)</script>', url = 'javascript:alert(1)'"
        )
    record = Release("r", "h", {})
    write_season_report(
        tmp_path / "page", record, before=tmp_path / "none", database=tmp_path / "warehouse.duckdb"
    )
    page = (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert 'href="javascript' not in page


@pytest.mark.skipif(not BROWSER, reason="left out: no Chromium on this machine")
def test_a_browser_shows_the_page_whole_without_asking_anybody(sample_home, tmp_path) -> None:
    page = sample_home.path / "current" / "season_report" / "index.html"
    command = [
        str(BROWSER),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        f"--user-data-dir={tmp_path}",
    ]
    done = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, check=True, timeout=120)
    assert "各区县覆盖" in done.stdout
    assert done.stdout.count("<path") == 2
    assert all(part not in page.read_text(encoding="utf-8") for part in ("src=", "@import", "url("))
