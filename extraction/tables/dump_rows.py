"""The rows of a page dump: runs of cells that are alike, which open with an ordinal, a year or words.

Where the dump marks empty cells, these are cells without a text among the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, dropwhile, groupby, pairwise, takewhile

from extraction.blocks import MEASURE, Cell, joined
from extraction.meaning import units_in
from extraction.numbers import is_figure, is_year, narrow, year_of
from extraction.vocabulary import squeeze, vocabulary

# What stands for an empty cell, and two numbers in one cell.
_BLANK = re.compile(r"^[/／—–\-－]*$|^[\d.]+\s*[\\/／]\s*[\d.]+$")
_MOST_NAMES = 6
UNIT_HEAD = re.compile(r"(?:计量)?单\s*位")
_RARE_UNIT = re.compile(r"[:：∶]|[%％]|[\u4e00-\u9fff㎡²a-zA-Z0-9]{1,4}/[\u4e00-\u9fff]{1,3}")
_NO_UNIT = re.compile(r"[/／—–－-]+")
_MOST_GROUPS = 2
_LONGEST_ROW = 16
_LONGEST_PATTERN = 8
_FEWEST_DATED = 3  # rows
_FEWEST_FULL = 3  # rows without a gap, which say how many columns there are where some have one
_MOST_GAPS = 2  # cells of a row that left no mark


@dataclass(slots=True)
class Row:
    """A row: the cells that name it, and its values, which may be words too."""

    names: tuple[Cell, ...]
    values: tuple[Cell, ...]

    @property
    def ordinal(self) -> tuple[Cell, ...]:
        """The ordinal that opens the row, if one does."""
        opens = self.names[0].text.strip() if self.names else ""
        return self.names[:1] if opens.isdigit() and not is_year(opens) else ()


@dataclass(slots=True)
class Body:
    """Rows that are alike: the first of their cells, the cell after the last, and the rows.

    `merged` are numbers of a cell that spans all rows, told at the end of the first; `more` counts columns of words
    behind the values, which merged cells have left uneven.
    """

    start: int
    end: int
    rows: tuple[Row, ...]
    merged: tuple[Cell, ...] = ()
    more: int = 0

    @property
    def width(self) -> int:
        """How many values each row has."""
        return len(self.rows[0].values)

    @property
    def has_empty(self) -> bool:
        """Whether any of its values is an empty cell."""
        return any(not cell.text for row in self.rows for cell in row.values)

    @property
    def names(self) -> int:
        """How many cells at the most name a row."""
        return max(len(row.names) for row in self.rows)


_Run = tuple[tuple[Cell, ...], tuple[Cell, ...], int]
"""Words, the values behind them, and the cell after these."""


def bodies_at(cells: Sequence[Cell], i: int) -> Iterator[Body]:
    """The ways in which rows that are alike can open at cell `i`, the most telling first."""
    if with_units := rows_with_units(cells, i):
        yield with_units  # nothing is as certain
        return
    yield from filter(None, (_ordinal_rows(cells, i), _year_rows(cells, i), _rows_below_years(cells, i)))
    yield from _dated_rows(cells, i)
    yield from _named_rows(cells, i)
    yield from filter(None, (_typed_rows(cells, i), _spread_years(cells, i)))


def rows_with_gaps_at(cells: Sequence[Cell], i: int) -> Iterator[Body]:
    """The ways in which rows can open at cell `i` of which some lack cells that left no mark."""
    yield from _dated_rows(cells, i, with_gaps=True)
    yield from _named_rows(cells, i, with_gaps=True)


def single_row_at(cells: Sequence[Cell], i: int, width: int) -> Body | None:
    """One row at cell `i`: perhaps words, then `width` values (with 0, as many as there are, three or more)."""
    names = 0
    while i + names < len(cells) and names <= _MOST_NAMES and not is_value(cells[i + names]):
        names += 1
    first = i + names
    values = first
    while values < len(cells) and _is_count(cells[values]) and (not width or values - first < width):
        values += 1
    ends = values == len(cells) or not _is_count(cells[values])
    if not ends or values - first < (width or 3) or (width and not 0 < names <= _MOST_NAMES):
        return None
    return Body(i, values, (Row(tuple(cells[i:first]), tuple(cells[first:values])),))


def is_value(cell: Cell) -> bool:
    """A number, perhaps with a per cent sign, or a mark that stands for an empty cell."""
    return reads_as_value(cell.text)


@lru_cache(maxsize=8192)
def reads_as_value(text: str) -> bool:
    """Whether the whole text of a cell is a value."""
    return bool(_BLANK.match(narrow(text))) or is_figure(text)


def _is_name(cell: Cell) -> bool:
    """Words that can name a row: no number, no head that says how something is measured."""
    return not is_value(cell) and not MEASURE.match(cell.text) and not units_in(cell.text)


def _can_name(cell: Cell) -> bool:
    return not is_value(cell) or is_year(cell.text)


def _is_ordinal(cells: Sequence[Cell], at: int, ordinal: int) -> bool:
    return at + 1 < len(cells) and narrow(cells[at].text.strip()) == str(ordinal) and _can_name(cells[at + 1])


# ── 1 name 人 v v · name % v v ─────────────────────────────────────────────────────────────────────────────────────────


def rows_with_units(cells: Sequence[Cell], i: int) -> Body | None:
    """Rows with their unit in a column of its own, below heads that say 单位: the official appendix tables.

    The heads behind 单位 say how many values a row has. A row without an ordinal (其中：…) is below the ordinal above it;
    what the first row has before its ordinal spans all rows.
    """
    width = _behind_unit_head(cells, i)
    rows: list[Row] = []
    ordinal: tuple[Cell, ...] = ()
    at = i
    while width and (names := _names_with_unit(cells, at, 3 if rows else _MOST_NAMES, width)):
        values = cells[at + len(names) : at + len(names) + width]
        if len(values) < width or not any(map(is_value, values)):
            break
        words = [name for name in names if name.text]
        numbered = [k for k, name in enumerate(words[:-1]) if is_value(name)]
        if numbered and not _counts_on(words[numbered[-1]], ordinal, first=not rows):
            break
        ordinal = (words[numbered[-1]],) if numbered else ordinal
        first = numbered[-1] + 1 if numbered else 0
        own = words[first:] if numbered or rows else words[-2:]
        if len(own) > 2:  # a name that the page broke
            own = [joined(own[:-1]), own[-1]]
        if len(own) == 1 and rows:  # the same thing in another unit
            own = [rows[-1].names[-2], *own]
        rows.append(Row((*ordinal, *own), tuple(values)))
        at += len(names) + width
    return Body(i, at, tuple(rows)) if len(rows) > 1 else None


def _counts_on(cell: Cell, last: tuple[Cell, ...], *, first: bool) -> bool:
    """Whether a number before a row's name is its ordinal: the one behind the last, or any in the first row."""
    text = cell.text.strip()
    if not text.isdigit() or is_year(text):
        return False
    return int(text) == int(last[0].text) + 1 if last else first


def _behind_unit_head(cells: Sequence[Cell], i: int) -> int:
    """How many heads stand between the head 单位 and cell `i`, which opens the first row; 0 where there is none."""
    for width, cell in enumerate(reversed(cells[max(0, i - _LONGEST_ROW) : i])):
        if UNIT_HEAD.fullmatch(cell.text.strip()):
            return width
        if is_value(cell) and not is_year(cell.text):
            return 0
    return 0


def _names_with_unit(cells: Sequence[Cell], at: int, most: int, width: int) -> Sequence[Cell]:
    """The cells from `at` to the unit of the row, or a mark that says there is none; none where no unit comes soon enough.

    Below the first row a name that spans two rows may be left out.
    """
    if most < _MOST_NAMES and is_unit(cells[at].text.strip() if at < len(cells) else ""):
        return cells[at : at + 1]
    for end in range(at + 1, min(at + most + 1, len(cells))):
        if is_unit(cells[end].text.strip()) or _says_no_unit(cells, end, width):
            named = any(cell.text and not is_value(cell) for cell in cells[at:end])
            named = named and not any(is_year(cell.text) for cell in cells[at:end])
            return cells[at : end + 1] if named else ()
    return ()


def _says_no_unit(cells: Sequence[Cell], at: int, width: int) -> bool:
    """Whether a mark stands where the unit would: a name before it, and all values of the row behind."""
    marks = (
        bool(cells[at].text) and _NO_UNIT.fullmatch(cells[at].text.strip()) and not is_value(cells[at - 1])
    )
    return bool(marks) and len(cells) > at + width and all(map(_is_count, cells[at + 1 : at + 1 + width]))


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Whether a cell is the unit of its row."""
    return text in vocabulary().units_of_columns or bool(_RARE_UNIT.fullmatch(text))


# ── 1 name v v 2 name v v ────────────────────────────────────────────────────────────────────────────────────────────


def _ordinal_rows(cells: Sequence[Cell], i: int) -> Body | None:
    """Ordinals that count up, with the same number of cells behind each; but a name that the page broke in two makes its
    row one cell longer, and a group told in the first of its rows makes the others shorter.

    Of all lengths that the second ordinal allows, the one that gives most rows.
    """
    if not _is_ordinal(cells, i, 1):
        return None
    lengths = [k - i for k in range(i + 3, min(i + 2 + _LONGEST_ROW, len(cells))) if _is_ordinal(cells, k, 2)]
    found = [
        body
        for length in lengths
        for shortest in (length, length - _MOST_GROUPS)
        if (body := _rows_of_length(cells, i, length, shortest))
    ]
    return max(found, key=lambda body: len(body.rows), default=None)


def _rows_of_length(cells: Sequence[Cell], i: int, length: int, shortest: int) -> Body | None:
    chunks: list[list[Cell]] = []
    at = i
    while _is_ordinal(cells, at, len(chunks) + 1):
        chunk = list(cells[at : at + length])
        broken = len(chunk) == length and not is_value(chunk[1]) and not is_value(chunk[2])
        if broken and chunks and is_value(chunks[0][2]) and at + length < len(cells):
            chunk = [chunk[0], joined(chunk[1:3]), *cells[at + 3 : at + length + 1]]
            at += 1
        if shortest < length:
            ends = (n for n in range(length, shortest - 1, -1) if _is_ordinal(cells, at + n, len(chunks) + 2))
            chunk = chunk[: next(ends, _last_row(chunk, chunks))]
        elif chunks and (n := _opens_next(cells, at, length, len(chunks) + 2)) and _only_values(chunks[0]):
            chunk = chunk[:n]  # cells of this row left no mark
        if len(chunk) < length and at + len(chunk) == len(cells) and chunks and is_value(chunk[-1]):
            chunk = list(_filled(cells, at, length))
        if len(chunk) < min(shortest, 3) or (len(chunk) < shortest and not _only_values(chunks[0])):
            break
        chunks.append(chunk)
        at += len(chunk)
    if len(chunks) < 2 or not all(any(is_value(cell) for cell in chunk[2:]) for chunk in chunks):
        return None
    named = 1 + len(list(takewhile(_can_name, chunks[0][1:])))
    width = len(chunks[0]) - named
    if not width or (shortest < length and min(map(len, chunks)) <= width):
        return None
    if shortest < length:
        rows = [(tuple(chunk[:-width]), tuple(chunk[-width:])) for chunk in chunks]
        if any(_mixes_words(column) for column in zip(*(values for _, values in rows), strict=True)):
            return None  # the names of some rows stand among the values of others
    else:
        rows = [(tuple(chunk[:named]), tuple(chunk[named:])) for chunk in chunks]
    found = _in_columns(rows, width, fewest_full=2)  # ordinals tell the rows
    return Body(i, min(at, len(cells)), found) if found else None


def _mixes_words(column: Sequence[Cell]) -> bool:
    words = sum(_kind(cell.text) == "w" for cell in column)
    return 0 < words < len(column)


def _opens_next(cells: Sequence[Cell], at: int, length: int, ordinal: int) -> int | None:
    """Where in a row of this length the next row's ordinal stands already."""
    return next((n for n in range(3, length) if _is_ordinal(cells, at + n, ordinal)), None)


def _only_values(row: Sequence[Cell]) -> bool:
    """Whether all behind the names of a row are values."""
    return all(map(is_value, dropwhile(_can_name, row[1:])))


def _last_row(chunk: Sequence[Cell], above: Sequence[Sequence[Cell]]) -> int:
    """How long the last of rows with uneven groups is: its names, and as many values as the first row has."""
    if not above:
        return len(chunk)
    named = 1 + len(list(takewhile(_can_name, chunk[1:])))
    return named + len(above[0]) - 1 - len(list(takewhile(_can_name, above[0][1:])))


# ── 2023 v v v 2024 v v v ────────────────────────────────────────────────────────────────────────────────────────────


def _year_rows(cells: Sequence[Cell], i: int) -> Body | None:
    """Consecutive years at one distance, only values in between; a name before the first year is the group's.

    Where the first row is longer than the second, what it has more is of a merged cell that spans all rows.
    """
    name = () if is_year(cells[i].text) else (cells[i],)
    first = i + len(name)
    if first >= len(cells) or not is_year(cells[first].text) or (name and not _is_name(cells[i])):
        return None
    year = year_of(cells[first].text) or 0
    second = _next_year(cells, first, year + 1)
    if second is None or second - first < 2:
        return None
    third = _next_year(cells, second, year + 2)
    width = min(second, third - second + first if third else second) - first - 1
    merged = tuple(cells[first + 1 + width : second])
    rows = [Row((*name, cells[first]), tuple(cells[first + 1 : first + 1 + width]))]
    at = second
    while at + width < len(cells) and _is_that_year(cells[at], year + len(rows)):
        values = cells[at + 1 : at + 1 + width]
        if not all(is_value(cell) for cell in values):
            break
        rows.append(Row((*name, cells[at]), tuple(values)))
        at += 1 + width
    if name and not _is_group(cells, i, at):
        return _year_rows(cells, first)
    return Body(i, at, tuple(rows), merged) if len(rows) >= 2 and width else None


def _spread_years(cells: Sequence[Cell], i: int) -> Body | None:
    """Consecutive years, each with cells of the same kinds behind it; or with equally many values and then words.

    Words behind the values may be uneven in number: those of a merged cell are told in the first of its rows. A name
    before the first year is the group's.
    """
    name = () if is_year(cells[i].text) else (cells[i],)
    first = i + len(name)
    if first >= len(cells) or not is_year(cells[first].text) or (name and not _is_name(cells[i])):
        return None
    starts = _consecutive_years(cells, first)
    if len(starts) < 2:
        return None
    body = _of_like_cells(cells, name, starts) or _of_values_and_words(cells, name, starts)
    if body and name and not _is_group(cells, i, body.end):
        return _spread_years(cells, first)
    return body and replace(body, start=i)


def _consecutive_years(cells: Sequence[Cell], first: int) -> list[int]:
    """Where the years that count up from the one at `first` stand, at the distance of a row from one another."""
    year = year_of(cells[first].text) or 0
    starts = [first]
    for k in range(first + 1, min(first + _LONGEST_ROW * 4, len(cells))):
        if _is_that_year(cells[k], year + len(starts)):
            starts.append(k)
        elif is_year(cells[k].text) or k - starts[-1] > _LONGEST_ROW:
            break
    return starts


def _of_like_cells(cells: Sequence[Cell], name: tuple[Cell, ...], starts: Sequence[int]) -> Body | None:
    length = starts[1] - starts[0]
    if length < 3 or any(b - a != length for a, b in pairwise(starts)):
        return None
    rows = [_filled(cells, start + 1, length - 1) for start in starts]
    width = length - 1
    if len(rows[-1]) < width:
        return None
    while width and rows[-1][width - 1].text and not any(row[width - 1].text for row in rows[:-1]):
        width -= 1  # a cell behind the last row only is none of its own
    rows = [row[:width] for row in rows]
    if not _are_alike(rows):
        return None
    end = min(starts[-1] + 1 + width, len(cells))
    return Body(starts[0], end, tuple(Row((*name, cells[s]), v) for s, v in zip(starts, rows, strict=True)))


def _of_values_and_words(cells: Sequence[Cell], name: tuple[Cell, ...], starts: Sequence[int]) -> Body | None:
    rows = [tuple(takewhile(_is_count, cells[start + 1 : start + 1 + _LONGEST_ROW])) for start in starts]
    width = len(rows[0])
    if not width or any(len(values) != width for values in rows):
        return None
    more = max(b - a - 1 - width for a, b in pairwise(starts))
    after = starts[-1] + 1 + width
    end = next((k for k in range(after, len(cells)) if is_value(cells[k])), len(cells))
    named = tuple(Row((*name, cells[s]), v) for s, v in zip(starts, rows, strict=True))
    return Body(starts[0], min(end, after + more), named, more=more)


def _filled(cells: Sequence[Cell], start: int, length: int) -> tuple[Cell, ...]:
    """So many cells from `start`; of a dump that marks empty cells, those at its end may be left out."""
    found = tuple(cells[start : start + length])
    end = cells[-1].end
    marks = any(not cell.text for cell in cells)
    return found + (Cell("", end, end),) * (length - len(found) if marks else 0)


def _are_alike(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the cells of each column are of one kind, or empty, and some are numbers."""
    kinds = [{_kind(cell.text) for cell in column if cell.text} for column in zip(*rows, strict=True)]
    return all(len(kind) < 2 for kind in kinds) and any(kind & {"n", "%"} for kind in kinds)


def _next_year(cells: Sequence[Cell], at: int, year: int) -> int | None:
    """Where the cell with this year is, if only values stand between: one of 1998 students looks like a year, too."""
    for k in range(at + 1, len(cells)):
        if _is_that_year(cells[k], year):
            return k
        if not is_value(cells[k]):
            return None
    return None


def _is_that_year(cell: Cell, year: int) -> bool:
    return is_year(cell.text) and year_of(cell.text) == year


def _is_count(cell: Cell) -> bool:
    return is_value(cell) and not is_year(cell.text)


def _is_group(cells: Sequence[Cell], start: int, end: int) -> bool:
    """Whether the word before a run of years is a group's name: another group stands behind or before this one.

    Else it is the last head of the table.
    """
    while end < len(cells) and not cells[end].text:
        end += 1
    behind = end + 1 < len(cells) and _is_name(cells[end]) and cells[end + 1].text == cells[start + 1].text
    return behind or (start > 0 and _is_count(cells[start - 1]))


# ── 2023 name v v v name v v v 2024 name v v v ───────────────────────────────────────────────────────────────────────


def _rows_below_years(cells: Sequence[Cell], i: int) -> Body | None:
    """Words with equally many values behind each, in groups that a year opens: that of the first of these behind cell `i`."""
    ahead = range(i, min(i + _LONGEST_ROW, len(cells)))
    start = next((k for k in ahead if is_value(cells[k]) or is_year(cells[k].text)), len(cells))
    if not _opens_year(cells, start):
        return None
    rows: list[Row] = []
    years = [year_of(cells[start].text) or 0]
    width, at, year = 0, start + 1, cells[start]
    while at < len(cells):
        if rows and _opens_year(cells, at):
            year, at = cells[at], at + 1
            years.append(year_of(year.text) or 0)
        values = _values_behind(cells, at + 1) if _is_name(cells[at]) else ()
        width = width or len(values)
        if not width or len(values) != width:
            break
        rows.append(Row((year, cells[at]), values))
        at += 1 + width
    steps = {b - a for a, b in pairwise(years)}
    if len(steps) != 1 or abs(steps.pop()) != 1 or rows[-1].names[0] is not year:
        return None
    return Body(start, at, tuple(rows))


def _opens_year(cells: Sequence[Cell], at: int) -> bool:
    """Whether a cell is a year with a name behind it."""
    return at + 1 < len(cells) and is_year(cells[at].text) and _is_name(cells[at + 1])


def _values_behind(cells: Sequence[Cell], at: int) -> tuple[Cell, ...]:
    """The values from a cell on, but for a year that opens the next group."""
    end = at
    while end < len(cells) and is_value(cells[end]) and not _opens_year(cells, end):
        end += 1
    return tuple(cells[at:end])


# ── group name v v v name v v v ──────────────────────────────────────────────────────────────────────────────────────


def _named_rows(cells: Sequence[Cell], i: int, *, with_gaps: bool = False) -> Iterator[Body]:
    """Words, then always equally many values; words in front open a group.

    The first row's words may follow right upon the heads: as many of them are its own as the deepest row has, or fewer
    where the page broke its names. A single
    column of both shares and counts is no column.
    """
    if is_value(cells[i]):
        return
    runs = list(_runs(cells, i))
    widths = Counter(len(values) for _, values, _ in runs)
    width = widths.most_common(1)[0][0] if runs else 0
    opening = sum(is_year(values[0].text) for _, values, _ in runs)
    if not width or 2 * opening > len(runs):
        return
    if not with_gaps:
        yield from _alike_runs(i, runs, width, width)
    elif not _count_on(runs):
        yield from _alike_runs(i, runs, width, _fewest(width))


def _alike_runs(i: int, runs: Sequence[_Run], width: int, fewest: int) -> Iterator[Body]:
    """Bodies of the runs from the first on that have so many values, or at the fewest so many."""
    alike = list(takewhile(lambda run: fewest <= len(run[1]) <= width and not _are_years(run[1]), runs))
    alike = [alike[0], *takewhile(lambda run: len(run[0]) <= _MOST_NAMES, alike[1:])] if alike else []
    if len(alike) < (3 if width == 1 else 2) or (fewest < width and not _have_gaps(alike, width)):
        return
    if width == 1 and len({"%" in _kinds(values) for _, values, _ in alike}) > 1:
        return
    deepest = max(len(names) for names, _, _ in alike[1:])
    grouped = (deepest + 1,) if _is_member(alike[0][0][-deepest - 1 : -deepest]) else ()
    for depth in dict.fromkeys((deepest, *range(min(2, deepest), 0, -1), *grouped)):
        first, *rest = alike
        named = [(first[0][-depth:], first[1]), *((names, values) for names, values, _ in rest)]
        if rows := _in_columns(named, width):
            yield Body(i + max(0, len(first[0]) - depth), alike[-1][2], rows)


def _have_gaps(runs: Sequence[_Run], width: int) -> bool:
    return any(len(values) < width for _, values, _ in runs)


def _fewest(width: int) -> int:
    """How many values a row has at the fewest that lacks some."""
    return max(width - _MOST_GAPS, (width + 1) // 2)


def _count_on(runs: Sequence[_Run]) -> bool:
    """Whether ordinals stand among the values of runs, mostly as their last ones: those of the rows behind."""
    last = [int(text) for _, values, _ in runs if (text := values[-1].text.strip()).isdigit()]
    return 2 * sum(b - a == 1 for a, b in pairwise(last)) > len(last)


def _dated_rows(cells: Sequence[Cell], i: int, *, with_gaps: bool = False) -> Iterator[Body]:
    """Words, a year, then always equally many values: 甲校 护理 2023 v v 2024 v v 会计 2023 v v. Words in front open groups.

    Years that are alone in their rows are another's (`_year_rows`).
    """
    if is_value(cells[i]):
        return
    runs = list(_runs(cells, i, is_value=_is_count))
    width = Counter(len(values) for _, values, _ in runs).most_common(1)[0][0] if runs else 0
    fewest = _fewest(width) if with_gaps else width
    alike = list(takewhile(lambda run: fewest <= len(run[1]) <= width and is_year(run[0][-1].text), runs))
    deepest = max((len(names) for names, _, _ in alike[1:]), default=0)
    if len(alike) < _FEWEST_DATED or not 1 < deepest <= _MOST_NAMES:
        return
    if with_gaps and not _have_gaps(alike, width):
        return
    first, *rest = alike
    for depth in (deepest, deepest + 1):
        named = [(first[0][-depth:], first[1]), *((names, values) for names, values, _ in rest)]
        if rows := _in_columns(named, width):
            yield Body(i + max(0, len(first[0]) - depth), alike[-1][2], rows)


def _in_columns(
    named: Sequence[tuple[tuple[Cell, ...], tuple[Cell, ...]]], width: int, fewest_full: int = _FEWEST_FULL
) -> tuple[Row, ...]:
    """The rows of names and values whose columns are known: those that are full, and those that lack cells which left no mark
    where the kinds of the others tell the columns. None where hardly any row is full.
    """
    full = [values for _, values in named if len(values) == width]
    if len(full) < len(named) and (len(full) < fewest_full or 3 * len(full) < 2 * len(named)):
        return ()
    opened = [len(names) > 1 and is_year(names[0].text) for names, _ in named]
    if any(opened) and not opened[0]:
        return ()  # the year of the first rows is not known
    kinds = [{_kind(cell.text) for cell in column} for column in zip(*full, strict=True)]
    placed = ((names, _by_kind(values, kinds)) for names, values in named)
    return tuple(Row(names, values) for names, values in placed if values)


def _by_kind(values: tuple[Cell, ...], kinds: Sequence[Set[str]]) -> tuple[Cell, ...]:
    """The values in the columns of their kinds, with empty cells in the others; () where there is not just one way."""
    if len(values) == len(kinds):
        return values
    ways = [
        columns
        for columns in combinations(range(len(kinds)), len(values))
        if all(_kind(cell.text) in kinds[c] for c, cell in zip(columns, values, strict=True))
    ]
    if len(ways) != 1:
        return ()
    end = values[-1].end
    there = dict(zip(ways[0], values, strict=True))
    return tuple(there.get(c, Cell("", end, end)) for c in range(len(kinds)))


def _are_years(cells: Sequence[Cell]) -> bool:
    """Whether cells are heads of years, perhaps with an ordinal behind; one of many may be a number that looks like a year."""
    return 2 * sum(is_year(cell.text) for cell in cells) > len(cells)


def _is_member(words: Sequence[Cell]) -> bool:
    """Whether a cell is a member of a dimension or a category: it may be the group of the rows behind it, 国家助学金 of 春季
    and 秋季.
    """
    squeezed = squeeze(words[0].text) if words else ""
    kinds = {kind for kind, _ in vocabulary().terms.get(squeezed, ())}
    return (bool(kinds) and "metric" not in kinds) or squeezed in vocabulary().categories


def _runs(cells: Sequence[Cell], i: int, is_value: Callable[[Cell], bool] = is_value) -> Iterator[_Run]:
    """Words and the values behind them, in turn, each with the cell after them."""
    words: tuple[Cell, ...] = ()
    for are_values, cells_alike in groupby(cells[i:], is_value):
        run = tuple(cells_alike)
        i += len(run)
        if are_values:
            yield words, run, i
        words = run


# ── group v year v words, v year v words ─────────────────────────────────────────────────────────────────────────────


def _typed_rows(cells: Sequence[Cell], i: int) -> Body | None:
    """Cells whose kinds repeat: percentage, year, count, words, or two tables side by side with a year each.

    An ordinal and a name in front open a group.
    """
    group = 2 if _is_ordinal(cells, i, 1) and not is_value(cells[i + 1]) else 0
    opening = _kinds(cells[i + group : i + group + _LONGEST_PATTERN])
    for period in range(3, _LONGEST_PATTERN + 1):
        pattern = opening[:period]
        telling = len(set(pattern)) > 2 or pattern.count("y") > 1
        if len(pattern) < period or not telling or not set(pattern) & set("%n"):
            continue
        rows: list[Row] = []
        names, at = tuple(cells[i : i + group]), i + group
        while True:
            if _kinds(cells[at : at + period]) == pattern:
                rows.append(_with_year(names, cells[at : at + period]))
                at += period
            elif group and at + 2 < len(cells) and _kinds(cells[at + 2 : at + 2 + period]) == pattern:
                names, at = tuple(cells[at : at + 2]), at + 2
            else:
                break
        if len(rows) >= 3:
            return Body(i, at, tuple(rows))
    return None


def _with_year(names: tuple[Cell, ...], cells: Sequence[Cell]) -> Row:
    """A row whose year, wherever it stands, is one of its names."""
    years = tuple(cell for cell in cells if is_year(cell.text))
    return Row((*names, *years), tuple(cell for cell in cells if cell not in years))


def _kinds(cells: Sequence[Cell]) -> str:
    """One letter a cell: y year, % percentage, n number, w words."""
    return "".join(_kind(cell.text) for cell in cells)


@lru_cache(maxsize=8192)
def _kind(text: str) -> str:
    if is_year(text):
        return "y"
    if not reads_as_value(text):
        return "w"
    return "%" if text.rstrip().endswith(("%", "％")) else "n"
