"""The heads of a page dump: every way in which cells, told row by row, can be a tree of heads over so many columns.

A dump tells the upper row of heads first, merged cells once, then the row below. Nothing says which of the lower heads
hang under which upper one. The ways are tried, and the columns' own numbers judge.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from extraction.blocks import MEASURE, Cell
from extraction.dump_rows import Row
from extraction.grids import number_in
from extraction.meaning import Context, Meaning, interpret, says_share, units_in
from extraction.numbers import Number, is_year
from extraction.records import UNMAPPED
from extraction.vocabulary import Unit, squeeze, vocabulary

_Path = tuple[Cell, ...]

_PLAUSIBLE = 0.6  # below this share of the best possible agreement a reading of the heads explains nothing
_NEUTRAL = 1.5
_NEVER = 50.0
_UNIT = re.compile(r"[（(][^（）()]*[)）]$")
_UNLIKELY = 0.5
_LIKELY = 0.3  # the weight of what is only likely
_SAYS_COUNT = re.compile(r"[数率比量值额]$|比例|[（(][^（）()]*[)）]$")
_NO_MEANING = Meaning(UNMAPPED, {}, 0.0)
_LOOKED_AT = 60  # ways that are judged in full, the likeliest first
_OVER_NAMES = re.compile(
    r"^年[度份]([（(]年[)）])?$|序号|编号|名称|范围|^备注$|^说明$|^(?:学校|院校|办学单位|(?:计量)?单\s*位)$"
)
# Heads that stand over names of rows as often as over other heads.
_MAY_NAME_ROWS = re.compile(r"(?:类型|类别|分类|项目|指标|内容)$")
_AMONG = re.compile(r"^其\s*中[:：]?$")
_GROUPS_HEADS = re.compile(r"^其中[:：]?$|情况|建设|结构|分布|构成|级别|类型|性质|数量$|比例$")


@dataclass(frozen=True)
class Way:
    """One way to read the heads: those over the names of rows, and for each column of values its heads, upper first."""

    stub: tuple[Cell, ...]
    paths: tuple[_Path, ...]


def ways(heads: Sequence[Cell], width: int, names: int, words: frozenset[int] = frozenset()) -> Iterator[Way]:
    """Every way in which the heads give `width` columns of values and about `names` over the names of rows.

    `words` are the columns of values without a number, which may have a head that stands over names.
    """
    leaves = _leaves(heads)
    groups = _groups(leaves)
    if len(groups) == 1 and (way := _parted([(head,) for head in heads], len(heads) - width, words)):
        yield way  # years over all columns, below nothing
    most = width + names - len(leaves) + len(groups)
    for tree in _trees(heads[: len(heads) - len(leaves)], range(most - names, most + 2)):
        for owners in combinations(range(len(tree)), len(groups)):
            if any(names_rows(tree[k][-1].text) for k in owners):
                continue
            children = dict(zip(owners, groups, strict=True))
            columns = [
                path
                for k, upper in enumerate(tree)
                for path in ([(*upper, leaf) for leaf in children[k]] if k in children else [upper])
            ]
            if way := _parted(columns, len(columns) - width, words):
                yield way


def _parted(columns: Sequence[_Path], names: int, words: frozenset[int]) -> Way | None:
    """Part the columns: those with a head over names, filled up from the left, are `names` columns; the rest are values.

    With more such heads than names, the first columns are the names and the other heads must stand over words.
    """
    stub = [k for k, path in enumerate(columns) if names_rows(path[-1].text)]
    if not 0 <= names < len(columns):
        return None
    if len(stub) > names:
        if not {k - names for k in stub if k >= names} <= words:
            return None
        stub = list(range(names))
    stub += [k for k in range(len(columns)) if k not in stub][: names - len(stub)]
    if not stub and len(columns) > 1 and len({path[:-1] for path in columns}) == 1 and len(columns[0]) > 1:
        return None  # one head over everything is a title
    return Way(
        tuple(columns[k][-1] for k in sorted(stub)),
        tuple(path for k, path in enumerate(columns) if k not in stub),
    )


def _trees(uppers: Sequence[Cell], leaves: range) -> Iterator[list[_Path]]:
    """Every tree of one or two rows with so many leaves, as the paths of its leaves; a parent has two children or more.

    Two rows are told one after the other, or (two tables side by side) each parent right before its children. Every
    parent is one head that is no leaf.
    """
    if len(uppers) in leaves:
        yield [(head,) for head in uppers]
    counts = [count for count in range(1, len(uppers) // 3 + 1) if len(uppers) - count in leaves]
    for count in counts:
        for cut in range(count, len(uppers) - 2 * count + 1):
            upper, lower = uppers[:cut], uppers[cut:]
            for parents in combinations(range(len(upper)), count):
                if any(_OVER_NAMES.search(upper[k].text) for k in parents):
                    continue
                for sizes in _compositions(len(lower), count, 2):
                    yield _hung(upper, lower, dict(zip(parents, sizes, strict=True)))
    for count in (count for count in counts if count > 1):
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
    """The lower heads at the end that repeat below several upper heads: years, words of measure, or any run of heads
    told again and again.
    """
    kinds: tuple[Callable[[str], bool], ...] = (is_year, lambda text: bool(MEASURE.match(text)))
    for is_leaf in kinds:
        k = len(heads)
        while k and is_leaf(heads[k - 1].text):
            k -= 1
        if k < len(heads) - 1:
            return list(heads[k:])
    texts = [head.text for head in heads]
    for period in range(2, len(texts) // 2 + 1):
        run = texts[-period:]
        k = len(texts) - period
        while k >= period and texts[k - period : k] == run:
            k -= period
        if k < len(texts) - period:
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


@lru_cache(maxsize=4096)
def names_rows(head: str) -> bool:
    """Whether a head stands over names, not over numbers."""
    return squeeze(head) in vocabulary().dimension_of_header or bool(_OVER_NAMES.search(head.strip()))


class Judge:
    """How well a way of reading the heads agrees with the numbers below them.

    For each column: shares under share words and counts under others, a known metric, no second column of the same
    meaning, and a share that follows from two other columns. Small weights prefer upper heads that speak of a group.
    """

    def __init__(
        self, columns: Sequence[Sequence[Cell]], around: tuple[str, ...], rows: Sequence[Row]
    ) -> None:
        self._columns = [[number_in(cell) for cell in column] for column in columns]
        self._around = around
        self._names = [len(row.names) for row in rows]
        self._row_names = [[cell.text for cell in reversed(row.names)] for row in rows]
        self._named: dict[Unit | None, float] = {}
        self._texts = [any(cell.text for cell in column) or not column for column in columns]
        self.words = frozenset(c for c, column in enumerate(self._columns) if not any(column))
        self._shares: dict[tuple[int, int, int], bool] = {}
        self._judged: dict[tuple[int, _Path], tuple[Meaning, float]] = {}

    @property
    def width(self) -> int:
        """How many columns of values there are."""
        return len(self._columns)

    def best(self, found: Iterable[Way]) -> tuple[Way | None, float]:
        """The way that agrees best and how well (1 where every column agrees with its head).

        (None, …) without one that agrees well enough to explain anything.
        """
        likely = heapq.nlargest(_LOOKED_AT, found, key=self._agreement)
        score, best = max(((self.score(way), way) for way in likely), key=lambda s: s[0], default=(0.0, None))
        agreement = score / (2.0 * max(1, self.width - len(self.words)))
        return (best if agreement >= _PLAUSIBLE else None), agreement

    def score(self, way: Way) -> float:
        """The agreement of one way; higher is better."""
        meanings = [self._column(c, path)[0] for c, path in enumerate(way.paths)]
        seen = Counter(
            (m.metric, *sorted(m.dims.items()), *(head.text for head in path if is_year(head.text)))
            for m, path in zip(meanings, way.paths, strict=True)
            if m.metric != UNMAPPED
        )
        doubled = sum(count - 1 for count in seen.values())
        parted = _parted_siblings(meanings, way.paths)
        return (
            self._agreement(way)
            - 0.5 * doubled
            - 0.2 * parted
            - self._above_whole(way)
            + self._follows(meanings)
        )

    def _above_whole(self, way: Way) -> int:
        """How many columns below 其中 have numbers above those of the column they would be parts of."""
        found, whole = 0, 0
        for c, path in enumerate(way.paths):
            if len(path) < 2 or not _AMONG.match(path[-2].text):
                whole = c
                continue
            rows = zip(self._columns[c], self._columns[whole], strict=False)
            found += any(part and of and part.amount > of.amount for part, of in rows)
        return found

    def _agreement(self, way: Way) -> float:
        stub = len(way.stub)
        unexplained = sum(not (names_rows(h.text) or _MAY_NAME_ROWS.search(h.text)) for h in way.stub)
        homeless = max(0, stub - max(self._names))
        return (
            sum(self._column(c, path)[1] for c, path in enumerate(way.paths))
            - 0.5 * unexplained
            - homeless
            - _LIKELY * self._without_head(stub)
            + _likely_parents(way)
        )

    def _without_head(self, stub: int) -> float:
        """How many names of a row, on average, have no head of their own."""
        return sum(max(0, names - stub) for names in self._names) / len(self._names)

    def _column(self, c: int, path: _Path) -> tuple[Meaning, float]:
        """What a column means under these heads, and how well they agree with its numbers (0 to 2)."""
        key = (c, path)
        if key not in self._judged:
            self._judged[key] = self._judge(c, path)
        return self._judged[key]

    def _judge(self, c: int, path: _Path) -> tuple[Meaning, float]:
        phrases = [cell.text for cell in reversed(path) if not is_year(cell.text)]
        if phrases and _AMONG.match(phrases[0]):
            return _NO_MEANING, -_NEVER  # it stands over others, never over numbers
        numbers = [number for number in self._columns[c] if number is not None]
        announced = (phrases[0] if phrases else "", self._around[0])
        units = [units_in(phrase) for phrase in announced]
        unit = (numbers[0].unit if numbers else None) or next((u[0] for u in units if len(u) == 1), None)
        if not numbers:  # only words to judge by
            counts = phrases and self._texts[c] and _SAYS_COUNT.search(phrases[0])
            return _NO_MEANING, -_LIKELY if counts else 0.0
        meaning = interpret(Context((*phrases, *self._around)), unit)
        if not phrases:  # a year over rows of many metrics
            return meaning, _NEUTRAL
        counted = unit is not None and unit.canonical != "percent"
        shares = 0.0 if counted else sum(_looks_like_share(n) for n in numbers) / len(numbers)
        is_share = says_share(phrases[0]) or meaning.unit == "percent"
        named = 1.0 if meaning.metric != UNMAPPED else self._named_by_rows(unit)
        over_words = bool(_MAY_NAME_ROWS.search(phrases[0]))
        return meaning, (shares if is_share else 1 - shares) + named - over_words

    def _named_by_rows(self, unit: Unit | None) -> float:
        """The share of rows whose own names name a metric that a number with this unit can be of."""
        if unit not in self._named:
            meanings = [interpret(Context(names), unit) for names in self._row_names if names]
            known = sum(meaning.metric != UNMAPPED for meaning in meanings)
            self._named[unit] = known / len(meanings) if meanings else 0.0
        return self._named[unit]

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
        key = (share, part, whole)
        if key not in self._shares:
            rows = zip(self._columns[share], self._columns[part], self._columns[whole], strict=False)
            full = [(s.amount, p.amount, w.amount) for s, p, w in rows if s and p and w and w.amount]
            self._shares[key] = bool(full) and all(abs(100 * p / w - s) <= 1 for s, p, w in full)
        return self._shares[key]


def _looks_like_share(number: Number) -> bool:
    return number.is_percent or ("." in number.raw and number.amount <= 100)


def _parted_siblings(meanings: Sequence[Meaning], paths: Sequence[_Path]) -> int:
    """How often alike columns (一等奖, 二等奖: one dimension tells them apart) stand under different upper heads, or
    unlike ones under the same.
    """
    parents: dict[tuple[str, ...], set[_Path]] = {}
    kinds: dict[_Path, set[tuple[str, ...]]] = {}
    for meaning, path in zip(meanings, paths, strict=True):
        if meaning.metric != UNMAPPED and meaning.dims:
            told_by = tuple(sorted(meaning.dims))
            above = path[: -2 if MEASURE.match(path[-1].text) else -1]
            kinds.setdefault(above, set()).add(told_by)
            parents.setdefault((meaning.metric, *told_by), set()).add(above)
    mixed = sum(len(found) - 1 for parent, found in kinds.items() if parent)
    return mixed + sum(len(found) - 1 for found in parents.values())


def _likely_parents(way: Way) -> float:
    """How likely the upper heads of a way are to stand over their lower heads, in all."""
    return sum(_weights(way))


def has_unlikely_parent(way: Way) -> bool:
    """Whether a head of this way stands over others without a reason."""
    return any(weight < 0 for weight in _weights(way))


def _weights(way: Way) -> list[float]:
    """Upper heads that speak of a group (情况, 级别), whose unit holds for lower heads without one, or that have the same
    lower heads as another, are likely.
    """
    children: dict[Cell, list[str]] = {}
    seen: set[_Path] = set()
    for path in way.paths:
        for depth in range(1, len(path)):
            if (upper := path[: depth + 1]) not in seen:
                seen.add(upper)
                children.setdefault(path[depth - 1], []).append(path[depth].text)
    below = [(parent.text, tuple(texts)) for parent, texts in children.items()]
    alike = Counter(texts for _, texts in below)
    return [_LIKELY if alike[texts] > 1 else _likelihood(parent, texts) for parent, texts in below]


@lru_cache(maxsize=16_384)
def _likelihood(parent: str, below: tuple[str, ...]) -> float:
    """Heads that announce a dimension stand over its members (级别 over 国家级 and 市级), and else over names of rows."""
    if is_year(parent) and any(map(is_year, below)):
        return -_NEVER
    if dimension := vocabulary().dimension_of_header.get(squeeze(parent)):
        kinds = [{term.kind for term in vocabulary().find_terms(squeeze(child))} for child in below]
        return _LIKELY if all(dimension in kind for kind in kinds) else -1.0
    own, others = _metrics_of(parent), set().union(*map(_metrics_of, below))
    if own and others and not own & others:
        return -1.0  # what counts one thing stands over no heads that count others
    return _LIKELY if _is_likely(parent, below) else -_UNLIKELY


def _metrics_of(head: str) -> set[str]:
    """The metrics that a head without its unit names as a whole."""
    words = vocabulary().terms.get(squeeze(_UNIT.sub("", head)), ())
    return {code for kind, code in words if kind == "metric"}


def _is_likely(parent: str, below: Sequence[str]) -> bool:
    if all(map(is_year, below)):
        return not _MAY_NAME_ROWS.search(parent)
    measured = any(MEASURE.match(child) or units_in(child) for child in below)
    if units_in(parent):
        return not measured
    return bool(_GROUPS_HEADS.search(parent)) or all(MEASURE.match(child) for child in below)
