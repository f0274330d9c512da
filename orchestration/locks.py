"""One run at a time on a home: the second waits or stops, and what a killed run left behind is put right.

The lock is the system's own (flock through filelock): it dies with its process, so no lock is ever stale. Beside it lies
the name of the run that holds it. Found there by the next one, that run was killed: Dagster still shows it as under way
and keeps its slot in the pool of crawls, until `bury` says that it is over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import dagster as dg
from filelock import FileLock, Timeout

from orchestration.places import Places
from orchestration.state import read_json, write_json

_TOLD_EVERY = 60.0  # seconds between two words of a run that waits


class HomeInUse(Exception):
    """Another run works on the same home."""


@contextmanager
def alone(places: Places, patience: float = 0, log: Callable[[str], object] = print) -> Iterator[None]:
    """Hold a home for one run; in the process that holds it already, hold it once more.

    Waits for another process up to `patience` seconds and says so; then raises HomeInUse.
    """
    places.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(places.lock, thread_local=False, is_singleton=True)
    _acquire(lock, places, patience, log)
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, places: Places, patience: float, log: Callable[[str], object]) -> None:
    left = patience
    while True:
        try:
            lock.acquire(timeout=min(left, _TOLD_EVERY))
            return
        except Timeout:
            if left <= _TOLD_EVERY:
                raise HomeInUse(
                    f"another refresh is at work on {places.home}{_holder(places)}; "
                    "wait for it to end, or choose another --home"
                ) from None
        left -= _TOLD_EVERY
        log(f"waiting for the refresh that is at work on {places.home}{_holder(places)}")


def _holder(places: Places) -> str:
    held = read_json(places.holder)
    return f" (run {held['run_id'][:8]}, process {held['pid']}, since {held['since']})" if held else ""


@contextmanager
def held_by(run_id: str, places: Places, instance: dg.DagsterInstance) -> Iterator[None]:
    """Write down which run holds the home; the one that was killed before it is told to Dagster as failed."""
    killed = read_json(places.holder)
    if killed and killed["run_id"] != run_id:
        bury(killed["run_id"], instance)
    since = datetime.now(UTC).isoformat(timespec="seconds")
    write_json(places.holder, {"run_id": run_id, "pid": os.getpid(), "since": since})
    try:
        yield
    finally:
        places.holder.unlink(missing_ok=True)


def bury_killed(places: Places, instance: dg.DagsterInstance) -> None:
    """Where a run is written down as the holder of a home that nobody holds, it was killed: let Dagster know at once."""
    if not places.holder.is_file():
        return
    with suppress(HomeInUse), alone(places):
        if killed := read_json(places.holder):
            bury(killed["run_id"], instance)
            places.holder.unlink()


def bury(run_id: str, instance: dg.DagsterInstance) -> None:
    """Tell Dagster that a run's process is gone: it failed, and what it held is free."""
    run = instance.get_run_by_id(run_id)
    if run and not run.is_finished:
        instance.report_run_failed(run, "its process was killed; the next run goes on from there")
    instance.event_log_storage.free_concurrency_slots_for_run(run_id)
