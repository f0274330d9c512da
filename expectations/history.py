"""What the runs before this one found: kept in a DuckDB file of its own, since the warehouse is built anew each time.

A run is known by what went in (`Run.run_id`): checked again, it takes the place of itself. Its time is that of the newest
thing that went in, never the clock's, so that an unchanged report changes nothing downstream. Who runs it writes into a draft
and keeps that when the run has ended, with a release or held back: a run that was killed leaves no trace.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from expectations.records import CheckResult, Finding, Run, as_json

SCHEMA = """
CREATE TABLE IF NOT EXISTS history.runs (
    run_no INTEGER NOT NULL PRIMARY KEY,  -- 1, 2, 3 …
    run_id VARCHAR NOT NULL,              -- what went in
    run_at TIMESTAMP NOT NULL,            -- the newest of it, UTC
    release_id VARCHAR                    -- the release that came of it, where one did
);
CREATE TABLE IF NOT EXISTS history.results (
    run_no INTEGER NOT NULL,
    rule VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    expectation VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    success BOOLEAN NOT NULL,
    evaluated BIGINT NOT NULL,
    unexpected BIGINT NOT NULL,
    observed VARCHAR,
    title_zh VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    message VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS history.findings (
    finding_id VARCHAR NOT NULL PRIMARY KEY,
    rule VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    subject JSON NOT NULL,
    table_name VARCHAR NOT NULL,
    observation_ids VARCHAR[] NOT NULL,
    report_id VARCHAR,
    char_start INTEGER,
    char_end INTEGER,
    quote VARCHAR,
    url VARCHAR,
    message_zh VARCHAR NOT NULL,
    message_en VARCHAR NOT NULL,
    detail JSON NOT NULL,
    first_run INTEGER NOT NULL,
    last_run INTEGER NOT NULL,
    gone_run INTEGER,                     -- the first run that no longer found it; null while it is found
    reopened_run INTEGER                  -- the last run that found it again after it was gone
);
"""

NEWEST = """
SELECT coalesce(greatest(
    (SELECT max(fetched_at) FROM raw.landed_files), (SELECT max(decided_at) FROM raw.decisions)
), TIMESTAMP '1970-01-01')
"""

KEPT = ("rule", "suite", "severity", "subject", "table_name", "observation_ids", "report_id", "char_start", "char_end",
        "quote", "url", "message_zh", "message_en", "detail")  # fmt: skip


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, history: Path | None) -> Iterator[None]:
    """The history as the schema `history` of a connection; without a path one that is forgotten."""
    if history is not None:
        history.parent.mkdir(parents=True, exist_ok=True)
    path = str(history or ":memory:").replace("'", "''")
    connection.execute(f"ATTACH '{path}' AS history")
    try:
        connection.execute(SCHEMA)
        yield
    finally:
        connection.execute("DETACH history")


def record(
    connection: duckdb.DuckDBPyConnection,
    run: Run,
    results: Sequence[CheckResult],
    findings: Sequence[Finding],
) -> int:
    """Add a run to the attached history; its number."""
    _insert(connection, "found", [finding_row(finding) for finding in findings])
    _insert(connection, "checked", [asdict(result) for result in results])
    connection.execute("BEGIN TRANSACTION")
    number = _run_number(connection, run)
    connection.execute("DELETE FROM history.results WHERE run_no = ?", [number])
    if results:
        connection.execute(f"INSERT INTO history.results BY NAME SELECT {number} AS run_no, * FROM checked")
    # What this very run had found, and no longer does, was never there.
    connection.execute(
        "DELETE FROM history.findings WHERE first_run = ? AND finding_id NOT IN (SELECT finding_id FROM found)",
        [number],
    )
    connection.execute(
        "UPDATE history.findings SET gone_run = ? WHERE gone_run IS NULL AND finding_id NOT IN (SELECT finding_id FROM found)",
        [number],
    )
    if findings:
        connection.execute(
            f"""
            UPDATE history.findings SET last_run = {number}, gone_run = NULL,
                reopened_run = CASE WHEN gone_run < {number} THEN {number} ELSE reopened_run END
            WHERE finding_id IN (SELECT finding_id FROM found)
            """
        )
        # Most findings are word for word what they were, and to write them anew would cost more with each season.
        kept = ", ".join(f"{column} = found.{column}" for column in KEPT)
        differs = " OR ".join(f"findings.{column} IS DISTINCT FROM found.{column}" for column in KEPT)
        connection.execute(
            f"UPDATE history.findings SET {kept} FROM found WHERE findings.finding_id = found.finding_id AND ({differs})"
        )
        connection.execute(
            f"""
            INSERT INTO history.findings BY NAME
            SELECT *, {number} AS first_run, {number} AS last_run FROM found
            WHERE finding_id NOT IN (SELECT finding_id FROM history.findings)
            """
        )
    connection.execute("COMMIT")
    return number


def draft_of(history: Path, draft: Path) -> Path:
    """Begin the draft of a run: the history as it is, in the place of any draft that was left; its path."""
    draft.parent.mkdir(parents=True, exist_ok=True)
    for left in (draft, draft.with_name(f"{draft.name}.wal")):
        left.unlink(missing_ok=True)
    if history.exists():
        shutil.copyfile(history, draft)
    return draft


def keep_draft(draft: Path, history: Path) -> None:
    """Make the draft the history, at once. Nothing happens where it has been kept already."""
    if draft.exists():
        history.parent.mkdir(parents=True, exist_ok=True)
        partial = history.with_name(f"{history.name}.partial")
        shutil.move(draft, partial)  # a home's folders may lie on different disks
        partial.replace(history)


def record_release(history: Path, run_id: str, release_id: str) -> None:
    """Say which release came of a run. Nothing happens where the run is not in the history."""
    with duckdb.connect(str(history)) as connection:
        connection.execute("UPDATE runs SET release_id = ? WHERE run_id = ?", [release_id, run_id])


def _run_number(connection: duckdb.DuckDBPyConnection, run: Run) -> int:
    """That of the last run where the same went in, else the next."""
    last = connection.execute(
        "SELECT run_no, run_id FROM history.runs ORDER BY run_no DESC LIMIT 1"
    ).fetchone()
    if last and last[1] == run.run_id:
        return int(last[0])
    number = int(last[0]) + 1 if last else 1
    try:
        [run_at] = connection.execute(NEWEST).fetchone() or [None]
    except duckdb.CatalogException:  # no raw tables: a finding says so
        run_at = "1970-01-01"
    connection.execute("INSERT INTO history.runs VALUES (?, ?, ?, NULL)", [number, run.run_id, run_at])
    return number


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as the tables have it."""
    texts = {
        "subject": finding.subject_json,
        "detail": as_json(finding.detail),
        "observation_ids": list(finding.observations),
    }
    as_they_are = {name: getattr(finding, name) for name in KEPT if name not in texts}
    return {"finding_id": finding.finding_id, **as_they_are, **texts}


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """A temporary table of rows, through a dataframe: one bulk insert is far faster than one for each."""
    if not rows:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} (finding_id VARCHAR)")
        return
    connection.register("new_rows", pd.DataFrame(rows, dtype="object"))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM new_rows")
    connection.unregister("new_rows")
