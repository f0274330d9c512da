"""Names that a PDF's text told apart from their rows, dealt back: one to each row, and to each merged name its rows.

What is known: how many rows there are; which words stand on the line of a row; that words which were told apart keep
their order from the top; that a merged name stands at the middle of its rows, or comes round again with the same rows
below it; and to which category of the catalogue a programme belongs. Every way to deal the words is tried with that as
judge. Where two ways are as good, none is taken.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice, pairwise
from math import comb

from extraction.blocks import TOTAL, Cell
from extraction.layout.loose_rows import Row
from extraction.layout.spread_cells import is_name, is_school, whole
from extraction.numbers import is_year
from extraction.tables.head_trees import dimensions_of
from extraction.tables.rows.with_units import is_unit
from extraction.vocabulary import squeeze, vocabulary

CATEGORY_ENDS = ("大类", "类")
_MOST_WAYS = 3_000
_MOST_WORDS = 200
_CLEARLY = 0.4  # by which a way must be better than any other
_ELSEWHERE = 1.0  # what it costs that a name stands elsewhere than at the middle of its rows, or out of order


class Places:
    """On which line, and in which block of lines, the cells of a table stand."""

    def __init__(self, starts: Sequence[int], blocks: Sequence[int]) -> None:
        self._starts, self._blocks = starts, blocks

    def line(self, offset: int) -> int:
        """The number of the line with this place."""
        return bisect_right(self._starts, offset) - 1

    def middle(self, cell: Cell) -> float:
        """The middle of a cell's lines."""
        return (self.line(cell.start) + self.line(cell.end - 1)) / 2

    def block(self, cell: Cell) -> int:
        """The number of the block in which a cell begins."""
        return self._blocks[self.line(cell.start)]

    def is_below(self, cell: Cell, other: Cell) -> bool:
        """Whether a cell stands on a later line of another's block."""
        return self.block(cell) == self.block(other) and self.line(cell.start) > self.line(other.start)


@dataclass(eq=False)
class Names:
    """The rows of a table with the words that may name them, in the order of the text, and where all of them stand."""

    rows: Sequence[Row]
    words: Sequence[Cell]
    places: Places
    announced: frozenset[str] = frozenset()  # the dimensions whose members the heads over names announce

    def dealt(self) -> tuple[list[tuple[Cell, ...]], list[Cell]] | None:
        """The names of each row, the outer first, and schools of which it is not certain which rows are theirs.

        None where it is not certain which other words are whose.
        """
        if len(self.words) > _MOST_WORDS or (inner := self._inner()) is None:
            return None
        outer = [word for word in self._whole_words if not any(word is name for name in inner)]
        at = {name.start: float(r) for r, name in enumerate(inner)}
        if any(is_unit(name.text) for name in inner):
            return self._beside_units(outer, inner, at)
        starts = _rounds(inner)
        if outer and len(starts) == len(outer):
            rounds = self._in_rounds(outer, starts, at)
            if rounds is None:
                return None
            return [(name, own) for name, own in zip(rounds, inner, strict=True)], []
        columns: dict[str, Sequence[Cell | None]] = {}
        owners: list[Cell] = []
        for kind in sorted(dict.fromkeys(map(self._kind, outer)), key=_place, reverse=True):
            names = [word for word in outer if self._kind(word) == kind]
            if column := self._spread(names, inner, at):
                columns[kind] = column
                once = Counter(name.text for name in names)
                for name in (name for name in names if once[name.text] == 1):
                    rows = [r for r, spans in enumerate(column) if spans is name]
                    at[name.start] = sum(rows) / max(1, len(rows))
            elif kind == "school" and len(names) > 1:
                owners = names
            else:
                return None
        by_place = [columns[kind] for kind in sorted(columns, key=_place)]
        return [tuple(filter(None, cells)) for cells in zip(*by_place, inner, strict=True)], owners

    def _beside_units(
        self, names: Sequence[Cell], units: Sequence[Cell], at: Mapping[int, float]
    ) -> tuple[list[tuple[Cell, ...]], list[Cell]] | None:
        """Names and units, one of each for every row, where no name stands beside another row's unit."""
        if len(names) != len(units) or not all(is_unit(unit.text) for unit in units):
            return None
        beside = [self._row_at(name, at) for name in names]
        apart = any(row is not None and row != r for r, row in enumerate(beside))
        return None if apart else (list(zip(names, units, strict=True)), [])

    def _kind(self, word: Cell) -> str:
        """What kind of name a word is: what it is in itself, or a dimension that a head announces."""
        return kind_of(word) or next((d for d in dimensions_of(word.text) if d in self.announced), "")

    @cached_property
    def _whole_words(self) -> list[Cell]:
        """The words, the end of a name that another block holds joined to it."""
        found: list[Cell] = []
        for word in self.words:
            begun = [
                k
                for k, other in enumerate(found)
                if _may_end(word.text) and is_name(other.text + word.text) and not other.text.endswith("类")
            ]
            if begun:
                found[begun[0]] = whole([found[begun[0]], word])
            else:
                found.append(word)
        return found

    @cached_property
    def _lines(self) -> list[int]:
        """The line on which each row's first value stands."""
        return [self.places.line(row.cells[0].start) for row in self.rows]

    @cached_property
    def _row_of_line(self) -> dict[int, int]:
        return {line: r for r, line in enumerate(self._lines)}

    def _beside(self, word: Cell) -> int | None:
        """The row on whose line a word stands."""
        middle = self.places.middle(word)
        return self._row_of_line.get(int(middle)) if middle == int(middle) else None

    # ── one name for each row ────────────────────────────────────────────────────────────────────────────────────────

    def _inner(self) -> list[Cell] | None:
        """The innermost name of each row."""
        named: dict[int, Cell] = {}
        free: list[Cell] = []
        for word in self._whole_words:
            r = self._beside(word)
            if r is not None and (r not in named or named[r].start < word.start):
                named[r] = word
        for word in self._whole_words:
            if self._beside(word) is None and not self._is_left_of_another(word):
                free.append(word)
        last = len(self.rows) - 1
        totals = [word for word in free if TOTAL.match(word.text)]
        if len(totals) == 1 and last not in named:
            named[last] = totals[0]
            free.remove(totals[0])
        open_ = [r for r in range(len(self.rows)) if r not in named]
        kinds = Counter(self._kind(name) for name in named.values() if not TOTAL.match(name.text))
        best = self._best_choice(free, open_, named, kinds)
        if best is None:
            return None
        return [named[r] if r in named else best[r] for r in range(len(self.rows))]

    def _is_left_of_another(self, word: Cell) -> bool:
        line = self.places.line(word.start)
        return any(
            other.start >= word.end and self.places.line(other.start) == line for other in self._whole_words
        )

    def _best_choice(
        self, free: Sequence[Cell], open_: Sequence[int], named: dict[int, Cell], kinds: Counter[str]
    ) -> dict[int, Cell] | None:
        """The words for the rows without a name, in order; the others are names of groups, or of other columns."""
        if len(free) < len(open_):
            return None
        if not open_:
            return {}
        of_kind = Counter(map(self._kind, free))
        alike = [k for k, count in of_kind.items() if count == len(open_) and (not kinds or kinds[k])]
        if len(alike) == 1:
            free = [word for word in free if self._kind(word) == alike[0]]
        found = self._at_home(free, open_)
        left = [word for word in free if not any(word is name for name in found.values())]
        lacking = [r for r in open_ if r not in found]
        if len(left) < len(lacking) or comb(len(left), len(lacking)) > _MOST_WAYS:
            return None
        costs = self._costs(left, lacking, {**named, **found})
        scored = sorted(
            (sum(costs[k, r] for k, r in zip(chosen, lacking, strict=True)), chosen)
            for chosen in combinations(range(len(left)), len(lacking))
        )
        if len(scored) > 1 and scored[1][0] < scored[0][0] + _CLEARLY:
            return None
        chosen = scored[0][1]
        if any(TOTAL.match(word.text) for k, word in enumerate(left) if k not in chosen):
            return None  # a total is no name of a group
        return found | {r: left[k] for k, r in zip(chosen, lacking, strict=True)}

    def _at_home(self, free: Sequence[Cell], open_: Sequence[int]) -> dict[int, Cell]:
        """The words that stand on the line right above a row's first value, by that row."""
        above = {self.places.line(word.end - 1): word for word in free}
        return {r: above[line] for r in open_ if (line := self._lines[r] - 1) in above}

    def _costs(
        self, free: Sequence[Cell], open_: Sequence[int], named: Mapping[int, Cell]
    ) -> dict[tuple[int, int], float]:
        """How unlikely it is of each word that it names a row, for each of the rows without a name."""
        costs = {}
        for k, word in enumerate(free):
            for r in open_:
                disordered = any((other < r) != (name.start < word.start) for other, name in named.items())
                total = TOTAL.match(word.text) is not None
                costs[k, r] = _ELSEWHERE * disordered - _ELSEWHERE * total
        return costs

    # ── merged names ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _spread(
        self, names: Sequence[Cell], inner: Sequence[Cell], at: Mapping[int, float]
    ) -> list[Cell | None] | None:
        """For each row the one of these names that spans it, none for a total."""
        if (found := _by_catalogue(names, inner)) is not None:
            return found
        if (starts := _rounds(inner)) and len(starts) == len(names):
            rounds = self._in_rounds(names, starts, at)
            return None if rounds is None else [*rounds]
        last = len(inner) - (TOTAL.match(inner[-1].text) is not None)
        if len(names) == last and kind_of(names[0]):  # a second name for each
            return [*names, *([None] * (len(inner) - last))]
        if not 1 < len(names) <= last:
            return None
        beside = {name: self._row_at(name, at) for name in names}
        orders = _orders(beside)
        if len(orders) * comb(last - 1, len(names) - 1) > _MOST_WAYS:
            return None
        ways = ((n, starts) for n in range(len(orders)) for starts in _starts(len(names), last))
        scored = sorted((_off_middle(orders[n], starts, last, beside), n, starts) for n, starts in ways)
        least, order, cuts = scored[0]
        if least >= _ELSEWHERE or (len(scored) > 1 and scored[1][0] < least + _CLEARLY):
            return None
        return [*_filled(orders[order], cuts, last), *([None] * (len(inner) - last))]

    def _in_rounds(
        self, names: Sequence[Cell], starts: Sequence[int], at: Mapping[int, float]
    ) -> list[Cell] | None:
        """For each row the name of its round: names that stand beside a round are its own, the others are told in order."""
        own: dict[int, Cell] = {}
        for name in names:
            if (row := self._row_at(name, at)) is not None:
                n = bisect_right(starts, row) - 1
                if n in own:
                    return None
                own[n] = name
        others = iter(name for name in names if not any(name is placed for placed in own.values()))
        rounds = [own[n] if n in own else next(others) for n in range(len(starts))]
        return _filled(rounds, starts, len(self.rows))

    def _row_at(self, name: Cell, at: Mapping[int, float]) -> float | None:
        """The row beside which a name stands, or beside a name whose row is known, half between two rows; None where it does
        not say.
        """
        r = self._beside(name)
        if r is not None:
            return r
        middle = self.places.middle(name)
        for other in self._whole_words:
            if other is not name and other.start in at and self.places.middle(other) == middle:
                return at[other.start]
        for k, (above, below) in enumerate(pairwise(self._lines)):
            same = self.places.block(self.rows[k].cells[0]) == self.places.block(self.rows[k + 1].cells[0])
            if above < middle < below and same:
                return k + 0.5
        return None


def _orders(beside: Mapping[Cell, float | None]) -> list[list[Cell]]:
    """The orders from the top in which names can stand: those beside rows as these, the others, in order, between."""
    rows = {name: row for name, row in beside.items() if row is not None}
    placed = sorted(rows, key=lambda name: rows[name])
    others = [name for name in beside if name not in rows]
    orders = []
    for places in islice(combinations(range(len(beside)), len(others)), _MOST_WAYS):
        ours, theirs = iter(placed), iter(others)
        orders.append([next(theirs if k in places else ours) for k in range(len(beside))])
    return orders


def _off_middle(
    names: Sequence[Cell], starts: Sequence[int], last: int, beside: Mapping[Cell, float | None]
) -> float:
    """How often a name that stands beside a row, or between two, is not at the middle of its rows."""
    spans = zip(names, pairwise([*starts, last]), strict=True)
    return _ELSEWHERE * sum(beside[name] not in (None, (a + b - 1) / 2) for name, (a, b) in spans)


_WIDEST_FIRST = ("school", "category", "", "programme", "year", "unit")


def _place(kind: str) -> int:
    """How far to the right names of a kind stand."""
    return _WIDEST_FIRST.index(kind) if kind in _WIDEST_FIRST else 2


def kind_of(word: Cell) -> str:
    """What kind of name a word is, the widest first."""
    squeezed = squeeze(word.text)
    if is_school(word.text):
        return "school"
    if is_year(word.text):
        return "year"
    if is_unit(word.text):
        return "unit"
    if squeezed in vocabulary().programmes:
        return "programme"
    return "category" if squeezed in vocabulary().categories else ""


def _may_end(text: str) -> bool:
    """Whether a text can be the end of a name: it is none itself, or only says that the name is a category's."""
    return text in CATEGORY_ENDS or not is_name(text)


def _by_catalogue(names: Sequence[Cell], inner: Sequence[Cell]) -> list[Cell | None] | None:
    """Categories dealt to programmes as the catalogue has them; None where it does not know all, or they are others."""
    known = vocabulary().category_of
    wanted = [known.get(squeeze(name.text)) for name in inner if not TOTAL.match(name.text)]
    stems = [_stem(name.text) for name in names]
    runs = [category for k, category in enumerate(wanted) if k == 0 or category != wanted[k - 1]]
    if None in wanted or Counter(runs) != Counter(stems):
        return None
    found: list[Cell | None] = []
    for name in inner:
        stem = known.get(squeeze(name.text))
        found.append(next((n for n, s in zip(names, stems, strict=True) if s == stem), None))
    return found


def _stem(category: str) -> str:
    return squeeze(category).removesuffix("类").removesuffix("大")


def _rounds(inner: Sequence[Cell]) -> list[int]:
    """Where the names of rows start over."""
    starts = [k for k, name in enumerate(inner) if name.text == inner[0].text]
    rounds = [[name.text for name in inner[a:b]] for a, b in pairwise([*starts, len(inner)])]
    return starts if len(starts) > 1 and all(len(set(names)) == len(names) for names in rounds) else []


def _starts(groups: int, rows: int) -> Iterator[tuple[int, ...]]:
    yield from ((0, *cuts) for cuts in combinations(range(1, rows), groups - 1))


def _filled(names: Sequence[Cell], starts: Sequence[int], rows: int) -> list[Cell]:
    return [names[bisect_right(starts, r) - 1] for r in range(rows)]
