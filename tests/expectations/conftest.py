"""Warehouses for the tests of this folder, and the findings read back from them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import ExpectationRun, run_expectations

from .sample import Change, Make, create, fill, insert

Findings = list[dict[str, Any]]


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound warehouse, to be copied."""
    return fill(create(tmp_path_factory.mktemp("sound") / "warehouse.duckdb"))


@pytest.fixture
def make(sound: Path, tmp_path: Path) -> Make:
    """Make a sound warehouse and add rows to it, in the order given."""

    def made(*changes: Change, name: str = "warehouse.duckdb") -> Path:
        path = shutil.copyfile(sound, tmp_path / name)
        for table, row in changes:
            insert(path, table, [row])
        return path

    return made


@pytest.fixture
def check(tmp_path: Path) -> Callable[[Path], ExpectationRun]:
    """Run the project's rules, without a word; the docs are in tmp_path / docs."""
    return lambda database: run_expectations(database, tmp_path / "docs", log=lambda _: None)


def read(database: Path, query: str) -> Findings:
    """The rows of a query as dictionaries, JSON parsed."""
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(query)
        columns = [column for column, *_ in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row.update({key: json.loads(row[key]) for key in ("subject", "detail") if key in row})
    return rows


@pytest.fixture
def findings() -> Callable[..., Findings]:
    """The findings in the warehouse, of all rules or of one."""

    def found(database: Path, rule: str | None = None) -> Findings:
        rows = read(database, "SELECT * FROM main.fct_finding ORDER BY rule, finding_id")
        return [row for row in rows if rule in (None, row["rule"])]

    return found
