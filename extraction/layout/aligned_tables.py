"""Tables whose columns are kept by spaces, as `pdftotext -layout` prints them: a grid from where the words stand.

Cells wrap over several lines, names stand beside the middle or the first line of their row, merged cells beside the middle
of their rows, heads are stacked. What is firm are the numbers: a line with numbers is a row, and its numbers are its
columns, one by one. Words above and below belong to the row, or rows, that they stand best beside; where two ways are as
good, known names decide (`is_name`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, pairwise
from statistics import median

from extraction.blocks import HEADING, TOTAL, Cell, Line
from extraction.layout.aligned_heads import heads_of, heads_over
from extraction.layout.spread_cells import (
    Span,
    Token,
    counts_by_itself,
    dimension_of_teachers,
    is_name,
    is_school,
    is_spread,
    tokens_of,
    whole,
    width_of,
)
from extraction.numbers import is_year
from extraction.vocabulary import squeeze, vocabulary

Grid = tuple[tuple[Cell | None, ...], ...]

# Marks of sentences, and a number with its unit that a sentence goes on behind: 国家级培训 18 人次、省级培训.
_PROSE = re.compile(r"[；。！？\t|｜]|\d\s?[^\d\s、，,（(]{1,3}[、，,]")
_LONGEST_PART = 40
_FEWEST_VALUES = 4
_HEAD_LINES = 12
_MOST_LINES_OF_A_NAME = 6
_MOST_ROWS_OF_A_NAME = 24
_CONTINUED = re.compile(r"续\s*表|(?:表|续)\s*\d+\s*[（(]?续")
_COUNTS_BY_ITSELF = 0.35  # what speaks against no group beside a row that counts by itself
_OF_ANOTHER = 1.5  # … against 学历 beside it
_OF_TWO_GROUPS = 5.0  # what speaks against the names of two groups as one cell
_OPENED_BY_TOTAL = 1.0  # what speaks against a group that opens with its total
_SPLIT = 2.0  # what speaks against an outer group that opens in the midst of an inner one
_OF_REMARKS = 3.0  # what speaks against one remark over several rows
_ENDS_AS_SCHOOL = re.compile(r"..(?:学校|学院|[职技]校|[中职]专|职高|职中|中心|中学)$")
_BEAM = 4.0  # ways to part names that are so much worse than the best are given up


@dataclass(frozen=True)
class _Row:
    """A line with numbers: for each column of numbers its token, and the words beside them."""

    line: int
    values: tuple[Token | None, ...]


def aligned_grid(
    lines: Sequence[Line], start: int, *, captioned: bool, opens: Callable[[Line], bool]
) -> tuple[Grid | None, int]:
    """The grid of the lines from `start` on and the line after it; (None, start) where they hold none.

    Without a caption above, the first line must have parts with wide gaps between them. `opens` tells the caption of
    another table.
    """
    opening = lines[start : start + _HEAD_LINES if captioned else start + 1]
    if not any(map(is_spread, opening)):
        return None, start
    end = _end(lines, start, opens)
    tokens = _without_repeated_heads(_tokens(lines[start:end]))
    rows = _rows(tokens)
    if sum(value is not None for row in rows for value in row.values) < _FEWEST_VALUES:
        return None, start
    last = _last_line(lines[start:end], tokens, rows)
    tokens = tokens[: last + 1]
    breaks = [k for k, line in enumerate(lines[start:end]) if line.text.startswith("\f")]
    grid = _grid(tokens, rows, breaks)
    return (grid, start + last + 1) if grid else (None, start)


def _tokens(lines: Sequence[Line]) -> list[list[Token]]:
    """The cells of lines. How wide a Chinese letter counts is told by the numbers: they stand below each other."""
    ways = [[tokens_of(line, k, measure) for k, line in enumerate(lines)] for measure in (len, width_of)]
    return min(ways, key=_spread)


def _without_repeated_heads(tokens: Sequence[list[Token]]) -> list[list[Token]]:
    """The lines without those of heads that are printed again on the next page, nor 续表 above these."""
    texts = [tuple(token.cell.text for token in line) for line in tokens]
    first = next((k for k, line in enumerate(tokens) if any(t.is_value for t in line)), len(tokens))
    heads = {text for text in texts[:first] if len(text) > 1}
    again = (texts[k] in heads or _CONTINUED.match("".join(texts[k])) for k in range(first + 1, len(tokens)))
    return [
        *tokens[: first + 1],
        *([] if gone else line for line, gone in zip(tokens[first + 1 :], again, strict=True)),
    ]


def _spread(tokens: Sequence[Sequence[Token]]) -> int:
    """By how many columns the numbers of one column stand apart, counted from the right or the left, whichever is less."""
    found = [values for line in tokens if (values := [t for t in line if t.is_value])]
    if not found:
        return 0
    width = _width(found)
    columns = list(zip(*(values for values in found if len(values) == width), strict=True))
    return sum(min(_reach([t.left for t in column]), _reach([t.right for t in column])) for column in columns)


def _reach(places: Sequence[int]) -> int:
    return max(places) - min(places)


def _end(lines: Sequence[Line], start: int, opens: Callable[[Line], bool]) -> int:
    """The line after the last that can be of a table: no prose, no heading, no caption, no long part."""
    end = start
    while end < len(lines) and _can_be_cells(lines[end], first=end == start):
        if opens(lines[end]) or _is_heading(lines, end):
            break
        end += 1
    return end


def _can_be_cells(line: Line, *, first: bool) -> bool:
    text = line.text.strip()
    if _PROSE.search(text) or (line.gap > 3 and not first and not line.text.startswith("\f")):
        return False
    parts = text.split()
    if not parts or max(map(len, parts)) > _LONGEST_PART:
        return False
    numbers = sum(part[0].isdigit() for part in parts)
    return is_spread(line) or len(text) <= _LONGEST_PART or 2 * numbers >= len(parts)


def _is_heading(lines: Sequence[Line], i: int) -> bool:
    """1.2 师资队伍, or 一、师资队伍 beside a blank line; an ordinal's row has numbers behind its name."""
    text = lines[i].text
    match = HEADING.match(text)
    if match is None or is_spread(lines[i]) or re.search(r"\d{4}", match.group()):
        return False
    if re.search(r"\d", text[match.end() :]):
        return False
    beside_blank = lines[i].gap > 0 or text.startswith("\f") or (i + 1 < len(lines) and lines[i + 1].gap > 0)
    return "." in match.group() or beside_blank


def _last_line(lines: Sequence[Line], tokens: Sequence[Sequence[Token]], rows: Sequence[_Row]) -> int:
    """The last line of the table: what follows the last row without a blank line are the rest of its names."""
    last = rows[-1].line
    while last + 1 < len(lines) and not lines[last + 1].gap and last < rows[-1].line + _MOST_LINES_OF_A_NAME:
        if lines[last + 1].text.startswith("\f"):
            break
        last += 1
    return last


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(tokens: Sequence[Sequence[Token]]) -> list[_Row]:
    """The lines with numbers; those with fewer than the others have theirs where they stand."""
    found = {line[0].line: values for line in tokens if (values := [t for t in line if t.is_value])}
    if found:
        found = _without_marks_among_words(found, [t for line in tokens for t in line if not t.is_value])
    if not found:
        return []
    width = _width(found.values())
    full = [values for values in found.values() if len(values) == width]
    first = min(values[0].left for values in full)
    found |= _years_that_are_counts(tokens, found, width, first)
    full = [values for values in found.values() if len(values) == width]
    columns = [_span([values[c] for values in full]) for c in range(width)]
    found = {
        line: values if len(values) <= width else _without_marks(values, columns)
        for line, values in found.items()
    }
    return [
        _Row(line, _placed(values, columns)) for line, values in sorted(found.items()) if len(values) <= width
    ]


def _without_marks_among_words(
    found: Mapping[int, list[Token]], words: Sequence[Token]
) -> dict[int, list[Token]]:
    """The lines without marks that stand below words and beside no number: of the kind of school that a total has none of."""
    numbers = [token for values in found.values() for token in values if _has_digit(token)]
    first = min(found)
    below = [token for token in words if token.line >= first]

    def is_among_words(token: Token) -> bool:
        return (
            not _has_digit(token)
            and any(map(token.overlaps, below))
            and not any(map(token.overlaps, numbers))
        )

    kept = {line: [t for t in values if not is_among_words(t)] for line, values in found.items()}
    return {line: values for line, values in kept.items() if values}


def _without_marks(values: Sequence[Token], columns: Sequence[Span]) -> list[Token]:
    """Numbers without the marks of empty cells that stand in no column of numbers: those are in one of words."""
    return [t for t in values if _has_digit(t) or any(t.overlaps(column) for column in columns)]


def _has_digit(token: Token) -> bool:
    return any(map(str.isdigit, token.cell.text))


def _years_that_are_counts(
    tokens: Sequence[Sequence[Token]], found: Mapping[int, Sequence[Token]], width: int, first: int
) -> dict[int, list[Token]]:
    """Rows that lack just as many numbers as they have bare years, in a table whose rows are not named by years.

    What stands left of the first column of numbers, which begins at column `first`, names a row.
    """
    dated = {line[0].line for line in tokens if line and any(_is_bare_year(t) for t in line)}
    if 2 * len(dated & found.keys()) >= len(found):
        return {}
    return {
        line[0].line: counts
        for line in tokens
        if line and line[0].line in dated & found.keys()
        if len(counts := [t for t in line if t.is_value or (_is_bare_year(t) and t.right > first)]) == width
    }


def _is_bare_year(token: Token) -> bool:
    return len(token.cell.text) == 4 and token.cell.text.isdigit() and is_year(token.cell.text)


def _width(found: Iterable[Sequence[Token]]) -> int:
    """How many columns of numbers there are: as many as a good part of the rows have."""
    counts = Counter(len(values) for values in found)
    enough = max(1, counts.total() // 5)
    return max(width for width, count in counts.items() if count >= enough)


def _span(tokens: Sequence[Token]) -> Span:
    return Span(min(t.left for t in tokens), max(t.right for t in tokens))


def _placed(values: Sequence[Token], columns: Sequence[Span]) -> tuple[Token | None, ...]:
    """Numbers in the columns where they stand, from left to right."""
    if len(values) == len(columns):
        return tuple(values)
    # columns used -> cost and places, after each number
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for value in values:
        further: dict[int, tuple[int, tuple[int, ...]]] = {}
        for used, (cost, places) in best.items():
            for c in range(used, len(columns)):
                more = cost + columns[c].distance(value)
                if more < further.get(c + 1, (1 << 30, ()))[0]:
                    further[c + 1] = (more, (*places, c))
        best = further
    places = min(best.values())[1]
    return tuple(values[places.index(c)] if c in places else None for c in range(len(columns)))


# ── columns of words ─────────────────────────────────────────────────────────────────────────────────────────────────


def _grid(tokens: Sequence[Sequence[Token]], rows: Sequence[_Row], breaks: Sequence[int]) -> Grid | None:
    """The grid of lines whose numbers are known.

    The same column of words may begin at other columns of characters on other lines, and so look like two; where there are
    fewer heads than columns, neighbours that never meet on a line are one.
    """
    counted = {id(value) for row in rows for value in row.values}
    if any(
        t.is_value and _has_digit(t) and id(t) not in counted for line in tokens[rows[0].line :] for t in line
    ):
        return None  # a line with more numbers than there are columns
    words = _word_columns([t for line in tokens[rows[0].line :] for t in line if id(t) not in counted])
    width = len(rows[0].values)
    values = [_span([v for row in rows if (v := row.values[c])]) for c in range(width)]
    while True:
        found = _with_words_above(words, tokens, rows)
        names = _names(found, rows, breaks)
        used = counted | {id(token) for column in names for token in column.used}
        order = _order(words, rows, values)
        above = [[t for t in line if id(t) not in used] for line in tokens[: rows[0].line]]
        heads = heads_of(above, len(order))
        pair = _one_column(words, order) if len(heads) < len(order) else None
        if pair is None:
            break
        both = sorted((token for k in pair for token in words[k]), key=lambda token: token.line)
        words = [*(column for k, column in enumerate(words) if k not in pair), both]
    if any(_meet(column) for column in words):
        return None
    columns = [_span(words[k]) if is_word else values[k] for is_word, k in order]
    dated = {
        k for k, (is_word, c) in enumerate(order) if is_word and all(is_year(t.cell.text) for t in words[c])
    }
    paths = heads_over(heads, columns, dated)
    depth = max((len(path) for path in paths), default=0)
    grid: list[tuple[Cell | None, ...]] = [
        tuple(path[min(level, len(path) - 1)] if path else None for path in paths) for level in range(depth)
    ]
    for r, row in enumerate(rows):
        numbers = [value.cell if value else None for value in row.values]
        grid.append(tuple(names[k].cells[r] if is_word else numbers[k] for is_word, k in order))
    return tuple(grid)


def _word_columns(words: Sequence[Token]) -> list[list[Token]]:
    """Words whose columns of characters overlap are of one column."""
    columns: list[list[Token]] = []
    reach = 0
    for token in sorted((t for t in words if not TOTAL.match(t.cell.text)), key=lambda t: t.left):
        if columns and token.left < reach:
            columns[-1].append(token)
        else:
            columns.append([token])
        reach = max(reach, token.right)
    for total in (t for t in words if TOTAL.match(t.cell.text)):
        if columns:
            min(columns, key=lambda column: _span(column).distance(total)).append(total)
    return [sorted(column, key=lambda token: token.line) for column in columns]


def _with_words_above(
    columns: Sequence[Sequence[Token]], tokens: Sequence[Sequence[Token]], rows: Sequence[_Row]
) -> list[list[Token]]:
    """The columns with words above the first row: the first lines of its names may be among them."""
    spans = [_span(column) for column in columns]
    above: list[list[Token]] = [[] for _ in columns]
    for line in tokens[max(0, rows[0].line - _MOST_LINES_OF_A_NAME) : rows[0].line]:
        for k, span in enumerate(spans):
            over = [token for token in line if token.overlaps(span)]
            above[k] += over if len(over) == 1 else []
    return [[*before, *column] for before, column in zip(above, columns, strict=True)]


def _meet(column: Sequence[Token], other: Sequence[Token] = ()) -> bool:
    """Whether two words of these stand on one line."""
    lines = [token.line for token in (*column, *other)]
    return len(lines) > len(set(lines))


def _one_column(
    words: Sequence[Sequence[Token]], order: Sequence[tuple[bool, int]]
) -> tuple[int, int] | None:
    """The two neighbouring columns of words that are likeliest one: they never meet, and are nearest."""
    pairs = [
        (a, b)
        for (is_word, a), (is_next, b) in pairwise(order)
        if is_word and is_next and not _meet(words[a], words[b])
    ]
    return min(pairs, key=lambda pair: _span(words[pair[0]]).distance(_span(words[pair[1]])), default=None)


def _order(
    words: Sequence[Sequence[Token]], rows: Sequence[_Row], values: Sequence[Span]
) -> list[tuple[bool, int]]:
    """All columns from left to right, each as (of words?, which)."""
    full = {row.line: row.values for row in rows if None not in row.values}
    places: list[tuple[float, int, bool, int]] = [(c, 1, False, c) for c in range(len(values))]
    for k, column in enumerate(words):
        before = [sum(v.left < t.left for v in full[t.line] if v) for t in column if t.line in full]
        left = median(before) if before else sum(v.right <= column[0].left for v in values)
        places.append((left, 0, True, k))
    return [(is_word, k) for _, _, is_word, k in sorted(places)]


# ── names of rows ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Names:
    """A column of words: the cell of each row, merged ones several times, and the tokens that it took."""

    cells: tuple[Cell | None, ...]
    used: tuple[Token, ...]


@dataclass(slots=True)
class _Way:
    """How the first words of a column are given to the first rows, linked back: the last cell took `words` and `rows`."""

    cost: float
    before: _Way | None = None
    words: tuple[int, int] = (0, 0)
    rows: tuple[int, int] = (0, 0)


def _names(words: Sequence[Sequence[Token]], rows: Sequence[_Row], breaks: Sequence[int]) -> list[_Names]:
    """Give the words of all columns to the rows, by the way of setting that fits them best: beside the middle, or the top."""
    return min(
        (_set(words, rows, breaks, from_top=from_top) for from_top in (False, True)),
        key=lambda found: found[0],
    )[1]


def _set(
    words: Sequence[Sequence[Token]], rows: Sequence[_Row], breaks: Sequence[int], *, from_top: bool
) -> tuple[float, list[_Names]]:
    """The columns from right to left: a merged cell does not span the same inner name twice."""
    cost = 0.0
    found: list[_Names] = []
    series: list[list[str]] = []
    within: set[int] = set()
    lines = {token.line for column in words for token in column if TOTAL.match(token.cell.text)}
    totals = {r for r, row in enumerate(rows) if row.line in lines}
    of_groups: set[int] = set()
    if len(totals) > 1:  # one of each group is below its name as its other rows are
        of_groups, totals = totals - {len(rows) - 1}, set()
    at = {row.line for row in rows}
    end = min(max(value.right for value in row.values if value) for row in rows)
    for column in reversed(words):
        body = [token for token in column if token.line >= rows[0].line]
        beside_row = {token.line: token.cell for token in body}
        lacking = {r for r, row in enumerate(rows) if row.line not in beside_row}
        if len(beside_row) == len(body) == len(rows) - len(lacking) and lacking <= totals:
            named = _Names(tuple(beside_row.get(row.line) for row in rows), tuple(body))
        else:
            beside = {token.line for token in body}
            named_alone = sum(row.line in beside for row in rows) > 0.6 * len(rows)
            behind = all(token.left >= end for token in body)
            inner = series[-1] if series else []
            of_teachers = any(dimension_of_teachers(token.cell.text) for token in body)
            alone = {r for r, name in enumerate(inner) if of_teachers and counts_by_itself(name)}
            setting = _Setting(
                at,
                breaks,
                from_top,
                inner,
                within,
                totals,
                of_groups,
                alone,
                rarely=named_alone,
                behind=behind,
            )
            way = _parted(column, rows, setting)
            cost, named = cost + way.cost, _names_of(way, column, len(rows))
        series.append([cell.text if cell else "" for cell in named.cells])
        within = {r for r, (a, b) in enumerate(pairwise(named.cells), 1) if a is b is not None}
        found.insert(0, named)
    return cost, found


@dataclass(frozen=True)
class _Setting:
    """How a table is set: where its pages break, whether names stand beside the first line, the names of the column inside."""

    lines: Set[int]  # those with a row
    breaks: Sequence[int]
    from_top: bool
    inner: Sequence[str]
    within: Set[int]  # rows that go on with the merged cell of that column
    totals: set[int]
    of_groups: set[int]  # totals that are each below the other rows of its group
    alone: set[int]  # rows that count by themselves (专任教师), in a column with 学历 or 职称
    rarely: bool  # whether most rows have a name of their own, so that none is merged
    behind: bool  # whether they stand behind all numbers: remarks, which most rows have none of
    weighed: dict[tuple[int, int], float] = field(default_factory=dict)  # what `merged` has said

    def offset(self, first: int, last: int, lines: Sequence[int], r: int, s: int) -> float:
        """How far a cell stands from where it should beside the rows from `r` to `s`; of rows on two pages, beside those on
        its own.
        """
        top, foot = lines[r], lines[s - 1]
        if self.from_top:
            return abs(first - top)
        middle = (first + last) / 2
        found = abs(middle - (top + foot) / 2)
        for at in self.breaks:
            if top < at <= foot:
                part = [line for line in lines[r:s] if (line < at) == (first < at)]
                found = min(found, abs(middle - (part[0] + part[-1]) / 2))
        return found

    def merged(self, r: int, s: int) -> float:
        """What speaks against one cell over the rows from `r` to `s`."""
        if s - r == 1:
            return 0.0
        if (r, s) not in self.weighed:
            spanned = [name for name, _ in groupby(self.inner[r:s]) if name]
            merged = (
                _OF_REMARKS
                if self.behind
                else 1.5
                if self.rarely or any(t in self.totals for t in range(r, s))
                else 0.3
            )
            self.weighed[r, s] = merged + 1.5 * (len(spanned) - len(set(spanned)))
        return self.weighed[r, s]

    def nameless(self, r: int) -> float:
        """What speaks against a row without a name; that of a total may stand in another column."""
        if self.behind:
            return 0.0
        if r in self.totals:
            return 0.1
        return (_COUNTS_BY_ITSELF if r in self.alone else 0.7) + self.opened(r)

    def of_none(self, name: str, r: int, s: int) -> float:
        """What speaks against 学历 or 职称 beside rows that count by themselves."""
        return _OF_ANOTHER * len(self.alone.intersection(range(r, s))) if dimension_of_teachers(name) else 0.0

    def opened(self, r: int) -> float:
        """What speaks against a cell whose first row is this one."""
        by_total = r in self.of_groups and not self.behind and self.inner
        return (_OPENED_BY_TOTAL if by_total else 0.0) + (_SPLIT if r in self.within else 0.0)


def _names_of(way: _Way, words: Sequence[Token], rows: int) -> _Names:
    cells: list[Cell | None] = [None] * rows
    used: list[Token] = []
    step: _Way | None = way
    while step is not None:
        taken = words[step.words[0] : step.words[1]]
        if taken:
            cell = whole([token.cell for token in taken])
            cells[step.rows[0] : step.rows[1]] = [cell] * (step.rows[1] - step.rows[0])
            used += taken
        step = step.before
    return _Names(tuple(cells), tuple(used))


def _parted(words: Sequence[Token], rows: Sequence[_Row], setting: _Setting) -> _Way:
    """The cheapest way to part words and rows into cells; words before the first cell are heads."""
    lines = [row.line for row in rows]
    heads = sum(token.line < lines[0] for token in words)
    ways: list[dict[int, _Way]] = [{} for _ in range(len(rows) + 1)]
    ways[0] = {f: _Way(_head_cost(words[:f])) for f in range(heads + 1)}
    for r, here in enumerate(ways[:-1]):
        if not here:
            continue
        cheapest = min(way.cost for way in here.values())
        for f, way in here.items():
            if way.cost > cheapest + _BEAM:
                continue
            for g, s, cost in _cells_from(words, lines, f, r, setting):
                known = ways[s].get(g)
                if known is None or way.cost + cost < known.cost:
                    ways[s][g] = _Way(way.cost + cost, way, (f, g), (r, s))
    finished = ways[-1]
    return min(
        finished.items(), key=lambda item: item[1].cost + 0.6 * (len(words) - item[0]), default=(0, _Way(1e9))
    )[1]


def _head_cost(heads: Sequence[Token]) -> float:
    return 0.0 if heads else 1.5


def _cells_from(
    words: Sequence[Token], lines: Sequence[int], f: int, r: int, setting: _Setting
) -> Iterator[tuple[int, int, float]]:
    """The cells that can stand next: the word and the row after each, and what it costs."""
    if f == len(words) or words[f].line != lines[r]:
        yield f, r + 1, setting.nameless(r)
    if f == len(words) or (r and words[f].line <= lines[r - 1]):
        return
    first, beside = words[f].line, 0
    texts = tuple([token.cell.text for token in words[f : f + _MOST_LINES_OF_A_NAME]])
    for g in range(f + 1, f + len(texts) + 1):
        last = words[g - 1].line
        beside += last in setting.lines
        name = _name_cost(texts[: g - f])
        # The next row stands below the last of these words, and the last row above the next word.
        fewest = max(r + max(1, beside), bisect_right(lines, last))
        most = bisect_left(lines, words[g].line) if g < len(words) else len(lines)
        for s in range(fewest, min(r + _MOST_ROWS_OF_A_NAME, most) + 1):
            if s - r > 1 and lines[s - 1] - last > 3 * _MOST_ROWS_OF_A_NAME:
                break
            offset = setting.offset(first, last, lines, r, s)
            against = (
                setting.merged(r, s) + setting.opened(r) + setting.of_none("".join(texts[: g - f]), r, s)
            )
            yield g, s, name + offset + against


@lru_cache(maxsize=8192)
def _name_cost(texts: tuple[str, ...]) -> float:
    """Lines that are one known name are likely one cell, lines that are known names each are likely not."""
    if len(texts) == 1:
        return 0.0
    text = "".join(texts)
    if is_name(text):
        return -0.5
    if is_school(text):
        return 1.5 if any(is_school("".join(texts[:k])) for k in range(1, len(texts))) else -0.5
    if sum(squeeze(part) in vocabulary().dimension_of_header for part in texts) > 1:
        return _OF_TWO_GROUPS  # 学历 and 职称 each stand beside rows of their own
    if sum(_ENDS_AS_SCHOOL.search(part) is not None for part in texts) > 1:
        return _OF_TWO_GROUPS  # 卫生学校 and 锦程职校
    return 0.1 * len(texts) + (0.7 if any(map(is_name, texts)) else 0.0)
