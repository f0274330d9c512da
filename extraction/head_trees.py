"""The heads of a page dump: every way in which cells, told row by row, can be a tree of heads over so many columns.

A dump tells the upper row of heads first, merged cells once, then the row below. Nothing says which of the lower heads
hang under which upper one. The ways are tried, and the columns' own numbers judge.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from extraction.blocks import Cell
from extraction.dump_rows import MEASURE
from extraction.meaning import Context, Meaning, interpret, says_share, units_in
from extraction.numbers import Number, find_numbers, is_year
from extraction.records import UNMAPPED
from extraction.vocabulary import Unit, squeeze, vocabulary

_Path = tuple[Cell, ...]

_OVER_NAMES = re.compile(r"^年[度份]([（(]年[)）])?$|序号|编号|名称|范围")
_GROUPS_HEADS = re.compile(r"情况|结构|分布|构成|级别|类型|性质|数量$|比例$")


@dataclass(frozen=True)
class Way:
    """One way to read the heads: those over the names of rows, and for each column of values its heads, upper first."""

    stub: tuple[Cell, ...]
    paths: tuple[_Path, ...]


def ways(heads: Sequence[Cell], width: int) -> Iterator[Way]:
    """Every way in which the heads give `width` columns of values and some over the names of rows."""
    leaves = _leaves(heads)
    groups = _groups(leaves)
    for tree in _trees(heads[: len(heads) - len(leaves)]):
        for owners in combinations(range(len(tree)), len(groups)):
            if any(_names_rows(tree[k][-1]) for k in owners):
                continue
            children = dict(zip(owners, groups, strict=True))
            columns = [
                path
                for k, upper in enumerate(tree)
                for path in ([(*upper, leaf) for leaf in children[k]] if k in children else [upper])
            ]
            if way := _parted(columns, len(columns) - width):
                yield way


def _parted(columns: Sequence[_Path], names: int) -> Way | None:
    """Part the columns: those with a head over names, filled up from the left, are `names` columns; the rest are values."""
    stub = [k for k, path in enumerate(columns) if _names_rows(path[-1])]
    if not len(stub) <= names < len(columns):
        return None
    stub += [k for k in range(len(columns)) if k not in stub][: names - len(stub)]
    return Way(
        tuple(columns[k][-1] for k in sorted(stub)),
        tuple(path for k, path in enumerate(columns) if k not in stub),
    )


def _trees(uppers: Sequence[Cell]) -> Iterator[list[_Path]]:
    """Every tree of one or two rows, as the paths of its leaves; a parent has at least two children.

    Two rows are told one after the other, or (two tables side by side) each parent right before its children.
    """
    yield [(head,) for head in uppers]
    for cut in range(1, len(uppers) - 1):
        upper, lower = uppers[:cut], uppers[cut:]
        for count in range(1, min(len(upper), len(lower) // 2) + 1):
            for parents in combinations(range(len(upper)), count):
                for sizes in _compositions(len(lower), count, 2):
                    yield _hung(upper, lower, dict(zip(parents, sizes, strict=True)))
    for count in range(2, len(uppers) // 3 + 1):
        for sizes in _compositions(len(uppers), count, 3):
            starts = [sum(sizes[:k]) for k in range(count)]
            yield [
                (uppers[start], uppers[k])
                for start, size in zip(starts, sizes, strict=True)
                for k in range(start + 1, start + size)
            ]


def _hung(upper: Sequence[Cell], lower: Sequence[Cell], sizes: dict[int, int]) -> list[_Path]:
    paths: list[_Path] = []
    at = 0
    for k, head in enumerate(upper):
        children = lower[at : at + sizes.get(k, 0)]
        paths += [(head, child) for child in children] or [(head,)]
        at += len(children)
    return paths


def _compositions(total: int, parts: int, least: int) -> Iterator[tuple[int, ...]]:
    """Every way to write `total` as `parts` numbers of at least `least`, in order."""
    if parts == 1:
        if total >= least:
            yield (total,)
        return
    for first in range(least, total - least * (parts - 1) + 1):
        for rest in _compositions(total - first, parts - 1, least):
            yield (first, *rest)


def _leaves(heads: Sequence[Cell]) -> list[Cell]:
    """The lower heads at the end: years, or else words of measure, that repeat below several upper heads."""
    kinds: tuple[Callable[[str], bool], ...] = (is_year, lambda text: bool(MEASURE.match(text)))
    for is_leaf in kinds:
        k = len(heads)
        while k and is_leaf(heads[k - 1].text):
            k -= 1
        if k < len(heads) - 1:
            return list(heads[k:])
    return []


def _groups(leaves: Sequence[Cell]) -> list[list[Cell]]:
    """Leaves cut where their sequence starts over: 数量 比例 | 数量 比例, 2023 2024 | 2023 2024."""
    groups: list[list[Cell]] = []
    for leaf in leaves:
        if not groups or leaf.text == groups[-1][0].text:
            groups.append([])
        groups[-1].append(leaf)
    return groups


def _names_rows(head: Cell) -> bool:
    """A head that stands over names, not over numbers."""
    text = head.text.strip()
    return squeeze(text) in vocabulary().dimension_of_header or bool(_OVER_NAMES.search(text))


class Judge:
    """How well a way of reading the heads agrees with the numbers below them.

    For each column: shares under share words and counts under others, a known metric, no second column of the same
    meaning, and a share that follows from two other columns. Small weights prefer upper heads that speak of a group.
    """

    def __init__(self, columns: Sequence[Sequence[Cell]], around: tuple[str, ...], *, names: int) -> None:
        self._columns = [
            [n[0] if (n := find_numbers(cell.text)) else None for cell in column] for column in columns
        ]
        self._around = around
        self._names = names
        self._meanings: dict[tuple[tuple[str, ...], Unit | None], Meaning] = {}

    @property
    def most(self) -> float:
        """The score of a way in which every column agrees with its head."""
        return 2.0 * len(self._columns)

    def score(self, way: Way) -> float:
        """The agreement of one way; higher is better."""
        meanings = [self._meaning(c, path) for c, path in enumerate(way.paths)]
        agreement = sum(self._agreement(c, path, meanings[c]) for c, path in enumerate(way.paths))
        seen = Counter(
            (m.metric, *sorted(m.dims.items()), *(head.text for head in path if is_year(head.text)))
            for m, path in zip(meanings, way.paths, strict=True)
            if m.metric != UNMAPPED
        )
        doubled = sum(count - 1 for count in seen.values())
        unexplained = sum(not _names_rows(head) for head in way.stub)
        homeless = max(0, len(way.stub) - self._names)
        return (
            agreement
            - 0.5 * doubled
            - 0.5 * unexplained
            - homeless
            + self._follows(meanings)
            + _likely_parents(way)
        )

    def _numbers(self, c: int) -> list[Number]:
        return [number for number in self._columns[c] if number is not None]

    def _meaning(self, c: int, path: _Path) -> Meaning:
        phrases = tuple(cell.text for cell in reversed(path) if not is_year(cell.text))
        numbers = self._numbers(c)
        unit = (
            (numbers[0].unit if numbers else None) or next(iter(units_in(phrases[0])), None)
            if phrases
            else None
        )
        key = (phrases, unit)
        if key not in self._meanings:
            self._meanings[key] = interpret(Context((*phrases, *self._around)), unit)
        return self._meanings[key]

    def _agreement(self, c: int, path: _Path, meaning: Meaning) -> float:
        numbers = self._numbers(c)
        phrases = [cell.text for cell in reversed(path) if not is_year(cell.text)]
        if not numbers or not phrases:
            return 1.0
        unit = numbers[0].unit or next(iter(units_in(phrases[0])), None)
        counted = unit is not None and unit.canonical != "percent"
        shares = 0.0 if counted else sum(_looks_like_share(n) for n in numbers) / len(numbers)
        is_share = says_share(phrases[0]) or meaning.unit == "percent"
        return (shares if is_share else 1 - shares) + (meaning.metric != UNMAPPED)

    def _follows(self, meanings: Sequence[Meaning]) -> float:
        """Half a point for each column of shares that two other columns give, one of which the shares are of."""
        found = 0
        for c, meaning in enumerate(meanings):
            if meaning.unit != "percent":
                continue
            parts = [
                k for k, m in enumerate(meanings) if vocabulary().share_of.get(m.metric) == meaning.metric
            ]
            found += any(
                self._is_share(c, part, whole)
                for part in parts
                for whole in range(len(meanings))
                if whole != part
            )
        return 0.5 * found

    def _is_share(self, share: int, part: int, whole: int) -> bool:
        rows = list(zip(self._columns[share], self._columns[part], self._columns[whole], strict=False))
        full = [(s.amount, p.amount, w.amount) for s, p, w in rows if s and p and w and w.amount]
        return bool(full) and all(abs(100 * p / w - s) <= 1 for s, p, w in full)


def _looks_like_share(number: Number) -> bool:
    return number.is_percent or ("." in number.raw and number.amount <= 100)


def _likely_parents(way: Way) -> float:
    """Upper heads that speak of a group (情况, 结构, 级别) are likely parents, those with a unit of their own are not."""
    parents = {path[k] for path in way.paths for k in range(len(path) - 1)}
    return sum(
        0.3 * bool(_GROUPS_HEADS.search(parent.text)) - 0.3 * bool(units_in(parent.text))
        for parent in parents
    )
