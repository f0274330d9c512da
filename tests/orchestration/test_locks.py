"""One run at a time on a home: the second waits or stops with a clear word; a killed one leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
import pytest

from orchestration.alerts import causes
from orchestration.locks import HomeInUse, alone, bury_killed
from orchestration.operations import Operations
from orchestration.places import Places
from orchestration.resources import Settings

_HOLD = """
import sys, time
from pathlib import Path
import dagster as dg
from orchestration.locks import alone, held_by
from orchestration.places import Places
places = Places(Path(sys.argv[1]))
with alone(places), dg.DagsterInstance.ephemeral() as instance, held_by("killed-run", places, instance):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holding(places: Places, seconds: float) -> subprocess.Popen:
    """Another process that holds the home."""
    command = [sys.executable, "-c", _HOLD, str(places.home), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_stops_at_once_and_names_who_holds_the_home(tmp_path) -> None:
    other = holding(Places(tmp_path), 60)
    with (
        pytest.raises(HomeInUse, match=rf"run killed-r, process {other.pid}, since"),
        alone(Places(tmp_path)),
    ):
        pass
    other.kill()
    other.wait()


def test_the_second_waits_where_it_has_patience(tmp_path) -> None:
    other, start = holding(Places(tmp_path), 2), time.monotonic()
    with alone(Places(tmp_path), patience=60):
        assert time.monotonic() - start > 1
    other.wait()
    assert not Places(tmp_path).holder.exists()


def test_in_one_process_the_home_can_be_held_twice(tmp_path) -> None:
    with alone(Places(tmp_path)), alone(Places(tmp_path)):
        pass


@dg.op(pool="crawl")
def work(settings: Settings) -> None:
    """What a run does while it holds the home and the only slot of the pool."""


@pytest.fixture
def killed(tmp_path) -> Iterator[tuple[Places, dg.DagsterInstance, str]]:
    """A home whose run was killed: Dagster has it as under way, and as the holder of the pool's only slot."""
    places = Places(tmp_path)
    other = holding(places, 60)
    with dg.DagsterInstance.local_temp() as instance:
        storage = instance.event_log_storage
        storage.set_concurrency_slots("crawl", 1)
        run = instance.create_run_for_job(refresh_of(places), status=dg.DagsterRunStatus.STARTED)
        storage.claim_concurrency_slot("crawl", run.run_id, "work")
        other.kill()
        other.wait()
        places.holder.write_text(places.holder.read_text().replace("killed-run", run.run_id))
        yield places, instance, run.run_id


def refresh_of(places: Places) -> dg.JobDefinition:
    settings = Settings(home=str(places.home), patience=0)

    @dg.job(resource_defs={"settings": settings}, executor_def=dg.in_process_executor)
    def refresh() -> None:
        work()

    return refresh


def test_a_killed_run_leaves_no_lock_no_run_under_way_and_no_slot(killed) -> None:
    places, instance, run_id = killed
    assert refresh_of(places).execute_in_process(instance=instance).success
    assert instance.get_run_by_id(run_id).status == dg.DagsterRunStatus.FAILURE
    assert not places.holder.exists()


def test_a_killed_run_is_noticed_before_the_next_one_starts(killed) -> None:
    places, instance, run_id = killed
    bury_killed(places, instance)
    assert instance.get_run_by_id(run_id).status == dg.DagsterRunStatus.FAILURE
    assert [cause.key for cause in causes(places, Operations(), instance, datetime.now(UTC))] == [
        "failed:process"
    ]


def test_a_run_under_way_is_left_alone(tmp_path) -> None:
    places = Places(tmp_path)
    other = holding(places, 60)
    with dg.DagsterInstance.ephemeral() as instance:
        bury_killed(places, instance)
    assert places.holder.exists()
    other.kill()
    other.wait()
