"""Release: readers always find a whole warehouse, and what a killed run leaves is cleaned by the next."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from warehouse import release as release_module
from warehouse.release import NotReleasableError, content_hash, current_release, release

# Every value of one release is the same number, in the database and in the Parquet file beside it.
READER = """
import sys, duckdb
from pathlib import Path
current, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen = []
while not stop.exists() or not seen:
    folder = current.resolve()
    with duckdb.connect(str(current / "warehouse.duckdb"), read_only=True) as connection:
        low, high, rows = connection.execute("select min(n), max(n), count(*) from fct").fetchone()
    assert low == high and rows == 20000, (low, high, rows)
    parquet = duckdb.sql(f"select min(n), count(*) from '{folder}/parquet/fct.parquet'").fetchone()
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        beside = connection.execute("select min(n), count(*) from fct").fetchone()
    assert parquet == beside, (parquet, beside)
    seen.append(low)
assert seen == sorted(seen)
print(len(seen), len(set(seen)))
"""

RELEASE = """
import sys
from pathlib import Path
from warehouse.release import release
release(Path(sys.argv[1]), Path(sys.argv[2]) / "releases", Path(sys.argv[2]) / "current")
"""


def built(folder: Path, n: int, rows: int = 3) -> Path:
    """A database as dbt leaves one, with the number `n` in every row."""
    folder.mkdir(exist_ok=True, parents=True)
    database = folder / "warehouse.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create schema audit; create schema raw; create table raw.ignored as select now() as at"
        )
        connection.execute(f"create table fct as select {n} as n, 'x' as label from range({rows})")
        connection.execute("create table audit.audit_x as select 1 as a where false")
    return database


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def publish(home: Path, n: int, **options: object) -> release_module.Release:
    rows = int(str(options.pop("rows", 3)))
    return release(built(home / "work", n, rows), home / "releases", home / "current", **options)  # type: ignore[arg-type]


def test_a_release_holds_database_parquet_attachments_and_record(home: Path) -> None:
    docs = home / "docs"
    docs.mkdir()
    (docs / "index.html").write_text("<html>")
    record = publish(home, 1, attachments={"data_docs": docs}, extra={"findings": 2})
    current = home / "current"
    assert current.resolve() == (home / "releases" / record.release_id).resolve()
    assert sorted(path.name for path in current.iterdir()) == [
        "data_docs",
        "parquet",
        "release.json",
        "warehouse.duckdb",
    ]
    assert [path.name for path in (current / "parquet").iterdir()] == ["fct.parquet"]
    assert record.tables == {"audit.audit_x": 0, "fct": 3}
    assert json.loads((current / "release.json").read_text())["extra"] == {"findings": 2}
    assert current_release(current) == record


def test_there_is_no_current_release_before_the_first(home: Path) -> None:
    assert current_release(home / "current") is None


def test_the_same_content_makes_no_new_release(home: Path) -> None:
    first = publish(home, 1)
    assert publish(home, 1) == first
    assert [path.name for path in (home / "releases").iterdir()] == [first.release_id]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ("create or replace table fct as select * from fct order by n desc, label", True),
        ("create or replace table fct as select label, n from fct", True),
        ("insert into raw.ignored select now()", True),
        ("insert into fct select * from fct limit 1", False),
        ("update fct set label = 'y' where n = 2", False),
        ("alter table fct rename label to name", False),
        ("alter table fct alter n type bigint", False),
        ("insert into audit.audit_x values (1)", False),
        ("create table fct_2 as select 1 as a where false", False),
    ],
)
def test_the_hash_is_of_everything_released_and_of_no_order(tmp_path: Path, change: str, same: bool) -> None:
    database = built(tmp_path, 1)
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into fct values (2, 'x')")
    before = content_hash(database)
    with duckdb.connect(str(database)) as connection:
        connection.execute(change)
    assert (content_hash(database) == before) is same


def test_a_reader_never_waits_and_always_sees_a_whole_release(home: Path) -> None:
    publish(home, 0, rows=20_000)
    stop = home / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(home / "current"), str(stop)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        for n in range(1, 11):
            publish(home, n, rows=20_000)
    finally:
        stop.touch()
        output, _ = reader.communicate(timeout=60)
    assert reader.returncode == 0, output


def test_the_newest_releases_stay(home: Path) -> None:
    made = [publish(home, n, keep=3).release_id for n in range(5)]
    assert sorted(path.name for path in (home / "releases").iterdir()) == made[-3:]


def test_what_a_killed_release_left_is_cleaned_and_readers_keep_the_last_whole_one(home: Path) -> None:
    first = publish(home, 1)
    database = built(home / "work", 2, rows=2_000_000)
    process = subprocess.Popen([sys.executable, "-c", RELEASE, str(database), str(home)])
    while not list((home / "releases").glob("*.partial")):
        assert process.poll() is None, "the release was over before it could be killed"
        time.sleep(0.001)
    process.kill()
    process.wait()
    assert list((home / "releases").glob("*.partial"))
    assert current_release(home / "current") == first

    (home / "releases" / "20200101T000000Z-without-record").mkdir()
    second = publish(home, 3)
    assert {path.name for path in (home / "releases").iterdir()} == {first.release_id, second.release_id}
    assert current_release(home / "current") == second


def test_killed_just_before_the_swap_the_next_run_swaps(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish(home, 1)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        publish(home, 2)
    monkeypatch.undo()
    assert current_release(home / "current") == first
    assert current_release(home / "current") != publish(home, 2) == current_release(home / "current")


def test_a_home_can_be_moved(home: Path) -> None:
    record = publish(home / "var", 1)
    shutil.move(home / "var", home / "elsewhere")
    assert current_release(home / "elsewhere" / "current") == record


def test_a_release_needs_a_built_warehouse(home: Path) -> None:
    with pytest.raises(FileNotFoundError, match="stage and build it first"):
        release(home / "warehouse.duckdb", home / "releases", home / "current")
    with duckdb.connect(str(home / "warehouse.duckdb")):
        pass
    with pytest.raises(NotReleasableError, match="run dbt build"):
        release(home / "warehouse.duckdb", home / "releases", home / "current")
    assert list((home / "releases").iterdir()) == []


def test_views_need_the_database_under_its_name(home: Path) -> None:
    database = built(home, 1).rename(home / "other.duckdb")
    with pytest.raises(NotReleasableError, match=r"must be named warehouse\.duckdb"):
        release(database, home / "releases", home / "current")


def test_a_folder_in_the_way_of_the_link_is_left_alone(home: Path) -> None:
    (home / "current").mkdir()
    with pytest.raises(NotReleasableError, match="in the way"):
        publish(home, 1)


def test_a_missing_attachment_is_named(home: Path) -> None:
    with pytest.raises(FileNotFoundError, match="attachment data_docs"):
        publish(home, 1, attachments={"data_docs": home / "nowhere"})
