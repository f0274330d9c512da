"""Rows that a PDF's text tells line by line: `在校生 95.12 95.86 96.34`, with what the page broke on lines of its own.

A line with as many numbers as most have is a row. The words before its numbers are its names; where some are missing they
stand on the lines before it. What else stands between rows is the name of several, at the middle of these; a total may be
of none. Only which heads stand over which columns is left to find.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extraction.blocks import Cell, Table
from extraction.layout.spread_cells import counts_by_itself, dimension_of_teachers, is_name, whole
from extraction.meaning import KIND_OF_PARTS
from extraction.numbers import is_figure, is_year
from extraction.tables.rows.likeness import reads_as_value
from extraction.vocabulary import squeeze, stem_of_category, vocabulary

_SUMS_UP = re.compile(r"(?:合\s*计|总\s*计|小\s*计|共\s*计|总数)$")
_MOSTLY = 0.8  # of the lines with numbers: those of one length
_FEWEST_ROWS = 2
_FEWEST_SINGLE = 3  # rows of one number
_OFF_MIDDLE = 0.5  # rows, for each merged name
_MOST_OF_NONE = 2  # rows in a row that are of no merged name
_OF_NONE = 0.25  # what that costs one that is no total
_OF_OTHER = 0.5  # what a row costs that the national catalogue puts under another name
_CLEARLY = 0.2  # rows by which a way to part rows must be better than any other
_MOST_NAMES = 4
_MOST_BROKEN = 3  # lines of a name


@dataclass(slots=True)
class _Row:
    """A line of numbers: the words before and behind them, and the lines of words since the row before."""

    names: list[Cell]
    values: list[Cell]
    behind: list[Cell]
    above: list[list[Cell]] = field(default_factory=list)
    group: Cell | None = None


def lined_table(lines: Sequence[Sequence[Cell]]) -> Table | None:
    """The rows that lines of cells are, below the pieces of their heads; None where they are none."""
    rows, heads = _rows(lines)
    depths = Counter(len(row.names) for row in rows if row.names)
    if not depths:
        return None
    depth = max(depths, key=lambda n: (depths[n], n))
    if depth > _MOST_NAMES or len(rows[0].names) < depth:
        return None  # where the heads end and the first name begins is not known
    has_words_behind = 2 * sum(bool(row.behind) for row in rows) > len(rows)
    labels: list[tuple[float, float, Cell]] = []
    unheaded = _extra_head(heads, rows, depth, of_group=0)
    opening = _opening_label(heads) or unheaded or _extra_head(heads, rows, depth, of_group=1)
    if opening:
        labels.append((-0.5, 0, opening))
        heads = [line for line in heads if line[0].start < opening.start]
    for r, row in enumerate(rows):
        labels += _completed(row, r, depth, has_words_behind)
        if r and len(row.names) == depth - 1 and _is_below(row, rows[r - 1]):
            row.names.insert(0, rows[r - 1].names[0])
    if any(len(row.names) > depth or (len(row.names) < depth and not _is_total(row)) for row in rows):
        return None
    tell_below = opening or (labels and all(dimension_of_teachers(label.text) for _, _, label in labels))
    if not (tell_below and _parted_below(rows, labels)) and not _parted(rows, labels):
        return None
    grid: list[tuple[Cell | None, ...]] = []
    for row in rows:
        behind = [whole(row.behind) if row.behind else None] if has_words_behind else []
        names: list[Cell | None] = [*([None] * (depth - len(row.names))), *row.names]
        if labels:
            names.insert(0 if unheaded else int(_is_ordinal(row.names)), row.group)
        grid.append((*names, *row.values, *behind))
    pieces = tuple(cell for line in heads for cell in line)
    return Table(tuple(grid), pieces=pieces, names=depth + bool(labels)) if pieces else None


def _rows(lines: Sequence[Sequence[Cell]]) -> tuple[list[_Row], list[list[Cell]]]:
    """The lines that are rows, and those above the first; none where the lines with numbers are not of one length."""
    runs = [_run(line) for line in lines]
    widths = Counter(end - start for start, end in runs if end > start)
    if not widths:
        return [], []
    width = max(widths, key=lambda n: (widths[n] * n, n))
    marked = sum(_is_marked(line, run, width) for line, run in zip(lines, runs, strict=True))
    widths.update({width: marked, width + 1: -marked})
    fewest = _FEWEST_SINGLE if width == 1 else _FEWEST_ROWS
    if widths[width] < fewest or width * widths[width] < _MOSTLY * sum(n * k for n, k in widths.items()):
        return [], []
    rows: list[_Row] = []
    heads: list[list[Cell]] = []
    above: list[list[Cell]] = []
    for line, (start, end) in zip(lines, runs, strict=True):
        start += _is_marked(line, (start, end), width) - _opens_like_a_year(line, (start, end), width)
        if end - start == width and (start or above or rows):
            rows.append(
                _Row(_names(line[:start]), list(line[start:end]), list(line[end:]), above if rows else [])
            )
            heads = heads or above
            above = []
        else:
            above.append(list(line))
    is_lost = any(_is_value(cell) for line in above for cell in line)  # behind the last row
    return ([], []) if is_lost else (rows, heads)


def _is_marked(line: Sequence[Cell], run: tuple[int, int], width: int) -> bool:
    """Whether a mark for a unit that the row has none of stands before its numbers: 生师比 / 14.86 15.04."""
    start, end = run
    return end - start == width + 1 and not any(map(str.isdigit, line[start].text))


def _opens_like_a_year(line: Sequence[Cell], run: tuple[int, int], width: int) -> bool:
    """Whether the first number of a row reads like a year, behind its name: 多媒体教室 间 2000 2100."""
    start, end = run
    return end - start == width - 1 > 0 and start > 1 and _may_count(line[start - 1])


def _may_count(year: Cell) -> bool:
    return year.text.isdigit() and is_year(year.text)


def _names(words: Sequence[Cell]) -> list[Cell]:
    """The words before the numbers of a row; the letters of 合 计, which are set apart, in one."""
    ends = "".join(word.text for word in words[-2:])
    apart = len(words) > 1 and len(ends) == 2 and _SUMS_UP.match(ends)
    return [*words[:-2], whole(words[-2:])] if apart else list(words)


def _run(line: Sequence[Cell]) -> tuple[int, int]:
    """Where the last numbers of a line that stand together begin and end; years are none, but behind numbers."""
    end = len(line)
    while end and not (
        _is_value(line[end - 1]) or (end > 1 and _may_count(line[end - 1]) and _is_value(line[end - 2]))
    ):
        end -= 1
    start = max(0, end - 1)
    while start and _is_value(line[start - 1]):
        start -= 1
    start = start if end else 0
    is_ordinal = end == 1 < len(line) and _is_ordinal(line)  # of a row whose name goes on below
    return (0, 0) if is_ordinal else (start, end)


def _is_value(cell: Cell) -> bool:
    return reads_as_value(cell.text) and not is_year(cell.text)


def _is_ordinal(names: Sequence[Cell]) -> bool:
    """Whether names open with an ordinal: a merged name stands behind it."""
    return bool(names) and names[0].text.isdigit()


def _is_below(row: _Row, above: _Row) -> bool:
    """Whether a row is a part of the numbered one above it, and has no number of its own: 其中：升学人数."""
    return bool(row.names) and row.names[0].text.startswith("其中") and _is_ordinal(above.names)


def _is_total(row: _Row) -> bool:
    """Whether a row sums up others: 合计, 收入合计."""
    return bool(row.names) and _SUMS_UP.search(row.names[-1].text) is not None


def _is_subtotal(row: _Row) -> bool:
    """Whether a row sums up those of its own group."""
    return squeeze(row.names[-1].text) == "小计"


def _completed(row: _Row, r: int, depth: int, has_words_behind: bool) -> Iterator[tuple[float, float, Cell]]:
    """Give a row the names that stand on the lines above it; what is of several rows comes back with where the middle of these
    is: between which two places, counted in rows.
    """
    above = list(row.above)
    lacking = depth - len(row.names)
    reaches_up = lacking > 0  # what stands above its line may stand beside it
    ordinal = next((k for k, line in enumerate(above) if line[0].text.isdigit()), None)
    if ordinal is not None and lacking > 0 and not _is_total(row):
        row.names.insert(0, above[ordinal][0])
        above[ordinal] = above[ordinal][1:]
        lacking -= 1
    words = [cell for line in above for cell in line if not is_figure(cell.text)]
    if not lacking and len(words) == 1 and _is_broken(words[0], row.names[-1]):
        row.names[-1] = whole([words.pop(), row.names[-1]])
    if lacking == 1 and words and not _is_total(row):
        if len(words) > 1 and squeeze(words[0].text) in vocabulary().categories:
            yield r - 0.5, r, words.pop(0)
        row.names.insert(int(_is_ordinal(row.names)), whole(words))
        words = []
    if lacking < 0:
        yield r, r, row.names.pop(int(_is_ordinal(row.names)))
    if words and not has_words_behind:
        yield r - 0.5, r if reaches_up else r - 0.5, whole(words)


def _is_broken(begun: Cell, ended: Cell) -> bool:
    """Whether two words are one name that the page broke: 电工电, 子类."""
    if is_name(ended.text) or squeeze(ended.text) in vocabulary().categories:
        return False
    return is_name(begun.text + ended.text) or (ended.text.endswith("类") and not begun.text.endswith("类"))


def _parted(rows: Sequence[_Row], labels: Sequence[tuple[float, float, Cell]]) -> bool:
    """Give merged names their rows: each stands at the middle of its own. False where there is no one way to do so."""
    if not labels:
        return True
    totals = [_is_total(row) for row in rows]
    others = [[_is_of_other_category(row, label) for row in rows] for _, _, label in labels]
    ways = sorted(_ways([(low, high) for low, high, _ in labels], totals, others))
    if not ways or ways[0][0] > _OFF_MIDDLE * len(labels):
        return False
    if len(ways) > 1 and ways[1][0] - ways[0][0] < _CLEARLY:
        return False
    for (start, until), (_, _, label) in zip(ways[0][1], labels, strict=True):
        for row in rows[start:until]:
            row.group = label
    return True


def _opening_label(heads: Sequence[Sequence[Cell]]) -> Cell | None:
    """The name of a group on the last lines above the first row, which is none of the heads: a category of programmes, or the
    structure that the rows below it are of (职称结构).
    """
    for count in range(1, min(_MOST_BROKEN, len(heads) - 1) + 1):
        last = heads[-count:]
        if all(len(line) == 1 for line in last) and _names_group(label := whole([line[0] for line in last])):
            return label
    return None


def _extra_head(
    heads: Sequence[Sequence[Cell]], rows: Sequence[_Row], depth: int, *, of_group: int
) -> Cell | None:
    """The name of a group right above the first row, where others stand above later rows, and the line of heads above it has
    one head for each column without it: 类别 项目 金额 over 收入 and its rows. `of_group` says how many heads the groups have.
    """
    grouped = any(len(row.names) == depth and len(row.above) == 1 for row in rows[1:])
    columns = of_group + depth + len(rows[0].values) + bool(rows[0].behind)
    told_apart = len(heads) > 1 and columns in (len(heads[-2]), sum(map(len, heads[:-1])))
    return heads[-1][0] if grouped and told_apart and len(heads[-1]) == 1 else None


def _names_group(label: Cell) -> bool:
    return squeeze(label.text) in vocabulary().categories or dimension_of_teachers(label.text) is not None


def _parted_below(rows: Sequence[_Row], labels: Sequence[tuple[float, float, Cell]]) -> bool:
    """Give merged names that stand above their rows, the first above the first row, the rows down to the next one; False where
    a row is known to be of another name.
    """
    starts = [math.ceil(low) for low, _, _ in labels]
    spans = [
        (rows[start:until], label)
        for (start, until), (_, _, label) in zip(pairwise([*starts, len(rows)]), labels, strict=True)
    ]
    if any(_is_of_other(row, label) for span, label in spans for row in span):
        return False
    for span, label in spans:
        for row in span:
            of_none = (_is_total(row) and not _is_subtotal(row)) or (
                dimension_of_teachers(label.text) and any(counts_by_itself(name.text) for name in row.names)
            )
            row.group = None if of_none else label
    return True


def _is_of_other(row: _Row, label: Cell) -> bool:
    """Whether a row names a programme of another category, or a degree below 职称结构."""
    known = vocabulary()
    if dimension := dimension_of_teachers(label.text):
        names = [squeeze(name.text) for name in row.names]
        others = (known.members[other] for other in KIND_OF_PARTS.values() if other != dimension)
        own = any(name in known.members[dimension] for name in names)
        return not own and any(name in members for members in others for name in names)
    return _is_of_other_category(row, label)


def _is_of_other_category(row: _Row, label: Cell) -> bool:
    """Whether a merged name is a category of the national catalogue, and a row names a programme of another one."""
    known = vocabulary()
    if squeeze(label.text) not in known.categories:
        return False
    own = stem_of_category(label.text)
    stems = (known.category_of.get(squeeze(name.text)) for name in row.names)
    return any(stem and stem != own for stem in stems)


def _ways(
    middles: Sequence[tuple[float, float]], totals: Sequence[bool], others: Sequence[Sequence[bool]]
) -> Iterator[tuple[float, tuple[tuple[int, int], ...]]]:
    """The best two ways to part the rows among names that stand at these middles, with how far off they are. Totals may be of
    none, and, at a cost, other rows. `others` tells, for each name, which rows the national catalogue puts under another.
    """
    best: dict[int, list[tuple[float, tuple[tuple[int, int], ...]]]] = {0: [(0.0, ())]}
    for (low, high), is_other in zip(middles, others, strict=True):
        further: dict[int, list[tuple[float, tuple[tuple[int, int], ...]]]] = {}
        for end, ways in best.items():
            for start in range(end, min(end + _MOST_OF_NONE, len(totals) - 1) + 1):
                of_none = _OF_NONE * (sum(not total for total in totals[end:start]) + totals[start])
                for until in range(start + 1, len(totals) + 1):
                    middle = (start + until - 1) / 2
                    off = of_none + max(0.0, low - middle, middle - high)
                    off += _OF_OTHER * sum(is_other[start:until])
                    further.setdefault(until, []).extend(
                        (cost + off, (*parts, (start, until))) for cost, parts in ways
                    )
        best = {until: sorted(ways)[:2] for until, ways in further.items()}
    for end, ways in best.items():
        if len(totals) - end <= _MOST_OF_NONE:
            of_none = _OF_NONE * sum(not total for total in totals[end:])
            yield from ((cost + of_none, parts) for cost, parts in ways)
