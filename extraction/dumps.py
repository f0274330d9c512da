"""Rebuild the grid of a page dump, in which every cell is a line and rows and empty cells have left no mark.

The search is for the grid that explains the cells: rows open with a year, an ordinal or words and hold equally many
numbers; the heads above must then name exactly that many columns. Where several ways to hang the lower heads under the
upper ones fit, the columns' own numbers judge: a column headed 比例 holds shares, one headed 数量 does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, takewhile

from extraction.blocks import Cell, Table
from extraction.meaning import Context, interpret, says_share, units_in
from extraction.numbers import find_numbers, is_year, narrow, year_of
from extraction.records import UNMAPPED
from extraction.vocabulary import squeeze, vocabulary

_BLANK = re.compile(r"^[/／—–\-－]+$")
_MEASURE = re.compile(r"^(?:数量|比例|占比|人数|金额|数值|总数|百分比)(?:[（(].*[)）])?$")
_MOST_WAYS = 2_000
_MOST_NAMES = 4
_PLAUSIBLE = 0.6  # below this share of the best possible agreement a reading of the heads explains nothing


@dataclass(frozen=True)
class _Row:
    names: tuple[Cell, ...]
    values: tuple[Cell, ...]


@dataclass(frozen=True)
class _Above:
    """What stands above a body: its heads, and numbers of a merged cell that spans all rows (a total)."""

    heads: tuple[Cell, ...]
    merged: tuple[Cell, ...]


def rebuild(dump: Table, heading: str = "") -> list[Table]:
    """The grids that a dump's cells form, in order; what fits no grid comes back as dumps, cell for cell."""
    cells = [row[0] for row in dump.rows if row[0] is not None]
    tables: list[Table] = []
    left: list[Cell] = []
    at, above = 0, _Above((), ())
    for start, end, rows in _bodies(cells):
        if start - at >= 2:
            above = _above(cells[at:start])
        grid = _grid(above, rows, (dump.caption, heading))
        if grid:
            tables.append(replace(dump, rows=grid, is_dump=False))
            kept = {id(cell) for row in grid for cell in row}
            left += [cell for cell in cells[at:end] if id(cell) not in kept and _is_value(cell)]
        else:
            left += cells[at:end]
        at = end
    left += cells[at:]
    if left:
        tables.append(replace(dump, rows=tuple((cell,) for cell in left)))
    return tables


def _one_term(first: str, second: str) -> bool:
    """Whether the page broke one head in two: together they are a known term, the first half alone is none."""
    terms = vocabulary().terms
    return squeeze(first + second) in terms and squeeze(first) not in terms


def _above(cells: Sequence[Cell]) -> _Above:
    """Part the cells above a body into heads and the numbers right before the first row.

    A bracket that holds only a unit belongs to the head before it: `毕业生数` `(人)`.
    """
    end = len(cells)
    while end and _is_value(cells[end - 1]) and not is_year(cells[end - 1].text):
        end -= 1
    heads: list[Cell] = []
    for cell in cells[:end]:
        if (heads and re.fullmatch(r"[（(][^（）()]*[)）]", cell.text)) or (
            heads and _one_term(heads[-1].text, cell.text)
        ):
            heads[-1] = Cell(heads[-1].text + cell.text, heads[-1].start, cell.end)
        else:
            heads.append(cell)
    return _Above(tuple(heads), tuple(cells[end:]))


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_value(cell: Cell) -> bool:
    text = narrow(cell.text)
    return bool(_BLANK.match(text)) or re.fullmatch(r"[-+]?[\d,，.]+\s*[%％]?", text) is not None


def _is_name(cell: Cell) -> bool:
    """Words that can name a row: no number, no head that says how something is measured."""
    return not _is_value(cell) and not _MEASURE.match(cell.text) and not units_in(cell.text)


def _can_name(cell: Cell) -> bool:
    return not _is_value(cell) or is_year(cell.text)


_Body = tuple[int, int, list[_Row]]  # first cell, cell after the last, rows


def _bodies(cells: Sequence[Cell]) -> Iterator[_Body]:
    """Runs of rows with equally many values, in order."""
    i = 0
    while i < len(cells):
        body = _ordinal_rows(cells, i) or _year_rows(cells, i) or _named_rows(cells, i)
        if body:
            yield body
        i = body[1] if body else i + 1


def _year_rows(cells: Sequence[Cell], i: int) -> _Body | None:
    """`2023 v v v 2024 v v v 2025 v v v`: consecutive years at one distance, only values in between.

    The distance of the first two years is the width; a name before the first year is the group's (merged) name.
    """
    name = () if is_year(cells[i].text) else (cells[i],)
    first = i + len(name)
    if first >= len(cells) or not is_year(cells[first].text) or (name and not _is_name(cells[i])):
        return None
    year = year_of(cells[first].text) or 0
    following = (
        k
        for k in range(first + 2, len(cells))
        if cells[k].text.strip() in {str(year + 1), f"{year + 1}年", f"{year + 1}年度"}
    )
    second = next(following, None)
    if second is None or not all(
        _is_value(cell) and not is_year(cell.text) for cell in cells[first + 1 : second]
    ):
        return None
    width = second - first - 1
    rows: list[_Row] = []
    at = first
    while at + width < len(cells) and is_year(cells[at].text) and year_of(cells[at].text) == year + len(rows):
        values = cells[at + 1 : at + 1 + width]
        if not all(_is_value(cell) for cell in values):
            break
        rows.append(_Row((*name, cells[at]), tuple(values)))
        at += 1 + width
    if name and not _is_group(cells, i, at):
        return _year_rows(cells, first)
    return (i, at, rows) if len(rows) >= 2 else None


def _is_group(cells: Sequence[Cell], start: int, end: int) -> bool:
    """Whether the word before a run of years is a group's name: another group stands behind or before this one.

    Else it is the last head of the table.
    """
    behind = end + 1 < len(cells) and _is_name(cells[end]) and cells[end + 1].text == cells[start + 1].text
    before = start > 0 and _is_value(cells[start - 1]) and not is_year(cells[start - 1].text)
    return behind or before


def _ordinal_rows(cells: Sequence[Cell], i: int) -> _Body | None:
    """`1 name v v 2 name v v`: ordinals that count up, each followed by words or a year and then values."""
    if cells[i].text.strip() != "1" or i + 2 >= len(cells) or not _can_name(cells[i + 1]):
        return None
    rows: list[_Row] = []
    at = i
    while at < len(cells) and cells[at].text.strip() == str(len(rows) + 1):
        nxt = _next_ordinal(cells, at, len(rows) + 2)
        chunk = cells[at + 1 : nxt]
        names = [
            cell for k, cell in enumerate(chunk) if not _is_value(cell) or (k == 0 and is_year(cell.text))
        ]
        values = [cell for cell in chunk if cell not in names]
        if not names or chunk[: len(names)] != names or (rows and len(values) > len(rows[0].values)):
            break
        rows.append(_Row((cells[at], *names), tuple(values)))
        at = nxt
    even = len({len(row.values) for row in rows}) == 1 and len({len(row.names) for row in rows}) == 1
    return (i, at, rows) if len(rows) >= 2 and even and rows[0].values else None


def _next_ordinal(cells: Sequence[Cell], at: int, ordinal: int) -> int:
    """Where the next row opens: the ordinal right before words, else the end of this row's values."""
    for k in range(at + 2, len(cells)):
        text = cells[k].text.strip()
        if text == str(ordinal) and k + 1 < len(cells) and _can_name(cells[k + 1]):
            return k
        if k > at + 2 and not _is_value(cells[k]) and _is_value(cells[k - 1]):
            return k
    return len(cells)


def _named_rows(cells: Sequence[Cell], i: int) -> _Body | None:
    """`group name v v v name v v v`: words, then always equally many values; words in front open a group.

    A row with fewer words than the deepest keeps the groups of the row above. The first row's words may follow right
    upon the heads: only as many of them are its own as other rows have.
    """
    if _is_value(cells[i]):
        return None
    runs = list(_runs(cells, i))
    widths = Counter(len(values) for _, values, _ in runs)
    width = widths.most_common(1)[0][0] if runs else 0
    if not width or len(runs[0][1]) != width:
        return None
    alike = list(takewhile(lambda run: len(run[1]) == width and not is_year(run[1][0].text), runs))
    alike = [alike[0], *takewhile(lambda run: len(run[0]) <= _MOST_NAMES, alike[1:])] if alike else []
    if len(alike) < 3:
        return None
    depth = max(len(names) for names, _, _ in alike[1:])
    start = i + max(0, len(alike[0][0]) - depth)
    rows: list[_Row] = []
    above: tuple[Cell, ...] = ()
    for names, values, _ in alike:
        above = (*above[: max(0, depth - len(names))], *names[-depth:])
        rows.append(_Row(above, values))
    return start, alike[-1][2], rows


def _joined(cells: Sequence[Cell]) -> Cell:
    """Lines of one name that the page broke, as one cell."""
    return Cell("".join(cell.text for cell in cells), cells[0].start, cells[-1].end)


def _runs(cells: Sequence[Cell], i: int) -> Iterator[tuple[tuple[Cell, ...], tuple[Cell, ...], int]]:
    """Words and the values behind them, in turn, each with the cell after them."""
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


def _grid(
    above: _Above, rows: Sequence[_Row], around: tuple[str, ...]
) -> tuple[tuple[Cell | None, ...], ...] | None:
    """Heads over rows as a dense grid, or None where the heads do not name the columns.

    The numbers of a merged cell are the first columns, in a row of their own without a name.
    """
    names, width = max(len(row.names) for row in rows), len(rows[0].values)
    merged: tuple[Cell, ...] = above.merged
    columns = [[cell] for cell in merged] + [[row.values[c] for row in rows] for c in range(width)]
    ways = list(islice(_ways(above.heads, len(columns)), _MOST_WAYS))
    if not ways and merged:
        merged, columns = (), columns[len(merged) :]
        ways = list(islice(_ways(above.heads, width), _MOST_WAYS))
    judge = _Judge(columns, around)
    best = max(ways, key=judge.score, default=None)
    if best is None or judge.score(best) < _PLAUSIBLE * judge.most:
        return None
    stub, paths = best
    depth = max(len(path) for path in paths)
    if 0 < len(stub) < names and not any(
        is_year(cell.text) for row in rows for cell in row.names
    ):  # fewer heads than words: the page broke the outer names into lines
        rows = [
            _Row(
                (_joined(row.names[: names - len(stub) + 1]), *row.names[names - len(stub) + 1 :]), row.values
            )
            for row in rows
        ]
        names = len(stub)
    stub_row = (*([None] * (names - len(stub))), *stub[len(stub) - min(names, len(stub)) :])
    grid = [
        (*(stub_row if level == 0 else [None] * names), *(path[min(level, len(path) - 1)] for path in paths))
        for level in range(depth)
    ]
    if merged:
        grid.append((*([None] * names), *merged, *([None] * width)))
    indent = [None] * len(merged)
    grid += [(*([None] * (names - len(row.names))), *row.names, *indent, *row.values) for row in rows]
    return tuple(grid)


_Way = tuple[list[Cell], list[tuple[Cell, ...]]]


def _ways(heads: Sequence[Cell], width: int) -> Iterator[_Way]:
    """Every way to read the heads as (heads of the name columns, path of heads of each value column).

    Upper heads come in reading order, so the heads of name columns may stand between those of value columns.
    """
    leaves = _leaves(heads)
    uppers = heads[: len(heads) - len(leaves)]
    groups = _groups(leaves)
    plain = width - len(leaves)
    owned = plain + len(groups)
    if plain < 0 or not 0 < owned <= len(uppers):
        return
    for chosen in combinations(range(len(uppers)), owned):
        stub = [head for k, head in enumerate(uppers) if k not in chosen]
        for parents in combinations(range(owned), len(groups)):
            children = dict(zip(parents, groups, strict=True))
            yield (
                stub,
                [
                    path
                    for k, upper in enumerate(chosen)
                    for path in (
                        [(uppers[upper], leaf) for leaf in children[k]]
                        if k in children
                        else [(uppers[upper],)]
                    )
                ],
            )


def _leaves(heads: Sequence[Cell]) -> list[Cell]:
    """The lower heads at the end: years, or else words of measure, that repeat below several upper heads."""
    kinds: tuple[Callable[[str], bool], ...] = (is_year, lambda text: bool(_MEASURE.match(text)))
    for is_leaf in kinds:
        k = len(heads)
        while k and is_leaf(heads[k - 1].text):
            k -= 1
        if k < len(heads):
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


class _Judge:
    """How well heads and numbers agree: shares under share words, known metrics, known heads over the row names."""

    def __init__(self, columns: Sequence[Sequence[Cell]], around: tuple[str, ...]) -> None:
        self._columns = [[n[0] for cell in column if (n := find_numbers(cell.text))] for column in columns]
        self._around = around
        self._seen: dict[tuple[int, tuple[str, ...]], float] = {}

    @property
    def most(self) -> float:
        """The score of a way in which every column agrees with its head."""
        return 2.0 * len(self._columns)

    def score(self, way: _Way) -> float:
        """The agreement of one way to read the heads; a head over row names that is not theirs costs as much."""
        stub, paths = way
        misplaced = sum(_names_rows(path[0]) for path in paths)
        unexplained = sum(not _names_rows(head) for head in stub)
        columns = sum(
            self._column(c, tuple(cell.text for cell in reversed(path))) for c, path in enumerate(paths)
        )
        return columns - misplaced - 0.5 * unexplained

    def _column(self, c: int, heads: tuple[str, ...]) -> float:
        if (c, heads) not in self._seen:
            self._seen[c, heads] = self._agreement(c, tuple(head for head in heads if not is_year(head)))
        return self._seen[c, heads]

    def _agreement(self, c: int, phrases: tuple[str, ...]) -> float:
        numbers = self._columns[c]
        if not numbers or not phrases:
            return 1.0
        unit = numbers[0].unit or next(iter(units_in(phrases[0])), None)
        counted = unit is not None and unit.canonical != "percent"
        shares = (
            0.0
            if counted
            else sum(n.is_percent or ("." in n.raw and n.amount <= 100) for n in numbers) / len(numbers)
        )
        known = interpret(Context((*phrases, *self._around)), unit).metric != UNMAPPED
        return (shares if says_share(phrases[0]) else 1 - shares) + known


def _names_rows(head: Cell) -> bool:
    """A head that stands over names, not over numbers."""
    return squeeze(head.text) in vocabulary().dimension_of_header or bool(
        re.search(r"^年[度份]([（(]年[)）])?$|序号|编号|名称|范围", head.text)
    )
