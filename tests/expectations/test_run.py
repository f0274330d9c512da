from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from expectations import ExpectationRun, load_suites, run_expectations

from .conftest import Findings, read
from .sample import (
    REPORT,
    SCHOOL,
    SEEDS,
    URL,
    Change,
    Make,
    create,
    document,
    fact,
    landed,
    metrics,
    observation,
    report,
    source_run,
    trend,
)  # fmt: skip

Check = Callable[[Path], ExpectationRun]
Found = Callable[..., Findings]

OTHER = "b" * 64
# Rule -> a kind of problem that it is about.
PROBLEMS = {
    rule: {"kind": kind, "url": f"https://rc.example/{kind}", "detail": "answers 404", "evidence": OTHER}
    for rule, kind in {
        "source-answered": "unreachable",
        "source-without-challenge": "challenge",
        "source-without-login": "login",
        "source-links-alive": "dead_link",
        "source-lists-filled": "empty_list",
        "source-lists-not-shorter": "fewer_links",
        "source-selectors-match": "no_match",
        "source-articles-have-body": "no_body",
        "source-files-usable": "archive",
        "source-addresses-allowed": "robots",
        "source-within-budget": "budget",
        "source-not-overdue": "overdue",
        "source-without-other-problems": "bad_source_file",
    }.items()
}


def audits() -> list[dict[str, str]]:
    with (SEEDS / "audit_rules.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def contradiction(**changes: object) -> dict[str, object]:
    return {
        "rule": "share-of-parts", "subject_key": "k", "report_id": REPORT, "entity": SCHOOL, "metric": "enrolment",
        "year": 2025, "observation_ids": [f"{REPORT}:200", f"{REPORT}:100"], "printed": 6400, "expected": 6500.5,
        "slip": "last_year", "arithmetic_zh": "6500.5 = 1 + 2", "arithmetic_en": "6500.5 = 1 + 2",
    } | changes  # fmt: skip


BROKEN: list[tuple[str, str, Change]] = [
    ("landed-file-has-bytes", "blocks", ("raw.landed_files", landed(url="https://rc.example/2", bytes=0))),
    ("landed-file-has-sha256", "blocks", ("raw.landed_files", landed(url="https://rc.example/2", sha256="A1"))),
    ("landed-url-unique", "blocks", ("raw.landed_files", landed(sha256=OTHER))),
    ("landed-file-still-published", "notes",
     ("raw.landed_files", landed(url="https://rc.example/3", state="withdrawn"))),
    *[
        (rule, "warns", ("raw.source_runs", source_run(source="s", status="partial", problems=json.dumps([problem]))))
        for rule, problem in PROBLEMS.items()
    ],
    ("landed-file-was-read", "warns", ("raw.landed_files", landed(url="https://rc.example/2", sha256=OTHER))),
    ("document-was-read", "warns", ("raw.documents", document(sha256=OTHER, status="rejected", reason="not a PDF"))),
    ("document-title-without-mojibake", "warns", ("raw.documents", document(sha256=OTHER, title="\ufffd\ufffd报告"))),
    ("observation-quote-without-mojibake", "warns", ("raw.observations", observation(300, quote="锟斤拷 357"))),
    ("report-mostly-mapped", "notes", ("raw.documents", document(sha256=OTHER, unmapped=6))),
    ("report-hardly-unmapped", "warns", ("raw.documents", document(sha256=OTHER, unmapped=10))),
    ("observation-has-extent", "blocks", ("raw.observations", observation(300, char_end=300))),
    ("observation-has-raw", "blocks", ("raw.observations", observation(300, raw=" "))),
    ("observation-key-unique", "blocks", ("raw.observations", observation(100, raw="358"))),
    ("metric-known", "blocks", ("raw.observations", observation(300, metric="beauty"))),
    ("unit-canonical", "warns", ("raw.observations", observation(300, unit="count"))),
    ("value-not-above-range", "warns",
     ("raw.observations", observation(300, metric="student_teacher_ratio", unit="ratio", value=181, raw="181"))),
    ("value-not-below-range", "warns", ("raw.observations", observation(300, value=-3, raw="-3"))),
    ("observation-year-plausible", "warns", ("raw.observations", observation(300, year=357))),
    ("observation-year-not-ahead", "notes", ("raw.observations", observation(300, year=2030))),
    ("observation-entity-known", "notes", ("raw.observations", observation(300, entity=None))),
    ("observation-year-known", "notes", ("raw.observations", observation(300, year=None))),
    ("report-has-title", "warns", ("main.dim_report", report(report_id=OTHER, title=None))),
    ("report-has-publisher", "warns", ("main.dim_report", report(report_id=OTHER, publisher=None))),
    ("report-has-year", "warns", ("main.dim_report", report(report_id=OTHER, report_year=None))),
    ("report-in-season", "notes", ("main.dim_report", report(report_id=OTHER, published_on="2026-09-01"))),
    ("report-has-district", "notes", ("main.dim_report", report(report_id=OTHER, district_code=None))),
    ("school-in-vocabulary", "notes",
     ("main.dim_school", {"school_id": "p-1", "name_zh": "甲职业学校", "is_provisional": True})),
    ("school-fact-unique", "blocks", ("main.fct_school_metric", fact("enrolment", 6401, 200))),
    ("district-fact-unique", "blocks", ("main.fct_district_metric", {"district_code": "d", "year": 1, "metric": "m"})),
    ("school-trend-unique", "blocks", ("main.mart_school_trends", trend(6401, 6400))),
    ("fact-has-school", "blocks", ("main.fct_school_metric", fact("enrolment", 1, 200, school_id="nowhere"))),
    ("fact-has-observation", "blocks", ("main.fct_school_metric", fact("graduates", 1, 999))),
    ("year-on-year-usual", "warns", ("main.mart_school_trends", trend(3000, 1000))),
    ("no-sudden-zero", "warns", ("main.mart_school_trends", trend(0, 300, year=2024))),
    *[(rule["rule"], rule["severity"], ("audit.audit_contradictions", contradiction(rule=rule["rule"]))) for rule in audits()],
    ("report-carries-key-metrics", "notes", ("main.dim_report", report(report_id=OTHER, version=2))),
]  # fmt: skip


def test_a_sound_warehouse_passes_every_rule_and_leaves_no_finding(
    make: Make, check: Check, findings: Found
) -> None:
    database = make()
    run = check(database)
    assert [result for result in run.results if not result.success] == []
    assert (run.failed, run.blocking, dict(run.findings_by_severity)) == (
        0,
        (),
        {"blocks": 0, "warns": 0, "notes": 0},
    )
    assert findings(database) == []
    [(rules, holding)] = [tuple(row.values()) for row in read(
        database, "SELECT count(*), count(*) FILTER (success) FROM main.fct_expectation_result")]  # fmt: skip
    assert rules == holding == len(run.results) == sum(len(suite.rules) for suite in load_suites())


def test_every_rule_finds_what_breaks_it_with_its_severity(make: Make, check: Check, findings: Found) -> None:
    changes = [change for rule, _, change in BROKEN]
    twice = [change for rule, _, change in BROKEN if rule in ("district-fact-unique", "school-trend-unique")]
    database = make(*changes, *twice)
    run = check(database)
    severities = {row["rule"]: row["severity"] for row in findings(database)}
    assert severities == {rule: severity for rule, severity, _ in BROKEN}
    failed = {result.rule: result.severity for result in run.results if not result.success}
    assert failed == severities
    assert set(run.blocking) == {rule for rule, severity in severities.items() if severity == "blocks"}
    untested = {rule.id for suite in load_suites() for rule in suite.rules} - set(severities)
    # see the empty warehouse and the landing zone below
    assert untested == {"report-released", "fact-released", "landed-file-is-there", "landed-file-is-whole"}


def test_a_finding_carries_the_place_the_quote_and_the_url_of_its_number(
    make: Make, check: Check, findings: Found
) -> None:
    wrong = observation(300, metric="student_teacher_ratio", unit="ratio", value=181.5, raw="181.5", char_end=305,
                        quote="生师比 181.5:1")  # fmt: skip
    database = make(("raw.observations", wrong), ("audit.audit_contradictions", contradiction()))
    check(database)
    [against, over] = findings(database)
    assert over["rule"] == "value-not-above-range"
    assert over["subject"] == {"observation_id": f"{REPORT}:300"}
    assert (over["report_id"], over["char_start"], over["char_end"]) == (REPORT, 300, 305)
    assert (over["quote"], over["url"]) == ("生师比 181.5:1", URL)
    assert over["message_zh"].startswith(f"{SCHOOL} 2025 年生师比印作 181.5，即 181.5 ratio，高于上限 80")
    assert over["detail"]["value"] == 181.5
    assert against["rule"] == "share-of-parts"
    assert against["subject"] == {"rule": "share-of-parts", "subject_key": "k"}
    assert against["observation_ids"] == [f"{REPORT}:200", f"{REPORT}:100"]
    assert (against["char_start"], against["quote"]) == (200, "专任教师 357 人")
    assert "多半照抄了上一年的数。6500.5 = 1 + 2" in against["message_zh"]
    assert "probably last year's figure. 6500.5 = 1 + 2." in against["message_en"]


@pytest.mark.parametrize(
    ("stored", "rule"),
    [({}, "landed-file-is-there"), ({REPORT: OTHER}, "landed-file-is-whole"), ({REPORT: REPORT}, None)],
)
def test_a_landed_file_that_is_gone_or_changed_holds_a_release_back(
    make: Make, tmp_path: Path, stored: dict[str, str], rule: str | None
) -> None:
    run = run_expectations(make(), tmp_path / "docs", log=lambda _: None, stored=stored)
    assert run.blocking == ((rule,) if rule else ())


def test_a_finding_on_a_source_has_the_url_of_the_problem(make: Make, check: Check, findings: Found) -> None:
    database = make(
        (
            "raw.source_runs",
            source_run(source="s", name="某区", problems=json.dumps([PROBLEMS["source-links-alive"]])),
        )
    )
    check(database)
    [dead] = findings(database)
    assert (dead["rule"], dead["url"], dead["report_id"]) == (
        "source-links-alive",
        PROBLEMS["source-links-alive"]["url"],
        None,
    )
    assert "某区" in dead["message_zh"]
    assert "answers 404" in dead["message_zh"]


def test_tables_are_the_same_from_run_to_run_and_whatever_the_order_of_rows(
    make: Make, check: Check, tmp_path: Path
) -> None:
    changes = [change for _, _, change in BROKEN]
    database, reordered = make(*changes), make(*reversed(changes), name="reordered.duckdb")
    tables = ("main.fct_finding", "main.fct_expectation_result")
    check(database)
    first = [read(database, f"SELECT * FROM {table}") for table in tables]
    pages = {page.name: page.read_bytes() for page in (tmp_path / "docs").iterdir()}
    check(database)
    assert [read(database, f"SELECT * FROM {table}") for table in tables] == first
    assert {page.name: page.read_bytes() for page in (tmp_path / "docs").iterdir()} == pages
    check(reordered)
    assert [read(reordered, f"SELECT * FROM {table}") for table in tables] == first
    assert len({row["finding_id"] for row in first[0]}) == len(first[0])


def test_the_same_subject_is_found_once_by_a_rule(make: Make, check: Check, findings: Found) -> None:
    database = make(("main.fct_school_metric", fact("enrolment", 6401, 200)))
    run = check(database)
    assert len(findings(database, "school-fact-unique")) == 1
    [result] = [result for result in run.results if result.rule == "school-fact-unique"]
    assert (result.unexpected, result.evaluated) == (2, 3)
    assert result.message.startswith("1 found in 3 rows, first: enrolment of rongchang-vec in 2025")


def test_superseded_versions_of_a_url_are_no_second_current_one(make: Make, check: Check) -> None:
    assert check(make(("raw.landed_files", landed(sha256=OTHER, state="superseded")))).failed == 0


def test_every_metric_of_the_vocabulary_has_a_range_and_a_unit(
    make: Make, check: Check, findings: Found
) -> None:
    wrong = [
        ("raw.observations", observation(1000 + n, metric=metric["code"], value=-1, raw="-1", unit="parsec"))
        for n, metric in enumerate(metrics())
    ]
    database = make(*wrong)
    check(database)
    codes = {f"{REPORT}:{1000 + n}": metric["code"] for n, metric in enumerate(metrics())}
    for rules in (("value-not-below-range",), ("unit-canonical",)):
        subjects = [
            found["subject"]["observation_id"] for rule in rules for found in findings(database, rule)
        ]
        assert sorted(codes[subject] for subject in subjects) == sorted(
            metric["code"] for metric in metrics()
        )


def test_an_empty_warehouse_holds_nothing_to_release(tmp_path: Path, check: Check, findings: Found) -> None:
    database = create(tmp_path / "warehouse.duckdb")
    assert check(database).blocking == ("report-released", "fact-released")
    released = findings(database, "report-released")[0]
    assert released["subject"] == {"table": "main.dim_report"}
    assert released["message_en"].startswith("There are 0 reports to release.")


def test_a_missing_table_is_a_blocking_finding_that_says_what_to_do(
    make: Make, check: Check, findings: Found
) -> None:
    database = make()
    with duckdb.connect(str(database)) as connection:
        connection.execute("DROP TABLE raw.source_runs")
    run = check(database)
    on_it = {result.rule for result in run.results if result.table_name == "raw.source_runs"}
    assert set(run.blocking) == on_it == {found["rule"] for found in findings(database)}
    [answered] = findings(database, "source-answered")
    assert (answered["severity"], answered["subject"]) == ("blocks", {"table": "raw.source_runs"})
    assert "source_runs does not exist" in answered["message_zh"]
    assert "stage and build the warehouse" in answered["message_en"]


def test_a_missing_column_fails_only_the_rules_that_name_it(
    make: Make, check: Check, findings: Found
) -> None:
    database = make()
    with duckdb.connect(str(database)) as connection:
        connection.execute("ALTER TABLE raw.landed_files DROP COLUMN bytes")
        connection.execute("DROP VIEW staging.stg_landing__files")
        connection.execute(
            "CREATE VIEW staging.stg_landing__files AS SELECT sha256 AS report_id, * FROM raw.landed_files"
        )
    assert check(database).blocking == ("landed-file-has-bytes",)
    assert "columns that its data does not have: bytes" in findings(database)[0]["message_en"]


def test_a_database_without_any_table_fails_every_rule_and_crashes_none(tmp_path: Path, check: Check) -> None:
    database = tmp_path / "warehouse.duckdb"
    duckdb.connect(str(database)).close()
    run = check(database)
    assert run.passed == 0
    assert len(run.blocking) == len(run.results)
    assert run.docs.is_file()


def test_no_database_is_told(tmp_path: Path, check: Check) -> None:
    with pytest.raises(FileNotFoundError, match="stage and build it before checking it"):
        check(tmp_path / "nowhere.duckdb")
