"""One run: every rule on the built warehouse, its results and findings written into it, the Data Docs beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from expectations.check import check_suite
from expectations.docs import write_docs
from expectations.records import CheckResult, ExpectationRun, Finding, count_by_severity
from expectations.rules import Suite, load_suites
from expectations.tables import with_provenance, write_tables


def run_expectations(
    database: Path,
    docs: Path,
    log: Callable[[str], object] = print,
    *,
    suites: Sequence[Suite] | None = None,
) -> ExpectationRun:
    """Check the DuckDB work file `database` against `suites` (all of the project's, unless others are given).

    Makes the tables `fct_expectation_result` and `fct_finding` anew in its schema main and writes the Data Docs, static
    HTML, into the folder `docs`. The same content gives the same rows in the same order. What the database lacks fails
    the rules that need it; what is wrong with a rule raises RuleError before anything is written.
    """
    if not database.is_file():
        raise FileNotFoundError(f"no warehouse at {database}: stage and build it before checking it")
    suites = load_suites() if suites is None else suites

    from expectations.gx import Validator

    validator = Validator(suites)
    results: list[CheckResult] = []
    found: list[Finding] = []
    with duckdb.connect(str(database)) as connection:
        for suite in suites:
            of_suite, findings = check_suite(connection, suite, validator)
            results += of_suite
            found += findings
            log(_account(suite, of_suite))
        found = with_provenance(connection, found)
        write_tables(connection, results, found)
    index = write_docs(docs, suites, results, found, wording=validator.wording)
    return ExpectationRun(tuple(results), count_by_severity(found), index)


def _account(suite: Suite, results: Sequence[CheckResult]) -> str:
    failed = [result for result in results if not result.success]
    account = f"{suite.suite}: {len(results) - len(failed)} of {len(results)} rules hold"
    return f"{account}; not: {', '.join(result.rule for result in failed)}" if failed else account
