"""Check one suite: fetch the data of its rules from DuckDB, have it validated, turn what breaks a rule into findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from expectations.gx import Outcome, Validator, joined
from expectations.records import CheckResult, Finding
from expectations.rules import Data, Rule, Suite, Text

Row = Mapping[str, Any]

# The temporary table that holds the rows of one data; its extra column numbers them as the dataframe does.
BATCH, ROW = "expectation_batch", "expectation_row"
SAMPLE = 5
ROWS_AT_ONCE = 200_000
"""Rows of a dataframe: what a rule on rows looks at once, so that memory does not grow with the table."""


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
        for outcome in _outcomes(connection, suite.data[name], where, rules, validator):
            rows = _rows(connection, outcome)
            found = _findings(suite, outcome, rows)
            results[outcome.rule.id] = _result(suite, outcome, rows, found)
            findings[outcome.rule.id] = found
    return (
        [results[rule.id] for rule in suite.rules],
        [finding for rule in suite.rules for finding in findings[rule.id]],
    )


def _outcomes(
    connection: duckdb.DuckDBPyConnection,
    data: Data,
    where: str | None,
    rules: Sequence[Rule],
    validator: Validator,
) -> list[Outcome]:
    try:
        known = _columns(connection, data)
        missing = {rule.id: reason for rule in rules if (reason := _missing_columns(data, rule, known))}
        checkable = [rule for rule in rules if rule.id not in missing]
        _make_batch(connection, data, where, sorted(known & _named(data, rules)))
    except NotCheckable as error:
        return [Outcome(rule, False, 0, (), None, str(error)) for rule in rules]
    by_rows = [rule for rule in checkable if rule.is_on_rows]
    whole = [rule for rule in checkable if not rule.is_on_rows]
    outcomes = {
        outcome.rule.id: outcome
        for outcome in (
            *_validated(connection, by_rows, validator, ROWS_AT_ONCE),
            *_validated(connection, whole, validator, None),
            *(Outcome(rule, False, 0, (), None, missing[rule.id]) for rule in rules if rule.id in missing),
        )
    }
    return [outcomes[rule.id] for rule in rules]


def _validated(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], validator: Validator, at_once: int | None
) -> list[Outcome]:
    """The outcome of each rule on the batch, looked at in pieces of so many rows, or as a whole."""
    if not rules:
        return []
    columns = sorted({column for rule in rules for column in rule.columns})
    [(rows,)] = connection.execute(f"SELECT count(*) FROM {BATCH}").fetchall()
    size = at_once or max(rows, 1)
    pieces = [
        validator.validate(
            rules[0].id,
            connection.sql(
                f"SELECT {', '.join(map(_quoted, (ROW, *columns)))} FROM {BATCH}"
                f" WHERE {ROW} >= {start} AND {ROW} < {start + size} ORDER BY {ROW}"
            ).df(),
            rules,
        )
        for start in range(0, max(rows, 1), size)
    ]
    return [joined(outcomes, size) for outcomes in zip(*pieces, strict=True)]


def _columns(connection: duckdb.DuckDBPyConnection, data: Data) -> set[str]:
    """The names of the columns that rules can look at."""
    try:
        return {column for column, *_ in connection.execute(f"DESCRIBE ({data.query})").fetchall()}
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        reason = str(error).splitlines()[0]
        raise NotCheckable(
            f"{data.table}: {reason}; stage and build the warehouse before checking it"
        ) from error


def _make_batch(
    connection: duckdb.DuckDBPyConnection, data: Data, where: str | None, columns: Sequence[str]
) -> None:
    """Put the rows into the temporary table, with the columns that the rules name and no other."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {BATCH} AS"
        f" SELECT {', '.join(map(_quoted, columns))}, row_number() OVER () - 1 AS {ROW} FROM ({data.query})"
        f" WHERE {where or 'true'}"
    )


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


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(connection: duckdb.DuckDBPyConnection, outcome: Outcome) -> list[Row]:
    """The rows that break a rule, with DuckDB's types, in an order that does not depend on the table's."""
    if outcome.success or not outcome.unexpected:
        return []
    unexpected = connection.execute(
        f"SELECT * EXCLUDE ({ROW}) FROM {BATCH} WHERE {ROW} IN (SELECT unnest(?)) ORDER BY ALL",
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
