"""The semantic layer answers: MetricFlow writes the SQL, DuckDB runs it on the sample of conftest.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup


class Dialect:
    """What MetricFlow asks of a client when it only writes SQL."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


@pytest.fixture(scope="module")
def engine(warehouse: Path) -> MetricFlowEngine:
    manifest = (warehouse.parent / "target" / "semantic_manifest.json").read_text(encoding="utf-8")
    lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(manifest_json_string=manifest))
    return MetricFlowEngine(semantic_manifest_lookup=lookup, sql_client=Dialect())  # type: ignore[arg-type]


def ask(
    engine: MetricFlowEngine, connection: duckdb.DuckDBPyConnection, metrics: list[str], by: list[str]
) -> list[tuple[Any, ...]]:
    request = MetricFlowQueryRequest.create(metric_names=metrics, group_by_names=by)
    sql = engine.explain(request).sql_statement.sql
    return connection.execute(f"select * from ({sql}) order by all").fetchall()


def test_a_figure_is_added_over_schools_and_not_over_years(
    engine: MetricFlowEngine, connection: duckdb.DuckDBPyConnection
) -> None:
    found = ask(engine, connection, ["enrolment"], ["metric_time__year"])
    by_hand = connection.execute(
        "select year, sum(value) from fct_school_metric where metric = 'enrolment' group by all order by all"
    ).fetchall()
    assert [(year.year, float(value)) for year, value in found] == [
        (year, float(value)) for year, value in by_hand
    ]


def test_a_rate_is_worked_out_from_sums(
    engine: MetricFlowEngine, connection: duckdb.DuckDBPyConnection
) -> None:
    found = ask(engine, connection, ["student_teacher_ratio"], ["metric_time__year", "school__district_code"])
    assert (2024, "500153", round((6605 + 1500) / (300 + 80), 3)) in {
        (year.year, district, round(float(ratio), 3)) for year, district, ratio in found if ratio is not None
    }


@pytest.mark.parametrize(
    "metric", ["enrolment_growth", "coverage_rate", "contradictions", "reporting_schools"]
)
def test_every_kind_of_metric_is_answered(
    engine: MetricFlowEngine, connection: duckdb.DuckDBPyConnection, metric: str
) -> None:
    assert ask(engine, connection, [metric], ["metric_time__year"])
