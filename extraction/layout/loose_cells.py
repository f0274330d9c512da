"""Tables in the reading order of a PDF (`pdftotext` without its layout), put back into the order of a page dump.

The text comes in blocks between blank lines. A block is a rectangle of the page: one cell with its lines, a name broken
around the number beside it, several cells of a row, or several rows of some columns. Blocks come from left to right for the
rows of the left one; what stands apart at the left (a head in the middle of two rows, a merged name) may come later.

What is firm is the number of values in a row: with the right one the rows are alike and fill up. The cells then are told as
a page dump tells them, heads first, then row by row, and `dumps.py` finds their grid. Where rows or names remain that fit
nowhere, or the rows do not add up to their total, only the values are kept: they belong to no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, takewhile

from extraction.blocks import TOTAL, Cell, Line, Table, joined
from extraction.layout.loose_blocks import MEASURED, Block, block_of, is_head, parts_of
from extraction.layout.loose_heads import Grid, judged_grid, simple_grid, years_in_turn
from extraction.layout.loose_names import Named, dealt, give_names
from extraction.layout.loose_rows import Read, Row, best_read
from extraction.layout.merged_names import Places
from extraction.layout.spread_cells import Token, tokens_of
from extraction.numbers import find_numbers, is_figure, is_year

_HEADS_A_COLUMN = 1.45
_FEWEST_NAMES = 2
_MOST_PERCENT = 100
_SURELY, _BETTER = 0.9, 0.1
_FEWEST_BLOCKS, _LINES_A_BLOCK = 4, 4
_BROKEN, _MOST_BROKEN = 3, 3  # whole cells for each one that is broken, and lines of that


def in_order(lines: Sequence[Line], caption: str = "") -> Table | None:
    """The table that blocks of lines form: a grid, or a dump where only the order of its cells is known.

    None where the lines are not blocks, or no row length fits.
    """
    if any("\t" in line.text for line in lines):  # cells behind tabs, of a converted Word file
        return None
    parted = list(parts_of(lines))
    if one_a_block := _one_cell_a_block(parted):
        return one_a_block
    few = len(parted) < max(_FEWEST_BLOCKS, len(lines) / _LINES_A_BLOCK)
    if (few and not _hold_columns(parted)) or not _may_hold_several(parted):
        return None
    parts = [[tokens_of(line, k) for k, line in part] for part in parted]
    several = _hold_several(parts)
    if not several and not _tell_names_first(parts):
        return None
    blocks = [block_of(part) for part in parts]
    first = next((k for k, block in enumerate(blocks) if block.values), None)
    if first is None:
        return None
    heads = [cell for block in blocks[:first] for cell in block.words]
    measured = sum(MEASURED.search(cell.text) is not None for cell in heads)
    read = _read(parts[first:], blocks[first:], measured)
    if read is None:
        return None
    places = Places([line.start for line in lines], [n for n, part in enumerate(parted) for _ in part])
    table = _table(read, heads, places, caption)
    return table if several or not table.is_dump else None


def _one_cell_a_block(parts: Sequence[Sequence[tuple[int, Line]]]) -> Table | None:
    """The dump of blocks that are a cell each, of which some are words broken over two lines or three; None of other blocks."""
    broken = [part for part in parts if len(part) > 1]
    whole = len(parts) - len(broken)
    if not broken or len(broken) * _BROKEN > whole or max(map(len, broken)) > _MOST_BROKEN:
        return None
    if any(" " in line.text.strip() for part in parts for _, line in part):
        return None
    if any(is_figure(line.text) and not is_year(line.text) for part in broken for _, line in part):
        return None
    cells = [joined([_cell(line) for _, line in part]) for part in parts]
    return Table(tuple((cell,) for cell in cells), is_dump=True)


def _cell(line: Line) -> Cell:
    text = line.text.strip()
    start = line.start + line.text.find(text)
    return Cell(text, start, start + len(text))


def _read(parts: Sequence[Sequence[Sequence[Token]]], blocks: Sequence[Block], measured: int) -> Read | None:
    """The rows in the blocks; a count may look like a year, which is seen where only so the rows are alike."""
    read = best_read(blocks, measured)
    if read is not None and (
        read.alike > _SURELY
        or not any(t.cell.text.isdigit() and is_year(t.cell.text) for p in parts for line in p for t in line)
    ):
        return read
    counted = best_read([block_of(part, years=True) for part in parts], measured)
    if read is None or counted is None:
        return read or counted
    return counted if counted.alike > read.alike + _BETTER else read


def _table(read: Read, heads: list[Cell], places: Places, caption: str) -> Table:
    """The table of what was read: under heads in one row or a tree of them, else the cells as a page dump tells them; the
    values alone where it is not certain which words are theirs.
    """
    ways = []
    for way in dealt(read, heads, places):
        if not _add_up(way.rows):
            continue
        ways.append(replace(way, heads=years_in_turn(way.heads)))
        if grid := _grid(ways[-1], caption):
            return Table(grid, owners=tuple(cell.text for cell in way.owners))
    if ways:  # it is known whose rows these are, but not what their numbers count
        return _values(read.rows)
    if not (give_names(read, heads) and _add_up(read.rows)):
        return _values(read.rows)
    way = Named(years_in_turn([*read.left, *heads, *read.right]), read.rows)
    grid = _grid(way, caption)
    return Table(grid) if grid else _dump(way)


def _grid(way: Named, caption: str) -> Grid | None:
    return simple_grid(way.heads, way.rows) or judged_grid(way.heads, way.rows, caption)


def _dump(way: Named) -> Table:
    """The cells as a page dump tells them: heads, then row by row; an ordinal stands before the name.

    Only the values where there are too many heads: three rows of them, their order lost.
    """
    if len(way.heads) > _HEADS_A_COLUMN * len(way.rows[0].pattern):
        return _values(way.rows)
    ordinals = [row.cells[0].text.strip() for row in way.rows if row.cells]
    opens = int(ordinals == [str(n + 1) for n in range(len(way.rows))])
    dump = list(way.heads)
    for row in way.rows:
        dump += (*row.cells[:opens], *row.names, *row.cells[opens:])
    return Table(tuple((cell,) for cell in dump), is_dump=True)


def _values(rows: Sequence[Row]) -> Table:
    """Values that belong to no words."""
    return Table(tuple((row.cells[k],) for row in rows for k in row.numbers), is_dump=True)


def _tell_names_first(parts: Sequence[Sequence[Sequence[Token]]]) -> bool:
    """Whether several words stand between heads over names: merged names that are told before all rows."""
    told = takewhile(lambda token: not token.is_value, (t for part in parts for line in part for t in line))
    heads = [is_head(token.cell.text) for token in told]
    over = [k for k, is_over in enumerate(heads) if is_over]
    return any(b - a > _FEWEST_NAMES for a, b in pairwise(over))


def _hold_columns(parts: Sequence[Sequence[tuple[int, Line]]]) -> bool:
    """Whether there are blocks of as many figures, one below the other: columns."""
    columns = [len(part) for part in parts if len(part) > 2 and all(is_figure(line.text) for _, line in part)]
    return len(columns) > len(set(columns))


def _may_hold_several(parts: Sequence[Sequence[tuple[int, Line]]]) -> bool:
    """Whether it is worth to look for words and numbers in the parts: in most page dumps each is one."""
    return sum(len(part) > 1 or len(part[0][1].text.split()) > 1 for part in parts) > 1


def _hold_several(parts: Sequence[Sequence[Sequence[Token]]]) -> bool:
    """Whether some of the parts down to the last value hold several words or numbers: in a page dump each is a cell."""
    last = max(
        (k for k, part in enumerate(parts) if any(t.is_value for line in part for t in line)), default=0
    )
    return sum(sum(map(len, part)) > 1 for part in parts[: last + 1]) > 1


def _add_up(rows: Sequence[Row]) -> bool:
    """Whether the rows above a total add up to it, after the values of one row are put in another order if need be.

    A single column that does not is the report's own mistake; where none does, the total is of something else.
    """
    at = next((k for k, row in enumerate(rows) if row.names and TOTAL.match(row.names[-1].text)), None)
    if at is None or at < 2:
        return True
    amounts = [[_amount(row.cells[k]) for k in row.numbers] for row in rows[: at + 1]]
    if len({len(values) for values in amounts}) > 1 or any(None in values for values in amounts):
        return True
    parts, total = amounts[:-1], amounts[-1]
    shares = {
        c for c in range(len(total)) if _is_mean(total[c] or Decimal(0), [v[c] or Decimal(0) for v in parts])
    }
    counted = [c for c in range(len(total)) if c not in shares]
    off = [c for c in counted if sum(values[c] or 0 for values in parts) != total[c]]
    if len(off) < 2 or len(off) == len(counted):
        return True
    for r, values in enumerate(parts):
        wanted = {c: (total[c] or 0) - sum((v[c] or 0) for k, v in enumerate(parts) if k != r) for c in off}
        if sorted(wanted.values()) == sorted(values[c] or 0 for c in off):
            places = rows[r].numbers
            left = [(values[c], rows[r].cells[places[c]]) for c in off]
            for c in off:
                found = next(pair for pair in left if pair[0] == wanted[c])
                left.remove(found)
                rows[r].cells[places[c]] = found[1]
            return True
    return False


def _is_mean(total: Decimal, parts: Sequence[Decimal]) -> bool:
    """Whether a total is none of these parts' sum but their mean, as of shares."""
    return sum(parts) != total and min(parts) <= total <= max(parts) <= _MOST_PERCENT


def _amount(cell: Cell) -> Decimal | None:
    numbers = find_numbers(cell.text)
    return numbers[0].amount if numbers else None
