"""A run stops before its disk is full. Dagster keeps its words on the same disk: without room it can neither go on nor fail,
and turns in a circle. A run that was stopped leaves what a killed one leaves, which the next one mends.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEAST_FREE = 2_000_000
"""Bytes that must stay free: enough for Dagster to write down that a step failed."""
_EVERY = 0.1  # seconds
_FAILED = 3  # the exit code of a step that failed


class DiskFull(Exception):
    """There is no room to run in; says how much there is, where, and what to do."""


@contextmanager
def with_room(home: Path) -> Iterator[None]:
    """Raise DiskFull where there is no room to begin; end the process, with its reason, where there is none left."""
    home.mkdir(parents=True, exist_ok=True)
    if reason := _full(home):
        raise DiskFull(reason)
    done = threading.Event()
    threading.Thread(target=_watch, args=(home, done), name="disk", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _watch(home: Path, done: threading.Event) -> None:
    while not done.wait(_EVERY):
        if reason := _full(home):
            print(f"stopped: {reason}", file=sys.stderr, flush=True)
            os._exit(_FAILED)


def _full(home: Path) -> str:
    free = shutil.disk_usage(home).free
    if free >= LEAST_FREE:
        return ""
    return (
        f"the disk of {home} is full ({free / 1e6:.1f} MB free). The last release stays; make room and run again, "
        "nothing that has landed is lost"
    )
