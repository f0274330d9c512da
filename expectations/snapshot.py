"""What the desk shows: the findings with all that they cite, in a small DuckDB file beside the warehouse.

The warehouse itself is locked while it is built, and a reader would stop the builder. This file is swapped in whole by
one rename, when the findings are known: whoever reads it never waits, and a release that is held back can be decided on.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

TABLES = {
    "finding": """
        SELECT findings.*, reports.district_code
        FROM main.fct_finding AS findings
        LEFT JOIN main.dim_report AS reports USING (report_id)
    """,
    # Every number involved, in the finding's order.
    "citation": """
        WITH cited AS (
            SELECT finding_id, unnest(observation_ids) AS observation_id,
                generate_subscripts(observation_ids, 1) AS position
            FROM main.fct_finding
        )
        SELECT cited.*, observations.* EXCLUDE (observation_id), metrics.name_zh AS metric_zh,
            metrics.name_en AS metric_en, metrics.unit AS canonical_unit
        FROM cited
        INNER JOIN main.fct_observation AS observations USING (observation_id)
        LEFT JOIN main.dim_metric AS metrics USING (metric)
        ORDER BY finding_id, position
    """,
    # Every number of the tables that are cited: what a table is rebuilt of.
    "cell": """
        SELECT observation_id, report_id, place, char_start, raw, unit_raw, metric, label, entity, year, dims, quote
        FROM main.fct_observation
        WHERE place <> 'prose' AND (report_id, place) IN (
            SELECT (cited.report_id, cited.place) FROM main.fct_finding AS findings
            INNER JOIN main.fct_observation AS cited ON list_contains(findings.observation_ids, cited.observation_id)
            WHERE findings.observation_ids <> []
        )
        ORDER BY report_id, place, char_start
    """,
    "report": """
        SELECT reports.report_id, reports.title, reports.publisher, reports.report_year, reports.url,
            reports.content_type, reports.district_code, districts.name_zh AS district_zh, districts.name_en AS district_en
        FROM main.dim_report AS reports
        LEFT JOIN main.dim_district AS districts USING (district_code)
    """,
    "rule": """
        SELECT DISTINCT ON (rule) rule, suite, title_zh, title_en FROM main.fct_expectation_result ORDER BY rule, run_no DESC
    """,
}


def write_snapshot(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the snapshot to `path`, in one rename. Nothing is written where the star schema is not there yet."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    quoted = str(partial).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS snapshot")
    try:
        for table, query in TABLES.items():
            connection.execute(f"CREATE TABLE snapshot.{table} AS {query}")
    except (duckdb.CatalogException, duckdb.BinderException):  # a finding says what is missing
        connection.execute("DETACH snapshot")
        partial.unlink(missing_ok=True)
        return
    connection.execute("DETACH snapshot")
    partial.replace(path)
