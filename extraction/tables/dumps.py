"""Rebuild the grids of a page dump, in which every cell is a line and rows have left no mark.

The search is for the grid that explains the cells: `rows/` finds rows that are alike, `wrapped.py` and
`head_trees.py` every way in which the cells above them can be heads of that many columns, and the columns' own numbers
judge between the ways. Empty cells have left a mark in some dumps only, so rows are looked for with and without them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise, takewhile

from extraction.blocks import MEASURE, TOTAL, Cell, Table
from extraction.meaning import kinds_of_name
from extraction.numbers import is_year
from extraction.tables.head_trees import PLAUSIBLE, Judge, Way, announced, has_unlikely_parent, ways
from extraction.tables.norms import with_norms_marked
from extraction.tables.numbered_groups import groups_in, with_groups, without
from extraction.tables.rows import bodies_at, rows_with_gaps_at, single_row_at
from extraction.tables.rows.likeness import Body, Row, is_ordinal, is_value
from extraction.tables.rows.short_totals import short_total_at
from extraction.tables.rows.with_units import UNIT_HEAD, is_unit, rows_with_units
from extraction.tables.side_by_side import halves
from extraction.tables.strayed import in_place
from extraction.tables.wrapped import in_names, readings, with_own_years

_SUMS_UP = re.compile(rf"{TOTAL.pattern}|(?:合计|总计)$")  # 支出合计 is of no group either
_PART = re.compile(r"其\s*中")
_OPENS_HEADS = re.compile(r"序\s*号$")
_TERM = re.compile(r"(?:19|20)\d{2} 年\S+")  # 2023 年秋季
_MOST_WAYS = 4_000
_MOST_IN_ALL = 12_000
_SURE = 0.9  # of a dump's numbers explained: rows with gaps are not looked for
_CERTAIN = 1.0  # of the best possible agreement: no other reading is looked for
_UNLIKELY_TREE = 0.85  # what heads must reach of which one stands over others without a reason
_ONE_ROW = 0.75  # what the only row of a table must reach, since no second one bears it out
_MOST_MORE = 3
_MOST_HEADS = 16
_MOST_BEFORE = 3  # names that stand before the first number of a row
_WRAPPED = 0.08  # what an unlikely reading of broken heads costs
_REACH = 0.3  # what reaching as far as the longest body counts
_TOLD_BY_MARKS = 0.1  # what it counts that empty cells give all rows one length
_OPENS_WITH_HEAD = 0.1  # what it costs that the first name of all rows would rather be the last head
_PASSED_OVER = 0.2  # what it costs to take marks of empty cells for nothing


@dataclass(frozen=True)
class _Above:
    """What stands above a body: the pieces of its heads, and numbers of a merged cell that spans all rows (a total)."""

    heads: tuple[Cell, ...]
    merged: tuple[Cell, ...]


@dataclass(frozen=True)
class _Fit:
    """A body with the heads that name its columns, and how well they agree with its numbers (1 is in full)."""

    body: Body
    way: Way
    merged: tuple[Cell, ...]
    agreement: float


def rebuild(dump: Table, heading: str = "") -> list[Table]:
    """The grids that a dump's cells form, in order; what fits no grid comes back as a dump, cell for cell.

    Rows that lack cells which left no mark are looked for where the dump has no other rows. Of a table whose rows are known
    only the heads are put over their columns.
    """
    if dump.pieces:
        return [_under_heads(dump, heading)]
    if groups := groups_in(dump):
        return [with_groups(table, groups) for table in rebuild(without(dump, groups), heading)]
    found: list[Table] = []
    dump = with_norms_marked(in_place(_without_some_ordinals(dump)))
    for half in halves(dump):
        above = half.title.text if half.title else heading
        search = _Search(half.dump, above)
        tables = search.tables()
        if search.explained < _SURE * search.numbers and search.may_have_gaps():
            with_gaps = _Search(half.dump, above, _with_gaps)
            others = with_gaps.tables()
            tables = others if with_gaps.explained > search.explained else tables
        found += map(half.titled, tables)
    return found


def _without_some_ordinals(dump: Table) -> Table:
    """A dump without 序号 and the ordinals below it, where only some rows have one: those of 其中 have none. Rows with units do
    without this.
    """
    cells = [cell for (cell,) in dump.rows]
    if any(cell and UNIT_HEAD.fullmatch(cell.text.strip()) for cell in cells[:_MOST_HEADS]):
        return dump
    heads = [k for k, cell in enumerate(cells[:_MOST_HEADS]) if cell and _OPENS_HEADS.match(cell.text)]
    has_parts = any(a and b and is_value(a) and _PART.match(b.text) for a, b in pairwise(cells))
    ordinals: list[int] = []
    for k, (cell, behind) in enumerate(pairwise(cells)):
        if heads and k > heads[0] and cell and behind and is_ordinal([cell, behind], 0, len(ordinals) + 1):
            ordinals.append(k)
    if len(ordinals) < 2 or not has_parts:
        return dump
    gone = {heads[0], *ordinals}
    return replace(dump, rows=tuple(row for k, row in enumerate(dump.rows) if k not in gone))


def _under_heads(table: Table, heading: str) -> Table:
    """A table of known rows below its heads; a dump of its cells where no way to put these agrees with the numbers."""
    flat = tuple((cell,) for cell in (*table.pieces, *(cell for row in table.rows for cell in row)) if cell)
    end = table.pieces[-1].end
    rows = [[cell or Cell("", end, end) for cell in row] for row in table.rows]
    body = Body(
        0, len(flat), tuple(Row(tuple(row[: table.names]), tuple(row[table.names :])) for row in rows)
    )
    dump = replace(table, rows=flat, is_dump=True, pieces=(), names=0)
    fit = _Search(dump, heading).under(table.pieces, body)
    if fit is None or fit.merged:  # a number among the heads is of no row
        return dump
    paths = fit.way.paths
    stub: list[Cell | None] = [None] * max(0, table.names - len(fit.way.stub))
    heads = [
        (*stub, *fit.way.stub[-table.names :], *(path[min(level, len(path) - 1)] for path in paths))
        for level in range(max(map(len, paths)))
    ]
    return replace(table, rows=(*heads, *table.rows), pieces=(), names=0)


def _with_gaps(cells: tuple[Cell, ...], i: int) -> Iterator[Body]:
    yield from bodies_at(cells, i)
    yield from rows_with_gaps_at(cells, i)


class _Search:
    """One walk over a dump's cells. `_at` is the first cell that no grid has taken yet.

    `explained` counts the numbers that stand in grids, each by how well its heads agree with it.
    """

    def __init__(
        self,
        dump: Table,
        heading: str,
        rows_at: Callable[[tuple[Cell, ...], int], Iterator[Body]] = bodies_at,
    ) -> None:
        self._rows_at = rows_at
        self._dump = dump
        self._around = (dump.caption, heading)
        self._cells = tuple(_cells_of(dump))
        self._at = 0
        self._above = _Above((), ())
        self._known: Way | None = None
        self._may_go_on = False  # whether the last grid has no merged cell between names and values
        self._above_it: tuple[Row, ...] = ()  # the rows below the known heads
        self._names: tuple[Cell, ...] = ()  # of the last of them
        self._ways_left = _MOST_IN_ALL
        self.explained = 0.0
        self.numbers = sum(is_value(cell) and bool(cell.text) for cell in self._cells)

    def tables(self) -> list[Table]:
        """The grids in order, and behind them the cells that are left."""
        grids: list[Table] = []
        left: list[Cell] = []
        i = 0
        while i < len(self._cells):
            i = self._past_heads(i)
            bodies = list(self._bodies(i))
            fit = self._best(bodies) or self._single(i)
            if fit is None and bodies and not is_value(self._cells[i]):
                i += 1  # rows may open behind words that looked like their first
                continue
            if fit is None:
                skipped = bodies[0].end if bodies else i + 1
                if bodies:
                    left += self._cells[self._at : skipped]
                    self._at = skipped
                i = skipped
                continue
            goes_on = bool(grids) and fit.way is self._known and self._may_go_on
            grid, told = _grid(fit, self._names if goes_on else ())
            if goes_on:
                grids[-1] = _continued(grids[-1], grid[max(map(len, fit.way.paths)) :])
            else:
                grids.append(replace(self._dump, rows=grid, is_dump=False))
            self._may_go_on = not fit.merged
            self.explained += min(1.0, fit.agreement) * _numbers_of(fit)
            taken = self._cells[self._at : fit.body.end]
            left += [cell for cell in taken if is_value(cell) and not _is_told(cell, told)]
            self._names = tuple(cell for cell in _last_names(grid, fit) if cell)
            self._above = self._heads_of(fit.body)
            self._above_it = fit.body.rows
            self._known = replace(fit.way, paths=fit.way.paths[len(fit.merged) :])
            self._at = i = fit.body.end
        left += self._cells[self._at :]
        left = [cell for cell in left if cell.text]
        return [*grids, *([replace(self._dump, rows=tuple((cell,) for cell in left))] if left else [])]

    def under(self, pieces: Sequence[Cell], body: Body) -> _Fit | None:
        """Known rows with the heads that name their columns."""
        return self._way(_above(pieces), body)

    def may_have_gaps(self) -> bool:
        """Whether rows that lack cells open anywhere: behind a number, or at the first cell."""
        opens = (k for k in range(len(self._cells)) if k == 0 or is_value(self._cells[k - 1]))
        return any(True for k in opens for _ in rows_with_gaps_at(self._cells, k))

    def _past_heads(self, i: int) -> int:
        """Where heads that say 单位 end, if cell `i` is one of them: no row opens among these, and where they end most rows
        open.
        """
        ahead = self._cells[i : i + _MOST_HEADS]
        if not any(UNIT_HEAD.fullmatch(cell.text.strip()) for cell in ahead):
            return i
        heads = takewhile(lambda cell: not is_value(cell) or is_year(cell.text), ahead)
        ends = i + sum(1 for _ in heads)
        starts = range(max(i, ends - _MOST_BEFORE), min(ends + 1, len(self._cells)))
        bodies = {k: body for k in starts if k > i and (body := rows_with_units(self._cells, k))}
        return max(bodies, key=lambda k: len(bodies[k].rows), default=i)

    def _opens_with_head(self, i: int) -> bool:
        """Whether cell `i` says how something is measured, with a name behind it: the last of the heads, rather than a name."""
        behind = self._cells[i + 1 : i + 2]
        return bool(MEASURE.match(self._cells[i].text) and behind and behind[0].text) and not is_value(
            behind[0]
        )

    def _opens_behind_group(self, body: Body) -> bool:
        """Whether the first row lacks the name of its group (职称), which stands before it as those of the others (学历) do."""
        groups = [row.names[0].text for row in body.rows if len(row.names) > 1]
        before = self._cells[body.start - 1].text if body.start else ""
        lacks_group = len(body.rows[0].names) < 2 and announced(before) is not None
        return lacks_group and any(map(announced, groups))

    def _bodies(self, i: int) -> Iterator[Body]:
        """Rows that open at cell `i`, with the empty cells and without."""
        if not self._cells[i].text:
            return
        yield from self._rows_at(self._cells, i)
        if len(self._dense) < len(self._cells):
            for body in self._rows_at(self._dense, self._to_dense[i]):
                start, last = self._from_dense[body.start], self._from_dense[body.end - 1]
                yield replace(body, start=start, end=last + 1)

    @cached_property
    def _dense(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self._cells if cell.text)

    @cached_property
    def _from_dense(self) -> list[int]:
        return [k for k, cell in enumerate(self._cells) if cell.text]

    @cached_property
    def _to_dense(self) -> dict[int, int]:
        return {k: n for n, k in enumerate(self._from_dense)}

    def _best(self, bodies: Sequence[Body]) -> _Fit | None:
        """The body whose heads agree best with its numbers, where one that goes further counts for more."""
        shapes = {(body.start, body.end, body.width): body for body in reversed(bodies)}
        longest = max((body.end - body.start for body in bodies), default=0)
        best: _Fit | None = None
        weighed = 0.0
        for body in sorted(shapes.values(), key=lambda body: body.start - body.end):
            fit = self._fit(body)
            if fit is None:
                continue
            weight = fit.agreement + _REACH * (body.end - body.start) / longest
            weight += _TOLD_BY_MARKS * body.by_marks
            if not body.has_empty and any(not cell.text for cell in self._cells[body.start : body.end]):
                weight -= _PASSED_OVER
            if self._opens_with_head(body.start) or self._opens_behind_group(body):
                weight -= _OPENS_WITH_HEAD
            if best is None or weight > weighed:
                best, weighed = fit, weight
            if weighed >= _CERTAIN + _REACH:
                break
        return best

    def _fit(self, body: Body) -> _Fit | None:
        if self._goes_on(body) and self._known:
            return _Fit(body, self._known, (), 1.0) if _fits(self._known, body) else None
        above = self._heads_of(body)
        return self._way(above, body)

    def _single(self, i: int) -> _Fit | None:
        """One more row below heads that are known, or the only row of a table."""
        if self._known and i == self._at:
            known = single_row_at(self._cells, i, len(self._known.paths))
            if body := known or short_total_at(self._cells, i, self._above_it):
                return _Fit(body, self._known, (), 1.0)
        if i == self._at or not is_value(self._cells[i]) or is_value(self._cells[i - 1]):
            return None
        body = single_row_at(self._cells, i, 0)
        if body is None or any(map(is_value, self._cells[body.end :])):
            return None  # one of rows of which some lack cells
        fit = self._fit(body)
        return fit if fit and fit.agreement >= _ONE_ROW else None

    def _way(self, above: _Above, body: Body) -> _Fit | None:
        """How the heads name the columns, and the merged cells among these; None where they do not.

        The numbers of a merged cell are the first columns; where no way explains them, they are left out.
        """
        best: _Fit | None = None
        heads_read = readings(above.heads)
        if dated := with_own_years(above.heads):
            heads_read += readings(dated)
        for some in dict.fromkeys((above.merged + body.merged, ())):
            for columns in _columns(body):
                judge = Judge([*([cell] for cell in some), *columns], self._around, body.rows)
                for cost, heads in heads_read:
                    way, agreement = judge.best(self._tried(heads, judge, body))
                    agreement -= _WRAPPED * cost
                    if way is None or agreement < (_UNLIKELY_TREE if has_unlikely_parent(way) else PLAUSIBLE):
                        continue
                    if best is None or agreement > best.agreement:
                        best = _Fit(body, way, some, agreement)
                        plain = not cost and not judge.words and not has_unlikely_parent(way)
                        if agreement >= _CERTAIN and plain:
                            return best
        return best

    def _tried(self, heads: Sequence[Cell], judge: Judge, body: Body) -> Iterator[Way]:
        """The ways to read these heads, as long as the search goes on: a dump of nonsense allows any number of them."""
        for way in islice(ways(heads, judge.width, body.names, judge.words), _MOST_WAYS):
            self._ways_left -= 1
            if self._ways_left < 0:
                return
            yield way

    def _goes_on(self, body: Body) -> bool:
        """Whether a body stands right below the last one, or below its heads told again on a new page."""
        if body.start - self._at < 2:
            return True
        again = _above(self._cells[self._at : body.start])
        return bool(again.heads) and not again.merged and _texts(again.heads) == _texts(self._above.heads)

    def _heads_of(self, body: Body) -> _Above:
        goes_on = self._known and self._goes_on(body)  # else one cell may hold all heads: 项目 人数 占比
        return self._above if goes_on else _above(self._cells[self._at : body.start])


def _numbers_of(fit: _Fit) -> int:
    return len(fit.merged) + sum(
        bool(cell.text) and is_value(cell) for row in fit.body.rows for cell in row.values
    )


def _cells_of(dump: Table) -> Iterator[Cell]:
    """The cells in order; one that is empty stands where the one before it ends."""
    end = dump.start
    for (cell,) in dump.rows:
        yield cell or Cell("", end, end)
        end = cell.end if cell else end


def _above(cells: Sequence[Cell]) -> _Above:
    """Part the cells above a body into the pieces of heads and the numbers right before the first row.

    Words between spaces on one line may be several heads, and words before 序号 belong to no table with ordinals.
    """
    cells = [cell for cell in cells if cell.text]
    opens = max((k for k, cell in enumerate(cells) if _OPENS_HEADS.match(cell.text)), default=0)
    cells = cells[opens:]
    end = len(cells)
    while end and is_value(cells[end - 1]) and not is_year(cells[end - 1].text):
        end -= 1
    return _Above(tuple(piece for cell in cells[:end] for piece in _pieces(cell)), tuple(cells[end:]))


def _pieces(cell: Cell) -> list[Cell]:
    if (
        " " not in cell.text
        or is_year(cell.text)
        or _TERM.fullmatch(cell.text)
        or len(cell.text) != cell.end - cell.start
    ):
        return [cell]
    return [
        Cell(m.group(), cell.start + m.start(), cell.start + m.end()) for m in re.finditer(r"\S+", cell.text)
    ]


def _fits(way: Way, body: Body) -> bool:
    """Whether rows that follow right upon others have as many columns, so that the same heads stand over them."""
    return len(way.paths) == body.width and len(way.stub) <= body.names


def _columns(body: Body) -> Iterator[list[list[Cell]]]:
    """The columns of a body's values, then without empty ones at its end, or with columns of words behind them."""
    columns = [[row.values[c] for row in body.rows] for c in range(body.width)]
    yield columns
    while len(columns) > 1 and not any(cell.text for cell in columns[-1]):
        columns = columns[:-1]
        yield columns
    for more in range(1, min(body.more, _MOST_MORE) + 1):
        yield [*columns, *([] for _ in range(more))]


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell.text for cell in cells]


def _is_told(cell: Cell, told: set[int]) -> bool:
    return cell.start in told or not cell.text


def _last_names(grid: Sequence[Sequence[Cell | None]], fit: _Fit) -> Sequence[Cell | None]:
    """The names of a grid's last row."""
    return grid[-1][: len(grid[-1]) - len(fit.way.paths)]


def _grid(fit: _Fit, above: tuple[Cell, ...]) -> tuple[tuple[tuple[Cell | None, ...], ...], set[int]]:
    """Heads over rows, and the places of the cells in it; the numbers of a merged cell stand in a row of their own
    without a name. `above` are the names of the row that these go on from.
    """
    stub, paths, merged = fit.way.stub, fit.way.paths, fit.merged
    rows, told = _named(fit.body.rows, len(stub), above)
    names = max(len(row.names) for row in rows)
    none: list[Cell | None] = [None] * names
    stub_row = (*none[: max(0, names - len(stub))], *stub[max(0, len(stub) - names) :])
    depth = max(len(path) for path in paths)
    grid: list[tuple[Cell | None, ...]] = [
        (*(none if level else stub_row), *(path[min(level, len(path) - 1)] for path in paths))
        for level in range(depth)
    ]
    width = len(paths) - len(merged)
    if merged:
        grid.append((*none, *merged, *([None] * width)))
    indent: list[Cell | None] = [None] * len(merged)
    for row in rows:
        values = [cell if cell.text else None for cell in row.values[:width]]
        values += [None] * (width - len(values))
        grid.append((*none[len(row.names) :], *row.names, *indent, *values))
    told |= {cell.start for line in grid for cell in line if cell is not None}
    return tuple(grid), told


def _continued(grid: Table, more: Sequence[tuple[Cell | None, ...]]) -> Table:
    """A grid with more rows below its heads, which have perhaps fewer names, or more."""
    width = max(len(row) for row in (*grid.rows[:1], *more))
    rows = ((*(None,) * (width - len(row)), *row) for row in (*grid.rows, *more))
    return replace(grid, rows=tuple(rows))


def _totals_of_groups(rows: Sequence[Row]) -> set[int]:
    """The rows of totals that are of their group: 小计, or one of several 合计; one right behind another is of them all."""
    totals = [bool(row.names) and TOTAL.match(row.names[-1].text) is not None for row in rows]
    several = Counter(row.names[-1].text for row, is_total in zip(rows, totals, strict=True) if is_total)
    return {
        id(row)
        for k, (row, is_total) in enumerate(zip(rows, totals, strict=True))
        if is_total and not (k and totals[k - 1])
        if row.names[-1].text.strip().startswith("小计") or several[row.names[-1].text] > 1
    }


def _are_alike(name: Cell, first: Cell, second: Cell) -> bool:
    """Whether a name is of the dimension of the first of two names above, and not of that of the second."""
    own, one, other = (kinds_of_name(cell.text) - {"metric"} for cell in (name, first, second))
    return bool(own & one - other)


def _named(rows: Sequence[Row], heads: int, above: tuple[Cell, ...]) -> tuple[list[Row], set[int]]:
    """Rows with as many names as there are heads for them, and the places of all cells that name them.

    Names that the page broke are joined, an ordinal without a head is dropped, and a row with fewer names than heads
    keeps the groups of the row above unless it is a total.
    """
    told = {cell.start for row in rows for cell in row.names}
    if not heads:
        return list(rows), told
    named: list[Row] = []
    of_groups = _totals_of_groups(rows)
    for row in rows:
        ordinal = row.ordinal
        names = tuple(cell for k, cell in enumerate(row.names, 1) if cell.text or k == len(row.names))
        names = names[len(ordinal) :]  # an empty cell behind a name: it has no unit
        if len(names) + len(ordinal) > heads:
            ordinal = ()
        places = heads - len(ordinal)
        if places > 1 < len(names) and (is_unit(names[-1].text.strip()) or not names[-1].text):
            names = (*in_names(names[:-1], places - 1), names[-1])
        elif names and not any(is_year(cell.text) for cell in names):
            names = in_names(names, places)
        if len(names) == 1 and len(above) == places == 2 and _are_alike(names[0], *above):
            names = (names[0], above[1])  # 毕业生 below 在校生 · 网络问卷: the second cell is merged
        elif not (names and _SUMS_UP.search(names[-1].text)) or id(row) in of_groups:
            names = (*above[: max(0, places - len(names))], *names)
        # A year before a name is that of a group of rows, one behind it the row's own.
        above = tuple(
            cell for k, cell in enumerate(names) if not is_year(cell.text) or k == 0 < len(names) - 1
        )
        named.append(Row((*ordinal, *names), row.values))
    return named, told
