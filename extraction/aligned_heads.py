"""The heads of a table whose columns are kept by spaces: which lines are one head, and which head stands over which.

A head is set on several lines, and heads of one row begin on different lines. What stands alone below a head is its next
line; where several stand below it, they are its children.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extraction.blocks import Cell
from extraction.numbers import is_year
from extraction.spread_cells import Span, Token, whole

_LOST = 40  # cost of a head without a column, or of a column without a head, in columns of characters
_OVER_MORE = 4  # … of a head over one column more


@dataclass
class _Head:
    """A head, its lines joined, and the columns of characters that it takes."""

    parts: list[Token]
    span: Span
    below: list[_Head] = field(default_factory=list)

    @property
    def cell(self) -> Cell:
        return whole([part.cell for part in self.parts])

    @property
    def middle(self) -> float:
        return (self.span.left + self.span.right) / 2


def heads_over(lines: Sequence[Sequence[Token]], columns: Sequence[Span]) -> list[tuple[Cell, ...]]:
    """For each column its heads, the upper first; () where none stands over it."""
    leaves = [path for top in _tops(lines) for path in _paths(top)]
    return _over(leaves, columns)


def _paths(head: _Head, above: tuple[_Head, ...] = ()) -> list[tuple[_Head, ...]]:
    path = (*above, head)
    return [p for child in head.below for p in _paths(child, path)] if head.below else [path]


def _tops(lines: Sequence[Sequence[Token]]) -> list[_Head]:
    """The upper heads from left to right, with what hangs below each."""
    levels: list[list[_Head]] = [[]]
    for line in lines:
        heads = [_Head([token], Span(token.left, token.right)) for token in line]
        if any(_touches(head, known) for head in heads for known in levels[-1]):
            owners = [_nearest(head, levels[-1]) for head in heads]
            if any(owners.count(k) > 1 for k in owners):
                levels.append(heads)
                continue
            for k, head in zip(owners, heads, strict=True):
                if _touches(head, levels[-1][k]) or _is_bracket(head):
                    levels[-1][k].parts += head.parts
                    levels[-1][k].span = levels[-1][k].span.widened(head.parts[0])
                else:
                    levels[-1].append(head)
        else:
            levels[-1] += heads
        levels[-1].sort(key=lambda head: head.span.left)
    for upper, lower in reversed(list(zip(levels, levels[1:], strict=False))):
        _hang(upper, lower)
    return sorted(levels[0], key=lambda head: head.span.left)


def _touches(head: _Head, other: _Head) -> bool:
    return head.span.distance(other.span) == 0 and head.span.left < other.span.right


def _nearest(head: _Head, others: Sequence[_Head]) -> int:
    return min(
        range(len(others)),
        key=lambda k: (head.span.distance(others[k].span), abs(head.middle - others[k].middle)),
    )


def _is_bracket(head: _Head) -> bool:
    return re.fullmatch(r"[（(][^（）()]*[)）]", head.parts[0].cell.text) is not None


def _hang(upper: Sequence[_Head], lower: Sequence[_Head]) -> None:
    """Hang the lower heads under the upper ones, from left to right, each upper one over none or several.

    The best way has each upper head over the middle of its own and begins each at a text that opens a series (2023 of
    2023 2024 2025 2023 …).
    """
    repeats = [k for k, head in enumerate(lower) if head.parts[0].cell.text == lower[0].parts[0].cell.text]
    opens = set(repeats) if len(repeats) > 1 else set()
    # (lower heads hung) -> cost and sizes, after each upper head
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for head in upper:
        further: dict[int, tuple[float, tuple[int, ...]]] = {}
        for at, (cost, sizes) in best.items():
            for size in range(len(lower) - at + 1):
                if size == 1 and len(lower) > 1:
                    continue
                more = cost + _strain(head, lower[at : at + size], starts=at in opens, series=bool(opens))
                if more < further.get(at + size, (float("inf"), ()))[0]:
                    further[at + size] = (more, (*sizes, size))
        best = further
    if len(lower) in best:
        at = 0
        for head, size in zip(upper, best[len(lower)][1], strict=True):
            head.below = list(lower[at : at + size])
            at += size


def _strain(head: _Head, below: Sequence[_Head], *, starts: bool, series: bool) -> float:
    if not below:
        return 0.0
    if is_year(head.parts[0].cell.text) and is_year(below[0].parts[0].cell.text):
        return _LOST
    middle = (below[0].span.left + below[-1].span.right) / 2
    return abs(head.middle - middle) + (_LOST if series and not starts else 0)


def _over(leaves: Sequence[tuple[_Head, ...]], columns: Sequence[Span]) -> list[tuple[Cell, ...]]:
    """Each column's heads: one after the other where they are as many, else where they stand."""
    paths = [tuple(head.cell for head in leaf) for leaf in leaves]
    if len(leaves) == len(columns):
        return paths
    # (leaves used, columns used) -> cost and the leaf of each column
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}

    def offer(state: tuple[int, int], cost: float, owners: tuple[int, ...]) -> None:
        if cost < best.get(state, (float("inf"), ()))[0]:
            best[state] = cost, owners

    for i in range(len(leaves) + 1):
        for k in range(len(columns) + 1):
            if (i, k) not in best:
                continue
            cost, owners = best[i, k]
            if i < len(leaves):
                offer((i + 1, k), cost + _LOST, owners)
            if k < len(columns):
                offer((i, k + 1), cost + _LOST, (*owners, -1))
            for end in range(k + 1, len(columns) + 1) if i < len(leaves) else ():
                reach = Span(columns[k].left, columns[end - 1].right)
                apart = reach.distance(leaves[i][-1].span) + _OVER_MORE * (end - k - 1)
                offer((i + 1, end), cost + apart, (*owners, *([i] * (end - k))))
    return [paths[i] if i >= 0 else () for i in best[len(leaves), len(columns)][1]]
