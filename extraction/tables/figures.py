"""Whose is a table that names nobody? The school's whose figures, told in the same section, it repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from extraction.blocks import Table
from extraction.records import Observation
from extraction.tables.grids import number_in

_FEWEST = 3  # figures in common, fewer may be chance
_CLEARLY = 2  # times as many as with whom the text spoke of last


class Figures:
    """The figures that a section has told in its running text, by whom they are of."""

    def __init__(self) -> None:
        self._of: dict[str, set[str]] = defaultdict(set)

    def take(self, observations: Iterable[Observation]) -> None:
        """Take note of a paragraph's figures; a single digit is anybody's."""
        for o in observations:
            if o.entity and len(o.raw) > 1:
                self._of[o.entity].add(o.raw)

    def whose(self, table: Table, spoken_of: str | None) -> str | None:
        """Whose figures the table repeats clearly more of than of the one spoken of last, else that one."""
        if len(self._of) < 2:
            return spoken_of
        numbers = (number_in(cell) for row in table.rows for cell in row if cell is not None)
        printed = {number.raw for number in numbers if number is not None}
        common = {name: len(printed & figures) for name, figures in self._of.items()}
        best = max(common, key=lambda name: common[name])
        clear = common[best] >= _FEWEST and common[best] > _CLEARLY * common.get(spoken_of or "", 0)
        return best if clear else spoken_of
