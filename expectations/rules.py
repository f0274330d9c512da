"""Read the rules: one YAML file a suite, one suite a layer. Great Expectations is not needed for that.

A suite names its `data` (a table, or a SQL select on it) and `rules` on them. Of its data it says what identifies a row
(`subject`) and which columns lead to where it stands in a report (`report`, `observation`, `observations`, `url`). Messages
may name any column of the data in braces; a rule on a table as a whole has `{observed}`. A rule may look at some rows only
(`where`), and a rule with `for_each: SEED` is one rule for each line of that seed, whose columns it names as `$column`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from string import Formatter, Template
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from expectations.records import Severity

RULES = Path(__file__).with_name("rules")
SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds"

KebabCase = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
TableName = Annotated[str, Field(pattern=r"^\w+\.\w+$")]


class RuleError(ValueError):
    """A rule file cannot be used; the message names the file, the rule and the key."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """The same in Chinese and English."""

    zh: str
    en: str

    def placeholders(self) -> set[str]:
        """The names in braces. Raises ValueError where the braces do not match."""
        return {
            name
            for text in (self.zh, self.en)
            for _, name, _, _ in Formatter().parse(text)
            if name is not None
        }


class Data(_Strict):
    """What rules look at: a table, or a select on it; and which of its columns say what a row is and where it stands.

    `report` is the column with a report's sha256, `observation` that with an observation's id,
    `observations` that with a list of them, the doubtful one first.
    """

    table: TableName
    select: str | None = None
    subject: tuple[str, ...] = Field(min_length=1)
    report: str | None = None
    observation: str | None = None
    observations: str | None = None
    url: str | None = None

    @property
    def provenance(self) -> set[str]:
        """The columns that lead to where a row stands."""
        return {name for name in (self.report, self.observation, self.observations, self.url) if name}

    @property
    def query(self) -> str:
        """The SQL that gives the rows."""
        return self.select or f"SELECT * FROM {self.table}"


class Rule(_Strict):
    """One thing that must hold, as an expectation of Great Expectations (`expect`, `with`: its type and arguments)."""

    id: KebabCase
    data: str
    expect: Annotated[str, Field(pattern=r"^expect_\w+$")]
    arguments: dict[str, Any] = Field(alias="with")
    severity: Severity
    title: Text
    message: Text
    where: str | None = None

    @property
    def looks_at(self) -> Literal["rows", "keys", "table"]:
        """Whether each row holds or breaks it by itself, the rows of a key do, or the table as a whole."""
        if self.expect.endswith("_be_unique"):
            return "keys"
        return "rows" if "_values_" in self.expect else "table"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the expectation looks at; none for a table as a whole."""
        named = [self.arguments.get(key) for key in ("column", "column_A", "column_B")]
        return tuple(column for column in (*named, *self.arguments.get("column_list", ())) if column)


class Suite(_Strict):
    """The rules of one layer."""

    suite: str
    title: Text
    data: dict[str, Data]
    rules: tuple[Rule, ...]
    file: Path

    @cached_property
    def batches(self) -> dict[tuple[str, str | None], list[Rule]]:
        """Name of the data and which of its rows -> the rules on them: what is validated together, in the rules' order."""
        grouped: dict[tuple[str, str | None], list[Rule]] = {}
        for rule in self.rules:
            grouped.setdefault((rule.data, rule.where), []).append(rule)
        return grouped

    def table_of(self, rule: Rule) -> str:
        """The table that a rule is on, as schema.name."""
        return self.data[rule.data].table


LAYERS = ("landing", "staging", "marts", "audits")


def load_suites(rules: Path = RULES, seeds: Path = SEEDS) -> tuple[Suite, ...]:
    """All suites of a folder, in the order in which data flows through the layers.

    Raises RuleError for what is wrong in a file: no YAML, an unknown key, an id that is there twice, data or a seed
    that does not exist. Whether an expectation and its arguments exist is told by the run.
    """
    suites = [_load_suite(file, seeds) for file in sorted(rules.glob("*.yaml"))]
    if not suites:
        raise RuleError(f"{rules} holds no rules: there must be a *.yaml for each suite")
    _refuse_duplicates(suites)
    return tuple(sorted(suites, key=lambda suite: (*(suite.suite != layer for layer in LAYERS), suite.suite)))


def _load_suite(file: Path, seeds: Path) -> Suite:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise RuleError(f"{file.name} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise RuleError(f"{file.name} must have the keys suite, title, data and rules")
    content = {**content, "rules": list(_each_rule(content.get("rules"), file, seeds))}
    try:
        suite = Suite.model_validate({**_resolved(content, file, seeds), "file": file})
    except ValidationError as error:
        raise RuleError("\n".join(_explained(error, content, file))) from error
    _check_references(suite)
    return suite


def _explained(error: ValidationError, content: dict[str, Any], file: Path) -> Iterator[str]:
    """Each error with the rule or data it is in: `landing.yaml, rule source-answered: severty: unknown key`."""
    for problem in error.errors():
        where, path = file.name, list(problem["loc"])
        if path[0] == "rules" and len(path) > 1:
            where += f", rule {_rule_name(content, path[1])}"
            path = path[2:]
        message = "unknown key" if problem["type"] == "extra_forbidden" else problem["msg"]
        yield f"{where}: {'.'.join(map(str, path))}: {message}" if path else f"{where}: {message}"


def _rule_name(content: dict[str, Any], index: Any) -> str:
    """The rule's id, or its number where it has none."""
    rule = content["rules"][index]
    return str(rule["id"]) if isinstance(rule, dict) and "id" in rule else f"no. {index + 1}"


def _check_references(suite: Suite) -> None:
    for rule in suite.rules:
        where = f"{suite.file.name}, rule {rule.id}"
        if rule.data not in suite.data:
            raise RuleError(f"{where}: no data “{rule.data}”, there is {', '.join(suite.data)}")
        for name, text in (("title", rule.title), ("message", rule.message)):
            try:
                text.placeholders()
            except ValueError as error:
                raise RuleError(
                    f"{where}: {name}: {error}; write {{column}} for a column of the data"
                ) from error


def _refuse_duplicates(suites: list[Suite]) -> None:
    seen: dict[str, Suite] = {}
    for suite in suites:
        for rule in suite.rules:
            if rule.id in seen:
                raise RuleError(
                    f"{suite.file.name}, rule {rule.id}: the id is taken in {seen[rule.id].file.name}"
                )
            seen[rule.id] = suite


def _each_rule(rules: Any, file: Path, seeds: Path) -> Iterator[Any]:
    """The rules, with those that a seed gives written out line by line."""
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, dict) or "for_each" not in rule:
            yield rule
            continue
        template = {key: value for key, value in rule.items() if key != "for_each"}
        for line in _seed_lines(rule["for_each"], file, seeds):
            yield _filled_in(template, line)


def _filled_in(value: Any, line: dict[str, str]) -> Any:
    if isinstance(value, str):
        return Template(value).safe_substitute(line)
    if isinstance(value, dict):
        return {key: _filled_in(item, line) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled_in(item, line) for item in value]
    return value


def _resolved(value: Any, file: Path, seeds: Path) -> Any:
    """Fill in the vocabularies: `{seed: metrics, column: code, also: [unmapped]}` is the list of these values."""
    if isinstance(value, dict) and "seed" in value:
        return _seed_values(value, file, seeds)
    if isinstance(value, dict):
        return {key: _resolved(item, file, seeds) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, file, seeds) for item in value]
    return value


def _seed_values(request: dict[str, Any], file: Path, seeds: Path) -> list[str]:
    column = request.get("column")
    try:
        values = [line[column] for line in _seed_lines(request["seed"], file, seeds)]
    except KeyError as error:
        raise RuleError(f"{file.name}: no column “{column}” in the seed {request['seed']}") from error
    return sorted({*values, *request.get("also", ())})


def _seed_lines(name: Any, file: Path, seeds: Path) -> list[dict[Any, str]]:
    seed = seeds / f"{name}.csv"
    try:
        with seed.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise RuleError(f"{file.name}: no seed {seed}: {error}") from error
