"""The long fault loop: refreshes killed at random moments, and what the next run makes of it.

What is compared with an undisturbed home that was given the same files: every row of every table of the schemas main and
audit, every row of the Parquet files, the bytes of the Data Docs. Left out are times (they differ from run to run by
nature), the release's id, which holds one, and the season report, whose subject is the way from release to release.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from benchmarks.measure import Row
from benchmarks.operations import write_reports

KILLS = 20
_ZHIJIAO = Path(sys.executable).with_name("zhijiao")
_READ = """
import json, sys, duckdb
current = sys.argv[1]
with duckdb.connect(current + "/warehouse.duckdb", read_only=True) as warehouse:
    print(warehouse.execute("select count(*) from dim_report").fetchall()[0][0])
"""


def rows() -> Iterator[Row]:
    """Twenty kills: the time until the release is whole again beside an undisturbed first refresh."""
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    with _kept_where_unequal() as folder:
        disturbed, undisturbed = folder / "disturbed", folder / "undisturbed"
        write_reports(folder / "inbox", 0, 5)
        usual = seconds_of(disturbed, folder / "inbox")
        seconds_of(undisturbed, folder / "inbox")
        killed = 0
        with readers(disturbed) as seen:
            while killed < KILLS:
                write_reports(folder / "inbox", 5 + killed, 6 + killed)
                if kill_after(chance.uniform(0, usual), disturbed, "--inbox", folder / "inbox"):
                    killed += 1
                else:  # it was done before it could be killed, so the other home is to have that release, too
                    seconds_of(undisturbed, folder / "inbox")
            healing = seconds_of(disturbed, folder / "inbox")
        floor = seconds_of(undisturbed, folder / "inbox")
        unequal = sorted(
            name for name, _ in fingerprint(disturbed).items() ^ fingerprint(undisturbed).items()
        )
        note = f"seed {seed}; {len(seen)} readers answered, {seen.failed} not; release "
        note += f"NOT THE SAME in {', '.join(dict.fromkeys(unequal))}" if unequal else "the same"
        yield Row(
            f"the refresh after {KILLS} killed ones",
            "an undisturbed home",
            healing,
            floor,
            healing / floor,
            note,
        )
        if unequal:
            raise AssertionError(f"{note}; both homes are left in {folder}")


@contextmanager
def _kept_where_unequal() -> Iterator[Path]:
    """A folder that goes when all is well and stays to be looked at when it is not."""
    folder = Path(tempfile.mkdtemp(prefix="zhijiao-benchmark-"))
    yield folder
    shutil.rmtree(folder)


def refresh(home: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """A refresh under way in a process of its own."""
    command = [_ZHIJIAO, "refresh", "--home", home, "--json", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def seconds_of(home: Path, inbox: Path) -> float:
    """Refresh to the end; the seconds of the whole command. Raises RuntimeError where there is no release."""
    start, process = time.perf_counter(), refresh(home, "--inbox", inbox)
    _, err = process.communicate()
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}:\n{err[-3000:]}")
    return time.perf_counter() - start


def kill_after(seconds: float, home: Path, *arguments: str | Path) -> bool:
    """Start a refresh and end it with SIGKILL so many seconds later; whether it was still there to be killed."""
    process = refresh(home, *arguments)
    try:
        _, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True
    if process.returncode:
        raise RuntimeError(f"ended by itself with {process.returncode}:\n{err[-3000:]}")
    return False


class Readers(list[int]):
    """How many reports each reader of `current/` saw, and how many readers got no answer."""

    failed = 0


@contextmanager
def readers(home: Path) -> Iterator[Readers]:
    """Open `current/` again and again as BI tools do, each time in a process of its own."""
    seen, stop = Readers(), threading.Event()

    def look() -> None:
        command = [sys.executable, "-c", _READ, str(home / "current")]
        while not stop.wait(1):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                seen.failed += 1
            else:
                seen.append(int(done.stdout))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


# What dim_source and its mart tell of the last crawl, which is another one after a fault: it finds less that is new.
_OF_THE_LAST_CRAWL = {"last_status", "n_listed", "n_matched", "n_failed", "n_problems"}
_OF_THE_RELEASE = {"release_id", "first_release"}


def fingerprint(home: Path) -> dict[str, str]:
    """What a release holds, piece by piece: table -> digest of its rows, Parquet file -> of its rows, page -> of its bytes.

    Times, the ids of releases, which begin with one, and what is told of the last crawl are left out.
    """
    current = home / "current"
    with duckdb.connect(str(current / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name IN ('main', 'audit') ORDER BY ALL"
        ).fetchall()
        found = {f"{schema}.{name}": _rows_of(connection, f'"{schema}"."{name}"') for schema, name in tables}
        for file in sorted((current / "parquet").glob("**/*.parquet")):
            found[f"parquet/{file.stem}"] = _rows_of(connection, f"read_parquet('{file}')")
    for page in sorted((current / "data_docs").glob("**/*")):
        if page.is_file():
            found[str(page.relative_to(current))] = hashlib.sha256(page.read_bytes()).hexdigest()
    return found


def _rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    described = connection.execute(f"DESCRIBE FROM {table}").fetchall()
    columns = sorted(
        f'"{name}"'
        for name, kind, *_ in described
        if not kind.startswith("TIMESTAMP") and name not in _OF_THE_LAST_CRAWL | _OF_THE_RELEASE
    )
    query = f"SELECT to_json(r)::VARCHAR FROM (SELECT {', '.join(columns)} FROM {table}) AS r ORDER BY 1"
    digest = hashlib.sha256()
    for (row,) in connection.execute(query).fetchall():
        digest.update(row.encode() + b"\n")
    return f"{', '.join(columns)}: {digest.hexdigest()}"


# ── damage, as disks and kills leave it ──────────────────────────────────────────────────────────────────────────────


def damage_work_file(home: Path) -> None:
    """A work file with a page of nonsense in its middle, and a write-ahead log that belongs to nothing."""
    work = home / "work"
    work.mkdir(parents=True, exist_ok=True)
    (work / "warehouse.duckdb").write_bytes(b"\0" * 4096 + b"not a database" * 1000)
    (work / "warehouse.duckdb.wal").write_bytes(b"\x17" * 999)


def halve_a_landed_file(home: Path) -> Path:
    """The first landed file cut to half its length; which it was."""
    file = min((home / "landing" / "files").glob("*/*"))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    return file


def halve_a_manifest_row(home: Path) -> None:
    """The last row of the first manifest cut in its middle."""
    manifest = min((home / "landing" / "manifest").glob("*.jsonl"))
    data = manifest.read_bytes()
    start = data.rfind(b"\n", 0, len(data) - 1) + 1
    manifest.write_bytes(data[: start + (len(data) - start) // 2])


def forget_what_was_read(home: Path) -> None:
    """So that a damaged landed file has to be read again."""
    shutil.rmtree(home / "work" / "extracted", ignore_errors=True)


if __name__ == "__main__":
    for row in rows():
        print(row.markdown, flush=True)
