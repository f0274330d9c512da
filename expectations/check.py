"""Check one suite: fetch the data of its rules from DuckDB, have it validated, turn what breaks a rule into findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from expectations.gx import Outcome, Validator, joined
from expectations.records import CheckResult, Finding
from expectations.rules import Data, Rule, Suite, Text

Row = Mapping[str, Any]

# Temporary tables: the columns of one data that its rules look at; the cases of one rule, numbered as in the dataframe.
BATCH, CASES, CASE = "expectation_batch", "expectation_cases", "expectation_case"
SAMPLE = 5
CASES_AT_ONCE = 200_000
"""Rows of a dataframe, so that memory does not grow with the table."""


class NotCheckable(ValueError):
    """The data of a rule cannot be had: a table or a column is missing."""


def check_suite(
    connection: duckdb.DuckDBPyConnection, suite: Suite, validator: Validator
) -> tuple[list[CheckResult], list[Finding]]:
    """The result of each rule of a suite, in its order, and the findings, each subject of a rule once.

    Never raises for what the database holds or lacks: a rule without its table is a result that failed and blocks.
    """
    results: dict[str, CheckResult] = {}
    findings: dict[str, list[Finding]] = {}
    for (name, where), rules in suite.batches.items():
        for outcome, rows in _checked(connection, suite.data[name], where, rules, validator):
            found = _findings(suite, outcome, rows)
            results[outcome.rule.id] = _result(suite, outcome, rows, found)
            findings[outcome.rule.id] = found
    return (
        [results[rule.id] for rule in suite.rules],
        [finding for rule in suite.rules for finding in findings[rule.id]],
    )


def _checked(
    connection: duckdb.DuckDBPyConnection,
    data: Data,
    where: str | None,
    rules: Sequence[Rule],
    validator: Validator,
) -> Iterator[tuple[Outcome, list[Row]]]:
    """The outcome of each rule on the data, and the rows that break it."""
    try:
        known = _columns(connection, data)
    except NotCheckable as error:
        yield from ((Outcome(rule, False, 0, (), None, str(error)), []) for rule in rules)
        return
    rows = f"SELECT {_listed(known & _named(data, rules))} FROM ({data.query}) WHERE {where or 'true'}"
    looked_at = known & {column for rule in rules for column in rule.columns}
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {BATCH} AS SELECT {_listed(looked_at) or 0} FROM ({rows})"
    )
    for rule in rules:
        if reason := _missing_columns(data, rule, known):
            yield Outcome(rule, False, 0, (), None, reason), []
        else:
            outcome = _validated(connection, rule, validator)
            yield outcome, _rows(connection, outcome, rows)


def _validated(connection: duckdb.DuckDBPyConnection, rule: Rule, validator: Validator) -> Outcome:
    """The outcome of a rule on the batch, of its cases in pieces of so many, or all at once."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {CASES} AS SELECT *, row_number() OVER () - 1 AS {CASE} FROM ({_cases(rule)})"
    )
    [(rows, cases)] = connection.execute(
        f"SELECT (SELECT count(*) FROM {BATCH}), (SELECT count(*) FROM {CASES})"
    ).fetchall()
    size = CASES_AT_ONCE if rule.looks_at == "rows" else max(cases, 1)
    pieces = [
        validator.validate(
            connection.sql(
                f"SELECT * FROM {CASES} WHERE {CASE} >= {start} AND {CASE} < {start + size} ORDER BY {CASE}"
            ).df(),
            rule,
        )
        for start in range(0, max(cases, 1), size)
    ]
    outcome = joined(pieces, size)
    return outcome if outcome.error else replace(outcome, evaluated=rows)


def _cases(rule: Rule) -> str:
    """What the batch holds that a rule can judge differently: DuckDB tells what is alike in a fraction of the time.

    Of rows that are alike one; of keys those that are there more than once; of a table all there is.
    """
    columns = _listed(rule.columns)
    if rule.looks_at == "rows":
        return f"SELECT DISTINCT {columns} FROM {BATCH}"
    if rule.looks_at == "keys":
        repeated = f"SELECT {columns} FROM {BATCH} GROUP BY ALL HAVING count(*) > 1"
        return f"SELECT {columns} FROM {BATCH} AS batch SEMI JOIN ({repeated}) AS other ON {_alike(rule, 'batch')}"
    return f"SELECT {columns or 0} FROM {BATCH}"


def _alike(rule: Rule, table: str) -> str:
    """The condition that a row of `table` and one of `other` hold the same in all that a rule looks at."""
    columns = map(_quoted, rule.columns)
    return " AND ".join(f"{table}.{column} IS NOT DISTINCT FROM other.{column}" for column in columns)


def _columns(connection: duckdb.DuckDBPyConnection, data: Data) -> set[str]:
    """The names of the columns that rules can look at."""
    try:
        return {column for column, *_ in connection.execute(f"DESCRIBE ({data.query})").fetchall()}
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        reason = str(error).splitlines()[0]
        raise NotCheckable(
            f"{data.table}: {reason}; stage and build the warehouse before checking it"
        ) from error


def _named(data: Data, rules: Sequence[Rule]) -> set[str]:
    """The columns that rules, their messages and their provenance name."""
    return {*data.subject, *data.provenance}.union(
        *({*rule.columns, *rule.message.placeholders()} for rule in rules)
    )


def _missing_columns(data: Data, rule: Rule, known: set[str]) -> str | None:
    """Why a rule does not fit its data, or None."""
    missing = sorted(_named(data, [rule]) - known - {"observed"})
    if not missing:
        return None
    return f"{data.table}: rule {rule.id} names columns that its data does not have: {', '.join(missing)}"


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(map(_quoted, sorted(columns)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(connection: duckdb.DuckDBPyConnection, outcome: Outcome, rows: str) -> list[Row]:
    """The rows that break a rule, with DuckDB's types, in an order that does not depend on the table's."""
    if outcome.success or not outcome.unexpected:
        return []
    unexpected = connection.execute(
        f"SELECT * FROM ({rows}) AS checked"
        f" SEMI JOIN (SELECT * FROM {CASES} WHERE {CASE} IN (SELECT unnest(?))) AS other"
        f" ON {_alike(outcome.rule, 'checked')} ORDER BY ALL",
        [list(outcome.unexpected)],
    )
    columns = [column for column, *_ in unexpected.description or ()]
    return [
        {column: _plain(value) for column, value in zip(columns, row, strict=True)}
        for row in unexpected.fetchall()
    ]


def _plain(value: Any) -> Any:
    """A value as JSON has it: decimals as numbers, dates as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _findings(suite: Suite, outcome: Outcome, rows: Sequence[Row]) -> list[Finding]:
    if outcome.success:
        return []
    if not rows:
        return [_finding_on_table(suite, outcome)]
    found = [_finding_on_row(suite, outcome, row) for row in rows]
    return sorted({finding.subject_json: finding for finding in reversed(found)}.values(), key=_by_subject)


def _by_subject(finding: Finding) -> str:
    return finding.subject_json


def _finding_on_table(suite: Suite, outcome: Outcome) -> Finding:
    rule, table = outcome.rule, suite.table_of(outcome.rule)
    zh = f"无法检查“{rule.title.zh}”：{outcome.error}" if outcome.error else None
    en = f"“{rule.title.en}” cannot be checked: {outcome.error}" if outcome.error else None
    return Finding(
        rule=rule.id,
        suite=suite.suite,
        severity="blocks" if outcome.error else rule.severity,
        subject={"table": table},
        table_name=table,
        message_zh=zh or _filled(rule.message.zh, {"observed": outcome.observed}),
        message_en=en or _filled(rule.message.en, {"observed": outcome.observed}),
        detail={"error": outcome.error} if outcome.error else {"observed": outcome.observed},
    )


def _finding_on_row(suite: Suite, outcome: Outcome, row: Row) -> Finding:
    rule, data = outcome.rule, suite.data[outcome.rule.data]
    looked_at = sorted({*rule.columns, *rule.message.placeholders()} - {"observed"})
    return Finding(
        rule=rule.id,
        suite=suite.suite,
        severity=rule.severity,
        subject={column: row[column] for column in data.subject},
        table_name=data.table,
        message_zh=_filled(rule.message.zh, row),
        message_en=_filled(rule.message.en, row),
        detail={column: row[column] for column in looked_at},
        report_id=row[data.report] if data.report else None,
        observations=_observations(data, row),
        url=row[data.url] if data.url else None,
    )


def _observations(data: Data, row: Row) -> tuple[str, ...]:
    """The numbers that a row is about, each once."""
    several = (row[data.observations] or ()) if data.observations else ()
    one = row[data.observation] if data.observation else None
    return tuple(dict.fromkeys(each for each in (one, *several) if each))


def _filled(template: str, row: Row) -> str:
    """A message with its values; a number as people write it, an em dash for what is not known."""
    return template.format_map(
        {name: "—" if value is None else _written(value) for name, value in row.items()}
    )


def _written(value: Any) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _result(suite: Suite, outcome: Outcome, rows: Sequence[Row], findings: Sequence[Finding]) -> CheckResult:
    rule = outcome.rule
    return CheckResult(
        rule=rule.id,
        suite=suite.suite,
        table_name=suite.table_of(rule),
        expectation=rule.expect,
        severity="blocks" if outcome.error else rule.severity,
        success=outcome.success,
        evaluated=outcome.evaluated,
        unexpected=0 if outcome.success else max(len(rows), 1),
        observed=outcome.observed or _sample(rule, rows),
        title_zh=rule.title.zh,
        title_en=rule.title.en,
        message=_summary(rule.title, outcome, findings),
    )


def _sample(rule: Rule, rows: Sequence[Row]) -> str | None:
    """A few of the values that break a rule."""
    values = dict.fromkeys(
        " / ".join("—" if row[column] is None else _written(row[column]) for column in rule.columns)
        for row in rows
    )
    return "; ".join(value[:100] for value in list(values)[:SAMPLE]) or None


def _summary(title: Text, outcome: Outcome, findings: Sequence[Finding]) -> str:
    """One line for a log: the rule where it holds, else how many break it and the first of them."""
    if outcome.success:
        return f"{title.en}."
    if not outcome.unexpected:
        return findings[0].message_en
    return f"{len(findings)} found in {outcome.evaluated} rows, first: {findings[0].message_en}"
