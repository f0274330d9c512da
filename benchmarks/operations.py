"""What it costs to run it every season: nothing new, one report more, and Dagster beside the same work without it.

The reports are short texts that differ in school and figures; the inbox is the way in, so that no site's pace is measured.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Row

FEW, MANY, SOME = 100, 10_000, 1_000

_REPORT = """重庆市样例{n}职业教育中心质量年度报告（2025年度）

2025年度，学校在校生{students}人，教职工总数{staff}人，专任教师{teachers}人，毕业生{graduates}人。

表1 师资情况
年度\t教职工总数（人）\t专任教师数（人）
2024\t{staff_before}\t{teachers_before}
2025\t{staff}\t{teachers}
"""

# The same work as the job's, called one after the other: no assets, no events, no storage of runs.
_PLAIN = """
import sys, subprocess, os
from pathlib import Path
from expectations import run_expectations
from orchestration.dbt import DBT_PROJECT, build, executable
from orchestration.extracting import Job, extract_all, folder_for_version
from orchestration.places import Places
from scrapers.inbox import land_inbox
from scrapers.landing import Landing
from warehouse.release import release
from warehouse.staging import stage
quiet = lambda words: None
places, inbox = Places(Path(sys.argv[1])), Path(sys.argv[2])
landing, folder = Landing(places.landing), folder_for_version(places.extracted)
run = land_inbox(inbox, landing, log=quiet)
rows = list(landing.history())
extract_all([Job(r.sha256, landing.path(r.sha256), r.content_type, folder) for r in rows], 0, quiet)
stage(places.database, landed_files=[r.as_dict() for r in rows], source_runs=[run.as_dict()], extracted=folder,
      document_ids=[r.sha256 for r in rows])
os.environ["ZHIJIAO_WAREHOUSE"] = str(places.database)
where = ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT, "--target-path", places.dbt_target]
subprocess.run([executable(), "--quiet", *build(), *where], check=True)
run_expectations(places.database, places.data_docs, log=quiet)
release(places.database, places.releases, places.current, attachments={"data_docs": places.data_docs})
"""


def rows() -> Iterator[Row]:
    """Nothing new, one new among many and among few, and the share of Dagster."""
    with tempfile.TemporaryDirectory(prefix="zhijiao-benchmark-") as name:
        few, many = Path(name) / "few", Path(name) / "many"
        first = {home: _refresh(home, 0, count) for home, count in ((few, FEW), (many, MANY))}
        one = {home: _refresh(home, count, count + 1) for home, count in ((few, FEW), (many, MANY))}
        idle = {home: _refresh(home, 0, 0) for home in (few, many)}
    yield _row(
        f"nothing new among {MANY:,} landed reports", "the first refresh of them", idle[many], first[many]
    )
    yield _row(f"nothing new among {MANY:,} landed reports", f"among {FEW}", idle[many], idle[few])
    yield _row(f"one new report among {MANY:,} landed", f"among {FEW}", one[many], one[few])
    yield _overhead()


def _overhead() -> Row:
    with tempfile.TemporaryDirectory(prefix="zhijiao-benchmark-") as name:
        folder = Path(name)
        write_reports(folder / "with" / "inbox", 0, SOME)
        write_reports(folder / "without" / "inbox", 0, SOME)
        plain = [sys.executable, "-c", _PLAIN, folder / "without" / "home", folder / "without" / "inbox"]
        without, cpu_without = _cost(lambda: subprocess.run(plain, check=True, capture_output=True))
        took, cpu = _cost(lambda: _zhijiao(folder / "with"))
    share, cpu_share = 1 - without / took, 1 - cpu_without / cpu
    return Row(
        f"first refresh of {SOME:,} reports, the whole command",
        "the same work without Dagster",
        took,
        without,
        took / without,
        f"Dagster's share: {share:.0%} of the wall time, {cpu_share:.0%} of the processors' ({cpu:.1f} and {cpu_without:.1f} s)",
    )


def _cost(run: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the wall, and of the processors in all processes that were waited for: the latter know no neighbours."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _row(what: str, beside: str, a: dict, b: dict) -> Row:
    took, floor = (sum(told["seconds"].values()) for told in (a, b))
    return Row(
        what, beside, took, floor, took / floor, f"{a['outcome']}; {a['seconds']} beside {b['seconds']}"
    )


def _refresh(home: Path, start: int, end: int) -> dict:
    """Drop the reports `start` to `end` into the inbox and refresh."""
    write_reports(home / "inbox", start, end)
    return _zhijiao(home)


def _zhijiao(folder: Path) -> dict:
    command = [Path(sys.executable).with_name("zhijiao"), "refresh", "--inbox", folder / "inbox"]
    done = subprocess.run(
        [*command, "--home", folder / "home", "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:] + done.stdout[-2000:])
    return json.loads(done.stdout)


def write_reports(inbox: Path, start: int, end: int) -> None:
    """Reports of schools number `start` to `end`, a file each."""
    inbox.mkdir(parents=True, exist_ok=True)
    for n in range(start, end):
        teachers = 100 + n % 83
        text = _REPORT.format(
            n=_chinese(n),
            students=1500 + 7 * (n % 611),
            staff=teachers + 30,
            teachers=teachers,
            graduates=400 + n % 97,
            staff_before=teachers + 27,
            teachers_before=teachers - 2,
        )
        (inbox / f"{n:06}.txt").write_text(text, encoding="utf-8")


def _chinese(n: int) -> str:
    """A name no other report has: digits in a school's name would be read as a figure."""
    return "".join("零一二三四五六七八九"[int(digit)] for digit in f"{n:05}")


if __name__ == "__main__":
    for row in rows():
        print(row.markdown, flush=True)
