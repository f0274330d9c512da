"""Rebuild the grid of a page dump, in which every cell is a line and rows and empty cells have left no mark.

The search is for the grid that explains the cells: rows open with a year, an ordinal or words and hold equally many
numbers; the heads above must then name exactly that many columns. Where several ways to hang the lower heads under the
upper ones fit, the columns' own numbers judge: a column headed 比例 holds shares, one headed 数量 does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from extraction.layout import Cell, Table
from extraction.meaning import Context, interpret, says_share
from extraction.numbers import find_numbers, is_year, narrow, year_of
from extraction.records import UNMAPPED

_BLANK = re.compile(r"^[/／—–\-－]+$")
_MEASURE = re.compile(r"^(?:数量|比例|占比|人数|金额|数值|总数|百分比)(?:[（(].*[)）])?$")
_MOST_WAYS = 2_000


@dataclass(frozen=True)
class _Row:
    names: tuple[Cell, ...]
    values: tuple[Cell, ...]


def rebuild(dump: Table) -> list[Table]:
    """The grids that a dump's cells form, in order; what fits no grid comes back as dumps, cell for cell."""
    cells = [row[0] for row in dump.rows if row[0] is not None]
    tables: list[Table] = []
    left: list[Cell] = []
    at = 0
    heads: list[Cell] = []
    for start, end, rows in _bodies(cells):
        above = cells[at:start]
        heads = above if len(above) >= 2 else heads
        grid = _grid(heads, rows)
        if grid:
            tables.append(replace(dump, rows=grid, is_dump=False))
        else:
            left += cells[at:end]
        at = end
    left += cells[at:]
    if left:
        tables.append(replace(dump, rows=tuple((cell,) for cell in left)))
    return tables


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_value(cell: Cell) -> bool:
    text = narrow(cell.text)
    return bool(_BLANK.match(text)) or re.fullmatch(r"[-+]?[\d,，.]+\s*[%％]?", text) is not None


def _bodies(cells: Sequence[Cell]) -> Iterator[tuple[int, int, list[_Row]]]:
    """Runs of rows with equally many values, as (first cell, cell after the last, rows)."""
    i = 0
    while i < len(cells):
        for find in (_year_rows, _ordinal_rows, _named_rows):
            rows, end = find(cells, i)
            if rows:
                yield i, end, rows
                i = end
                break
        else:
            i += 1


def _year_rows(cells: Sequence[Cell], i: int) -> tuple[list[_Row], int]:
    """`2023 v v v 2024 v v v 2025 v v v`: consecutive years at one distance, only values in between.

    The distance of the first two years is the width; a name before the first year is the group's (merged) name.
    """
    name = () if is_year(cells[i].text) else (cells[i],)
    first = i + len(name)
    if first >= len(cells) or not is_year(cells[first].text) or (name and _is_value(cells[i])):
        return [], i
    year = year_of(cells[first].text) or 0
    following = (k for k in range(first + 2, len(cells)) if cells[k].text.strip() in {str(year + 1), f"{year + 1}年", f"{year + 1}年度"})
    second = next(following, None)
    if second is None or not all(_is_value(cell) for cell in cells[first + 1 : second]):
        return [], i
    width = second - first - 1
    rows, at = [], first
    while at + width < len(cells) and is_year(cells[at].text) and year_of(cells[at].text) == year + len(rows):
        values = cells[at + 1 : at + 1 + width]
        if not all(_is_value(cell) for cell in values):
            break
        rows.append(_Row((*name, cells[at]), tuple(values)))
        at += 1 + width
    return (rows, at) if len(rows) >= 2 else ([], i)


def _ordinal_rows(cells: Sequence[Cell], i: int) -> tuple[list[_Row], int]:
    """`1 name v v 2 name v v`: ordinals that count up, each followed by words and then values."""
    if cells[i].text.strip() != "1" or i + 2 >= len(cells) or _is_value(cells[i + 1]):
        return [], i
    rows: list[_Row] = []
    at = i
    while at < len(cells) and cells[at].text.strip() == str(len(rows) + 1):
        nxt = _next_ordinal(cells, at, len(rows) + 2)
        chunk = cells[at + 1 : nxt]
        names = [cell for cell in chunk if not _is_value(cell)]
        values = [cell for cell in chunk if _is_value(cell)]
        if not names or chunk[: len(names)] != names or (rows and len(values) > len(rows[0].values)):
            break
        rows.append(_Row((cells[at], *names), tuple(values)))
        at = nxt
    even = len({len(row.values) for row in rows}) == 1 and len({len(row.names) for row in rows}) == 1
    return (rows, at) if len(rows) >= 2 and even and rows[0].values else ([], i)


def _next_ordinal(cells: Sequence[Cell], at: int, ordinal: int) -> int:
    """Where the next row opens: the ordinal right before words, else the end of this row's values."""
    for k in range(at + 2, len(cells)):
        text = cells[k].text.strip()
        if text == str(ordinal) and k + 1 < len(cells) and not _is_value(cells[k + 1]):
            return k
        if k > at + 1 and not _is_value(cells[k]) and _is_value(cells[k - 1]):
            return k
    return len(cells)


def _named_rows(cells: Sequence[Cell], i: int) -> tuple[list[_Row], int]:
    """`group name v v v name v v v`: words, then always equally many values; a second word in front opens a group."""
    if _is_value(cells[i]):
        return [], i
    runs = list(_runs(cells, i))
    widths = Counter(len(values) for _, values, _ in runs)
    if not runs or not (width := widths.most_common(1)[0][0]) or len(runs[0][1]) != width:
        return [], i
    rows: list[_Row] = []
    end = i
    group: tuple[Cell, ...] = ()
    deepest = max((len(names) for names, values, _ in runs if len(values) == width), default=1)
    for names, values, after in runs:
        if len(values) != width or len(names) > 2 or any(is_year(v.text) for v in values):
            break
        group = names[:-1] if len(names) > 1 else group
        rows.append(_Row((*group, names[-1]) if deepest > 1 else names, values))
        end = after
    return (rows, end) if len(rows) >= 3 else ([], i)


def _runs(cells: Sequence[Cell], i: int) -> Iterator[tuple[tuple[Cell, ...], tuple[Cell, ...], int]]:
    while i < len(cells):
        k = i
        while k < len(cells) and not _is_value(cells[k]):
            k += 1
        v = k
        while v < len(cells) and _is_value(cells[v]):
            v += 1
        if v == k:
            return
        yield tuple(cells[i:k]), tuple(cells[k:v]), v
        i = v


# ── heads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _grid(heads: Sequence[Cell], rows: Sequence[_Row]) -> tuple[tuple[Cell | None, ...], ...] | None:
    """Heads over rows as a dense grid, or None where the heads do not name the columns."""
    names, width = max(len(row.names) for row in rows), len(rows[0].values)
    columns = [[row.values[c] for row in rows] for c in range(width)]
    best = max(_ways(list(heads), width), key=lambda way: _plausible(way[1], columns), default=None)
    if best is None:
        return None
    stub, paths = best
    depth = max(len(path) for path in paths)
    stub = [None] * max(0, names - len(stub)) + list(stub[-names:] if names else [])
    head_rows = [
        (*(stub if level == 0 else [None] * names), *(path[min(level, len(path) - 1)] for path in paths))
        for level in range(depth)
    ]
    body = [(*((None,) * (names - len(row.names))), *row.names, *row.values) for row in rows]
    return tuple(tuple(row) for row in (*head_rows, *body))


_Way = tuple[list[Cell | None], list[tuple[Cell, ...]]]


def _ways(heads: list[Cell], width: int) -> Iterator[_Way]:
    """Every way to read the heads as (heads of the name columns, path of heads of each value column)."""
    leaves = _leaves(heads)
    uppers = heads[: len(heads) - len(leaves)]
    if not leaves:
        if len(heads) >= width:
            yield list(heads[: len(heads) - width]), [(head,) for head in heads[-width:]]
        return
    groups = _groups(leaves)
    plain = width - len(leaves)
    if plain < 0 or len(uppers) < plain + len(groups):
        return
    stub, owners = uppers[: len(uppers) - plain - len(groups)], uppers[len(uppers) - plain - len(groups) :]
    for n, parents in enumerate(combinations(range(len(owners)), len(groups))):
        if n >= _MOST_WAYS:
            return
        children = dict(zip(parents, groups, strict=True))
        paths = [
            path
            for k, owner in enumerate(owners)
            for path in ([(owner, leaf) for leaf in children[k]] if k in children else [(owner,)])
        ]
        yield list(stub), paths


def _leaves(heads: Sequence[Cell]) -> list[Cell]:
    """The lower heads at the end: years, or words of measure, that repeat below several upper heads."""
    k = len(heads)
    while k and (is_year(heads[k - 1].text) or _MEASURE.match(heads[k - 1].text)):
        k -= 1
    return list(heads[k:])


def _groups(leaves: Sequence[Cell]) -> list[list[Cell]]:
    """Leaves cut where their sequence starts over: 数量 比例 | 数量 比例, 2023 2024 | 2023 2024."""
    groups: list[list[Cell]] = []
    for leaf in leaves:
        if not groups or leaf.text == groups[-1][0].text:
            groups.append([])
        groups[-1].append(leaf)
    return groups


def _plausible(paths: Sequence[tuple[Cell, ...]], columns: Sequence[Sequence[Cell]]) -> float:
    """How well heads and numbers agree: shares under share words, known metrics, units that fit."""
    score = 0.0
    for path, column in zip(paths, columns, strict=True):
        phrases = tuple(cell.text for cell in reversed(path))
        numbers = [n[0] for cell in column if (n := find_numbers(cell.text))]
        if not numbers:
            continue
        shares = sum(n.is_percent or "." in n.raw for n in numbers) / len(numbers)
        score += shares if says_share(phrases[0]) else 1 - shares
        unit = numbers[0].unit
        score += interpret(Context(tuple(p for p in phrases if not is_year(p)) or phrases), unit).metric != UNMAPPED
    return score
