"""The two tables that a run leaves in the warehouse, made anew by each run, and the provenance of findings from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import duckdb
import pandas as pd

from expectations.records import CheckResult, Finding, as_json

RESULTS = """
CREATE OR REPLACE TABLE main.fct_expectation_result (
    rule VARCHAR NOT NULL,         -- key
    suite VARCHAR NOT NULL,        -- landing | staging | marts
    table_name VARCHAR NOT NULL,
    expectation VARCHAR NOT NULL,  -- type of Great Expectations
    severity VARCHAR NOT NULL,     -- blocks | warns | notes
    success BOOLEAN NOT NULL,
    evaluated BIGINT NOT NULL,     -- rows looked at
    unexpected BIGINT NOT NULL,    -- rows that break the rule
    observed VARCHAR,              -- the value found, or a few of the unexpected ones
    title_zh VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    message VARCHAR NOT NULL
)
"""

FINDINGS = """
CREATE OR REPLACE TABLE main.fct_finding (
    finding_id VARCHAR NOT NULL,   -- key: hash of rule and subject
    rule VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,     -- blocks | warns | notes
    subject JSON NOT NULL,         -- what breaks the rule
    table_name VARCHAR NOT NULL,
    observation_id VARCHAR,
    report_id VARCHAR,
    char_start INTEGER,
    char_end INTEGER,
    quote VARCHAR,
    url VARCHAR,
    message_zh VARCHAR NOT NULL,
    message_en VARCHAR NOT NULL,
    detail JSON NOT NULL           -- the values that the rule looked at
)
"""

CITED = """
WITH refs AS (
    SELECT position, observation_id::VARCHAR AS observation_id, report_id::VARCHAR AS report_id, url::VARCHAR AS url
    FROM finding_refs
)
SELECT
    refs.position,
    coalesce(observations.document_sha256, refs.report_id) AS report_id,
    observations.char_start,
    observations.char_end,
    observations.quote,
    coalesce(refs.url, files.url) AS url
FROM refs
LEFT JOIN (
    SELECT DISTINCT ON (document_sha256, char_start) document_sha256, char_start, char_end, quote
    FROM raw.observations
    WHERE document_sha256 || ':' || char_start IN (SELECT observation_id FROM refs)
    ORDER BY ALL
) AS observations ON refs.observation_id = observations.document_sha256 || ':' || observations.char_start
LEFT JOIN (
    SELECT sha256, min(url) AS url FROM raw.landed_files GROUP BY sha256
) AS files ON files.sha256 = coalesce(observations.document_sha256, refs.report_id)
ORDER BY refs.position
"""


def with_provenance(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with the report, the place, the quote and the URL that their observation or report leads to.

    Where the tables of the schema raw are missing (a finding then says so) they stay as they are.
    """
    refs = [(number, f.observation_id, f.report_id, f.url) for number, f in enumerate(findings)]
    columns = ["position", "observation_id", "report_id", "url"]
    connection.register("finding_refs", pd.DataFrame(refs, columns=columns, dtype="object"))
    try:
        cited = connection.execute(CITED).fetchall()
    except duckdb.CatalogException:
        return list(findings)
    finally:
        connection.unregister("finding_refs")
    return [
        replace(finding, report_id=report_id, char_start=char_start, char_end=char_end, quote=quote, url=url)
        for finding, (_, report_id, char_start, char_end, quote, url) in zip(findings, cited, strict=True)
    ]


def write_tables(
    connection: duckdb.DuckDBPyConnection, results: Sequence[CheckResult], findings: Sequence[Finding]
) -> None:
    """Make `fct_expectation_result` and `fct_finding` anew, rows in the order given."""
    connection.execute(RESULTS)
    connection.execute(FINDINGS)
    _insert(connection, "fct_expectation_result", [asdict(result) for result in results])
    _insert(connection, "fct_finding", [_finding_row(finding) for finding in findings])


def _finding_row(finding: Finding) -> dict[str, Any]:
    return {
        **asdict(finding),
        "finding_id": finding.finding_id,
        "subject": finding.subject_json,
        "detail": as_json(finding.detail),
    }


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows through a dataframe: one bulk insert is far faster than one for each."""
    if rows:
        connection.register("new_rows", pd.DataFrame(rows, dtype="object"))
        connection.execute(f"INSERT INTO main.{table} BY NAME SELECT * FROM new_rows")
        connection.unregister("new_rows")
