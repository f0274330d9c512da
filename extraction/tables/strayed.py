"""Cells that a PDF's text tells out of their place, put where they belong.

What is set in the middle of merged rows, or beside a head of two lines, is told before what stands right of it: `类别 收入 支出
项目 金额` and then the rows of both, or `调查对象 在校生 满意度 2022年 2023年` and then the numbers of 在校生. Units on a line
below the heads are told behind all of these, and so is a title behind its number: `表3 结构 学历 职称 师资结构表 2023年 （人）`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, chain, takewhile

from extraction.blocks import Cell, Table, joined
from extraction.meaning import KIND_OF_PARTS
from extraction.numbers import is_year
from extraction.tables.head_trees import announced
from extraction.tables.rows.likeness import is_count, is_value
from extraction.vocabulary import squeeze, vocabulary

_TOTAL_OF = re.compile(r"(.{2,6})(?:合计|小计|总计)$")
_UNIT = re.compile(r"[（(]\s*[^（）()]{1,6}\s*[)）]")
_TITLE = re.compile(r"[^\d（）()]{4,24}表")
_ONLY_A_NUMBER = re.compile(r"附?表\s*[\d一二三四五六七八九十.\-－—]+[:：]?")
_OF_TEACHERS = tuple(KIND_OF_PARTS.values())
_FEWEST_ROWS = 3


def in_place(dump: Table) -> Table:
    """A dump whose names of rows, units of heads and title are where they belong; itself where none is elsewhere for certain."""
    cells = [cell for (cell,) in dump.rows if cell]
    first = next((k for k, cell in enumerate(cells) if is_count(cell)), 0)
    told = _with_groups(cells, first) or _with_first_name(cells, first) or cells
    heads = next((k for k, cell in enumerate(told) if is_count(cell)), 0) - 1
    above, body = _with_kinds(_with_units(told[: max(0, heads)]), told[max(0, heads) :])
    title = next((cell for cell in above if _TITLE.fullmatch(cell.text)), None)
    if title and dump.caption and _ONLY_A_NUMBER.fullmatch(dump.caption):
        above = [cell for cell in above if cell is not title]
        dump = replace(dump, caption=f"{dump.caption} {title.text}")
    found = [*above, *body]
    return dump if found == cells else replace(dump, rows=tuple((cell,) for cell in found))


def _with_units(heads: Sequence[Cell]) -> list[Cell]:
    """Heads with the units behind them that are as many as the last of these: 2023年 2024年 2024年 占比 （人） （人） （%）,
    where each year opens one.
    """
    units = sum(1 for _ in takewhile(lambda cell: _UNIT.fullmatch(cell.text), reversed(heads)))
    named = heads[: len(heads) - units]
    years = [k for k, cell in enumerate(named) if is_year(cell.text)][-units:]
    starts = years if len(years) == units else list(range(len(named) - units, len(named)))
    if units < 2 or starts[0] < 0:
        return list(heads)
    ends = [*starts[1:], len(named)]
    measured = zip(starts, ends, heads[-units:], strict=True)
    return [*named[: starts[0]], *(joined([*named[a:b], unit]) for a, b, unit in measured)]


def _with_kinds(heads: Sequence[Cell], body: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Heads without 学历 and 职称, and the rows with each before the first that is named by a member of it."""
    groups = {kind: cell for cell in heads if (kind := announced(cell.text)) in _OF_TEACHERS}
    firsts = {
        next(
            (n for n, cell in enumerate(body) if squeeze(cell.text) in vocabulary().members[kind or ""]), -1
        ): cell
        for kind, cell in groups.items()
    }
    if len(firsts) < 2 or -1 in firsts:
        return list(heads), list(body)
    told = [cell for n, name in enumerate(body) for cell in ((firsts[n], name) if n in firsts else (name,))]
    return [cell for cell in heads if cell not in groups.values()], told


def _with_groups(cells: Sequence[Cell], first: int) -> list[Cell]:
    """The cells with each group before its first row, where each has a total of its own: rows up to 收入合计, and from there
    to 支出合计.
    """
    totals = {k: name[1] for k, cell in enumerate(cells) if (name := _TOTAL_OF.match(cell.text))}
    groups = [cell for cell in cells[: max(0, first - 1)] if cell.text in totals.values()]
    if len(groups) < 2 or [cell.text for cell in groups] != list(totals.values()):
        return []
    ends = [next((k for k in range(t + 2, len(cells)) if not is_value(cells[k])), len(cells)) for t in totals]
    starts = [first - 1, *ends[:-1]]
    rows = [[group, *cells[a:b]] for group, a, b in zip(groups, starts, ends, strict=True)]
    heads = [cell for cell in cells[: first - 1] if cell not in groups]
    return [*heads, *(cell for row in rows for cell in row), *cells[ends[-1] :]]


def _with_first_name(cells: Sequence[Cell], first: int) -> list[Cell]:
    """The cells with its name before the first row, where all other rows have one of the same dimension before their values, or
    among them, behind a page's end.
    """
    names = [cell for cell in cells[first:] if not is_value(cell)]
    values = [cell for cell in cells[first:] if is_value(cell)]
    rows = len(names) + 1
    width, left = divmod(len(values), rows)
    told = list(accumulate(map(is_value, cells[first:])))  # values up to each cell
    before = [n for n, cell in zip(told, cells[first:], strict=True) if not is_value(cell)]
    if rows < _FEWEST_ROWS or not width or left or [n // width for n in before] != list(range(1, rows)):
        return []
    kinds = set.intersection(*map(_dimensions, names))
    strayed = [cell for cell in cells[: first - 1] if kinds & _dimensions(cell)]
    if len(strayed) != 1 or kinds & _dimensions(cells[first - 1]):
        return []
    heads = [cell for cell in cells[:first] if cell is not strayed[0]]
    lines = ([name, *values[r * width : (r + 1) * width]] for r, name in enumerate([*strayed, *names]))
    return [*heads, *chain.from_iterable(lines)]


def _dimensions(cell: Cell) -> set[str]:
    """The dimensions that a name as a whole is a member of."""
    name = squeeze(cell.text)
    if is_year(name):
        return set()
    found = {kind for kind, _ in vocabulary().terms.get(name, ()) if kind != "metric"}
    return found | ({"programme"} if name in vocabulary().programmes else set())
