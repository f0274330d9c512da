"""Two tables printed side by side in a page dump, whose rows are told in turn: a row of the left one, a row of the right.

Their heads give them away: what stands over names (区域, 专业大类) comes twice, with the same heads behind it. Which rows
are whose is told by the turn, as long as the names bear it out: 装备制造大类 is no region.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from extraction.blocks import CATEGORY, TOTAL, Cell, Table
from extraction.numbers import is_year
from extraction.tables.grids import number_in
from extraction.tables.head_trees import names_rows
from extraction.tables.rows.likeness import is_value
from extraction.vocabulary import squeeze, vocabulary

_FEWEST_ROWS = 4
_OF_MONEY = {"收入": "source", "支出": "purpose"}  # heads that span a table over such names
_BORNE_OUT = 2  # names that only one of both tables can have

_Line = tuple[Cell, ...]


@dataclass(frozen=True)
class Half:
    """One of the tables, as a dump of its own, and the head that spans it."""

    dump: Table
    title: Cell | None = None

    def titled(self, grid: Table) -> Table:
        """A grid made of the dump, below the head that spans it."""
        if self.title is None or grid.is_dump:
            return grid
        return replace(grid, rows=((self.title,) * len(grid.rows[0]), *grid.rows))


def halves(dump: Table) -> list[Half]:
    """The two tables of a dump; the dump itself where it is one."""
    cells = [cell for (cell,) in dump.rows if cell is not None and cell.text]
    body = next((k for k, cell in enumerate(cells) if is_value(cell) and not is_year(cell.text)), 0) - 1
    heads = _heads(cells[: max(0, body)])
    lines = list(_lines(cells[body:])) if heads else []
    kinds = [_kind_of(title) or _kind_of(own[0]) for title, own in heads]
    sides = _in_turn(lines, kinds)
    if len(lines) < _FEWEST_ROWS or not sides:
        return [Half(dump)]
    width = max(map(len, lines))
    found = []
    for side, (title, own) in enumerate(heads):
        rows = [_filled(line, width) for line, at in zip(lines, sides, strict=True) if at == side]
        cells = [*own, *(cell for row in rows for cell in row)]
        found.append(Half(replace(dump, rows=tuple((cell,) for cell in cells)), title))
    return found


def _heads(cells: Sequence[Cell]) -> list[tuple[Cell | None, _Line]]:
    """For each of the two tables the head that spans it, and its own heads; none where there are not two."""
    stubs = [k for k, cell in enumerate(cells) if names_rows(cell.text)]
    if len(stubs) > 2:  # 收入来源, which spans a table, stands over no names there
        texts = [cell.text for cell in cells]
        stubs = [k for k in stubs if texts.count(texts[k]) == 2]
    if len(stubs) != 2 or stubs[0] not in (0, 2):
        return []
    first, second = stubs
    size = second - first
    left, right, years = cells[first:second], cells[second : second + size], cells[second + size :]
    alike = [squeeze(cell.text) for cell in left[1:]] == [squeeze(cell.text) for cell in right[1:]]
    if size < 2 or not alike or len(years) % 2 or not all(is_year(cell.text) for cell in years):
        return []
    half = len(years) // 2
    titles = cells[:first] or (None, None)
    return [(titles[0], (*left, *years[:half])), (titles[1], (*right, *years[half:]))]


def _lines(cells: Sequence[Cell]) -> Iterator[_Line]:
    """Rows of one name and the values behind it; none where names are of more cells."""
    name: list[Cell] = []
    for are_values, run in groupby(cells, is_value):
        if not are_values:
            name = list(run)
        elif len(name) == 1:
            yield (*name, *run)
        else:
            return


def _kind_of(head: Cell | None) -> str | None:
    """The dimension whose members stand below a head."""
    name = squeeze(head.text) if head else ""
    return vocabulary().dimension_of_header.get(name) or _OF_MONEY.get(name)


def _in_turn(lines: Sequence[_Line], kinds: Sequence[str | None]) -> list[int]:
    """Which table each row is of, one of each in turn and then what one of them has more, then perhaps the total of each; empty
    where that is not certain: names that only one of them can have, or the totals, leave one way.
    """
    names = [line[0].text for line in lines]
    totals = lines[-2:] if len(names) > 2 and all(map(TOTAL.match, names[-2:])) else ()
    own = lines[: len(lines) - len(totals)]
    fits = [[_is_of(line[0].text, kind) for kind in kinds] for line in own]
    sure = {k: fit.index(True) for k, fit in enumerate(fits) if sum(fit) == 1}
    ways = {
        (*[0, 1] * pairs, *[longer] * (len(own) - 2 * pairs))
        for pairs in range(1, len(own) // 2 + 1)
        for longer in (0, 1)
    }
    ways = {way for way in ways if all(way[k] == side for k, side in sure.items())}
    if len(ways) > 1 and totals:
        ways = {way for way in ways if _add_up(own, way, totals)}
    certain = len(ways) == 1 and len(sure) >= _BORNE_OUT
    return [*ways.pop(), *range(len(totals))] if certain else []


def _add_up(lines: Sequence[_Line], way: Sequence[int], totals: Sequence[_Line]) -> bool:
    """Whether the first values of both tables add up to their totals."""
    sums = [Decimal(0), Decimal(0)]
    for line, side in zip(lines, way, strict=True):
        sums[side] += _first_value(line)
    return sums == [_first_value(total) for total in totals]


def _first_value(line: _Line) -> Decimal:
    number = number_in(line[1]) if len(line) > 1 else None
    return number.amount if number else Decimal(0)


def _is_of(name: str, kind: str | None) -> bool:
    """Whether a name can stand below a head over names of this dimension."""
    words = squeeze(name)
    if kind == "category":
        return words in vocabulary().categories or bool(CATEGORY.search(words))
    if kind == "programme":
        return words in vocabulary().programmes
    return any(term.kind == kind for term in vocabulary().find_terms(words))


def _filled(line: _Line, width: int) -> _Line:
    """A row with empty cells for what it lacks behind its last value."""
    end = line[-1].end
    return (*line, *(Cell("", end, end) for _ in range(width - len(line))))
