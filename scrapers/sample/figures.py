"""The sample's figures: what the made-up schools really have, and how a report prints it.

`figures/*.csv` hold what cannot be derived: a row a school, metric and breakdown, a column a year, in
canonical units. A district's figure is the sum of its schools', a total that of its parts, a share follows
`ratios.csv`. `printing.csv` says in which unit a metric is printed, `contradictions.csv` every lie that the
reports tell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
TECHNICIAN_SCHOOLS = "技工等学校"
"""The coverage that district reports put in brackets: 在校生…人（含技工等学校…人）."""


@dataclass(frozen=True, slots=True)
class School:
    """A school that does not exist."""

    school: str
    short: str
    district: str
    kind: str
    ownership: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that a report prints: the gold for reading it. `value` as printed, in the canonical unit."""

    report: str
    entity: str
    year: int
    metric: str
    value: Decimal
    dims: Mapping[str, str]
    where: str
    """`表3`, or `prose`."""
    raw: str
    """The number as it stands there, without its unit."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A number printed wrong on purpose; `printed` and `expected` are in the metric's canonical unit."""

    report: str
    kind: str
    where: str
    entity: str
    metric: str
    year: int
    dims: Mapping[str, str]
    printed: Decimal
    expected: Decimal
    note: str

    def replaces(self, fact: Fact) -> bool:
        """Whether this lie stands in the place of that fact."""
        mine = (self.report, self.where, self.entity, self.metric, self.year, self.dims)
        return mine == (fact.report, fact.where, fact.entity, fact.metric, fact.year, fact.dims)


@cache
def schools() -> Mapping[str, School]:
    """All schools by name."""
    return {row["school"]: School(**row) for row in _read("schools.csv")}


@cache
def contradictions() -> tuple[Contradiction, ...]:
    """Every planted contradiction."""
    return tuple(
        Contradiction(
            row["report"],
            row["kind"],
            row["where"],
            row["entity"],
            row["metric"],
            int(row["year"]),
            dict(pair.split("=") for pair in row["dims"].split("|") if pair),
            Decimal(row["printed"]),
            Decimal(row["expected"]),
            row["note"],
        )
        for row in _read("contradictions.csv")
    )


def members(entity: str, coverage: str | None = None) -> list[School]:
    """The schools that an entity's figures are made of: itself, or those of the district."""
    found = [school for school in schools().values() if entity in (school.school, school.district)]
    return [school for school in found if coverage is None or school.kind == "技工学校"]


def breakdown(school: str, metric: str, *dims: str) -> list[dict[str, str]]:
    """The parts that a school's figure is broken into, in the order of the CSV; each with its `dims`."""
    parts = [row.dims for row in _figures() if (row.school, row.metric) == (school, metric)]
    return [{dim: part[dim] for dim in dims} for part in parts]


def value(metric: str, entity: str, year: int, **dims: str) -> Decimal:
    """The true figure of a school or district, in the canonical unit. Raises KeyError if nothing tells it."""
    if metric in _ratios():
        ratio = _ratios()[metric]
        whole = {key: text for key, text in dims.items() if key == "coverage"}
        quotient = value(ratio["numerator"], entity, year, **dims) / value(
            ratio["denominator"], entity, year, **whole
        )
        return rounded(quotient * int(ratio["factor"]), int(ratio["decimals"]))
    coverage = dims.pop("coverage", None)
    names = {school.school for school in members(entity, coverage)}
    if metric == "schools":
        return Decimal(len(names))
    parts = [
        row.years[year]
        for row in _figures()
        if row.metric == metric and row.school in names and dims.items() <= row.dims.items()
    ]
    if not parts:
        raise KeyError(f"no figure for {metric} of {entity} in {year} {dims or ''}")
    return sum(parts, Decimal())


def rounded(number: Decimal, decimals: int) -> Decimal:
    """Half up, as reports do."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@dataclass(slots=True)
class Printer:
    """Prints figures into one report and keeps what it printed, in order: `facts` is the report's gold.

    A template asks for a figure by metric; year and entity are the report's own if not given.
    """

    report: str
    entity: str
    year: int
    lies: tuple[Contradiction, ...] = ()
    facts: list[Fact] = field(default_factory=list)
    tables: int = 0
    where: str = "prose"

    def __call__(self, metric: str, entity: str | None = None, year: int | None = None, **dims: str) -> str:
        """The figure as text, without its unit."""
        entity, year = entity or self.entity, year or self.year
        printing = _printing()[metric]
        factor, decimals = int(printing["factor"]), int(printing["decimals"])
        fact = Fact(
            self.report, entity, year, metric, value(metric, entity, year, **dims), dims, self.where, ""
        )
        printed = next((lie.printed for lie in self.lies if lie.replaces(fact)), fact.value)
        raw = str(rounded(printed / factor, decimals))
        self.facts.append(Fact(self.report, entity, year, metric, printed, dims, self.where, raw))
        return raw

    @property
    def years(self) -> tuple[int, int, int]:
        """The three years that the report's tables show."""
        return (self.year - 2, self.year - 1, self.year)

    @property
    def schools(self) -> list[School]:
        """The schools that the report is about."""
        return members(self.entity)


def label(metric: str) -> str:
    """A metric's name as a table head prints it, its unit in brackets."""
    printing = _printing()[metric]
    return f"{printing['label']}（{printing['unit']}）" if printing["unit"] else printing["label"]


@dataclass(frozen=True, slots=True)
class _Row:
    school: str
    metric: str
    dims: Mapping[str, str]
    years: Mapping[int, Decimal]


@cache
def _figures() -> tuple[_Row, ...]:
    return tuple(_figure_row(row) for file in sorted((HERE / "figures").glob("*.csv")) for row in _read(file))


def _figure_row(row: dict[str, str]) -> _Row:
    years = {int(name): Decimal(text) for name, text in row.items() if name.isdigit()}
    dims = {
        name: text
        for name, text in row.items()
        if text and name not in ("school", "metric") and not name.isdigit()
    }
    return _Row(row["school"], row["metric"], dims, years)


@cache
def _printing() -> Mapping[str, Mapping[str, str]]:
    return {row["metric"]: row for row in _read("printing.csv")}


@cache
def _ratios() -> Mapping[str, Mapping[str, str]]:
    return {row["metric"]: row for row in _read("ratios.csv")}


def _read(name: str | Path) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
