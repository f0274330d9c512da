"""What one document may cost, and that nothing of a bound stays behind."""

from __future__ import annotations

import resource
import signal
import time

import pytest

from extraction.limits import LARGEST_FILE, bounded, check_size
from extraction.readers import Rejected


def test_time_is_bounded_even_where_errors_are_forgiven() -> None:
    def forgiving() -> None:
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                continue

    with pytest.raises(Rejected, match=r"longer than 0.1 seconds"), bounded(seconds=0.1):
        forgiving()


def test_memory_is_bounded() -> None:
    with pytest.raises(Rejected, match="more than 100 MB of memory"), bounded(memory=100_000_000):
        bytearray(10**9)


def test_nesting_is_bounded() -> None:
    def deeper() -> None:
        deeper()

    with pytest.raises(Rejected, match="nested too deeply"), bounded():
        deeper()


def test_nothing_of_a_bound_stays_behind() -> None:
    before = signal.getsignal(signal.SIGALRM), resource.getrlimit(resource.RLIMIT_AS)
    with bounded():
        pass
    assert (signal.getsignal(signal.SIGALRM), resource.getrlimit(resource.RLIMIT_AS)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_file_that_no_report_can_be_is_not_even_begun() -> None:
    with pytest.raises(Rejected, match="too large: 33 MB, at most 32 MB of text/plain"):
        check_size(bytes(33_000_000), "text/plain")
    check_size(bytes(33_000_000), "application/pdf")
    assert LARGEST_FILE > 33_000_000
