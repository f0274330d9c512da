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
from extraction.vocabulary import squeeze

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


Path = tuple[_Head, ...]


def heads_of(lines: Sequence[Sequence[Token]]) -> list[Path]:
    """The lowest heads from left to right, each with those above it, the upper first."""
    return [path for top in _tops([line for line in lines if line]) for path in _paths(top)]


def _paths(head: _Head, above: Path = ()) -> list[Path]:
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
        upper += _hang(upper, lower)
        upper.sort(key=lambda head: head.span.left)
    return levels[0]


def _touches(head: _Head, other: _Head) -> bool:
    return head.span.distance(other.span) == 0 and head.span.left < other.span.right


def _nearest(head: _Head, others: Sequence[_Head]) -> int:
    return min(
        range(len(others)),
        key=lambda k: (head.span.distance(others[k].span), abs(head.middle - others[k].middle)),
    )


def _is_bracket(head: _Head) -> bool:
    return re.fullmatch(r"[（(][^（）()]*[)）]", head.parts[0].cell.text) is not None


def _hang(upper: Sequence[_Head], lower: Sequence[_Head]) -> list[_Head]:
    """Hang the lower heads under the upper ones, from left to right, each upper one over none or several.

    The best way has each upper head over the middle of its own and begins each at a text that opens a series (2023 of
    2023 2024 2025 2023 …). What is under none comes back: it is an upper head itself.
    """
    opens = _openings(lower)
    # (lower heads used) -> cost and, for each upper head, the lower ones from … to …
    best: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {0: (0.0, ())}
    for head in upper:
        further: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {}
        for at, (cost, ranges) in best.items():
            for start in range(at, len(lower) + 1):
                skipped = cost + _alone(lower, at, start, upper)
                for end in (start, *range(start + 2, len(lower) + 1)):
                    more = skipped + _strain(head, lower, start, end, opens)
                    if more < further.get(end, (float("inf"), ()))[0]:
                        further[end] = (more, (*ranges, (start, end)))
        best = further
    ranges = min((cost + _alone(lower, at, len(lower), upper), ranges) for at, (cost, ranges) in best.items())[1]
    for head, (start, end) in zip(upper, ranges, strict=True):
        head.below = list(lower[start:end])
    hung = {id(child) for head in upper for child in head.below}
    return [head for head in lower if id(head) not in hung]


def _openings(heads: Sequence[_Head]) -> set[int]:
    """Where a series of texts begins anew: the places of the first text that stands there several times."""
    texts = [squeeze(head.cell.text) for head in heads]
    first = next((text for text in texts if texts.count(text) > 1), None)
    return {k for k, text in enumerate(texts) if text == first}


def _alone(lower: Sequence[_Head], start: int, end: int, upper: Sequence[_Head]) -> float:
    """The cost of heads that hang under none: little where none is above them and they are of no series."""
    texts = [squeeze(head.cell.text) for head in lower]
    bound = (
        texts.count(texts[k]) > 1 or any(_touches(lower[k], head) for head in upper) for k in range(start, end)
    )
    return sum(_LOST if is_bound else 2.0 for is_bound in bound)


def _strain(head: _Head, lower: Sequence[_Head], start: int, end: int, opens: set[int]) -> float:
    """How badly a head stands over these: off their middle, over a series' part, over none though some are below it."""
    if start == end:
        return _LOST if any(_touches(head, other) for other in lower) else 0.0
    if is_year(head.parts[0].cell.text) and is_year(lower[start].cell.text):
        return _LOST
    middle = (lower[start].span.left + lower[end - 1].span.right) / 2
    begun = sum(k in opens for k in range(start + 1, end)) + (bool(opens) and start not in opens)
    return abs(head.middle - middle) + _LOST * begun


def heads_over(leaves: Sequence[Path], columns: Sequence[Span]) -> list[tuple[Cell, ...]]:
    """Each column's heads: one after the other where they are as many, else where they stand; () for none."""
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
