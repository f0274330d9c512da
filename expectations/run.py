"""One run: every rule on the built warehouse, its results and findings written into it, the Data Docs beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb

from expectations.check import check_suite
from expectations.docs import write_docs
from expectations.history import attached, record
from expectations.records import CheckResult, ExpectationRun, Finding, Run, count_by_severity
from expectations.rules import Suite, load_suites
from expectations.snapshot import write_snapshot
from expectations.tables import with_provenance, write_tables

MEMORY = os.environ.get("ZHIJIAO_MEMORY", "3GB")
"""What DuckDB may take, as in the dbt profile; the rest goes to a folder beside the work file."""
UNDECIDED = """
SELECT severity, rule, finding_id FROM main.fct_finding WHERE status IN ('open', 'reopened') ORDER BY rule, finding_id
"""


def run_expectations(
    database: Path,
    docs: Path,
    log: Callable[[str], object] = print,
    *,
    suites: Sequence[Suite] | None = None,
    run: Run | None = None,
    history: Path | None = None,
    snapshot: Path | None = None,
    stored: Mapping[str, str] | None = None,
) -> ExpectationRun:
    """Check the DuckDB work file `database` against `suites` (all of the project's, unless others are given).

    `stored` is what the landing zone holds, sha256 by name -> sha256 of the bytes; without it the manifests are believed.
    Adds `run` to the `history`, makes the tables `fct_expectation_result` and `fct_finding` anew in the schema main of
    `database` from it, writes the Data Docs, static HTML, into the folder `docs`, and to `snapshot` what the desk shows.
    Without a history this is the first run there is; without a snapshot the desk has nothing to show. The same content
    gives the same rows in the same order. What the database lacks fails the rules that need it; what is wrong with a rule
    raises RuleError before anything is written.
    """
    if not database.is_file():
        raise FileNotFoundError(f"no warehouse at {database}: stage and build it before checking it")
    suites = load_suites() if suites is None else suites
    run = run or Run(run_id=database.name, today=date.today())

    from expectations.gx import Validator, wording

    validator = Validator(suites)
    results: list[CheckResult] = []
    found: list[Finding] = []
    with duckdb.connect(str(database), config={"memory_limit": MEMORY}) as connection:
        _tell_stored(connection, stored)
        for suite in suites:
            of_suite, findings = check_suite(connection, suite, validator)
            results += of_suite
            found += findings
            log(_account(suite, of_suite))
        found = with_provenance(connection, found)
        with attached(connection, history):
            record(connection, run, results, found)
            write_tables(connection, run.today)
        if snapshot is not None:
            write_snapshot(connection, snapshot)
        order = {result.rule: place for place, result in enumerate(results)}
        undecided = sorted(connection.execute(UNDECIDED).fetchall(), key=lambda row: order[row[1]])
    index = write_docs(docs, suites, results, found, wording=wording)
    return ExpectationRun(
        results=tuple(results),
        findings_by_severity=count_by_severity(finding.severity for finding in found),
        undecided=count_by_severity(severity for severity, _, _ in undecided),
        held_by=tuple(f"{rule} {finding}" for severity, rule, finding in undecided if severity == "blocks"),
        docs=index,
    )


def _tell_stored(connection: duckdb.DuckDBPyConnection, stored: Mapping[str, str] | None) -> None:
    """The landing zone as a table that rules can look at."""
    connection.execute("CREATE OR REPLACE TEMP TABLE landing_store (sha256 VARCHAR, actual_sha256 VARCHAR)")
    if stored is None:
        with suppress(duckdb.CatalogException):  # no raw tables: a finding says so
            connection.execute(
                "INSERT INTO landing_store SELECT DISTINCT sha256, sha256 FROM raw.landed_files"
            )
    elif stored:
        names, hashes = list(stored), list(stored.values())
        connection.execute("INSERT INTO landing_store SELECT unnest(?), unnest(?)", [names, hashes])


def _account(suite: Suite, results: Sequence[CheckResult]) -> str:
    failed = [result for result in results if not result.success]
    account = f"{suite.suite}: {len(results) - len(failed)} of {len(results)} rules hold"
    return f"{account}; not: {', '.join(result.rule for result in failed)}" if failed else account
