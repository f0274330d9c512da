"""Rows with their unit in a column of its own: `1 name 人 v v · name % v v`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from extraction.blocks import Cell, joined
from extraction.numbers import is_year
from extraction.tables.rows.likeness import LONGEST_ROW, MOST_NAMES, OVER_YEARS, Body, Row, is_value
from extraction.vocabulary import vocabulary

UNIT_HEAD = re.compile(r"(?:计量)?单\s*位")
_RARE_UNIT = re.compile(r"[:：∶]|[%％]|[\u4e00-\u9fff㎡²a-zA-Z0-9]{1,4}/[\u4e00-\u9fff]{1,3}")
# Heads of columns that only some rows have.
_MAY_LACK = re.compile(r"标准|目标|参考|人次|方式|来源|备注|说明")
_SOME_OF = "其中"
_LOOKED_AT = 60  # cells in which the next ordinal comes
_NO_UNIT = re.compile(r"[/／—–－-]+")


def rows_with_units(cells: Sequence[Cell], i: int) -> Body | None:
    """Rows with their unit in a column of its own, below heads that say 单位: the official appendix tables.

    The heads behind 单位 say how many values a row has; one of them may stand over the years at their end. A row without an
    ordinal (其中：…) is below the ordinal above it; what the first row has before its ordinal spans all rows.
    """
    width = _behind_unit_head(cells, i)
    widths = (width, width - 1) if _may_have_parent(cells[i - width : i]) else (width,)
    bodies = [body for width in widths if (body := _rows_of(cells, i, width))]
    return max(bodies, key=lambda body: (_full_rows(body), body.end), default=None)


def _may_have_parent(heads: Sequence[Cell]) -> bool:
    """Whether a head may stand over others: years at the end, and before them more than one other head, or one that says 年度."""
    years = sum(is_year(head.text) for head in heads)
    over = len(heads) > years + 1 or (len(heads) > years and OVER_YEARS.fullmatch(heads[0].text.strip()))
    return years > 1 and bool(over) and all(is_year(head.text) for head in heads[-years:])


def _full_rows(body: Body) -> int:
    return sum(all(cell.text for cell in row.values) for row in body.rows)


def _rows_of(cells: Sequence[Cell], i: int, width: int) -> Body | None:
    rows: list[Row] = []
    ordinal: tuple[Cell, ...] = ()
    at = i
    while width and (names := _names_with_unit(cells, at, 3 if rows else MOST_NAMES, width)):
        words = [name for k, name in enumerate(names, 1) if name.text or k == len(names)]
        numbered = [k for k, name in enumerate(words[:-1]) if is_value(name)]
        if numbered and not _counts_on(words[numbered[-1]], ordinal, first=not rows):
            break
        ordinal = (words[numbered[-1]],) if numbered else ordinal
        told = _told(cells, at + len(names), width, ordinal)
        values = cells[at + len(names) : at + len(names) + told]
        if not any(map(is_value, values)):
            break
        if told < width:  # what it lacks left no mark
            end = values[-1].end
            lacking = (Cell("", end, end),) * (width - told)
            lacks_last = _MAY_LACK.search(cells[i - 1].text) is not None
            values = (*values, *lacking) if lacks_last else (Cell("", end, end),) * width
        first = numbered[-1] + 1 if numbered else 0
        own = words[first:] if numbered or rows else words[-2:]
        if len(own) > 2:  # a name that the page broke, but for a group that has no values of its own
            own = own[-2:] if own[-2].text.startswith(_SOME_OF) else [joined(own[:-1]), own[-1]]
        if len(own) == 1 and rows:  # the same thing in another unit
            own = [rows[-1].names[-2], *own]
        rows.append(Row((*ordinal, *own), tuple(values)))
        at += len(names) + told
    return Body(i, at, tuple(rows)) if len(rows) > 1 else None


def _told(cells: Sequence[Cell], at: int, width: int, ordinal: tuple[Cell, ...]) -> int:
    """How many of the values of a row are told from `at` on: all, or fewer where the next row opens behind those."""
    for n in range(min(width, len(cells) - at), 0, -1):
        words = [k for k, cell in enumerate(cells[at : at + n]) if not is_value(cell)]
        if n < width and any(k < n - 1 for k in words):
            continue
        if n > 1 and ordinal and _is_next_ordinal(cells, at + n - 1, width, ordinal):
            continue
        if at + n == len(cells) or _opens_row(cells, at + n, width, ordinal):
            return n
    return max(0, min(width, len(cells) - at))


def _is_next_ordinal(cells: Sequence[Cell], at: int, width: int, ordinal: tuple[Cell, ...]) -> bool:
    """Whether a number is the ordinal of the next row, and no value: no row behind opens with that ordinal."""
    if not _counts_on(cells[at], ordinal, first=False) or not _opens_row(cells, at, width, ordinal):
        return False
    behind = range(at + 1, min(at + 1 + _LOOKED_AT, len(cells)))
    return not any(
        cells[k].text.strip() == cells[at].text.strip() and _opens_row(cells, k, width, ordinal)
        for k in behind
    )


def _opens_row(cells: Sequence[Cell], at: int, width: int, ordinal: tuple[Cell, ...]) -> bool:
    """Whether a row opens: a name and its unit, perhaps behind the next ordinal."""
    names = _names_with_unit(cells, at, 3, width)
    if len(names) < 2:
        return False
    numbered = is_value(names[0])
    return not is_value(names[-2]) and (not numbered or _counts_on(names[0], ordinal, first=False))


def _counts_on(cell: Cell, last: tuple[Cell, ...], *, first: bool) -> bool:
    """Whether a number before a row's name is its ordinal: the one behind the last, or any in the first row."""
    text = cell.text.strip()
    if not text.isdigit() or is_year(text):
        return False
    return int(text) == int(last[0].text) + 1 if last else first


def _behind_unit_head(cells: Sequence[Cell], i: int) -> int:
    """How many heads stand between the head 单位 and cell `i`, which opens the first row; 0 where there is none."""
    for width, cell in enumerate(reversed(cells[max(0, i - LONGEST_ROW) : i])):
        if UNIT_HEAD.fullmatch(cell.text.strip()):
            return width
        if is_value(cell) and not is_year(cell.text):
            return 0
    return 0


def _names_with_unit(cells: Sequence[Cell], at: int, most: int, width: int) -> Sequence[Cell]:
    """The cells from `at` to the unit of the row, or a mark that says there is none; none where no unit comes soon enough.

    Below the first row a name that spans two rows may be left out.
    """
    group = cells[at + 1 : at + 3] if at < len(cells) and is_value(cells[at]) else ()
    most += any(
        cell.text.startswith(_SOME_OF) for cell in group[1:]
    )  # 2 毕业生满意度 其中：应届毕业生满意度 %
    if most < MOST_NAMES and is_unit(cells[at].text.strip() if at < len(cells) else ""):
        return cells[at : at + 1]
    for end in range(at + 1, min(at + most + 1, len(cells))):
        if is_unit(cells[end].text.strip()) or _says_no_unit(cells, end, width):
            named = any(cell.text and not is_value(cell) for cell in cells[at:end])
            named = named and not any(is_year(cell.text) for cell in cells[at:end])
            return cells[at : end + 1] if named else ()
    return ()


def _says_no_unit(cells: Sequence[Cell], at: int, width: int) -> bool:
    """Whether a mark stands where the unit would: a name before it, and all values of the row behind."""
    is_mark = not cells[at].text or _NO_UNIT.fullmatch(cells[at].text.strip())
    marks = is_mark and cells[at - 1].text and not is_value(cells[at - 1])
    told = max(1, width - 1)  # the last may be words: 达标
    return bool(marks) and len(cells) > at + width and all(map(is_value, cells[at + 1 : at + 1 + told]))


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Whether a cell is the unit of its row."""
    return text in vocabulary().units_of_columns or bool(_RARE_UNIT.fullmatch(text))
