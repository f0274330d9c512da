"""The heads of a table whose columns are kept by spaces: which lines are one head, and which head stands over which.

A head is set on several lines, and heads of one row begin on different lines. What stands alone below a head is its next
line; where several stand below it, they are its children.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from extraction.blocks import Cell
from extraction.layout.spread_cells import Span, Token, is_name, whole
from extraction.numbers import is_year
from extraction.vocabulary import squeeze

_WRONG = 8.0  # cost of a head that hangs where it cannot, in heads
_OF_ONE = 0.4  # … of a head over a single one
_LOST = 40  # cost of a head without a column, or of a column without a head, in columns of characters
_OVER_MORE = 4  # … of a head over one column more
_COUNTS = {"人数", "小计", "数量", "总数"}  # each opens what is told below one upper head


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


def heads_of(lines: Sequence[Sequence[Token]], columns: int) -> list[Path]:
    """The lowest heads from left to right, each with those above it, the upper first.

    A line of which no head stands below another one is mostly of the same row; but an upper head may be so short that it
    stands between two of its own. Both ways are tried, and the better one has a head for each of the columns.
    """
    written = [line for line in lines if line]
    ways = [_tops(_levels(written, parted=parted)) for parted in (False, True)]
    paths = [[path for top in tops for path in _paths(top)] for _, tops in ways]
    return min(zip(ways, paths, strict=True), key=lambda way: way[0][0] + abs(len(way[1]) - columns))[1]


def _paths(head: _Head, above: Path = ()) -> list[Path]:
    over_one = len(head.below) == 1 and not head.below[0].below
    if over_one and not _is_known(head):  # a word broken over two lines
        head = _Head([*head.parts, *head.below[0].parts], head.span)
    path = (*above, head)
    return [p for child in head.below for p in _paths(child, path)] if head.below else [path]


def _is_known(head: _Head) -> bool:
    """Whether a head can stand over another one alone: a year, or any name that is known."""
    return is_year(head.cell.text) or is_name(head.cell.text)


def _tops(levels: list[list[_Head]]) -> tuple[float, list[_Head]]:
    """The upper heads from left to right, with what hangs below each, and how strained that is."""
    strain = 0.0
    for upper, lower in reversed(list(pairwise(levels))):
        cost, alone = _hang(upper, lower)
        strain += cost
        upper += alone
        upper.sort(key=lambda head: head.span.left)
    return strain, levels[0] if levels else []


def _levels(lines: Sequence[Sequence[Token]], *, parted: bool) -> list[list[_Head]]:
    """The rows of heads; `parted` begins one where a head above stands between two of a line."""
    levels: list[list[_Head]] = []
    for line in lines:
        heads = [_Head([token], Span(token.left, token.right)) for token in line]
        if not levels:
            levels.append(heads)
        elif all(map(_is_bracket, heads)) and len(heads) in (len(levels[-1]), len(levels[-1]) - 1):
            for known, head in zip(levels[-1][-len(heads) :], heads, strict=True):  # a unit below each
                known.parts += head.parts
                known.span = known.span.widened(head.parts[0])
        elif any(_touches(head, known) for head in heads for known in levels[-1]):
            owners = [_nearest(head, levels[-1]) for head in heads]
            if any(owners.count(k) > 1 for k in owners):
                levels.append(heads)
                continue
            for known, head in [(levels[-1][k], head) for k, head in zip(owners, heads, strict=True)]:
                if _touches(head, known) or _is_bracket(head):
                    known.parts += head.parts
                    known.span = known.span.widened(head.parts[0])
                else:
                    levels[-1].append(head)
        elif parted and any(
            heads[0].span.left < known.span.left < heads[-1].span.left for known in levels[-1]
        ):
            levels.append(heads)
        else:
            levels[-1] += heads
        levels[-1].sort(key=lambda head: head.span.left)
    return levels


def _touches(head: _Head, other: _Head) -> bool:
    return head.span.distance(other.span) == 0 and head.span.left < other.span.right


def _nearest(head: _Head, others: Sequence[_Head]) -> int:
    """The head that a lower one is nearest to; what stands beside a head with its unit goes on with another."""
    return min(
        range(len(others)),
        key=lambda k: (
            _has_unit(others[k]) and not _touches(head, others[k]),
            head.span.distance(others[k].span),
            abs(head.middle - others[k].middle),
        ),
    )


def _has_unit(head: _Head) -> bool:
    return head.parts[-1].cell.text.endswith((")", "）"))


def _is_bracket(head: _Head) -> bool:
    return re.fullmatch(r"[（(][^（）()]*[)）]", head.parts[0].cell.text) is not None


def _hang(upper: Sequence[_Head], lower: Sequence[_Head]) -> tuple[float, list[_Head]]:
    """Hang the lower heads under the upper ones, from left to right, each upper one over none or several.

    The best way has each upper head over the middle of its own and begins each at a text that opens a series (2023 of
    2023 2024 2025 2023 …). How strained that is comes back, and what is under none: it is an upper head itself.
    """
    texts = [squeeze(head.cell.text) for head in lower]
    series = next((text for text in texts if texts.count(text) > 1), None)
    opens = _years_over_again(texts) if series and is_year(series) else [text == series for text in texts]
    if series is None and sum(counts := [text in _COUNTS for text in texts]) > 1:
        series, opens = "", counts  # 小计 其中本科 | 人数 其中对口
    are_units = [_is_bracket(head) for head in lower]
    covered = [any(_touches(head, above) for above in upper) for head in lower]
    # Up to each lower head: what they cost that hang under none, and how many series begin.
    alone = list(accumulate((_alone(texts, k, covered[k]) for k in range(len(lower))), initial=0.0))
    begun = list(accumulate(opens, initial=0))
    # (lower heads used) -> cost and, for each upper head, the lower ones from … to …
    best: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {0: (0.0, ())}
    for head in upper:
        further: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {}
        rank = _rank(head, lower)
        childless = _WRONG if any(_touches(head, other) for other in lower) else 0.5
        for at, (cost, ranges) in best.items():
            for start in range(at, len(lower) + 1):
                for end in range(start, len(lower) + 1):
                    more = cost + alone[start] - alone[at]
                    if start == end:
                        more += childless
                    elif end == start + 1 and not _touches(head, lower[start]):
                        continue  # what stands alone below a head is its next line
                    else:
                        within = begun[end] - begun[start] - opens[start]
                        in_midst = series is not None and not opens[start] and end > start + 1
                        own_unit = end == start + 1 and are_units[start]
                        wrong = within + in_midst + (not own_unit and any(are_units[start:end]))
                        more += abs(rank - (start + end - 1) / 2) + _WRONG * wrong
                        more += _OF_ONE * (end == start + 1 and not own_unit)
                    if end not in further or more < further[end][0]:
                        further[end] = (more, (*ranges, (start, end)))
        best = further
    strain, ranges = min((cost + alone[-1] - alone[at], ranges) for at, (cost, ranges) in best.items())
    for head, (start, end) in zip(upper, ranges, strict=True):
        head.below = list(lower[start:end])
    hung = {id(child) for head in upper for child in head.below}
    return strain, [head for head in lower if id(head) not in hung]


def _years_over_again(texts: Sequence[str]) -> list[bool]:
    """Which of these heads is a year that opens a series: 2024 2025 | 2025 | 2024 2025."""
    opens: list[bool] = []
    told: set[str] = set()
    for text in texts:
        opens.append(is_year(text) and (not told or text in told))
        told = (set() if opens[-1] or not is_year(text) else told) | ({text} if is_year(text) else set())
    return opens


def _alone(texts: Sequence[str], k: int, is_covered: bool) -> float:
    """The cost of a head that hangs under none: little where none is above it and it is of no series."""
    return _WRONG if is_covered or texts.count(texts[k]) > 1 else 0.3


def _rank(head: _Head, lower: Sequence[_Head]) -> float:
    """Where a head stands in the row below, counted in heads, since columns of characters are wide here, narrow there."""
    left = sum(other.middle <= head.middle for other in lower)
    if left in (0, len(lower)):
        return left - 0.5
    before, after = lower[left - 1].middle, lower[left].middle
    return left - 1 + (head.middle - before) / (after - before)


def heads_over(
    leaves: Sequence[Path], columns: Sequence[Span], headless: Set[int] = frozenset()
) -> list[tuple[Cell, ...]]:
    """Each column's heads: one after the other where they are as many, else where they stand; () for none.

    Columns of years are `headless`: where there is a head for each of the others, these have none.
    """
    paths = [tuple(head.cell for head in leaf) for leaf in leaves]
    if len(leaves) == len(columns):
        return paths
    if headless and len(leaves) == len(columns) - len(headless):
        of_others = iter(paths)
        return [() if k in headless else next(of_others) for k in range(len(columns))]
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
