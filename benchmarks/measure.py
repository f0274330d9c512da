"""One measurement: a thing and its floor, in turn, several times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, beside what, the medians in seconds, and the median of the ratios."""

    what: str
    beside: str
    seconds: float
    floor_seconds: float
    ratio: float
    note: str = ""

    @property
    def markdown(self) -> str:
        """The line as Markdown."""
        cells = (
            self.what,
            self.beside,
            f"{self.seconds:.3f}",
            f"{self.floor_seconds:.3f}",
            f"{self.ratio:.1f}×",
            self.note,
        )
        return "| " + " | ".join(cells) + " |"


def in_turn(
    what: str,
    run: Callable[[], object],
    beside: str,
    floor: Callable[[], object],
    *,
    times: int = 5,
    note: str = "",
) -> Row:
    """Measure both in turn, A B A B …, after one round that does not count."""
    run(), floor()
    pairs = [(_seconds(run), _seconds(floor)) for _ in range(times)]
    return Row(
        what,
        beside,
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
        note,
    )


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
