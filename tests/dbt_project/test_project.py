"""Rules of the house that dbt does not hold by itself, read from its manifest."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.dbt import parsed, taking_up_the_parse
from warehouse.dictionary import dictionary

from .sample import PROJECT, dbt

DOCS = PROJECT.parent / "docs"
GLOSSARY = PROJECT / "models" / "marts" / "glossary.md"

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


@pytest.mark.parametrize(
    ("layer", "may_read"),
    [
        ("stg_", ("raw",)),
        # and what a build has to work on, which is no data
        ("mart_", ("dim_", "fct_", "int_cells_touched", "int_reports_touched", "int_rankings_touched")),
        ("bi_", ("dim_", "mart_")),
    ],
)
def test_a_layer_reads_only_the_one_below(
    nodes: dict[str, Any], layer: str, may_read: tuple[str, ...]
) -> None:
    read = {
        name: [
            d.split(".")[-1] if d.startswith("model") else d.split(".")[2] for d in n["depends_on"]["nodes"]
        ]
        for name, n in nodes.items()
        if name.startswith(layer)
    }
    assert read
    strangers = {m: [d for d in ds if not d.startswith(may_read)] for m, ds in read.items()}
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


def released(nodes: dict[str, Any]) -> dict[str, Any]:
    return {name: n for name, n in nodes.items() if name.startswith(("dim_", "fct_", "mart_"))}


def test_a_column_means_the_same_in_every_released_table(nodes: dict[str, Any]) -> None:
    """Its description is its block of the glossary: names and meaning, Chinese and English."""
    blocks = dict(
        re.findall(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", GLOSSARY.read_text(encoding="utf-8"), re.S)
    )
    used = set()
    for table, node in released(nodes).items():
        for name, column in node["columns"].items():
            assert column["description"].strip() == blocks[name].strip(), f"{table}.{name}"
            used.add(name)
    assert set(blocks) == used, "blocks that no column has"
    for name, block in blocks.items():
        names, zh, en = block.strip().split("\n\n")
        assert len(names.split(" | ")) == 2, name
        assert re.search(r"[\u4e00-\u9fff]", zh), name
        assert re.search(r"[A-Za-z]", en), name


def test_every_released_table_says_its_grain_and_tests_it(nodes: dict[str, Any], connection: Any) -> None:
    """Unique by a test, there by the contract: DuckDB itself refuses a row that lacks its key."""
    refused = set(
        connection.execute(
            "SELECT table_name, constraint_column_names[1] FROM duckdb_constraints() WHERE constraint_type = 'NOT NULL'"
        ).fetchall()
    )
    for name, node in released(nodes).items():
        key = re.search(r"One row [^\n]* Key: ([\w, ]+)\.$", node["description"].strip())
        assert key, f"{name} does not say its grain"
        columns = key[1].split(", ")
        yml = (PROJECT / node["patch_path"].split("//")[1]).read_text(encoding="utf-8")
        tested = f"columns: [{key[1]}]" if len(columns) > 1 else "- unique\n"
        assert tested in yml, f"{name}: {key[1]} is not tested to be unique"
        absent = [column for column in columns if (name, column) not in refused]
        assert not absent, f"{name}: {absent} may be null"


def test_money_areas_and_rates_say_their_unit_in_the_name(nodes: dict[str, Any]) -> None:
    wide = nodes["mart_school_year"]["columns"]
    figures = [c for c in wide if wide[c]["data_type"] == "decimal(28,6)"]
    units = ("_persons", "_m2", "_cny", "_pct", "_volumes", "_count", "_per_month", "students_per_teacher")
    assert figures
    assert [c for c in figures if not c.endswith(units)] == []


def test_every_metric_has_a_definition_with_its_source(connection: Any) -> None:
    query = "select metric from dim_metric where definition_zh is null or definition_en is null or definition_source is null"
    assert connection.execute(query).fetchall() == []


def test_the_dictionary_in_docs_is_that_of_the_warehouse(connection: Any) -> None:
    for language in ("zh", "en"):
        made = (DOCS / f"dictionary.{language}.md").read_text(encoding="utf-8")
        assert made == dictionary(connection, language), (
            "run: python -m warehouse.dictionary var/current/warehouse.duckdb docs"
        )


def test_the_readable_views_show_their_marts(connection: Any) -> None:
    query = 'select "学校", "年份", "值" from zh."学校趋势" where "指标" = \'在校生人数\' order by all'
    english = (
        'select "School", "Year", "Value" from en."School trends" where "Metric" = \'Enrolment\' order by all'
    )
    assert [row[1:] for row in connection.execute(query).fetchall()]
    assert sorted(row[1:] for row in connection.execute(english).fetchall()) == sorted(
        row[1:] for row in connection.execute(query).fetchall()
    )


def test_a_readable_view_has_no_name_twice_and_says_what_its_mart_says(connection: Any) -> None:
    columns = connection.execute(
        "select schema_name, table_name, lower(column_name), comment from duckdb_columns() "
        "where database_name = current_database() and schema_name in ('zh', 'en')"
    ).fetchall()
    twice = [
        name for *name, _ in columns if re.search(r"_\d+$", name[-1])
    ]  # as DuckDB tells two of a name apart
    assert columns
    assert twice == []
    assert [column for *column, comment in columns if not comment] == []


def test_the_docs_site_is_one_file_that_asks_for_no_network(warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    shutil.copyfile(parsed() / "manifest.json", tmp_path / "target" / "manifest.json")
    docs = ("docs", "generate", "--static", "--no-compile", *taking_up_the_parse())
    dbt(tmp_path, *docs, ZHIJIAO_WAREHOUSE=str(warehouse))
    page = (tmp_path / "target" / "static_index.html").read_text(encoding="utf-8")
    assert json.dumps("学校指标 | School metric")[1:-1] in page or "学校指标 | School metric" in page


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


def test_a_model_that_decides_has_a_unit_test(warehouse: Path, nodes: dict[str, Any]) -> None:
    """Where SQL chooses or compares rows."""
    manifest = json.loads((warehouse.parent / "target" / "manifest.json").read_text(encoding="utf-8"))
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    models = {name: n for name, n in nodes.items() if n["resource_type"] == "model"}
    decides = re.compile(r"\bcase\b|\bover\b|\bqualify\b|with_changes|recomputed_rates", re.I)
    silent = [
        name for name, n in models.items()
        if name not in tested and decides.search(re.sub(r"--.*", "", n["raw_code"]))
    ]  # fmt: skip
    assert silent == []


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
