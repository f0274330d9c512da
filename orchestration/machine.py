"""What this machine, or the container that it is, can take: how many processes may read reports at once."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from extraction.limits import MEMORY

_CGROUP = Path("/sys/fs/cgroup")


def processes() -> int:
    """One for each processor that this process may use, and no more than there is memory for; at least one.

    A process may take `extraction.limits.MEMORY` for a document, so all of them together stay within what is free.
    """
    return max(1, min(_processors(), int(_free_memory() // MEMORY)))


def _processors() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, _, period = _limit("cpu.max").partition(" ")
    return min(usable, max(1, int(quota) // int(period))) if quota.isdigit() else usable


def _free_memory() -> int:
    """Bytes that are free here, within the container's limit where it has one."""
    free = int(psutil.virtual_memory().available)
    limit, used = _limit("memory.max"), _limit("memory.current")
    return min(free, int(limit) - int(used)) if limit.isdigit() and used.isdigit() else free


def _limit(name: str) -> str:
    """A file of this container's control group; empty where there is none."""
    try:
        return (_CGROUP / name).read_text(encoding="ascii").strip()
    except OSError:
        return ""
