"""The heads of a page dump: every way in which cells, told row by row, can be a tree of heads over so many columns.

A dump tells the upper row of heads first, merged cells once, then the row below. Nothing says which of the lower heads
hang under which upper one. The ways are tried, and the columns' own numbers judge.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise, takewhile

from extraction.blocks import BRACKET_AT_END, MEASURE, TOTAL, Cell
from extraction.meaning import (
    KIND_OF_PARTS,
    Context,
    Meaning,
    completed,
    implied_unit,
    interpret,
    kinds_of_name,
    says_share,
    units_in,
    with_parents,
    without_included,
)
from extraction.numbers import Number, is_year
from extraction.records import UNMAPPED
from extraction.tables.grids import number_in
from extraction.tables.rows.likeness import ONE_SCHOOL, OVER_YEARS, REMARKS, Row, are_schools
from extraction.vocabulary import Unit, squeeze, vocabulary

_Path = tuple[Cell, ...]

PLAUSIBLE = 0.6  # below this share of the best possible agreement a reading of the heads explains nothing
_NEUTRAL = 1.5
_NEVER = 50.0
_FOLLOWS = 0.5  # the weight of a column of shares that follow from two others
_PROVED = 2.0  # … of upper heads whose columns add up to another column in every row
_SAYS_TOTAL = re.compile(r"(?:合计|总计|小计|共计)$")
_UNLIKELY = 0.5
_YEAR_OVER_WORDS = 1.0
_LIKELY = 0.3  # the weight of what is only likely
_SAYS_COUNT = re.compile(r"[数率比量值额]$|比例|[（(][^（）()]*[)）]$")
_NO_MEANING = Meaning(UNMAPPED, {}, 0.0)
_WITHOUT_HEAD = 0.35  # what a name of the rows costs that has no head
_OTHER_SIZE = 5  # times as much: no year of the same
_MOSTLY = 0.5
_TELLS_MORE = 0.02  # the weight of each thing that is counted: of equal ways, that of most
_OTHER_KIND = 0.7  # more of the one column than of the other are shares
_TIED = 0.1  # ways whose agreement differs by less are equally good
_LOOKED_AT = 60  # ways that are judged in full, the likeliest first
OVER_NAMES = re.compile(
    r"^学?年[度份号]?([（(]年[)）])?$|^年级$|序号|编号|名称|范围|^备注$|^说明$|^(?:学校|院校|办学单位|(?:计量)?单\s*位)$"
)
# Heads that stand over names of rows as often as over other heads.
_MAY_NAME_ROWS = re.compile(r"(?:类型|类别|分组|分类|项目|指标|内容|对象|性质|属性|结构|主管部门|举办者)$")
_YEAR_IN = re.compile(r"(?:19|20)\d\d\s*(?:年|届|学年)|^(?:19|20)\d\d$")
_OF_NO_YEAR = re.compile(r"标准$|^是否|达标|备注|说明")
_OVER_SCHOOLS = re.compile(r"\s*(?:学校|院校|办学单位|各校)(?:名称|情况)?\s*$")
_SOME_OF = re.compile(r"^其\s*中[:：]?")
_AMONG = re.compile(r"^其\s*中[:：]?$")
_PART_OF_IT = re.compile(r"^其\s*中[:：]?\S")
_MOST_OF_A_WHOLE = 4
_FEWEST_IN_TWO_ROWS = 4  # 总数, 学历 and two degrees
_AGE = re.compile(r"\d\s*周?岁")
_GRADE = re.compile(r"(?:[一二三四五]年级|20\d\d级)$")  # of those who are enrolled
_NO_TOPIC = re.compile(r"基本|办学|学校|总体|整体|主要|情况|统计|数据|指标|其中|[数比]量?[例值]?$")
_SUBJECTS = {"outcomes": "students"}  # themes of one subject: what becomes of students is told with them
_GROUPS_HEADS = re.compile(r"^人数$|^其中[:：]?$|情况|去向|建设|结构|分布|构成|级别|类型|性质|数量$|比例$")


@dataclass(slots=True)
class Way:
    """One way to read the heads: those over the names of rows, and for each column of values its heads, upper first."""

    stub: tuple[Cell, ...]
    paths: tuple[_Path, ...]


def ways(heads: Sequence[Cell], width: int, names: int, words: frozenset[int] = frozenset()) -> Iterator[Way]:
    """Every way in which the heads give `width` columns of values and about `names` over the names of rows.

    `words` are the columns of values without a number, which may have a head that stands over names.
    """
    over_names = {head for head in heads if names_rows(head.text)}
    leaves = _leaves(heads)
    yield from _above_leaves(heads, leaves, width, names, words, over_names)
    if len(uneven := _uneven_leaves(heads)) > len(leaves):
        yield from _above_leaves(heads, uneven, width, names, words, over_names)


def _above_leaves(
    heads: Sequence[Cell],
    leaves: Sequence[Cell],
    width: int,
    names: int,
    words: frozenset[int],
    over_names: Set[Cell],
) -> Iterator[Way]:
    """The ways in which these leaves stand below the other heads."""
    groups = groups_of(leaves)
    if len(groups) == 1 and (
        way := _parted([(head,) for head in heads], len(heads) - width, words, over_names)
    ):
        yield way  # years over all columns, below nothing
    most = width + names - len(leaves) + len(groups)
    over_years = [
        head for head in over_names if OVER_YEARS.fullmatch(head.text) and all(map(_is_year, leaves))
    ]
    for tree in _trees(heads[: len(heads) - len(leaves)], range(most - names, most + 2)):
        may_own = [k for k, path in enumerate(tree) if path[-1] not in over_names or path[-1] in over_years]
        for owners in combinations(may_own, len(groups)):
            columns = _with_leaves(tree, owners, groups)
            if way := _parted(columns, len(columns) - width, words, over_names):
                yield way


def _is_year(cell: Cell) -> bool:
    return is_year(cell.text)


def _with_leaves(
    tree: Sequence[_Path], owners: Sequence[int], groups: Sequence[Sequence[Cell]]
) -> list[_Path]:
    """The paths of a tree, the first owner among them with the first group of leaves below it, and so on."""
    columns: list[_Path] = []
    at = 0
    for owner, group in zip(owners, groups, strict=True):
        columns += tree[at:owner]
        upper = tree[owner]
        columns += [(*upper, leaf) for leaf in group]
        at = owner + 1
    columns += tree[at:]
    return columns


def _parted(columns: Sequence[_Path], names: int, words: frozenset[int], over_names: Set[Cell]) -> Way | None:
    """Part the columns: those with a head over names, filled up from the left, are `names` columns; the rest are values.

    With more such heads than names, the first columns are the names and the other heads must stand over words.
    """
    if not 0 <= names < len(columns):
        return None
    stub = [
        k
        for k, path in enumerate(columns)
        if path[-1] in over_names and not (k - names in words and REMARKS.match(path[-1].text))
    ]
    if len(stub) > names:
        if not {k - names for k in stub if k >= names} <= words:
            return None
        stub = list(range(names))
    if not names and len(columns) > 1 and len({path[:-1] for path in columns}) == 1 and len(columns[0]) > 1:
        return None  # one head over everything is a title
    if len(stub) < names:
        stub = sorted(stub + [k for k in range(len(columns)) if k not in stub][: names - len(stub)])
        if any(map(_is_year, [columns[k][-1] for k in stub])):
            return None  # a year stands over numbers
    values = [path for k, path in enumerate(columns) if k not in stub]
    return Way(tuple([columns[k][-1] for k in stub]), tuple(values))


def _trees(uppers: Sequence[Cell], leaves: range) -> Iterator[list[_Path]]:
    """Every tree of one or two rows with so many leaves, as the paths of its leaves; a parent has two children or more.

    Two rows are told one after the other, or (two tables side by side) each parent right before its children. Every
    parent is one head that is no leaf.
    """
    if len(uppers) in leaves:
        yield [(head,) for head in uppers]
    yield from _trees_with_parts(uppers, leaves)
    yield from _trees_with_a_whole(uppers, leaves)
    yield from _trees_below_one(uppers, leaves)
    yield from _trees_over_years(uppers, leaves)
    counts = [count for count in range(1, len(uppers) // 3 + 1) if len(uppers) - count in leaves]
    for count in counts:
        for cut in range(count, len(uppers) - 2 * count + 1):
            upper, lower = uppers[:cut], uppers[cut:]
            may_be_parents = [k for k, head in enumerate(upper) if _may_be_parent(head.text, lower)]
            for parents in combinations(may_be_parents, count):
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


def _trees_with_parts(uppers: Sequence[Cell], leaves: range) -> Iterator[list[_Path]]:
    """The trees in which the last heads are the members of a dimension that one of the others announces: 招生情况 over 总数 and
    其中：生源地, and this over 县内 and 县外.
    """
    for k, among in enumerate(uppers):
        if not announced(_SOME_OF.sub("", among.text)) or not _SOME_OF.match(among.text):
            continue
        for cut in range(k + 1, len(uppers) - 1):
            parts = uppers[cut:]
            more = len(parts) - 1
            for tree in _trees(uppers[:cut], range(leaves.start - more, leaves.stop - more)):
                if any(path[-1] is among for path in tree):
                    yield [
                        path
                        for upper in tree
                        for path in ([(*upper, part) for part in parts] if upper[-1] is among else [upper])
                    ]


def _trees_with_a_whole(uppers: Sequence[Cell], leaves: range) -> Iterator[list[_Path]]:
    """The trees in which the last heads are how many there are of a lower one and of its parts: 教职工 over 总数 and 专任教师,
    and this over 小计 and 其中：“双师型”教师.
    """
    for cut in range(len(uppers) - _MOST_OF_A_WHOLE, len(uppers) - 1):
        own = uppers[cut:]
        if cut < 1 or not _counts_a_whole([head.text for head in own]):
            continue
        more = len(own) - 1
        for tree in _trees(uppers[:cut], range(leaves.start - more, leaves.stop - more)):
            for k, upper in enumerate(tree):
                if len(upper) == 2 and not _PART_OF_IT.match(upper[-1].text):
                    yield [*tree[:k], *((*upper, head) for head in own), *tree[k + 1 :]]


def _trees_below_one(uppers: Sequence[Cell], leaves: range) -> Iterator[list[_Path]]:
    """The trees in which one head stands over the number of what it names and over all that is told of it in two rows: 专任教师
    over 总数, 学历 and 职称, and these over their members.
    """
    for cut in range(1, len(uppers) - _FEWEST_IN_TWO_ROWS + 1):
        announcing = {head for head in uppers[cut:] if announced(head.text)}
        if not announcing or not _measures(uppers[cut].text):
            continue
        for k, parent in enumerate(uppers[:cut]):
            if not _metrics_of(parent.text):
                continue
            beside = cut - 1
            for tree in _trees(uppers[cut:], range(leaves.start - beside, leaves.stop - beside)):
                if len(tree[0]) == 1 and {path[0] for path in tree if len(path) > 1} == announcing:
                    below = [(parent, *path) for path in tree]
                    yield [
                        *((head,) for head in uppers[:k]),
                        *below,
                        *((head,) for head in uppers[k + 1 : cut]),
                    ]


def _trees_over_years(uppers: Sequence[Cell], leaves: range) -> Iterator[list[_Path]]:
    """The tree in which the last heads are years and start over for each of the heads right before them, however many it has:
    在校生 over 2024年 and 2025年, 毕业生 over 2025年.
    """
    years = [*takewhile(_is_year, reversed(uppers))][::-1]
    groups = groups_of(years)
    parents = uppers[len(uppers) - len(years) - len(groups) : len(uppers) - len(years)]
    alone = len(uppers) - len(years) - len(groups)
    is_uneven = len({len(group) for group in groups}) > 1
    if is_uneven and alone >= 0 and alone + len(years) in leaves and len(parents) == len(groups):
        below = [(parent, year) for parent, group in zip(parents, groups, strict=True) for year in group]
        yield [*((head,) for head in uppers[:alone]), *below]


def _counts_a_whole(heads: Sequence[str]) -> bool:
    """Whether heads are a total and then only parts of it that say so."""
    first, *others = heads
    return TOTAL.match(first) is not None and all(_PART_OF_IT.match(head) for head in others)


def _may_be_parent(head: str, lower: Sequence[Cell]) -> bool:
    """Whether a head can stand over others: none that stands over names, but 学校 over schools."""
    if not OVER_NAMES.search(head):
        return True
    schools = sum(ONE_SCHOOL.fullmatch(cell.text) is not None for cell in lower)
    return _OVER_SCHOOLS.match(head) is not None and schools > 1


def _hung(upper: Sequence[Cell], lower: Sequence[Cell], sizes: dict[int, int]) -> list[_Path]:
    paths: list[_Path] = []
    at = 0
    for k, head in enumerate(upper):
        if size := sizes.get(k):
            paths += [(head, child) for child in lower[at : at + size]]
            at += size
        else:
            paths.append((head,))
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


def _uneven_leaves(heads: Sequence[Cell]) -> list[Cell]:
    """Lower heads at the end that open again and again with one word of measure: 人数 其中本科 · 人数 其中对口 对口率."""
    at = [k for k, head in enumerate(heads) if MEASURE.match(head.text)]
    starts = [k for k in at if at and heads[k].text == heads[at[0]].text]
    ends = [*starts[1:], len(heads)]
    if len(starts) < 2 or any(end - start < 2 for start, end in zip(starts, ends, strict=True)):
        return []
    leaves = list(heads[starts[0] :])
    return [] if any(names_rows(head.text) for head in leaves) else leaves


def groups_of(leaves: Sequence[Cell]) -> list[list[Cell]]:
    """Leaves cut where their sequence starts over: 数量 比例 | 数量 比例, 2023 2024 | 2024."""
    groups: list[list[Cell]] = []
    for leaf in leaves:
        if not groups or any(leaf.text == other.text for other in groups[-1]):
            groups.append([])
        groups[-1].append(leaf)
    return groups


@lru_cache(maxsize=4096)
def may_name_rows(head: str) -> bool:
    """Whether a head may stand over names."""
    return names_rows(head) or bool(_MAY_NAME_ROWS.search(head))


@lru_cache(maxsize=4096)
def names_rows(head: str) -> bool:
    """Whether a head stands over names, not over numbers."""
    return squeeze(head) in vocabulary().dimension_of_header or bool(OVER_NAMES.search(head.strip()))


class _Column:
    """The numbers of a column, with the unit of the first and the part of them that look like shares, but for rows that are
    named so (占比 below 人数): whatever the head says, these are shares.
    """

    def __init__(self, cells: Sequence[Cell], of_shares: Set[int]) -> None:
        self.numbers = [number_in(cell) for cell in cells]
        self.has_text = any(cell.text for cell in cells) or not cells
        known = [number for number in self.numbers if number is not None]
        self.has_numbers = bool(known)
        self.unit = known[0].unit if known else None
        likely = [n for row, n in enumerate(self.numbers) if n is not None and row not in of_shares]
        self.shares = sum(map(_looks_like_share, likely)) / len(likely) if likely else 0.0


class _Judged(dict[_Path, tuple[Meaning, float]]):
    """What a column means under each path of heads that was tried; one that is asked for first is judged."""

    def __init__(self, judge: Callable[[_Column, _Path], tuple[Meaning, float]], column: _Column) -> None:
        self._judge, self._column = judge, column

    def __missing__(self, path: _Path) -> tuple[Meaning, float]:
        self[path] = self._judge(self._column, path)
        return self[path]


@dataclass(slots=True)
class _Said:
    """What heads over a column say of it, and the share of its rows that is named so (1 where the heads name a metric)."""

    meaning: Meaning
    is_share: bool
    unit: Unit | None
    named: float
    over_words: bool


class Judge:
    """How well a way of reading the heads agrees with the numbers below them.

    For each column: shares under share words and counts under others, a known metric, no second column of the same
    meaning, and a share that follows from two other columns. Small weights prefer upper heads that speak of a group.
    """

    def __init__(
        self, columns: Sequence[Sequence[Cell]], around: tuple[str, ...], rows: Sequence[Row]
    ) -> None:
        of_shares = {r for r, row in enumerate(rows) if row.names and says_share(row.names[-1].text)}
        of_shares = of_shares if len(of_shares) < len(rows) else set()
        self._columns = [_Column(column, of_shares) for column in columns]
        self._around = around
        self._names = [len(row.names) for row in rows]
        self._most_names = max(self._names)
        self._row_names = [[cell.text for cell in reversed(row.names)] for row in rows]
        self._named: dict[Unit | None, float] = {}
        self.words = frozenset(c for c, column in enumerate(self._columns) if not column.has_numbers)
        self._shares: dict[tuple[int, int, int], bool] = {}
        self._sums: dict[tuple[int, ...], bool] = {}
        self._said: dict[tuple[_Path, Unit | None], _Said] = {}
        self._judged = [_Judged(self._judge, column) for column in self._columns]
        self._homeless: dict[int, float] = {}

    @property
    def width(self) -> int:
        """How many columns of values there are."""
        return len(self._columns)

    def best(self, found: Iterable[Way]) -> tuple[Way | None, float]:
        """The way that agrees best and how well (1 where every column agrees with its head).

        (None, …) without one that agrees well enough to explain anything.
        """
        best, most = None, 0.0
        for agreement, way in self._likeliest(found):
            if best is not None and agreement + _FOLLOWS * self.width <= most:
                break  # neither this way nor any behind it can be better
            score = self._score(way, agreement)
            if best is None or score > most:
                best, most = way, score
        share = most / (2.0 * max(1, self.width - len(self.words)))
        return (best if share >= PLAUSIBLE else None), share

    def decided(self, found: Sequence[Way]) -> Way | None:
        """The way that agrees best, where it explains the columns and none that means something else agrees as well."""
        scored = [
            (self._score(way, agreement) + _PROVED * self._parts_of_a_whole(way), way)
            for agreement, way in self._likeliest(found)
        ]
        most, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is None or most < PLAUSIBLE * 2.0 * self.width:
            return None
        tied = (way for score, way in scored if score > most - _TIED)
        return best if all(self._said_by(way) == self._said_by(best) for way in tied) else None

    def _parts_of_a_whole(self, way: Way) -> int:
        """How many upper heads stand over columns that add up to another column in every row."""
        below: dict[Cell, list[int]] = {}
        for c, path in enumerate(way.paths):
            if len(path) > 1 and not says_share(path[-1].text):
                below.setdefault(path[0], []).append(c)
        return sum(
            any(self._is_sum(whole, tuple(parts)) for whole in range(self.width) if whole not in parts)
            for parts in below.values()
        )

    def _said_by(self, way: Way) -> list[tuple[object, ...]]:
        """What a way makes of each column."""
        meanings = [judged[path][0] for judged, path in zip(self._judged, way.paths, strict=True)]
        years = [[head.text for head in path if is_year(head.text)] for path in way.paths]
        return [(m.metric, m.dims, year, way.stub) for m, year in zip(meanings, years, strict=True)]

    def _likeliest(self, found: Iterable[Way]) -> list[tuple[float, Way]]:
        """The ways that agree best column by column, the best first; of equal ones that which was found first."""
        # A heap: on top stands the one that the next better one drives out.
        likeliest: list[tuple[float, int, Way]] = []
        for n, way in enumerate(found):
            least = likeliest[0][0] if len(likeliest) == _LOOKED_AT else -math.inf
            agreement = self._agreement(way)
            children = _children(way)
            if agreement + _LIKELY * len(children) < least:
                continue
            agreement += sum(_weights(children))
            if len(likeliest) < _LOOKED_AT:
                heapq.heappush(likeliest, (agreement, -n, way))
            elif agreement > least:
                heapq.heapreplace(likeliest, (agreement, -n, way))
        return [(agreement, way) for agreement, _, way in sorted(likeliest, reverse=True)]

    def _score(self, way: Way, agreement: float) -> float:
        """How well a way agrees once its columns are looked at together; higher is better."""
        meanings = [judged[path][0] for judged, path in zip(self._judged, way.paths, strict=True)]
        named = [
            (m.metric, *sorted(m.dims.items()), *(head.text for head in path if _is_of_its_own(head.text)))
            for m, path in zip(meanings, way.paths, strict=True)
            if m.metric != UNMAPPED
        ]
        doubled = len(named) - len(set(named))
        parted = _parted_siblings(meanings, way.paths)
        torn = _torn_siblings(way)
        apart = 0.5 * doubled + 0.2 * (parted + _astray(way)) + _UNLIKELY * (torn + _subtotals_of_none(way))
        proved = self._follows(meanings) + self._adds_up(way)
        proved += _TELLS_MORE * len({meaning.metric for meaning in meanings})
        unlike = self._above_whole(way) + self._above_metric(meanings) + self._unlike_years(way)
        misplaced = _UNLIKELY * (_parts_of_none(way) + _totals_in_midst(way))
        return agreement - apart - unlike - misplaced + proved

    def _above_whole(self, way: Way) -> int:
        """How many columns of 其中 have numbers above those of the column they would be parts of."""
        found, whole = 0, 0
        for c, path in enumerate(way.paths):
            if not (_PART_OF_IT.match(path[-1].text) or (len(path) > 1 and _AMONG.match(path[-2].text))):
                whole = whole if self._columns[c].shares > _MOSTLY else c
                continue
            rows = zip(self._columns[c].numbers, self._columns[whole].numbers, strict=False)
            counted = (part.amount > of.amount for part, of in rows if part and of and "." not in of.raw)
            found += any(counted)  # a rate of a part may be above that of all
        return found

    def _unlike_years(self, way: Way) -> int:
        """How many years below one head have shares beside counts, or numbers of another size in most rows, than the one
        before them.
        """
        by_year = [path[:-1] if len(path) > 1 and is_year(path[-1].text) else None for path in way.paths]
        return sum(
            parent is not None and parent == before and self._are_unlike(c, c + 1)
            for c, (before, parent) in enumerate(pairwise(by_year))
        )

    def _are_unlike(self, column: int, other: int) -> bool:
        one, next_one = self._columns[column], self._columns[other]
        if abs(one.shares - next_one.shares) > _OTHER_KIND:
            return True
        rows = zip(one.numbers, next_one.numbers, strict=False)
        full = [(a.amount, b.amount) for a, b in rows if a and b and a.amount > 0 and b.amount > 0]
        unlike = [max(a, b) > _OTHER_SIZE * min(a, b) for a, b in full]
        return 2 * sum(unlike) > len(unlike)

    def _above_metric(self, meanings: Sequence[Meaning]) -> int:
        """How many columns have mostly greater numbers than that of a metric which theirs is a part of."""
        columns = {m.metric: c for c, m in reversed(tuple(enumerate(meanings))) if not m.dims}
        return sum(
            self._is_mostly_above(c, columns[whole])
            for c, meaning in enumerate(meanings)
            for whole in vocabulary().wholes_above.get(meaning.metric, ())
            if whole in columns
        )

    def _is_mostly_above(self, part: int, whole: int) -> bool:
        rows = zip(self._columns[part].numbers, self._columns[whole].numbers, strict=False)
        above = [p.amount > w.amount for p, w in rows if p and w]
        return 2 * sum(above) > len(above)

    def _agreement(self, way: Way) -> float:
        """How well a way agrees column by column, but for what its upper heads stand over."""
        stub = len(way.stub)
        unexplained = sum(not may_name_rows(head.text) for head in way.stub)
        return (
            sum([judged[path][1] for judged, path in zip(self._judged, way.paths, strict=True)])
            - 0.5 * unexplained
            - max(0, stub - self._most_names)
            - self._without_head(stub)
        )

    def _without_head(self, stub: int) -> float:
        """What it costs that so many names of a row, on average, have no head of their own."""
        if stub not in self._homeless:
            homeless = [max(0, names - stub) for names in self._names]
            opens_group = homeless[0] > 0 and sum(map(bool, homeless)) > 1  # the rows below keep its name
            self._homeless[stub] = _WITHOUT_HEAD * (
                homeless[0] if opens_group else sum(homeless) / len(homeless)
            )
        return self._homeless[stub]

    def _judge(self, column: _Column, path: _Path) -> tuple[Meaning, float]:
        """What a column means under these heads, and how well they agree with its numbers (0 to 2)."""
        phrases = [without_included(cell.text) for cell in reversed(path) if not is_year(cell.text)]
        if phrases and _AMONG.match(phrases[0]):
            return _NO_MEANING, -_NEVER  # it stands over others, never over numbers
        phrases = [_SOME_OF.sub("", phrase) or phrase for phrase in phrases]
        if not column.has_numbers:  # only words to judge by
            if path and column.has_text and is_year(path[-1].text):
                return _NO_MEANING, -_YEAR_OVER_WORDS
            counts = phrases and column.has_text and _SAYS_COUNT.search(phrases[0])
            return _NO_MEANING, -_LIKELY if counts else 0.0
        key = (path, column.unit)  # all that heads are asked of a column
        if key not in self._said:
            self._said[key] = self._saying(phrases, column.unit)
        said = self._said[key]
        if not phrases:  # a year over rows of many metrics
            return said.meaning, max(_NEUTRAL, 1 + self._named_by_rows(column.unit))
        counted = said.unit is not None and said.unit.canonical != "percent"
        shares = 0.0 if counted else column.shares
        return said.meaning, (shares if said.is_share else 1 - shares) + said.named - said.over_words

    def _saying(self, phrases: Sequence[str], printed: Unit | None) -> _Said:
        nearest = phrases[0] if phrases else ""
        announced = [units_in(phrase) for phrase in (nearest, self._around[0])]
        unit = printed or next((units[0] for units in announced if len(units) == 1), implied_unit(nearest))
        said = completed((*with_parents(tuple(phrases)), *self._around))
        meaning = interpret(Context(said, member_of_teachers(phrases)), unit)
        is_share = says_share(nearest) or meaning.unit == "percent"
        named = 1.0 if meaning.metric != UNMAPPED else self._named_by_rows(unit)
        return _Said(meaning, is_share, unit, named, bool(_MAY_NAME_ROWS.search(nearest)))

    def _named_by_rows(self, unit: Unit | None) -> float:
        """The share of rows whose own names name a metric that a number with this unit can be of."""
        if unit not in self._named:
            meanings = [
                interpret(Context((*names, *self._around)), unit) for names in self._row_names if names
            ]
            known = sum(meaning.metric != UNMAPPED for meaning in meanings)
            self._named[unit] = known / len(meanings) if meanings else 0.0
        return self._named[unit]

    def _follows(self, meanings: Sequence[Meaning]) -> float:
        """Half a point for each column of shares that two other columns give, one of which the shares are of."""
        found = 0
        shares = [vocabulary().share_of.get(meaning.metric) for meaning in meanings]
        for c, meaning in enumerate(meanings):
            if meaning.metric not in shares or meaning.unit != "percent":
                continue
            parts = [k for k, share in enumerate(shares) if share == meaning.metric]
            found += any(
                self._is_share(c, part, whole)
                for part in parts
                for whole in range(len(meanings))
                if whole != part
            )
        return _FOLLOWS * (found + self._follows_from_both(meanings))

    def _follows_from_both(self, meanings: Sequence[Meaning]) -> int:
        """How many rates are those of two columns together: who went on to study and who went to work, of the graduates."""
        columns = _first_columns(meanings)
        found = 0
        for part, other, whole in vocabulary().parts_apart:
            if part in columns and other in columns and whole in columns:
                both = self._column_of_both(columns[part], columns[other])
                rates = (
                    c
                    for metric, c in columns.items()
                    if vocabulary().standard_denominator.get(metric) == whole
                )
                found += any(self._gives(both, columns[whole], rate) for rate in rates)
        return found

    def _column_of_both(self, part: int, other: int) -> list[float | None]:
        rows = zip(self._columns[part].numbers, self._columns[other].numbers, strict=False)
        return [float(p.amount + o.amount) if p and o else None for p, o in rows]

    def _gives(self, parts: Sequence[float | None], whole: int, share: int) -> bool:
        """Whether the numbers of a column are the share of these parts in the whole, in every full row."""
        rows = zip(parts, self._columns[whole].numbers, self._columns[share].numbers, strict=False)
        full = [
            (p, float(w.amount), float(s.amount))
            for p, w, s in rows
            if p is not None and w and s and w.amount
        ]
        return bool(full) and all(abs(100 * p / w - s) <= 1 for p, w, s in full)

    def _adds_up(self, way: Way) -> float:
        """Half a point for each total to which the others add up: one column to all or to one kind, several to their own."""
        within = _FOLLOWS * self._totals_within(way)
        totals = [path for path in way.paths if _says_total(path[0].text)]
        if not totals:
            return within
        kinds: dict[str, list[int]] = {"": []}
        for c, path in enumerate(way.paths):
            if path not in totals and not says_share(path[-1].text):
                kinds[""].append(c)
                kinds.setdefault(path[-1].text, []).append(c)
        wanted = {path: kinds if len(path) == 1 else (path[-1].text,) for path in totals}
        added = {
            path: any(self._is_sum(way.paths.index(path), tuple(kinds.get(kind, ()))) for kind in of)
            for path, of in wanted.items()
        }
        tops = {path[0] for path in totals}
        return within + _FOLLOWS * sum(all(added[path] for path in totals if path[0] is top) for top in tops)

    def _totals_within(self, way: Way) -> int:
        """How many lower heads say total and stand over what the others below the same upper head add up to."""
        found = 0
        for c, path in enumerate(way.paths):
            if len(path) > 1 and _says_total(path[-1].text):
                parts = tuple(k for k, other in enumerate(way.paths) if k != c and other[:-1] == path[:-1])
                found += self._is_sum(c, parts)
        return found

    def _is_sum(self, total: int, parts: tuple[int, ...]) -> bool:
        key = (total, *parts)
        if key not in self._sums:
            amounts = [[number.amount if number else 0 for number in self._columns[c].numbers] for c in key]
            adds_up = all(values[0] == sum(values[1:]) for values in zip(*amounts, strict=False))
            self._sums[key] = len(parts) > 1 and adds_up and any(amounts[0])
        return self._sums[key]

    def _is_share(self, share: int, part: int, whole: int) -> bool:
        key = (share, part, whole)
        if key not in self._shares:
            rows = zip(*(self._columns[c].numbers for c in key), strict=False)
            full = [(s.amount, p.amount, w.amount) for s, p, w in rows if s and p and w and w.amount]
            self._shares[key] = bool(full) and all(abs(100 * p / w - s) <= 1 for s, p, w in full)
        return self._shares[key]


@lru_cache(maxsize=4096)
def _says_total(head: str) -> bool:
    return _SAYS_TOTAL.search(BRACKET_AT_END.sub("", head)) is not None


def _first_columns(meanings: Sequence[Meaning]) -> dict[str, int]:
    """Metric -> the first column of it: behind it stand its parts."""
    columns: dict[str, int] = {}
    for c, meaning in enumerate(meanings):
        columns.setdefault(meaning.metric, c)
    return columns


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


def _torn_siblings(way: Way) -> int:
    """How many heads differ from the others of their dimension in having lower heads: 国家级, 市级 and 校级 all have some,
    or none has.
    """
    deep: dict[str, dict[Cell, bool]] = {}
    for path in way.paths:
        for head in path:
            for dimension in dimensions_of(head.text):
                deep.setdefault(dimension, {})[head] = head is not path[-1]
    return sum(min(sum(depths.values()), len(depths) - sum(depths.values())) for depths in deep.values())


def _subtotals_of_none(way: Way) -> int:
    """How many columns 小计 stand below no other head, where others do."""
    alone = sum(len(path) == 1 and path[0].text.strip() == "小计" for path in way.paths)
    return alone if any(len(path) > 1 for path in way.paths) else 0


def _totals_in_midst(way: Way) -> int:
    """How many totals stand between other heads below an upper head: they open or end what they sum up."""
    return sum(
        before[:-1] == path[:-1] == behind[:-1]
        and TOTAL.match(path[-1].text) is not None
        and not MEASURE.match(behind[-1].text)
        for before, path, behind in zip(way.paths, way.paths[1:], way.paths[2:], strict=False)
        if len(path) > 1
    )


def _parts_of_none(way: Way) -> int:
    """How many columns 其中：… open what stands below an upper head: they are parts of what stands before them."""
    return sum(
        len(path) > 1 and path[:-1] != before[:-1] and _PART_OF_IT.match(path[-1].text) is not None
        for before, path in pairwise(((), *way.paths))
    )


def _astray(way: Way) -> int:
    """How many heads are members of a dimension that an upper head announces, and stand below another one: 中级 beside 职称; or
    say again what another upper head says: 升学率 below 就业, beside 升学.
    """
    own = {
        dimension: path[-2] for path in way.paths if len(path) > 1 and (dimension := announced(path[-2].text))
    }
    uppers = {path[0].text for path in way.paths if len(path) > 1}
    lower = [(path[0].text, path[-1].text) for path in way.paths if len(path) > 1]
    return sum(
        squeeze(path[-1].text) in vocabulary().members[dimension]
        for dimension, head in own.items()
        for path in way.paths
        if head not in path[:-1] and (len(path) == 1 or not announced(path[-2].text))
    ) + sum(any(other in head for other in uppers) and upper not in head for upper, head in lower)


@lru_cache(maxsize=4096)
def _is_of_its_own(head: str) -> bool:
    """Whether what stands below a head is of a year, or of a school or all of them: told apart whatever it counts."""
    return is_year(head) or TOTAL.match(head) is not None or ONE_SCHOOL.fullmatch(head) is not None


@lru_cache(maxsize=4096)
def announced(head: str) -> str | None:
    """The dimension whose members stand below a head."""
    return vocabulary().dimension_of_header.get(squeeze(_SOME_OF.sub("", head)))


def member_of_teachers(heads: Sequence[str]) -> dict[str, str]:
    """By what the teachers below these heads, the nearest first, are told apart that no word of the vocabulary says: 初级及未评
    below 职称.
    """
    head, dimension = (heads[0], announced(heads[1])) if len(heads) > 1 else ("", None)
    if (
        dimension is None
        or dimension not in KIND_OF_PARTS.values()
        or MEASURE.match(head)
        or TOTAL.match(head)
        or is_year(head)
    ):
        return {}
    return {dimension: head} if not kinds_of_name(head) and _is_member(head, dimension) else {}


@lru_cache(maxsize=4096)
def dimensions_of(head: str) -> tuple[str, ...]:
    """The dimensions that a head as a whole is a member of."""
    return tuple(kind for kind, _ in vocabulary().terms.get(squeeze(head), ()) if kind != "metric")


def has_unlikely_parent(way: Way) -> bool:
    """Whether a head of this way stands over others without a reason."""
    return any(weight < 0 for weight in _weights(_children(way)))


def _children(way: Way) -> dict[Cell, list[Cell]]:
    """Each head that stands over others, with those right below it: their columns stand side by side."""
    children: dict[Cell, list[Cell]] = {}
    for path in way.paths:
        for parent, head in pairwise(path):
            heads = children.setdefault(parent, [])
            if not heads or heads[-1] is not head:
                heads.append(head)
    return children


def _weights(children: Mapping[Cell, Iterable[Cell]]) -> list[float]:
    """How likely each of the upper heads is to stand over its lower heads.

    Those are that speak of a group (情况, 级别), whose unit holds for lower heads without one, or that have the same lower
    heads as another.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for parent, heads in children.items():
        alike.setdefault(tuple([head.text for head in heads]), []).append(parent.text)
    weights = []
    for below, parents in alike.items():
        if len(parents) < 2:
            weights.append(_likelihood(parents[0], below))
        else:  # full-time and part-time are told apart of students and of graduates, not of schools
            weights += [_LIKELY if len(set(map(units_in, parents))) == 1 else 0.0] * len(parents)
    return weights


@lru_cache(maxsize=16_384)
def _likelihood(parent: str, below: tuple[str, ...]) -> float:
    """Heads that announce a dimension stand over its members (级别 over 国家级 and 市级), and else over names of rows."""
    if parent in below:
        return -_NEVER  # 人数 over 人数
    years = sum(map(is_year, below))
    if years and (_YEAR_IN.search(parent) or years < len(below)):
        return -_NEVER
    if years and _OF_NO_YEAR.search(parent):
        return -_UNLIKELY
    if dimension := announced(parent):
        return _LIKELY if all(_is_member(child, dimension) for child in below) else -1.0
    if "年龄" in parent:
        return _LIKELY if all(map(_AGE.search, below)) else -1.0
    if _OVER_SCHOOLS.match(parent):
        return _LIKELY if are_schools(below) else -1.0
    if not years and not is_year(parent) and _is_of_its_own(parent) and _tells_more(below):
        return _LIKELY  # 全市 over 人数 and 占比
    if is_year(parent) and not years and are_schools([head for head in below if not TOTAL.match(head)]):
        return _LIKELY  # 2024届 over the schools and all of them
    own, others = _metrics_of(parent), set().union(*map(_metrics_of, below))
    if own and len(below) > 1 and _tells_more(below) and not units_in(parent):
        return _LIKELY  # 升学 over 人数 and 其中升入本科
    if own and others and not own & others:
        # What counts one thing stands over no heads that count others, unless those are its parts.
        counted = (vocabulary().part_of_share.get(metric, metric) for metric in others)
        parts = all(vocabulary().whole_of.get(metric) in own for metric in counted)
        named = all(_metrics_of(child) or _measures(child) or announced(child) for child in below)
        return _LIKELY if parts and named and not units_in(parent) else -1.0
    if own and any(map(_GRADE.match, below)):
        return _LIKELY if "enrolment" in own else -1.0
    if not _is_likely(parent, below):
        return -_UNLIKELY
    return _LIKELY if _keeps_to_topic(parent, below) else 0.0


def _measures(head: str) -> bool:
    """Whether a lower head is of what the upper one names: 人数, 小计, 其中：女."""
    return any(pattern.match(head) for pattern in (MEASURE, TOTAL, _SOME_OF))


def _tells_more(below: Sequence[str]) -> bool:
    """Whether lower heads say how many there are of what stands above, and then of parts or shares of it only."""
    first, *others = below
    return MEASURE.match(first) is not None and all(
        head.startswith("其中") or says_share(head) or head.endswith("率") or MEASURE.match(head)
        for head in others
    )


def _is_member(head: str, dimension: str) -> bool:
    """Whether a head names a member of this dimension, alone or with other words: 初级及未评."""
    words = squeeze(head)
    kinds = {term.kind for term in vocabulary().find_terms(words)}
    return dimension in kinds or words.startswith(tuple(vocabulary().members[dimension]))


def _keeps_to_topic(parent: str, below: Sequence[str]) -> bool:
    """Whether lower heads are about what the upper one is about: 毕业生情况 opens with 毕业生数, 师资情况 counts no students."""
    topic = _NO_TOPIC.sub("", squeeze(parent))
    if not topic:
        return True
    named = [
        [term.code for term in vocabulary().find_terms(squeeze(head)) if term.kind == "metric"]
        for head in below
    ]
    own = {term.code for term in vocabulary().find_terms(topic) if term.kind == "metric"}
    themes = {
        _SUBJECTS.get(theme := vocabulary().metrics[code].theme, theme)
        for codes in named
        for code in codes[-1:]
    }
    opens_with_own = bool(own & set(named[0])) or not any(own & set(codes) for codes in named)
    return opens_with_own and len(themes) < 2


def _metrics_of(head: str) -> set[str]:
    """The metrics that a head without its unit names as a whole."""
    words = vocabulary().terms.get(squeeze(BRACKET_AT_END.sub("", head)), ())
    return {code for kind, code in words if kind == "metric"}


def _is_likely(parent: str, below: Sequence[str]) -> bool:
    if all(map(is_year, below)):
        return not _MAY_NAME_ROWS.search(parent)
    if units_in(parent):
        return not any(says_share(child) or units_in(child) for child in below)
    return bool(_GROUPS_HEADS.search(parent)) or all(MEASURE.match(child) for child in below)
