"""One run at a time on a home: the second waits or stops with a clear word; a killed one leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
import time

import dagster as dg
import pytest

from orchestration.locks import HomeInUse, alone
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


def test_a_killed_run_leaves_no_lock_no_run_under_way_and_no_slot(tmp_path) -> None:
    places = Places(tmp_path)
    other = holding(places, 60)

    @dg.job(
        resource_defs={"settings": Settings(home=str(tmp_path), patience=0)},
        executor_def=dg.in_process_executor,
    )
    def refresh() -> None:
        work()

    with dg.DagsterInstance.local_temp() as instance:
        storage = instance.event_log_storage
        storage.set_concurrency_slots("crawl", 1)
        killed = instance.create_run_for_job(refresh, run_id=None, status=dg.DagsterRunStatus.STARTED)
        storage.claim_concurrency_slot("crawl", killed.run_id, "work")
        other.kill()
        other.wait()
        places.holder.write_text(places.holder.read_text().replace("killed-run", killed.run_id))
        assert refresh.execute_in_process(instance=instance).success
        after = instance.get_run_by_id(killed.run_id)
        assert after
        assert after.status == dg.DagsterRunStatus.FAILURE
        assert not places.holder.exists()
