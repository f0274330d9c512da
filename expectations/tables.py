"""The two tables that a run leaves in the warehouse, made anew from the history, and the provenance of findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import duckdb
import pandas as pd

from expectations.records import Finding

RESULTS = """
CREATE OR REPLACE TABLE main.fct_expectation_result (
    run_no INTEGER NOT NULL,       -- key, with rule: every run is kept
    run_at TIMESTAMP NOT NULL,     -- the newest thing that went into the run, UTC
    is_latest BOOLEAN NOT NULL,    -- whether it is the run that this warehouse came of
    release_id VARCHAR,            -- the release that came of the run, where one did; unknown yet for the latest
    rule VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,        -- landing | staging | marts | audits
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

FILL_RESULTS = """
INSERT INTO main.fct_expectation_result BY NAME
SELECT results.*, runs.run_at, runs.release_id, run_no = (SELECT max(run_no) FROM history.runs) AS is_latest
FROM history.results AS results INNER JOIN history.runs AS runs USING (run_no)
ORDER BY run_no, results.rowid
"""

FINDINGS = """
CREATE OR REPLACE TABLE main.fct_finding (
    finding_id VARCHAR NOT NULL,   -- key: hash of rule and subject
    rule VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,     -- blocks | warns | notes
    status VARCHAR NOT NULL,       -- open | reopened | decided | closed
    subject JSON NOT NULL,         -- what breaks the rule
    table_name VARCHAR NOT NULL,
    observation_ids VARCHAR[] NOT NULL,  -- every number involved, the doubtful one first
    observation_id VARCHAR,        -- the doubtful one; report, place, quote and url are its
    report_id VARCHAR,
    char_start INTEGER,
    char_end INTEGER,
    quote VARCHAR,
    url VARCHAR,
    message_zh VARCHAR NOT NULL,
    message_en VARCHAR NOT NULL,
    detail JSON NOT NULL,          -- the values that the rule looked at
    first_seen TIMESTAMP NOT NULL, -- time of the first run that found it
    last_seen TIMESTAMP NOT NULL,  -- and of the last
    first_release VARCHAR,         -- the first release that it went out with; empty where none was made since
    verdict VARCHAR,               -- the decision that counts: source_error | corrected | parser_error | accepted | reopened
    decided_by VARCHAR,
    decided_at TIMESTAMP,
    reason VARCHAR,
    until DATE,                    -- last day on which the decision holds
    note_zh VARCHAR,               -- why it is closed or open again
    note_en VARCHAR
)
"""

# A finding that is found again after it was gone, whose decision ran out or was taken back, is open again.
FILL_FINDINGS = """
INSERT INTO main.fct_finding BY NAME
WITH decisions AS (
    SELECT * FROM {decisions}
), seen AS (
    SELECT
        findings.* EXCLUDE (first_run, last_run, gone_run, reopened_run),
        findings.observation_ids[1] AS observation_id,
        first_runs.run_at AS first_seen,
        last_runs.run_at AS last_seen,
        (SELECT min(release_id) FROM history.runs WHERE run_no BETWEEN first_run AND last_run) AS first_release,
        gone_runs.run_at AS gone_at,
        reopened_runs.run_at AS reopened_at,
        decisions.verdict, decisions.decided_by, decisions.decided_at, decisions.reason, decisions.until,
        CASE
            WHEN gone_run IS NOT NULL THEN 'closed'
            WHEN verdict IS NOT NULL AND verdict <> 'reopened' AND (until IS NULL OR until >= $today)
                 AND (reopened_at IS NULL OR decided_at >= reopened_at) THEN 'decided'
            WHEN verdict IS NOT NULL OR reopened_run IS NOT NULL THEN 'reopened'
            ELSE 'open'
        END AS status
    FROM history.findings AS findings
    INNER JOIN history.runs AS first_runs ON findings.first_run = first_runs.run_no
    INNER JOIN history.runs AS last_runs ON findings.last_run = last_runs.run_no
    LEFT JOIN history.runs AS gone_runs ON findings.gone_run = gone_runs.run_no
    LEFT JOIN history.runs AS reopened_runs ON findings.reopened_run = reopened_runs.run_no
    LEFT JOIN decisions ON findings.finding_id = decisions.finding
)
SELECT
    seen.* EXCLUDE (gone_at, reopened_at),
    CASE
        WHEN status = 'closed' THEN strftime(gone_at, '%Y-%m-%d') || ' 起不再出现：来源已改正，或读取、规则已改变，自动关闭'
        WHEN status = 'reopened' AND until < $today THEN '原决定有效期至 ' || until || '，已过'
        WHEN status = 'reopened' AND verdict = 'reopened' THEN '决定已撤回'
        WHEN status = 'reopened' THEN strftime(reopened_at, '%Y-%m-%d') || ' 再次出现'
    END AS note_zh,
    CASE
        WHEN status = 'closed' THEN
            'not found since ' || strftime(gone_at, '%Y-%m-%d')
            || ': put right at the source, or read or judged differently; closed by itself'
        WHEN status = 'reopened' AND until < $today THEN 'the decision held until ' || until
        WHEN status = 'reopened' AND verdict = 'reopened' THEN 'the decision was taken back'
        WHEN status = 'reopened' THEN 'found again on ' || strftime(reopened_at, '%Y-%m-%d')
    END AS note_en
FROM seen
ORDER BY seen.rule, seen.finding_id
"""

DECISIONS = (
    "(SELECT * FROM raw.decisions QUALIFY row_number() OVER (PARTITION BY finding ORDER BY line DESC) = 1)"
)
NO_DECISIONS = (
    "(SELECT NULL::VARCHAR AS finding, NULL::VARCHAR AS verdict, NULL::VARCHAR AS decided_by, "
    "NULL::TIMESTAMP AS decided_at, NULL::VARCHAR AS reason, NULL::DATE AS until WHERE false)"
)

CITED = """
WITH refs AS (
    SELECT position, observation_id::VARCHAR AS observation_id, report_id::VARCHAR AS report_id, url::VARCHAR AS url
    FROM finding_refs
)
SELECT
    refs.position,
    coalesce(observations.report_id, refs.report_id) AS report_id,
    observations.char_start,
    observations.char_end,
    observations.quote,
    coalesce(refs.url, files.url) AS url
FROM refs
LEFT JOIN (
    SELECT DISTINCT ON (observation_id) observation_id, report_id, char_start, char_end, quote
    FROM staging.stg_reports__observations
    WHERE observation_id IN (SELECT observation_id FROM refs)
    ORDER BY ALL
) AS observations ON refs.observation_id = observations.observation_id
LEFT JOIN (
    SELECT sha256, min(url) AS url FROM raw.landed_files GROUP BY sha256
) AS files ON files.sha256 = coalesce(observations.report_id, refs.report_id)
ORDER BY refs.position
"""


def with_provenance(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with the report, the place, the quote and the URL that their observation or report leads to.

    Where the tables of the schemas raw and staging are missing (a finding then says so) they stay as they are.
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


def write_tables(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    """Make `fct_expectation_result` and `fct_finding` anew from the attached history and the staged decisions."""
    connection.execute(RESULTS)
    connection.execute(FILL_RESULTS)
    connection.execute(FINDINGS)
    staged = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name = 'decisions' "
        "AND database_name = current_database()"
    ).fetchone()
    connection.execute(
        FILL_FINDINGS.format(decisions=DECISIONS if staged else NO_DECISIONS), {"today": today}
    )
