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
from itertools import combinations, pairwise
from math import comb

from extraction.blocks import TOTAL, Cell
from extraction.loose_rows import Row
from extraction.numbers import is_year
from extraction.spread_cells import is_name, is_school, whole
from extraction.vocabulary import squeeze, vocabulary

CATEGORY_ENDS = ("大类", "类")
_MOST_WAYS = 3_000
_CLEARLY = 0.4  # by which a way must be better than any other
_APART = 0.5  # what it costs that a name stands beside no row
_ELSEWHERE = 1.0  # … beside another row, out of order, or is of another kind than other names of rows


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

    def dealt(self) -> tuple[list[tuple[Cell, ...]], list[Cell]] | None:
        """The names of each row, the outer first, and schools of which it is not certain which rows are theirs.

        None where it is not certain which other words are whose.
        """
        inner = self._inner()
        if inner is None:
            return None
        outer = [word for word in self._whole_words if not any(word is name for name in inner)]
        starts = _rounds(inner)
        if outer and len(starts) == len(outer):
            return list(zip(_filled(outer, starts, len(inner)), inner, strict=True)), []
        columns = []
        owners: list[Cell] = []
        for kind in dict.fromkeys(sorted(map(kind_of, outer), key=_ORDER.index)):
            names = [word for word in outer if kind_of(word) == kind]
            if column := self._spread(names, inner):
                columns.append(column)
            elif kind == "school" and len(names) > 1:
                owners = names
            else:
                return None
        return [tuple(filter(None, cells)) for cells in zip(*columns, inner, strict=True)], owners

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
        open_ = [r for r in range(len(self.rows)) if r not in named]
        kinds = Counter(map(kind_of, named.values()))
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
        alike = [
            kind
            for kind in _ORDER
            if sum(kind_of(word) == kind for word in free) == len(open_) and (not kinds or kinds[kind])
        ]
        if len(alike) == 1 and alike[0] != "":
            return dict(zip(open_, (word for word in free if kind_of(word) == alike[0]), strict=True))
        if comb(len(free), len(open_)) > _MOST_WAYS:
            return None
        costs = self._costs(free, open_, named)
        scored = sorted(
            (sum(costs[k, r] for k, r in zip(chosen, open_, strict=True)), chosen)
            for chosen in combinations(range(len(free)), len(open_))
        )
        least, chosen = scored[0]
        if least > _APART * len(open_) or (len(scored) > 1 and scored[1][0] < least + _CLEARLY):
            return None
        if any(TOTAL.match(word.text) for k, word in enumerate(free) if k not in chosen):
            return None  # a total is no name of a group
        return {r: free[k] for k, r in zip(chosen, open_, strict=True)}

    def _homes(self, free: Sequence[Cell]) -> dict[int, int]:
        """For each word right before the values of a row that row."""
        before: dict[int, int] = {}
        lines = sorted((line, r) for r, line in enumerate(self._lines))
        for line, r in lines:
            above = [word for word in free if self.places.line(word.start) < line]
            if above and not any(self.places.line(above[-1].start) < other < line for other, _ in lines):
                before[above[-1].start] = r
        return before

    def _costs(
        self, free: Sequence[Cell], open_: Sequence[int], named: Mapping[int, Cell]
    ) -> dict[tuple[int, int], float]:
        """How unlikely it is of each word that it names a row, for each of the rows without a name."""
        homes = self._homes(free)
        costs = {}
        for k, word in enumerate(free):
            home = homes.get(word.start)
            for r in open_:
                apart = _APART if home is None else _ELSEWHERE * (home != r)
                disordered = any((other < r) != (name.start < word.start) for other, name in named.items())
                total = _ELSEWHERE * (TOTAL.match(word.text) is not None)
                costs[k, r] = apart + _ELSEWHERE * disordered - total
        return costs

    # ── merged names ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _spread(self, names: Sequence[Cell], inner: Sequence[Cell]) -> list[Cell | None] | None:
        """For each row the one of these names that spans it, none for a total."""
        if (found := _by_catalogue(names, inner)) is not None:
            return found
        if (starts := _rounds(inner)) and len(starts) == len(names):
            return list(_filled(names, starts, len(inner)))
        last = len(inner) - (TOTAL.match(inner[-1].text) is not None)
        if len(names) == last and kind_of(names[0]):  # a second name for each
            return [*names, *([None] * (len(inner) - last))]
        if not 1 < len(names) <= last or comb(last - 1, len(names) - 1) > _MOST_WAYS:
            return None
        scored = sorted(
            (self._off_middle(names, starts, last, inner), starts) for starts in _starts(len(names), last)
        )
        if scored[0][0] >= _ELSEWHERE or (len(scored) > 1 and scored[1][0] < scored[0][0] + _CLEARLY):
            return None
        return [*_filled(names, scored[0][1], last), *([None] * (len(inner) - last))]

    def _off_middle(
        self, names: Sequence[Cell], starts: Sequence[int], last: int, inner: Sequence[Cell]
    ) -> float:
        """How often a name that stands beside a row, or between two, is not at the middle of its rows; a name that stands
        beside none is more likely that of an even number of rows.
        """
        cost = 0.0
        for name, (start, end) in zip(names, pairwise([*starts, last]), strict=True):
            at = self._row_at(name, inner)
            middle = (start + end - 1) / 2
            cost += _ELSEWHERE * (at != middle) if at is not None else _APART * ((end - start) % 2)
        return cost

    def _row_at(self, name: Cell, inner: Sequence[Cell]) -> float | None:
        """The row beside which a name stands, half between two rows; None where it does not say."""
        r = self._beside(name)
        if r is not None:
            return r
        line = self.places.line(name.start)
        for k, word in enumerate(inner):
            if self.places.line(word.start) == line and word.start >= name.end:
                return k
        middle = self.places.middle(name)
        for k, (above, below) in enumerate(pairwise(self._lines)):
            same = self.places.block(self.rows[k].cells[0]) == self.places.block(self.rows[k + 1].cells[0])
            if above < middle < below and same:
                return k + 0.5
        return None


_ORDER = ("school", "category", "", "programme", "year")


def kind_of(word: Cell) -> str:
    """What kind of name a word is, the widest first."""
    squeezed = squeeze(word.text)
    if is_school(word.text):
        return "school"
    if is_year(word.text):
        return "year"
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
    return starts if len(starts) > 1 and all(names == rounds[0] for names in rounds) else []


def _starts(groups: int, rows: int) -> Iterator[tuple[int, ...]]:
    yield from ((0, *cuts) for cuts in combinations(range(1, rows), groups - 1))


def _filled(names: Sequence[Cell], starts: Sequence[int], rows: int) -> list[Cell]:
    return [names[bisect_right(starts, r) - 1] for r in range(rows)]
