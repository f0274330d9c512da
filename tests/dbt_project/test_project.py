"""Rules of the house that dbt does not hold by itself, read from its manifest."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from .sample import PROJECT, dbt

FINDING = [
    "rule",
    "subject_key",
    "report_id",
    "entity",
    "metric",
    "year",
    "observation_ids",
    "printed",
    "expected",
    "slip",
    "arithmetic_zh",
    "arithmetic_en",
]


@pytest.fixture(scope="module")
def nodes(warehouse: Path) -> dict[str, Any]:
    """Models and seeds of the manifest, by name."""
    manifest = json.loads((warehouse.parent / "target" / "manifest.json").read_text(encoding="utf-8"))
    return {n["name"]: n for n in manifest["nodes"].values() if n["resource_type"] in ("model", "seed")}


def test_the_project_parses_without_a_warehouse(tmp_path: Path) -> None:
    dbt(tmp_path, "parse")


def test_marts_read_only_dimensions_and_facts(nodes: dict[str, Any]) -> None:
    read = {
        name: [d.split(".")[-1] for d in n["depends_on"]["nodes"]]
        for name, n in nodes.items()
        if "mart_" in name
    }
    assert read
    strangers = {m: [d for d in ds if not d.startswith(("dim_", "fct_"))] for m, ds in read.items()}
    assert not any(strangers.values()), strangers


def test_every_model_seed_and_column_is_described(nodes: dict[str, Any]) -> None:
    silent = [
        f"{name}.{column['name']}" for name, n in nodes.items() for column in n["columns"].values()
        if not column["description"]
    ]  # fmt: skip
    assert [name for name, n in nodes.items() if not n["description"]] + silent == []


def test_every_column_of_a_built_table_is_in_its_yaml(nodes: dict[str, Any], connection: Any) -> None:
    built = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = current_database() "
        "and schema_name in ('staging', 'intermediate', 'audit', 'main', 'seeds')"
    ).fetchall()
    missing = [f"{table}.{column}" for table, column in built if column not in nodes[table]["columns"]]
    assert missing == []


def test_released_models_have_an_enforced_contract(nodes: dict[str, Any]) -> None:
    loose = [
        n
        for n, node in nodes.items()
        if node["schema"] in ("main", "audit") and not node["contract"]["enforced"]
    ]
    assert loose == []


def test_audit_rules_have_one_shape_and_are_all_in_the_union(nodes: dict[str, Any]) -> None:
    rules = {
        name: node
        for name, node in nodes.items()
        if name.startswith("audit_") and name != "audit_contradictions" and node["resource_type"] == "model"
    }
    assert rules
    for name, node in rules.items():
        assert list(node["columns"]) == FINDING, name
    union = {d.split(".")[-1] for d in nodes["audit_contradictions"]["depends_on"]["nodes"]}
    assert union == set(rules)


def test_one_model_a_file_with_its_yaml_beside_it() -> None:
    alone = [sql for sql in (PROJECT / "models").rglob("*.sql") if not sql.with_suffix(".yml").is_file()]
    assert alone == []


def test_nothing_is_downloaded_or_reported() -> None:
    flags = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["flags"]
    assert flags["send_anonymous_usage_stats"] is False
    assert not list(PROJECT.glob("packages*.yml"))


def test_the_seeds_agree_with_each_other() -> None:
    def column(seed: str, name: str) -> list[str]:
        header, *lines = (PROJECT / "seeds" / f"{seed}.csv").read_text(encoding="utf-8").splitlines()
        return [line.split(",")[header.split(",").index(name)] for line in lines]

    metrics = set(column("metrics", "code"))
    named = {
        m for c in ("ratio", "numerator", "denominator", "plus") for m in column("metric_ratios", c) if m
    }
    named |= {m for c in ("total", "part") for m in column("metric_parts", c)}
    named |= {m for c in ("part", "plus", "whole") for m in column("metric_wholes", c) if m}
    named |= {m for m in column("metric_ranges", "metric") if m} | set(column("metric_open_ratios", "ratio"))
    assert named <= metrics
    assert len(column("districts", "code")) == 38 + 1
    assert all(re.fullmatch(r"50\d{4}", code) for code in column("districts", "code"))
