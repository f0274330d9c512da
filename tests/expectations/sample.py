"""A small warehouse with the tables that the rules look at, made in a DuckDB file; one report with two figures is sound."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "dbt_project" / "seeds"
RAW = (ROOT / "warehouse" / "raw.sql").read_text(encoding="utf-8")

REPORT = "a" * 64
URL = "https://rc.example/1.html"
SCHOOL = "重庆市荣昌区职业教育中心"

VIEWS = """
CREATE SCHEMA staging; CREATE SCHEMA audit; CREATE SCHEMA seeds;
CREATE VIEW staging.stg_landing__files AS SELECT sha256 AS report_id, * FROM raw.landed_files;
CREATE VIEW staging.stg_reports__documents AS SELECT sha256 AS report_id, reason AS reject_reason,
  observations AS n_observations, unmapped AS n_unmapped, * FROM raw.documents;
CREATE VIEW staging.stg_reports__observations AS
  SELECT document_sha256 || ':' || char_start AS observation_id, document_sha256 AS report_id, * FROM raw.observations;
CREATE TABLE main.dim_metric (metric VARCHAR, name_zh VARCHAR, name_en VARCHAR, unit VARCHAR, kind VARCHAR);
CREATE TABLE main.dim_school (school_id VARCHAR, name_zh VARCHAR, is_provisional BOOLEAN, is_current BOOLEAN DEFAULT true);
CREATE TABLE main.dim_district (district_code VARCHAR, name_zh VARCHAR, name_en VARCHAR);
CREATE TABLE main.dim_report (report_id VARCHAR, title VARCHAR, publisher VARCHAR, report_year INTEGER, url VARCHAR,
  published_on DATE, content_type VARCHAR, district_code VARCHAR, role VARCHAR, is_latest BOOLEAN, version INTEGER,
  publisher_school_id VARCHAR);
CREATE TABLE main.fct_observation (observation_id VARCHAR, report_id VARCHAR, metric VARCHAR, raw VARCHAR,
  char_start INTEGER, char_end INTEGER, value DECIMAL(28, 6), unit VARCHAR, unit_raw VARCHAR, label VARCHAR,
  entity VARCHAR, year INTEGER, dims VARCHAR, place VARCHAR, quote VARCHAR);
CREATE TABLE main.fct_school_metric (school_id VARCHAR, year INTEGER, metric VARCHAR, value DECIMAL(28, 6), unit VARCHAR,
  observation_id VARCHAR);
CREATE TABLE main.fct_district_metric (district_code VARCHAR, year INTEGER, metric VARCHAR, value DECIMAL(28, 6),
  unit VARCHAR, basis VARCHAR, observation_id VARCHAR);
CREATE TABLE main.mart_school_trends (school_id VARCHAR, school_name_zh VARCHAR, year INTEGER, metric VARCHAR,
  metric_name_zh VARCHAR, metric_name_en VARCHAR, value DECIMAL(28, 6), previous_value DECIMAL(28, 6), unit VARCHAR,
  observation_id VARCHAR);
CREATE TABLE audit.audit_contradictions (rule VARCHAR, subject_key VARCHAR, report_id VARCHAR, entity VARCHAR,
  metric VARCHAR, year INTEGER, observation_ids VARCHAR[], printed DECIMAL(28, 6), expected DECIMAL(28, 6), slip VARCHAR,
  arithmetic_zh VARCHAR, arithmetic_en VARCHAR);
"""


def create(path: Path) -> Path:
    """All tables, empty."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(RAW)
        connection.execute(VIEWS)
        for seed in ("metric_ranges", "metric_jumps"):
            connection.execute(
                f"CREATE TABLE seeds.{seed} AS SELECT * FROM read_csv('{SEEDS / f'{seed}.csv'}')"
            )
    return path


def insert(path: Path, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows by the names of their columns."""
    with duckdb.connect(str(path)) as connection:
        for row in rows:
            columns = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" for _ in row)
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(row.values()))


def metrics() -> list[dict[str, str]]:
    """The rows of the metric vocabulary."""
    with (SEEDS / "metrics.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def landed(**changes: Any) -> dict[str, Any]:
    """A landed file."""
    return {
        "sha256": REPORT, "url": URL, "source": "rongchang", "kind": "page", "fetched_at": "2026-01-06 08:00:00",
        "bytes": 4096, "state": "landed",
    } | changes  # fmt: skip


def source_run(**changes: Any) -> dict[str, Any]:
    """What a crawl did."""
    return {
        "source": "rongchang", "name": "荣昌区教委", "status": "ok", "failed": 0, "requests": 9, "problems": "[]"
    } | changes  # fmt: skip


def document(**changes: Any) -> dict[str, Any]:
    """A document that was read."""
    return {
        "sha256": REPORT, "status": "read", "title": "质量年度报告", "publisher": SCHOOL, "report_year": 2025,
        "observations": 10, "unmapped": 2,
    } | changes  # fmt: skip


def observation(char_start: int, **changes: Any) -> dict[str, Any]:
    """A number of the report."""
    return {
        "document_sha256": REPORT, "char_start": char_start, "char_end": char_start + 3, "raw": "357", "value": 357,
        "unit": "person", "unit_raw": "人", "metric": "full_time_teachers", "entity": SCHOOL, "year": 2025,
        "where": "表1", "quote": "专任教师 357 人",
    } | changes  # fmt: skip


def report(**changes: Any) -> dict[str, Any]:
    """A row of dim_report."""
    return {
        "report_id": REPORT, "title": "质量年度报告", "publisher": SCHOOL, "report_year": 2025, "url": URL,
        "published_on": "2026-01-05", "district_code": "500153", "role": "report", "is_latest": True, "version": 1,
        "publisher_school_id": "rongchang-vec",
    } | changes  # fmt: skip


def fact(metric: str, value: float, char_start: int, **changes: Any) -> dict[str, Any]:
    """A row of fct_school_metric."""
    return {
        "school_id": "rongchang-vec", "year": 2025, "metric": metric, "value": value, "unit": "person",
        "observation_id": f"{REPORT}:{char_start}",
    } | changes  # fmt: skip


def trend(value: float, previous: float, **changes: Any) -> dict[str, Any]:
    """A row of mart_school_trends."""
    return {
        "school_id": "rongchang-vec", "school_name_zh": SCHOOL, "year": 2025, "metric": "enrolment",
        "metric_name_zh": "在校生人数", "metric_name_en": "Enrolment", "value": value, "previous_value": previous,
        "unit": "person", "observation_id": f"{REPORT}:200",
    } | changes  # fmt: skip


def fill(path: Path) -> Path:
    """A report that no rule has anything against."""
    insert(path, "raw.landed_files", [landed()])
    insert(path, "raw.source_runs", [source_run()])
    insert(path, "raw.documents", [document()])
    insert(
        path,
        "raw.observations",
        [observation(100), observation(200, metric="enrolment", value=6400, raw="6400")],
    )
    insert(path, "main.dim_metric", [
        {"metric": m["code"], "name_zh": m["name_zh"], "name_en": m["name_en"], "unit": m["unit"], "kind": m["kind"]}
        for m in metrics()
    ])  # fmt: skip
    insert(
        path, "main.dim_school", [{"school_id": "rongchang-vec", "name_zh": SCHOOL, "is_provisional": False}]
    )
    insert(path, "main.dim_district", [{"district_code": "500153", "name_zh": "荣昌区"}])
    insert(path, "main.dim_report", [report()])
    insert(path, "main.fct_observation", [
        {"observation_id": f"{REPORT}:{start}", "report_id": REPORT, "metric": metric, "raw": raw}
        for start, metric, raw in ((100, "full_time_teachers", "357"), (200, "enrolment", "6400"))
    ])  # fmt: skip
    insert(
        path, "main.fct_school_metric", [fact("full_time_teachers", 357, 100), fact("enrolment", 6400, 200)]
    )
    return path


Change = tuple[str, dict[str, Any]]
"""A row to add to the sound warehouse, and the table it goes to."""

Make = Callable[..., Path]
