"""Whose is a table that names nobody? The school's whose figures, told in the same section, it repeats; or the one of whose
figures, told anywhere, its rates follow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence

from extraction.blocks import Table
from extraction.records import Observation
from extraction.tables.grids import number_in
from extraction.vocabulary import vocabulary

_FEWEST = 3  # figures in common, fewer may be chance
_FEWEST_RATES = 2
_OFF = 1  # percent points by which a printed rate may be off
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


def owner_by_rates(
    made: Sequence[Observation], told: Iterable[Observation], schools: Container[str], district: str
) -> str | None:
    """The one school of whose figures a table's rates follow with the counts beside them: 321 who went on to study and a rate of
    67 % are of the school that has 483 graduates. None where the rates follow from the figures of several, of the district or
    of none.
    """
    known = vocabulary()
    parts = {(o.metric, o.year, tuple(o.dims.items())): o.value for o in made}
    rates = []
    for o in made:
        whole, part = known.standard_denominator.get(o.metric), known.part_of_share.get(o.metric)
        counted = parts.get((part or "", o.year, tuple(o.dims.items())))
        if whole and counted and o.unit == "percent":
            rates.append((whole, o.year, counted, o.value))
    if len(rates) < _FEWEST_RATES:
        return None
    wholes = defaultdict(set)
    for o in told:
        if (o.entity == district or o.entity in schools) and not o.dims:
            wholes[o.entity, o.metric, o.year].add(o.value)
    follow = Counter(
        entity
        for (entity, metric, year), values in wholes.items()
        for whole, of, counted, rate in rates
        if (whole, of) == (metric, year) and any(v and abs(100 * counted / v - rate) <= _OFF for v in values)
    )
    owners = [entity for entity, n in follow.items() if n == len(rates)]
    return owners[0] if len(owners) == 1 and owners[0] != district else None
