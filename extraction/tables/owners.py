"""Whose are the rows of a table that names schools, but has lost which rows are whose: theirs to whose numbers they add up.

A district tells for each school how many students it has, and in another table how many each of its programmes has.
Neighbouring rows are a school's where all that is told of it elsewhere is the sum of theirs. If there is exactly one way to
deal out all rows like that, they are dealt; else they are nobody's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from extraction.blocks import TOTAL, Table
from extraction.records import UNMAPPED, Observation
from extraction.vocabulary import vocabulary

_MOST_STEPS = 50_000
_NUMBER_WITHIN = 4  # characters that may stand before a number in its cell

_Counted = tuple[str, int | None]
_Sums = Mapping[_Counted, Decimal]
_Range = tuple[str, int, int]


def dealt_rows(
    made: Sequence[Observation], table: Table, owners: Sequence[str], told: Iterable[Observation]
) -> list[Observation]:
    """The observations of a table's rows, each of the school whose row it is; unmapped where that is not certain."""
    rows = _rows(made, table)
    ways = list(islice(_Deal(rows, _known(told, owners)).ways(0, tuple(owners)), 2))
    if len(ways) != 1:
        owned = {o.char_start for row in rows for o in row}
        return [o.unmapped() if o.char_start in owned else o for o in made]
    whose = {o.char_start: owner for owner, a, b in ways[0] for row in rows[a:b] for o in row}
    return [replace(o, entity=whose.get(o.char_start, o.entity)) for o in made]


def _rows(made: Sequence[Observation], table: Table) -> list[list[Observation]]:
    """The observations row by row, without those of totals."""
    row_at: dict[int, int] = {}
    for r, row in enumerate(table.rows):
        if not any(cell and TOTAL.match(cell.text) for cell in row):
            row_at |= {cell.start: r for cell in row if cell and len(cell.text) == cell.end - cell.start}
    starts = sorted(row_at)
    found: dict[int, list[Observation]] = defaultdict(list)
    for o in made:
        at = bisect_right(starts, o.char_start) - 1
        if at >= 0 and o.char_start - starts[at] < _NUMBER_WITHIN:
            found[row_at[starts[at]]].append(o)
    return [found[r] for r in sorted(found)]


def _known(told: Iterable[Observation], owners: Sequence[str]) -> dict[str, dict[_Counted, set[Decimal]]]:
    """What is told of each school as a whole: numbers that can be sums."""
    known: dict[str, dict[_Counted, set[Decimal]]] = {owner: defaultdict(set) for owner in owners}
    for o in told:
        if o.entity in known and not o.dims and _is_counted(o):
            known[o.entity][o.metric, o.year].add(o.value)
    return known


def _is_counted(o: Observation) -> bool:
    return o.metric != UNMAPPED and vocabulary().metrics[o.metric].kind != "ratio"


class _Deal:
    """The search for ways to deal rows to schools; it gives up after so many steps."""

    def __init__(
        self, rows: Sequence[Sequence[Observation]], known: Mapping[str, Mapping[_Counted, set[Decimal]]]
    ) -> None:
        self._rows, self._known = rows, known
        self._steps_left = _MOST_STEPS

    def ways(self, start: int, owners: tuple[str, ...]) -> Iterator[tuple[_Range, ...]]:
        """Every way to deal the rows from `start` to these schools, in any order, so that each has the sums told of it."""
        if not owners:
            if start == len(self._rows):
                yield ()
            return
        sums: dict[_Counted, Decimal] = defaultdict(Decimal)
        for end in range(start + 1, len(self._rows) - len(owners) + 2):
            self._steps_left -= len(owners)
            if self._steps_left < 0:
                return
            for o in filter(_is_counted, self._rows[end - 1]):
                sums[o.metric, o.year] += o.value
            for owner in (owner for owner in owners if _agree(sums, self._known[owner])):
                others = tuple(other for other in owners if other != owner)
                yield from (((owner, start, end), *rest) for rest in self.ways(end, others))


def _agree(sums: _Sums, known: Mapping[_Counted, set[Decimal]]) -> bool:
    """Whether a school's numbers are these sums, as far as they are told."""
    both = [counted for counted in sums if counted in known]
    return bool(both) and all(sums[counted] in known[counted] for counted in both)
