"""What the audits find of planted contradictions, and what they and the expectations cost on a large warehouse."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.planted import DBT_PROJECT, KINDS, school_report, score, text
from extraction.extract import extract
from warehouse.staging import stage

EACH = 100
"""Generated reports of each kind of contradiction."""
OBSERVATIONS = 1_000_000
SHAPES = 200
"""Reports that are generated and read; the others are theirs under other schools' names."""

AUDITS = ("int_observations_audited", "int_places_compared", "int_ratios_derived", "audit")
_BUILD = ("build", "--exclude-resource-type", "unit_test", "seed")
"""Models and the tests of what they hold, as a refresh runs them."""
REST = ("int_observations_audited+",)
"""What the build leaves out where audits are timed: they, and the marts that show what they found."""


def rows() -> Iterator[Row]:
    """The share found, the share of findings that are false, and the cost beside the rest of the dbt build."""
    with tempfile.TemporaryDirectory(prefix="zhijiao-planted-") as folder:
        result = score(EACH, Path(folder))
    planted, found = sum(result.planted.values()), sum(result.found.values())
    yield Row(f"contradictions found, {len(KINDS)} kinds × {EACH} generated reports", "planted", found, planted,
              found / planted, "counts, not seconds")  # fmt: skip
    yield Row("findings that cite nothing planted", "findings", len(result.false), result.findings,
              len(result.false) / result.findings, "counts, not seconds")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="zhijiao-audits-") as folder:
        yield large(Path(folder), OBSERVATIONS)


def large(folder: Path, observations: int) -> Row:
    """Audits and expectations on that many observations, beside the rest of the build."""
    database = folder / "warehouse.duckdb"
    # In a process of its own: Linux counts what a process held when it forked as its child's.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        documents, staged = pool.submit(_stage, folder, database, observations).result()
    _run(_dbt(folder, database, "seed"))
    rest, rest_peak = _run(_dbt(folder, database, *_BUILD, "--exclude", *REST))
    audits, audits_peak = _run(_dbt(folder, database, *_BUILD, "--select", *AUDITS))
    expectations, expectations_peak = _run(_expect(folder, database))
    return Row(
        f"audits and expectations on {staged:,} observations of {documents:,} reports",
        "`dbt build` of all other models",
        audits + expectations,
        rest,
        (audits + expectations) / rest,
        f"audits {audits:.0f} s and {audits_peak:.0f} MB, expectations {expectations:.0f} s and {expectations_peak:.0f} MB; "
        f"the others' peak {rest_peak:.0f} MB",
    )


def _stage(folder: Path, database: Path, observations: int) -> tuple[int, int]:
    """How many reports and observations the database holds now."""
    ids = list(_reports(folder / "extracted", observations))
    counts = stage(
        database, landed_files=(), source_runs=(), extracted=folder / "extracted", document_ids=ids
    )
    return len(ids), counts["observations"]


def _reports(folder: Path, observations: int) -> Iterator[str]:
    """Extraction results on disk, until there are enough observations; the ids of their documents."""
    folder.mkdir(parents=True)
    written = 0
    for number in range(10**6):
        report = school_report(number % SHAPES)
        if number < SHAPES:
            body = text(report).encode()
            result = extract(body, "text/plain").as_json()
            (folder / f"shape-{number}").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
        shape = (folder / f"shape-{number % SHAPES}").read_text(encoding="utf-8")
        school = report.school.replace("职业学校", f"{number}职业学校")
        report_id = hashlib.sha256(str(number).encode()).hexdigest()
        result = json.loads(shape.replace(report.school, school))
        result["document"]["sha256"] = report_id
        (folder / f"{report_id}.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
        yield report_id
        written += len(result["observations"])
        if written >= observations:
            return


@dataclass(frozen=True)
class _Command:
    words: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def _dbt(folder: Path, database: Path, *arguments: str) -> _Command:
    environment = {
        "DBT_PROFILES_DIR": str(DBT_PROJECT), "ZHIJIAO_WAREHOUSE": str(database),
        "DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs"),
    }  # fmt: skip
    project = ("--project-dir", str(DBT_PROJECT))
    return _Command(
        [str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments, *project], environment
    )


def _expect(folder: Path, database: Path) -> _Command:
    code = (
        "import sys; from pathlib import Path; from expectations import run_expectations; folder = Path(sys.argv[1]); "
        "run_expectations(Path(sys.argv[2]), folder / 'docs', log=lambda _: None, history=folder / 'history.duckdb', "
        "snapshot=folder / 'findings.duckdb')"
    )
    return _Command([sys.executable, "-c", code, str(folder), str(database)])


def _run(command: _Command) -> tuple[float, float]:
    """Seconds and peak megabytes of a process of its own. RuntimeError with its command where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command.words, env=os.environ | command.environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command.words)}: ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="zhijiao-audits-") as scratch:
        print(large(Path(scratch), int(sys.argv[1])).markdown)
