"""A warehouse that was added to, report by report, is the one that is built at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.release import content_hash

from .conftest import ALL, BROKEN, CENTRE, CENTRE_2025, COVER, DISTRICT_2024, LANDED, SOURCE_RUNS
from .sample import Record, build, document, observation

GONE = document(
    "gone", [observation("books", 5, entity=CENTRE, year=2022)], title="撤下的报告", report_year=2022
)
CORRECTION: Record = {
    "finding": "f1", "verdict": "corrected", "value": 6606, "decided_at": "2026-11-25T02:00:00Z", "reason": "核对",
    "subject": {"document": "centre-2025", "raw": "6605", "entity": CENTRE, "metric": "enrolment", "year": 2024},
}  # fmt: skip
ENROLMENT = (
    "select value, chosen_because, n_values from fct_school_metric where year = 2024 and metric = 'enrolment'"
)


WORKED_OUT_BY_REPORT = ["int_observations_audited", "int_places_compared", "int_ratios_derived"]


def contents(database: Path) -> dict[str, list[Any]]:
    """Every released table row by row, and those that the audits rest on."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where schema_name in ('main', 'audit') or list_contains(?, table_name) order by all",
            [WORKED_OUT_BY_REPORT],
        ).fetchall()
        return {t: connection.execute(f"select * from {t} order by all").fetchall() for (t,) in tables}


def enrolment(database: Path) -> list[Any]:
    with duckdb.connect(str(database), read_only=True) as connection:
        query = f"{ENROLMENT} and school_id = 'rongchang-vec'"
        return [(int(value), because, n) for value, because, n in connection.execute(query).fetchall()]


@pytest.mark.slow
def test_adding_replacing_withdrawing_and_correcting_end_where_one_build_ends(
    warehouse: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "grown"
    first = build(
        folder,
        [DISTRICT_2024, COVER, BROKEN, GONE],
        LANDED,
        SOURCE_RUNS,
        command="build -s stg_landing__files",
    )
    assert not is_built(first), "a part of the models is no built warehouse"
    build(folder, [DISTRICT_2024, COVER, BROKEN, GONE], LANDED, SOURCE_RUNS)
    assert is_built(first)
    assert enrolment(first) == [(6600, "only_candidate", 1)]

    build(folder, [DISTRICT_2024, COVER, BROKEN, CENTRE_2025], LANDED, SOURCE_RUNS, [CORRECTION])
    assert touched(first) == {"centre-2025", "gone"}, "only what is new or gone is worked on"
    assert enrolment(first) == [(6606, "correction", 2)]

    build(folder, ALL, LANDED, SOURCE_RUNS)
    assert touched(first) == {"district-2024", "district-2024-corrected"}, (
        "a new version makes the old one another"
    )
    assert enrolment(first) == [(6605, "own_report", 2)]
    grown, at_once = contents(first), contents(warehouse)
    for table, rows in at_once.items():
        assert grown[table] == rows, table
    assert content_hash(first) == content_hash(warehouse)


@pytest.mark.slow
def test_an_older_version_that_lands_later_gives_its_name_to_what_is_found(
    warehouse: Path, tmp_path: Path
) -> None:
    without = [report for report in ALL if report is not DISTRICT_2024]
    grown = build(tmp_path / "grown", without, LANDED[2:], SOURCE_RUNS)
    build(tmp_path / "grown", ALL, LANDED, SOURCE_RUNS)
    assert "district-2024-corrected" in touched(grown), "its findings are known by the first version's name"
    assert contents(grown) == contents(warehouse)


def is_built(database: Path) -> bool:
    with duckdb.connect(str(database), read_only=True) as connection:
        return bool(connection.execute("select is_built from raw.builds").fetchall()[0][0])


def touched(database: Path) -> set[str]:
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select report_id from intermediate.int_reports_touched where is_touched"
        return {report_id for (report_id,) in connection.execute(query).fetchall()}
