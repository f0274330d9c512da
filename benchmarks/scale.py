"""The star schema at ten thousand to ten million observations: full build, one report more, ten BI queries.

Floors of the same run: a plain CREATE TABLE AS of the same rows for the build, the smallest warehouse for one report
more, and for each BI query the same question asked by hand of the raw observations as Parquet.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from benchmarks.measure import Row
from benchmarks.warehouses import SEEDS, generate
from orchestration.dbt import executable, taking_up_the_parse
from warehouse.staging import STORAGE

PROJECT = SEEDS.parent
SIZES = tuple(
    int(n) for n in os.environ.get("ZHIJIAO_BENCHMARK_SIZES", "10000,100000,1000000,10000000").split(",")
)
# The audits look at every report anew and are measured apart.
_STAR = ["--exclude", "path:models/audit", "int_observations_audited+"]

_QUERIES = Path(__file__).with_name("bi_queries.sql")
_ROUNDS = 41


def queries() -> list[tuple[str, str, str]]:
    """Name, query on the marts, query by hand on `raw`, of each block of bi_queries.sql."""
    blocks = _QUERIES.read_text(encoding="utf-8").split("\n\n")[1:]
    return [
        (name.removeprefix("-- "), *text.split(";\n")[:2])
        for name, text in (b.split("\n", 1) for b in blocks)
    ]  # type: ignore[misc]


def rows() -> Iterator[Row]:
    """For each size: the build, one report more, the slowest and the relatively slowest BI query."""
    with tempfile.TemporaryDirectory(prefix="zhijiao-benchmark-") as smallest:
        for size in SIZES:
            with tempfile.TemporaryDirectory(prefix="zhijiao-benchmark-") as name:
                folder = Path(name)
                held = generate(folder / "warehouse.duckdb", size)
                yield _built(folder, held)
                if size == SIZES[0]:
                    shutil.copyfile(folder / "warehouse.duckdb", Path(smallest) / "warehouse.duckdb")
                yield _added(folder, Path(smallest), held)
                yield from _asked(folder, held)


def _built(folder: Path, held: int) -> Row:
    """The full build, beside a plain copy before it and one after it; and what that copy costs in the warehouse's layout."""
    before, built, after = (_seconds(run, folder) for run in (_plain_copy, _full_build, _plain_copy))
    alike = _seconds(lambda: _plain_copy(folder, alike=True))
    plain = (before + after) / 2
    return Row(
        f"full build of the star schema, {held:,} observations",
        "`CREATE TABLE AS` of the same rows into a new database",
        built, plain, built / plain,
        f"a start of dbt included; the copy laid out as the warehouse is takes {alike:.3f} s: {built / alike:.1f}×",
    )  # fmt: skip


def _added(folder: Path, smallest: Path, held: int) -> Row:
    """One report more, in turn with the same on the smallest warehouse."""
    names = [f"{held}-{n}" for n in range(3)]
    pairs = [(_seconds(_one_more, folder, name), _seconds(_one_more, smallest, name)) for name in names]
    return Row(
        f"one report more, {held:,} observations",
        "the same on the smallest warehouse",
        statistics.median(large for large, _ in pairs),
        statistics.median(small for _, small in pairs),
        statistics.median(large / small for large, small in pairs),
        "a start of dbt included",
    )  # fmt: skip


def _plain_copy(folder: Path, *, alike: bool = False) -> None:
    copy = folder / "plain.duckdb"
    with duckdb.connect(str(copy), config=STORAGE if alike else {}) as connection:
        connection.execute(f"ATTACH '{folder / 'warehouse.duckdb'}' AS source (READ_ONLY)")
        connection.execute("CREATE TABLE copied AS SELECT * FROM source.raw.observations")
        connection.execute("CHECKPOINT")
    copy.unlink()


def _full_build(folder: Path) -> None:
    _dbt(folder, "build", "--exclude-resource-type", "test", "unit_test", *_STAR)


def _one_more(folder: Path, name: str) -> None:
    """From a report that was read to a built warehouse: its rows staged, dbt run."""
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        sha256 = f"new{name}".ljust(64, "0")
        (old,) = connection.execute(
            "SELECT sha256 FROM raw.documents WHERE report_year = 2025 AND publisher LIKE '%学校' ORDER BY sha256 LIMIT 1"
        ).fetchall()[0]
        for table, key in (("documents", "sha256"), ("observations", "document_sha256")):
            connection.execute(
                f"INSERT INTO raw.{table} SELECT * REPLACE ('{sha256}' AS {key}) FROM raw.{table} WHERE {key} = ?",
                [old],
            )
        connection.execute(
            f"INSERT INTO raw.document_entities SELECT * REPLACE ('{sha256}' AS document_sha256) "
            "FROM raw.document_entities WHERE document_sha256 = ?",
            [old],
        )
    _dbt(folder, "run", *_STAR)


def _dbt(folder: Path, *arguments: str) -> None:
    """Run dbt as one does on a large warehouse: a model at a time, with a good part of the memory that a plain copy may take."""
    paths = {"DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs")}
    environment = {
        "DBT_PROFILES_DIR": str(PROJECT),
        "ZHIJIAO_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "ZHIJIAO_MEMORY": "8GB",
        "ZHIJIAO_THREADS": "1",
    }
    done = subprocess.run(
        [executable(), "--quiet", *arguments, *taking_up_the_parse()], cwd=PROJECT, env={**os.environ, **paths, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stdout[-4000:] + done.stderr[-2000:])


def _asked(folder: Path, held: int) -> Iterator[Row]:
    raw = folder / "raw.parquet"
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"COPY raw.observations TO '{raw}' (FORMAT parquet)")
        pairs: dict[str, list[tuple[float, float]]] = {name: [] for name, _, _ in queries()}
        # Round by round, not query by query: a query takes a millisecond, and what else the machine does for fifty of
        # them would be measured as the query's.
        for _ in range(_ROUNDS):
            for name, ours, by_hand in queries():
                with_raw = f"WITH raw AS (SELECT *, dims::VARCHAR AS dim FROM '{raw}') {by_hand}"
                pairs[name].append(
                    (_seconds(_answer, connection, ours), _seconds(_answer, connection, with_raw))
                )
    raw.unlink()
    measured = [
        (
            name,
            statistics.median(ours for ours, _ in each[1:]),
            statistics.median(hand for _, hand in each[1:]),
            statistics.median(ours / hand for ours, hand in each[1:]),
        )
        for name, each in pairs.items()
    ]
    slowest = max(measured, key=lambda row: row[1])
    worst = max(measured, key=lambda row: row[3])
    for kind, (name, ours_s, hand_s, ratio) in (("slowest", slowest), ("relatively slowest", worst)):
        yield Row(
            f"{kind} of ten BI queries, {held:,} observations: {name}",
            "by hand over the raw Parquet",
            ours_s, hand_s, ratio,
            f"all ten {sum(row[1] for row in measured) * 1000:.0f} ms, by hand {sum(row[2] for row in measured) * 1000:.0f} ms",
        )  # fmt: skip


def _answer(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    connection.execute(query).fetchall()


def _seconds(run: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    run(*arguments)
    return time.perf_counter() - start
