"""The vocabularies are data; these tests are what a person who adds a line is told."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from extraction.vocabulary import SEEDS, squeeze, vocabulary


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_alias_belongs_to_two_metrics() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows("metrics"):
        for alias in filter(None, [row["name_zh"], *row["aliases"].split("|")]):
            owners[squeeze(alias)].add(row["code"])
    assert {alias: codes for alias, codes in owners.items() if len(codes) > 1} == {}


def test_the_codes_of_the_contract_stay(shared: Path) -> None:
    with (shared / "contract" / "metrics.csv").open(encoding="utf-8") as file:
        contract = {row["code"] for row in csv.DictReader(file)}
    assert contract <= set(vocabulary().metrics)


def test_every_member_and_header_belongs_to_a_known_dimension() -> None:
    assert {row["dimension"] for row in rows("members")} <= set(vocabulary().dimensions)


def test_the_themes_of_a_dimension_are_themes_of_metrics() -> None:
    themes = {metric.theme for metric in vocabulary().metrics.values()}
    used = {theme for dimension in vocabulary().dimensions.values() for theme in dimension.themes}
    assert used <= themes


def test_every_unit_has_a_positive_factor() -> None:
    assert all(unit.factor > 0 for unit in vocabulary().units.values())


def test_a_member_inside_a_longer_metric_is_found_too() -> None:
    found = {(term.kind, term.code) for term in vocabulary().find_terms("国家级培训")}
    assert found == {("metric", "training_attendance"), ("level", "国家级")}
