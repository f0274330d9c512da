"""Faults: after each, the next run's release is what an undisturbed run gives. `benchmarks/faults.py` says what is compared.

One home goes through all of them, so that one refresh proves them together; the long loop of kills is a benchmark.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from benchmarks.faults import (
    damage_work_file,
    fingerprint,
    forget_what_was_read,
    halve_a_landed_file,
    halve_a_manifest_row,
    refresh,
)
from orchestration.assets import landed_reports
from orchestration.logs import paced
from orchestration.partitions import register
from orchestration.resources import Settings
from scrapers import fetch
from warehouse.release import current_release, release

SMALL, ENOUGH = "3m", "300m"


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of three megabytes at `folder`, where mounting one is permitted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder]
    if os.getuid() or not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("left out: no disk of its own may be mounted here (needs root)")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def kill_at_some_moment(home: Path, chance: random.Random) -> None:
    """Kill a refresh up to three seconds after one of its stages has begun."""
    stage, process = chance.choice(["read", "stage", "build", "check"]), refresh(home)
    assert process.stderr
    next(line for line in process.stderr if line.strip().startswith(stage))
    time.sleep(chance.uniform(0, 3))
    process.kill()
    process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out + err


@pytest.mark.slow
def test_full_disk_kill_corrupt_work_file_and_half_written_files_leave_no_trace(
    tmp_path, sample_home
) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk):
        home = disk / "home"
        code, words = ended(refresh(home))
        assert code == 3
        assert "MB are free" in words or "No space left" in words or "full" in words
        assert not (home / "current").exists()
        subprocess.run(["mount", "-o", f"remount,size={ENOUGH}", disk], check=True)

        seed = random.randrange(10**6)
        kill_at_some_moment(home, random.Random(seed))
        damage_work_file(home)
        halve_a_landed_file(home)
        halve_a_manifest_row(home)
        forget_what_was_read(home)
        (home / "work" / "built.json").unlink(missing_ok=True)

        code, words = ended(refresh(home))
        assert code == 0, words
        assert fingerprint(home) == fingerprint(sample_home.path), f"seed {seed}"
        assert not list((home / "releases").glob("*.partial"))


# ── a clock that jumps ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_release_made_after_the_clock_was_set_back_is_current_and_kept(tmp_path, sample_home) -> None:
    """Ids begin with the time: one from the future must neither win nor push newer releases out."""
    database, releases, current = tmp_path / "warehouse.duckdb", tmp_path / "releases", tmp_path / "current"
    shutil.copyfile(sample_home.warehouse, database)
    first = release(database, releases, current)
    future = releases / f"2099{first.release_id[4:]}"
    (releases / first.release_id).rename(future)
    current.unlink()
    current.symlink_to(future)
    with duckdb.connect(str(database)) as connection:
        connection.execute("delete from mart_school_trends where year = 2025")
    second = release(database, releases, current, keep=1)
    assert current_release(current) == second
    assert (releases / second.release_id).is_dir()


def test_a_clock_that_jumps_does_not_stop_the_words_of_a_run(monkeypatch) -> None:
    told: list[str] = []
    tell = paced(told.append, seconds=0)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    tell("one"), tell("two")
    assert told == ["one", "two"]


# ── a source that hangs ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def hanging_site() -> Iterator[str]:
    """A site that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_source_that_hangs_is_one_failed_source_and_the_next_one_lands(
    tmp_path, hanging_site, monkeypatch
) -> None:
    monkeypatch.setattr(fetch, "READ_TIMEOUT", 0.3)
    sources, inbox = tmp_path / "sources", tmp_path / "inbox"
    sources.mkdir()
    inbox.mkdir()
    source = {
        "id": "stuck",
        "name": "停滞区教委",
        "district": "500101",
        "base": hanging_site,
        "lists": ["/x/"],
        "pause": 0,
    }
    (sources / "stuck.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
    (inbox / "notice.txt").write_text("关于开学工作的通知\n", encoding="utf-8")
    settings = Settings(home=str(tmp_path / "home"), sources=str(sources), inbox=str(inbox), patience=0)
    with dg.DagsterInstance.ephemeral() as instance:
        tags = register(instance, settings.partitions())
        assert dg.materialize(
            [landed_reports], instance=instance, resources={"settings": settings}, tags=tags
        ).success
    runs = {path.stem: json.loads(path.read_text()) for path in settings.places.source_runs.iterdir()}
    assert runs["stuck"]["status"] == "failed"
    assert "timed out" in str(runs["stuck"]["problems"]).lower()
    assert runs["stuck"]["answered_at"] is None
    assert runs["inbox"]["new"] == 1
