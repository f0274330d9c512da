"""From a grid to data: which cells are heads, which name the row, and which words belong to each number.

The grid may come from a file's own marks, from separated rows, or rebuilt from a page dump (`dumps.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from extraction.blocks import MEASURE, TOTAL, Cell, Table
from extraction.meaning import kinds_of_name
from extraction.numbers import REMARK, Number, find_numbers, is_year
from extraction.vocabulary import squeeze, vocabulary

# Columns whose numbers are no statistics: ordinals, codes, dates.
_NO_STATISTIC = re.compile(r"序号|编号|代码|电话|邮编|日期|时间|排名|^年份$|^年度$|^年级$|^学制|年限|备注")

Grid = Sequence[Sequence[Cell | None]]

_ABOUT = re.compile(r"[约近超≈+余多以上\s]*|\s*1\s*[:：∶]\s*")
_AMONG = re.compile(r"^\s*其\s*中[:：]?\s*$")
_PART = re.compile(r"\s*其中")
_MAY_BE_TURNED = ("programme", "category")  # dimensions whose members are no metrics
_OPENS_GROUP = re.compile(r"\s*(?P<group>[^:：\d]{2,6})[:：]\s*(?=\S)")
_LONG = 60  # a cell of so many characters is prose
_ORDINALS = re.compile(r"序号|编号")
_UNITS = re.compile(r"(?:计量)?单\s*位")
# Heads that say of nothing that they are its share.
_SHARE = re.compile(r"^(?:所?占(?!地).*)?(?:比例|占比|比重|百分比|比)(?:[（(][^（）()]*[)）])?$")
_NONE = re.compile(r"\s*[/／\\—–\-－]+\s*")  # printed where there is no number


@dataclass(slots=True)
class Datum:
    """A number of a table with the words it belongs to.

    `heads` are its column's heads, the nearest first; `row` the names of its row as (head of the name's column, name),
    the most specific last; `section` a row of words above it that spans the table; `part_of` the name of the row above
    of which 其中 says that this one is a part, or 占比 that it is the share.
    """

    number: Number
    cell: Cell
    heads: tuple[str, ...]
    row: tuple[tuple[str, str], ...]
    section: str = ""
    part_of: str = ""


def data_of(table: Table) -> Iterator[Datum]:
    """Every number of a table, row by row. A merged number is told once; a dump's numbers belong to no words."""
    if table.is_dump:
        cells = [cell for row in table.rows for cell in row if cell is not None and not is_year(cell.text)]
        yield from (Datum(number, cell, (), ()) for cell in cells if (number := number_in(cell)))
    elif table.rows:
        for grid in _side_by_side(table.rows):
            yield from _data_of_grid(grid)


def _side_by_side(grid: Grid) -> list[Grid]:
    """The tables that are printed side by side in a grid: their heads repeat (指标, 数值, 指标, 数值), those over names may
    differ; or the same head stands over the names of each (项目, 金额, 占比, 项目, 金额).
    """
    width, body = len(grid[0]), _first_data_row(grid)
    heads_of = [_heads(grid, body, c) for c in range(width)]
    first = heads_of[0][:1]
    lengths = [
        n for n in range(2, width // 2 + 1) if width % n == 0 and heads_of[n - 1][:1] == heads_of[-1][:1]
    ]
    again = [c for c in range(2, width - 1) if first and heads_of[c][:1] == first]
    names = set(_name_columns(grid[body:], heads_of)) if lengths or again else set()
    for n in lengths:
        alike = all((c in names) == (c % n in names) for c in range(width))
        if alike and 0 in names and n - 1 not in names and _repeat(heads_of, n, names):
            return _cut(grid, range(0, width, n))
    behind_numbers = (
        c for c in again if c - 1 not in names and any(_is_data(row[c - 1]) for row in grid[body:])
    )
    starts = [0, *(c for c in behind_numbers if c in names)]
    return _cut(grid, starts) if {0} < set(starts) and names.issuperset(starts) else [grid]


def _cut(grid: Grid, starts: Sequence[int]) -> list[Grid]:
    """A grid cut before these columns."""
    return [tuple(row[a:b] for row in grid) for a, b in pairwise([*starts, len(grid[0])])]


def _repeat(heads_of: Sequence[tuple[str, ...]], length: int, names: Collection[int]) -> bool:
    """Whether the nearest heads of so many columns stand there again and again, but for those over names."""
    return all(c in names or heads[:1] == heads_of[c % length][:1] for c, heads in enumerate(heads_of))


def _data_of_grid(grid: Grid) -> Iterator[Datum]:
    body = _first_data_row(grid)
    heads_of = _with_wholes([_heads(grid, body, c) for c in range(len(grid[0]))])
    names = _name_columns(grid[body:], heads_of)
    is_turned = _is_turned(grid[body:], names, heads_of)
    heads_of = _with_measured(heads_of, names)
    counted = [
        c
        for c, heads in enumerate(heads_of)
        if c not in names and not (heads and _NO_STATISTIC.search(heads[0]))
    ]
    section = group = ""
    whole, part_of, measured = "", "", ""
    numbered = any(heads and _ORDINALS.search(heads[0]) for heads in heads_of)
    told: set[int] = set()
    last_of = {id(cell): r for r, row in enumerate(grid) for cell in row if cell is not None}
    above: Sequence[Cell | None] | None = None
    for row in grid[body:]:
        distinct = {id(cell): cell for cell in row if cell is not None}
        if len(distinct) == 1 and len(row) > 1 and not number_in(only := next(iter(distinct.values()))):
            if above is None or all(only is not cell for cell in above):  # merged with a row above it is none
                section = only.text
            continue
        row_names, group = _in_group(tuple(_names_in(row, names, heads_of, row)), group)
        named = [
            name
            for head, name in row_names
            if not name.strip().isdigit() and not _UNITS.fullmatch(head.strip())
        ]
        ordinals = {c for c in names if (cell := row[c]) is not None and cell.text.strip().isdigit()}
        opens = any(
            above is None or row[c] is not above[c] for c in ordinals
        )  # not merged with the row above
        above = row
        if any(_PART.match(name) for name in named):
            part_of = whole
        elif opens or not (numbered or (part_of and named and _is_member(named[-1]))):
            whole, part_of = (named[0] if named else ""), ""
        is_share = len(named) == 1 and _SHARE.match(named[0]) is not None
        measured = measured if is_share else named[-1] if named else ""
        for c in counted:
            cell = row[c]
            if cell is None or cell.start in told or (number := number_in(cell)) is None:
                continue
            told.add(cell.start)
            left = () if body else _left_of(row, c)
            last = grid[last_of[id(cell)]]
            of_all = row_names if last is row else tuple(_names_in(row, names, heads_of, last))
            if is_turned:
                (head, metric), *_ = row_names
                yield Datum(number, cell, (metric,), ((head, heads_of[c][0]),), section)
                continue
            yield Datum(number, cell, heads_of[c], of_all + left, section, measured if is_share else part_of)


def _names_in(
    row: Sequence[Cell | None],
    names: Iterable[int],
    heads_of: Sequence[tuple[str, ...]],
    last: Sequence[Cell | None],
) -> Iterator[tuple[str, str]]:
    """The names of a row that are those of the last row of a merged number, too: a category's share is of no programme."""
    for c in names:
        cell = row[c]
        if cell is not None and cell is last[c]:
            yield (heads_of[c][0] if heads_of[c] else "", cell.text)


def _is_turned(rows: Grid, names: Sequence[int], heads_of: Sequence[tuple[str, ...]]) -> bool:
    """Whether a table is turned on its side: 专业 over 就业率 and 起薪, and beside it the programmes as heads."""
    if len(names) != 1 or not heads_of[names[0]]:
        return False
    over_names = vocabulary().dimension_of_header.get(squeeze(heads_of[names[0]][0]))
    if over_names not in _MAY_BE_TURNED:
        return False
    told = [cell.text for row in rows if (cell := row[names[0]]) is not None]
    others = [heads[0] if heads else "" for c, heads in enumerate(heads_of) if c not in names]
    return all("metric" in kinds_of_name(name) for name in told) and not any(
        is_year(head) or MEASURE.match(head) or "metric" in kinds_of_name(head) for head in others
    )


def _in_group(names: tuple[tuple[str, str], ...], group: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The names of a row, `职称：高级` as the group 职称 and 高级 in it, and that group: rows behind are of it, up to the next
    group or a metric.
    """
    if not names:
        return names, group
    *before, (head, name) = names
    if opens := _OPENS_GROUP.match(name):
        group, name = opens["group"], name[opens.end() :]
    elif TOTAL.match(name) or "metric" in kinds_of_name(name):
        group = ""
    is_known = squeeze(group) in vocabulary().dimension_of_header
    return ((*before, (head, group), (head, name)), group) if group and is_known else (names, "")


@lru_cache(maxsize=4096)
def _is_member(name: str) -> bool:
    """Whether a name only tells a part from others (市级, 二等奖) and so goes on with the parts above it."""
    kinds = kinds_of_name(name)
    return bool(kinds) and "metric" not in kinds


def _with_wholes(heads_of: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The heads of columns, those below 其中 with the heads of the column whose parts they are: the one before them."""
    whole: tuple[str, ...] = ()
    found = []
    for heads in heads_of:
        is_part = any(_AMONG.match(head) for head in heads)
        found.append((*heads, *(head for head in whole if head not in heads)) if is_part else heads)
        whole = whole if is_part else heads
    return found


def _with_measured(heads_of: Sequence[tuple[str, ...]], names: Collection[int]) -> list[tuple[str, ...]]:
    """The heads of columns, those that only say how something is measured (占比) with the head that says what: the last one
    before it below the same upper heads.
    """
    found: list[tuple[str, ...]] = []
    measured: tuple[str, ...] = ()
    for c, heads in enumerate(heads_of):
        is_measure = bool(heads and _SHARE.match(heads[0]))
        alike = measured and measured[1:] == heads[1:] and c not in names
        found.append((heads[0], *measured) if is_measure and alike else heads)
        if not is_measure:
            measured = (
                () if c in names or not heads or is_year(heads[0]) or MEASURE.match(heads[0]) else heads
            )
    return found


def number_in(cell: Cell) -> Number | None:
    """The number that a cell is: alone, with its unit, or with a sign; prose in a cell is no number."""
    is_joined = (
        len(cell.text) != cell.end - cell.start
    )  # over a line end: no place in it is a place in the text
    return None if is_joined or len(cell.text) >= _LONG else _number_of(cell.text)


@lru_cache(maxsize=32_768)
def _number_of(text: str) -> Number | None:
    """Remembered: tables are gone over several times, and cells are often alike."""
    numbers = find_numbers(text)
    remark = REMARK.search(text)
    if len(numbers) > 1 and remark and numbers[1].start > remark.start() > numbers[0].start:
        numbers = numbers[:1]  # 120亩（约8万平方米）, 12（35%）
    if len(numbers) != 1:
        return None
    number = numbers[0]
    text = text[: remark.start()] if remark and remark.start() >= number.unit_end else text
    rest = text[: number.start] + text[number.unit_end :]
    if "以上" in rest and number.unit is not None and number.unit.canonical == "age":
        return None  # 50岁以上 are those of that age
    return number if _ABOUT.fullmatch(rest) else None


def _is_data(cell: Cell | None) -> bool:
    return cell is not None and not is_year(cell.text) and number_in(cell) is not None


def _is_none(cell: Cell | None) -> bool:
    return cell is None or _NONE.fullmatch(cell.text) is not None


def _first_data_row(grid: Grid) -> int:
    """The first row with a number, or with a mark that says there is none; what looks like a year below one is a number."""
    above: Sequence[Cell | None] = ()
    for r, row in enumerate(grid):
        if any(_is_data(cell) or (cell is not None and _is_none(cell)) for cell in row):
            return r
        if any(_is_year(a) and _is_year(b) and a is not b for a, b in zip(above, row, strict=False)):
            return r
        above = row
    return len(grid)


def _is_year(cell: Cell | None) -> bool:
    return cell is not None and is_year(cell.text)


def _name_columns(rows: Grid, heads_of: Sequence[tuple[str, ...]]) -> list[int]:
    """Columns that name rows: words, years, or ordinals below a head that says so."""
    names = []
    for c, heads in enumerate(heads_of):
        column = [row[c] for row in rows if not _is_none(row[c])]
        dated = bool(heads and is_year(heads[0]))  # a year below a year is a number
        data = sum(_is_data(cell) or (dated and _is_year(cell)) for cell in column)
        ordinal = bool(heads and _ORDINALS.search(heads[0]))
        if column and (ordinal or data * 2 < len(column)):
            names.append(c)
    return names


def _heads(grid: Grid, body: int, column: int) -> tuple[str, ...]:
    """The heads of a column, nearest first, each once."""
    cells = [grid[r][column] for r in range(body - 1, -1, -1)]
    return tuple(dict.fromkeys(cell.text for cell in cells if cell is not None))


def _left_of(row: Sequence[Cell | None], column: int) -> tuple[tuple[str, str], ...]:
    """In a grid without heads: the words right before the number."""
    words = [cell.text for cell in row[:column] if cell is not None and number_in(cell) is None]
    return (("", words[-1]),) if words else ()
