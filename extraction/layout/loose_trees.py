"""Heads in several rows whose order is lost: every tree that they can be is tried, and the numbers judge.

Of heads in one row those to the left are told first, but a head that spans two rows comes before or after those that do
not. So what stands in which row is tried, and where the heads that span rows stand between the others. Where two trees
agree with the numbers equally well, neither is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, islice

from extraction.blocks import MEASURE, Cell
from extraction.meaning import says_share, units_in
from extraction.numbers import is_year
from extraction.tables.head_trees import OVER_NAMES, Judge, Way, dimensions_of, groups_of, may_name_rows
from extraction.tables.rows.likeness import Row
from extraction.vocabulary import squeeze, vocabulary

_MOST_WAYS = 12_000
_MOST_HEADS = 14  # that are no words of measure, nor years

_Path = tuple[Cell, ...]


def decided_way(heads: Sequence[Cell], rows: Sequence[Row], caption: str) -> Way | None:
    """The one way to read the heads that agrees with the numbers of the rows; None where there is none, or several."""
    width, depth = len(rows[0].values), max(len(row.names) for row in rows)
    leaves = _leaves(heads)
    others = [head for head in heads if not _is_among(head, leaves)]
    if len(others) > _MOST_HEADS or not 0 < width <= len(heads):
        return None
    judge = Judge([[row.values[c] for row in rows] for c in range(width)], (caption, ""), rows)
    found = list(islice(_ways(others, groups_of(leaves), width, depth), _MOST_WAYS + 1))
    return judge.decided(found) if len(found) <= _MOST_WAYS else None


def _leaves(heads: Sequence[Cell]) -> list[Cell]:
    """The lowest heads: words of measure, years, or any others that are told more than once."""
    if repeated := _repeated(heads):
        return repeated
    for is_leaf in (lambda text: bool(MEASURE.match(text)), is_year):
        leaves = [head for head in heads if is_leaf(head.text)]
        if len({leaf.text for leaf in leaves}) < len(leaves):
            return leaves
    return []


def _repeated(heads: Sequence[Cell]) -> list[Cell]:
    """Several heads that are told again and again, in the same order; none where there are no such."""
    often = Counter(squeeze(head.text) for head in heads)
    leaves = [head for head in heads if often[squeeze(head.text)] > 1]
    texts = [squeeze(leaf.text) for leaf in leaves]
    period = len(set(texts))
    return leaves if period > 1 and texts == texts[:period] * (len(texts) // period) else []


def _ways(others: Sequence[Cell], groups: Sequence[Sequence[Cell]], width: int, depth: int) -> Iterator[Way]:
    """Every tree of heads with `width` columns, beside `depth` heads over the names of rows."""
    alone = width - sum(map(len, groups))
    tops = len(others) - depth - len(groups) - alone
    if alone < 0 or tops < 0:
        return
    # Of 毕业生人数（人） there is no share below.
    shared = any(says_share(leaf.text) for group in groups for leaf in group)
    members = {head: found for head in others if (found := _announced(head, others))}
    for stub, rest in _stubs(others, list(members), depth):
        for uppers, lower in _split(rest, rest, tops):
            if any(not _is_among(head, uppers) for head in members):
                continue
            if groups and any(units_in(head.text) for head in uppers):
                continue
            may_own = [head for head in lower if not (shared and units_in(head.text))]
            for owners, single in _split(may_own, lower, len(groups)):
                branches = [
                    tuple((owner, leaf) for leaf in group)
                    for owner, group in zip(owners, groups, strict=True)
                ]
                for columns in _mixed(branches, [((head,),) for head in single]):
                    for paths in _below(uppers, columns, members):
                        yield Way(tuple(stub), paths)


def _stubs(
    others: Sequence[Cell], announcing: Sequence[Cell], depth: int
) -> Iterator[tuple[Sequence[Cell], list[Cell]]]:
    """Every choice of heads over the names of rows: those that stand nowhere else, and others that may stand there."""
    sure = [head for head in others if OVER_NAMES.search(head.text)]
    free = [head for head in others if not _is_among(head, [*sure, *announcing])]
    may = [head for head in free if may_name_rows(head.text)]
    if len(sure) + len(may) < depth:
        may = [
            head
            for head in free
            if not (units_in(head.text) or is_year(head.text) or dimensions_of(head.text))
        ]
    for more in combinations(may, depth - len(sure)) if depth >= len(sure) else ():
        stub = [head for head in others if _is_among(head, [*sure, *more])]
        yield stub, [head for head in others if not _is_among(head, stub)]


def _announced(head: Cell, heads: Sequence[Cell]) -> list[Cell]:
    """The members of the dimension that a head announces: 高级 and 中级 of 职称; none where it has less than two."""
    dimension = vocabulary().dimension_of_header.get(squeeze(head.text))
    if dimension is None:
        return []
    members = [other for other in heads if other is not head and _is_member(other.text, dimension)]
    return members if len(members) > 1 else []


@lru_cache(maxsize=2048)
def _is_member(text: str, dimension: str) -> bool:
    """Whether a head is a member of a dimension, perhaps only with what its heads say: 高级 with 职称."""
    said = ("", *vocabulary().dimensions[dimension].headers)
    return any(dimension in dimensions_of(text + head) for head in said)


def _is_among(head: Cell, heads: Sequence[Cell]) -> bool:
    return any(head is other for other in heads)


def _split(
    among: Sequence[Cell], heads: Sequence[Cell], count: int
) -> Iterator[tuple[Sequence[Cell], list[Cell]]]:
    """Every choice of so many heads, with those that are left."""
    for chosen in combinations(among, count):
        yield chosen, [head for head in heads if not _is_among(head, chosen)]


_Branch = tuple[_Path, ...]


def _mixed(left: Sequence[_Branch], right: Sequence[_Branch]) -> Iterator[list[_Branch]]:
    """Every way to mix two lists that keeps the order of each."""
    for places in combinations(range(len(left) + len(right)), len(right)):
        ours, theirs = iter(left), iter(right)
        yield [next(theirs if k in places else ours) for k in range(len(left) + len(right))]


def _below(
    uppers: Sequence[Cell], columns: Sequence[_Branch], members: Mapping[Cell, Sequence[Cell]]
) -> Iterator[tuple[_Path, ...]]:
    """Every way to put each of the upper heads over two or more neighbours: one that announces members over all of these."""
    if not uppers:
        yield tuple(path for branch in columns for path in branch)
        return
    least = 2 * len(uppers)
    for start in range(len(columns) - least + 1):
        before = tuple(path for branch in columns[:start] for path in branch)
        for end in range(start + 2, len(columns) - least + 3):
            here = [branch[0][0] for branch in columns[start:end]]
            if (own := members.get(uppers[0])) and not all(_is_among(head, here) for head in own):
                continue
            under = tuple((uppers[0], *path) for branch in columns[start:end] for path in branch)
            for rest in _below(uppers[1:], columns[end:], members):
                yield (*before, *under, *rest)
