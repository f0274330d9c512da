"""The heads over rows of a PDF's text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from extraction.blocks import TOTAL, Cell
from extraction.layout.loose_blocks import is_head
from extraction.layout.loose_rows import Row
from extraction.layout.loose_trees import decided_way
from extraction.layout.merged_names import kind_of
from extraction.numbers import is_year
from extraction.tables.rows.likeness import Row as DumpRow
from extraction.vocabulary import squeeze, vocabulary

_NAMES = ("school", "category", "programme")
Grid = tuple[tuple[Cell | None, ...], ...]


def simple_grid(heads: Sequence[Cell], rows: Sequence[Row]) -> Grid | None:
    """The grid under one row of heads, or two of which the lower are years; None where the heads are other ones."""
    depth = max(len(row.names) for row in rows)
    width = max(len(row.cells) for row in rows)
    others = [cell for cell in heads if not is_year(cell.text)]
    stub = [cell for cell in others if is_head(cell.text)][:depth]
    columns = [cell for cell in heads if not any(cell is s for s in stub)]
    if len(stub) < depth:
        words = [cell for cell in columns if not is_year(cell.text)]  # a year names no rows
        stub = [*stub, *words[: max(0, len(columns) - width)]]
        columns = [cell for cell in columns if not any(cell is s for s in stub)]
    if len(stub) != depth:
        return None
    if len(stub) > 1 and any(is_year(row.names[-1].text) for row in rows if row.names):
        stub.sort(key=lambda cell: cell.text.startswith("年"))
    top: list[tuple[Cell | None, ...]] = [(*stub, *columns)]
    if len(columns) != width:
        uppers, lower = columns[: len(columns) - width], columns[len(columns) - width :]
        each = width // len(uppers) if uppers else width
        if len(uppers) < 2 or each < 2 or not _is_repeated(lower, each):
            return None
        top = [(*stub, *(cell for cell in uppers for _ in range(each))), (*stub, *lower)]
    return _over(top, rows, depth, width)


def judged_grid(heads: Sequence[Cell], rows: Sequence[Row], caption: str) -> Grid | None:
    """The grid under heads whose order is lost; None where the numbers do not say what stands over what."""
    rows = _ordinals_as_names(rows)
    depth = max(len(row.names) for row in rows)
    width = len(rows[0].cells)
    if any(row.kinds != "n" * width for row in rows) or any(kind_of(head) in _NAMES for head in heads):
        return None
    way = decided_way(heads, [DumpRow(tuple(row.names), tuple(row.cells)) for row in rows], caption)
    if way is None:
        return None
    levels = max(len(path) for path in way.paths)
    top = [(*way.stub, *(path[min(level, len(path) - 1)] for path in way.paths)) for level in range(levels)]
    return _over(top, rows, depth, width)


def _ordinals_as_names(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows that open with 1, 2, 3 … before their names: these name them and count nothing."""
    for n, row in enumerate(rows):
        opens = row.cells and row.names and row.cells[0].start < row.names[0].start
        if not (opens and row.cells[0].text.strip() == str(n + 1)):
            return rows
    return [
        replace(row, names=[row.cells[0], *row.names], cells=row.cells[1:], kinds=row.kinds[1:])
        for row in rows
    ]


def _over(
    heads: Sequence[tuple[Cell | None, ...]], rows: Sequence[Row], depth: int, width: int
) -> Grid | None:
    """Rows below their heads; a row with fewer names than others goes on with the group above."""
    top = list(heads)
    units = vocabulary().units_of_columns
    by_unit = depth > 1 and all(row.names[-1].text in units for row in rows if len(row.names) == depth)
    above: list[Cell] = []
    for row in rows:
        total = bool(row.names and TOTAL.match(row.names[-1].text))
        missing: list[Cell | None] = [None] * (depth - len(row.names))
        outer, behind = ([], missing) if by_unit else (missing, [])
        if not total and not by_unit and len(above) == depth:
            outer = list(above[: depth - len(row.names)])
        indent: list[Cell | None] = [None] * (width - len(row.cells))
        top.append((*outer, *row.names, *behind, *indent, *row.cells))
        above = [*above[: depth - len(row.names)], *row.names]
    return tuple(top) if len({len(row) for row in top}) == 1 else None


def _is_repeated(heads: Sequence[Cell], each: int) -> bool:
    """Whether the same texts stand there again and again: 一等奖 二等奖 一等奖 二等奖."""
    texts = [squeeze(cell.text) for cell in heads]
    return texts == texts[:each] * (len(texts) // each)


def years_in_turn(heads: Sequence[Cell]) -> list[Cell]:
    """Heads whose years are the same ones several times, with these in turn behind the others: 2023 2024 2023 2024."""
    years = [Cell(squeeze(cell.text), cell.start, cell.end) for cell in heads if is_year(cell.text)]
    counts = Counter(cell.text for cell in years)
    times = set(counts.values())
    if len(counts) < 2 or len(times) != 1 or times == {1}:
        return list(heads)
    by_year = {year: [cell for cell in years if cell.text == year] for year in sorted(counts)}
    turns = [cells[k] for k in range(times.pop()) for cells in by_year.values()]
    return [*(cell for cell in heads if not is_year(cell.text)), *turns]
