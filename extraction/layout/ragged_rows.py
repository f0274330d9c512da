"""Rows that lack some cells: which columns are the others in?

A total may be one cell over all columns of names (`合计 | 1420 | 1458`), a part may lack a merged cell in its middle. The
kinds of the cells in the full rows tell where the gap is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from extraction.blocks import TOTAL, Cell, Table
from extraction.numbers import is_figure
from extraction.vocabulary import squeeze, vocabulary

_FEWEST_ROWS = 2
Row = Sequence[Cell | None]


def evened(rows: Sequence[Row], *, merged: bool = False) -> list[Row]:
    """The rows in one width: cells that a row lacks are put where the kinds of all others fit their columns best, at its end
    where that is as good. A name of the kind of that in the row above stands below it (职称 | 高级 above 中级), and where cells
    are `merged` down below one row of heads any name that may.
    """
    width = max(map(len, rows))
    full = (
        row for row in rows[1 if merged else 0 :] if len(row) == width
    )  # heads are words over figures, too
    kinds = [_usual(column) for column in zip(*full, strict=True)]
    found: list[Row] = []
    for row in rows:
        beside = _widened(row, kinds) if len(row) < width else row
        below = (None, *row)
        if found and row and len(below) == width and row[0] is not None:
            as_likely = merged and _agreement(below, kinds) >= _agreement(beside, kinds)
            if (as_likely and not _is_of_all(row[0])) or _are_alike(row[0], found[-1][1]):
                beside = below
        found.append(beside)
    return found


def _is_of_all(name: Cell) -> bool:
    """Whether a name is that of a total that stands below no group: 合计, not 小计."""
    return TOTAL.match(name.text) is not None and not name.text.startswith("小计")


def _are_alike(name: Cell, other: Cell | None) -> bool:
    """Whether a row opens with the name of another part of the group in whose second column the row above names one."""
    if other is None or "figure" in (_kind(name), _kind(other)):
        return False
    return bool(_members(name.text) & _members(other.text))


def _members(name: str) -> set[str]:
    """The dimensions of which a name is a member, alone or as 职称: 中级 is a level and a title, 初级及以下 a title."""
    words = squeeze(name)
    terms = (*vocabulary().find_terms(words), *vocabulary().find_terms(f"{words}职称"))
    return {term.kind for term in terms if term.kind != "metric"}


def with_wide_names(rows: Sequence[Row]) -> list[Row]:
    """The rows below one row of heads, a name over several columns of names in the first of them: 类别 over 职称 and 正高级, and
    a total that is of no group. Empty where rows lack other cells, or where cells that are merged down leave no mark.
    """
    width = max(map(len, rows))
    body = next((r for r, row in enumerate(rows) if any(_kind(cell) == "figure" for cell in row)), 0)
    kinds = [
        _usual(column) for column in zip(*(row for row in rows[body:] if len(row) == width), strict=True)
    ]
    names = next((c for c, kind in enumerate(kinds) if kind == "figure"), 0)
    marked = any(row[0] is None for row in rows if len(row) == width)
    if body != 1 or names < 2 or set(kinds[names:]) != {"figure"} or not marked:
        return []
    found: list[Row] = []
    for row in rows:
        lacking = width - len(row)
        own, values = row[: names - lacking], row[max(0, names - lacking) :]
        names_row = lacking < names and bool(row) and row[0] is not None
        if lacking and not (names_row and (row is rows[0] or not any(map(_is_word, values)))):
            return []
        found.append((*own, *[None] * lacking, *values))
    return found


def _is_word(cell: Cell | None) -> bool:
    """Whether a cell holds words, and no mark of an empty one."""
    return cell is not None and _kind(cell) == "words" and any(map(str.isalnum, cell.text))


def below_pieces(rows: Sequence[Row]) -> Table | None:
    """The table of rows of which only heads are merged, so that it is lost over which columns they stand; None where there is
    no head, or where other rows are merged, too.
    """
    body = next((r for r, row in enumerate(rows) if any(_kind(cell) == "figure" for cell in row)), 0)
    pieces = tuple(cell for row in rows[:body] for cell in row if cell is not None)
    below, widths = rows[body:], {len(row) for row in rows[body:]}
    if not pieces or len(widths) != 1 or len(below) < _FEWEST_ROWS:
        return None
    kinds = [_usual(column) for column in zip(*below, strict=True)]
    names = next((c for c, kind in enumerate(kinds) if kind == "figure"), 0)
    return Table(tuple(map(tuple, below)), pieces=pieces, names=names) if names else None


def _widened(row: Row, kinds: Sequence[str]) -> Row:
    lacking = (None,) * (len(kinds) - len(row))
    has_figures = any(_kind(cell) == "figure" for cell in row)  # heads are of no kind
    places = range(len(row), 0, -1) if has_figures else [len(row)]
    ways = [(*row[:at], *lacking, *row[at:]) for at in places]
    return max(ways, key=lambda way: _agreement(way, kinds))


def _agreement(row: Row, kinds: Sequence[str]) -> int:
    return sum(_kind(cell) == kind for cell, kind in zip(row, kinds, strict=True) if cell is not None)


def _usual(column: Sequence[Cell | None]) -> str:
    """The kind of most cells of a column."""
    counted = Counter(_kind(cell) for cell in column if cell is not None)
    return counted.most_common(1)[0][0] if counted else ""


def _kind(cell: Cell | None) -> str:
    if cell is None:
        return ""
    if is_figure(cell.text):
        return "figure"
    return "unit" if cell.text in vocabulary().units_of_columns else "words"
