"""Tables that are drawn: ruling lines make a lattice, and where a line is missing between two places they are one cell.

Coordinates are points of a page, x from the left, y from the bottom, as PDF has them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_NEAR = 3.0  # lines this near are one: borders are drawn twice, or as thin rectangles
_MOST_LINES = 600  # a page with more is a drawing
_MOST_PLACES = 20_000


class Segment(NamedTuple):
    """A line along one axis: its place on the other axis, and from where to where it goes."""

    at: float
    start: float
    end: float

    def reaches(self, at: float) -> bool:
        """Whether the line passes a coordinate on its own axis."""
        return self.start - _NEAR <= at <= self.end + _NEAR


class Area(NamedTuple):
    """A cell of a lattice: upper left place, rows and columns that it covers."""

    row: int
    column: int
    down: int
    right: int


@dataclass(frozen=True)
class Lattice:
    """A drawn table: column borders from left to right, row borders from top to bottom, cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    areas: tuple[Area, ...]

    def place(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of a point, None outside."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right([-at for at in self.ys], -y) - 1
        inside = 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1
        return (row, column) if inside else None


def lattices(horizontal: Iterable[Segment], vertical: Iterable[Segment]) -> list[Lattice]:
    """The drawn tables of a page from its ruling lines, from top to bottom; a frame around text is none."""
    rows, columns = _joined(horizontal), _joined(vertical)
    if len(rows) + len(columns) > _MOST_LINES:
        return []
    found = [_lattice(*group) for group in _groups(rows, columns)]
    return sorted((lattice for lattice in found if lattice), key=lambda lattice: -lattice.ys[0])


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    """Lines that lie on one another or go on from one another become one."""
    joined: list[Segment] = []
    for at, group in _lines(segments):
        group.sort(key=lambda s: s.start)
        start, end = group[0].start, group[0].end
        for segment in group[1:]:
            if segment.start > end + _NEAR:
                joined.append(Segment(at, start, end))
                start = segment.start
            end = max(end, segment.end)
        joined.append(Segment(at, start, end))
    return [segment for segment in joined if segment.end - segment.start > _NEAR]


def _lines(segments: Iterable[Segment]) -> Iterator[tuple[float, list[Segment]]]:
    group: list[Segment] = []
    for segment in sorted(segments):
        if group and segment.at - group[0].at > _NEAR:
            yield sum(s.at for s in group) / len(group), group
            group = []
        group.append(segment)
    if group:
        yield sum(s.at for s in group) / len(group), group


def _groups(
    rows: Sequence[Segment], columns: Sequence[Segment]
) -> Iterator[tuple[list[Segment], list[Segment]]]:
    """Lines that cross or touch, directly or through others."""
    crossing = {
        r: [c for c, v in enumerate(columns) if h.reaches(v.at) and v.reaches(h.at)]
        for r, h in enumerate(rows)
    }
    crossed: dict[int, list[int]] = {c: [] for c in range(len(columns))}
    for r, found in crossing.items():
        for c in found:
            crossed[c].append(r)
    while crossing:
        todo, mine, theirs = [next(iter(crossing))], set[int](), set[int]()
        while todo:
            r = todo.pop()
            mine.add(r)
            for c in crossing.pop(r, ()):
                if c not in theirs:
                    theirs.add(c)
                    todo += [other for other in crossed[c] if other not in mine]
        yield [rows[r] for r in sorted(mine)], [columns[c] for c in sorted(theirs)]


def _lattice(rows: Sequence[Segment], columns: Sequence[Segment]) -> Lattice | None:
    # Tables open at their sides end where their lines end.
    xs = _borders(columns, rows)
    ys = tuple(reversed(_borders(rows, columns)))
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > _MOST_PLACES:
        return None
    return Lattice(xs, ys, tuple(_areas(xs, ys, rows, columns)))


def _borders(lines: Sequence[Segment], across: Sequence[Segment]) -> tuple[float, ...]:
    if not lines or not across:
        return ()
    ends = (min(s.start for s in across), max(s.end for s in across))
    borders: list[float] = []
    for at in sorted([line.at for line in lines] + list(ends)):
        if not borders or at - borders[-1] > 2 * _NEAR:
            borders.append(at)
    return tuple(borders)


def _areas(
    xs: Sequence[float], ys: Sequence[float], rows: Sequence[Segment], columns: Sequence[Segment]
) -> Iterator[Area]:
    """Cells, each grown to the right and then down as far as no line stands in the way."""
    taken: set[tuple[int, int]] = set()
    for r in range(len(ys) - 1):
        for c in range(len(xs) - 1):
            if (r, c) in taken:
                continue
            right, down = 1, 1
            while (
                c + right < len(xs) - 1
                and (r, c + right) not in taken
                and not _drawn(columns, xs[c + right], _middle(ys, r))
            ):
                right += 1
            while r + down < len(ys) - 1 and not any(
                _drawn(rows, ys[r + down], _middle(xs, k)) for k in range(c, c + right)
            ):
                down += 1
            taken |= {(r + i, c + k) for i in range(down) for k in range(right)}
            yield Area(r, c, down, right)


def _drawn(lines: Sequence[Segment], at: float, passing: float) -> bool:
    return any(abs(line.at - at) <= 2 * _NEAR and line.start <= passing <= line.end for line in lines)


def _middle(borders: Sequence[float], n: int) -> float:
    return (borders[n] + borders[n + 1]) / 2
