"""What one document may cost. Beyond it, a document is rejected with its reason and everything else goes on.

Three bounds, each for what the one before cannot see:

1. the size of the file, before anything is read (a text of 200 MB is no report);
2. seconds and memory of reading it, here, in the process that reads (an hour in a loop, a page that unfolds);
3. a deadline on the process itself, in `orchestration/extracting.py`, for a library that hears no signal or dies.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Never

from extraction.readers.errors import Rejected

LARGEST_TEXT, LARGEST_FILE = 32_000_000, 256_000_000
"""Bytes. A report's text has 0.3 MB, its page 2; with pictures, a PDF may have a hundred."""
SECONDS = 120
"""A report takes less than one, one of thousands of pages a quarter of this."""
MEMORY = 3_000_000_000
"""Bytes beyond what the process has when it begins."""


class _OutOfTime(BaseException):
    """Not an Exception: no library that forgives errors may swallow it."""


def check_size(data: bytes, content_type: str) -> None:
    """Raise `Rejected` for a file that is too large to be a report."""
    largest = LARGEST_TEXT if content_type.startswith("text/") else LARGEST_FILE
    if len(data) > largest:
        raise Rejected(
            f"too large: {len(data) // 1_000_000} MB, at most {largest // 1_000_000} MB of {content_type}"
        )


@contextlib.contextmanager
def bounded(seconds: float = SECONDS, memory: int = MEMORY) -> Iterator[None]:
    """Raise `Rejected` where the block takes more time, memory or nesting than a report does.

    Signals reach the main thread only: in another one the bound on time does not hold.
    """
    try:
        with _memory(memory), _alarm(seconds):
            yield
    except _OutOfTime:
        raise Rejected(f"took longer than {seconds:g} seconds") from None
    except MemoryError:
        raise Rejected(f"needs more than {memory // 1_000_000} MB of memory") from None
    except RecursionError:
        raise Rejected("nested too deeply") from None


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> Never:
        raise _OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _memory(allowed: int) -> Iterator[None]:
    """Bound the address space; only Linux says how much of it is in use."""
    used = Path("/proc/self/statm")
    if not used.is_file():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = int(used.read_text(encoding="ascii").split()[0]) * resource.getpagesize() + allowed
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    if soft != resource.RLIM_INFINITY:
        limit = min(limit, soft)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
