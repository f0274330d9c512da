"""Rows that open with words: `group · name v v v · name v v v`, `甲校 · 护理 · 2023 v v · 2024 v v`."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise, takewhile
from operator import itemgetter

from extraction.blocks import Cell
from extraction.numbers import is_year
from extraction.tables.rows.gaps import fewest, in_columns
from extraction.tables.rows.likeness import (
    MOST_NAMES,
    ONE_SCHOOL,
    REMARKS,
    Body,
    Run,
    is_count,
    is_value,
    kinds_of,
)
from extraction.tables.rows.merged_behind import completed
from extraction.vocabulary import squeeze, vocabulary

_MOST_HEADS = 16
_FEWEST_DATED = 3  # rows


def named_rows(cells: tuple[Cell, ...], i: int, *, with_gaps: bool = False) -> Iterator[Body]:
    """Words, then always equally many values; words in front open a group.

    The first row's words may follow right upon the heads: as many of them are its own as the deepest row has, or fewer
    where the page broke its names. A single column of both shares and counts is no column. `with_gaps` finds those of
    which some rows lack values, and no others.
    """
    if is_value(cells[i]):
        return
    runs = runs_of(cells, i)
    heads = (*cells[max(0, i - _MOST_HEADS) : i], *(runs[0][0] if runs else ()))
    if any(REMARKS.match(cell.text) for cell in heads):
        runs = _with_remarks(runs)
    width = Counter(len(values) for _, values, _ in runs).most_common(1)[0][0] if runs else 0
    opening = sum(is_year(values[0].text) for _, values, _ in runs)
    if not width or 2 * opening > len(runs):
        return
    if not with_gaps:
        yield from _alike_runs(i, runs, width, width)
    elif not _count_on(runs):
        yield from _alike_runs(i, runs, width, fewest(width))


def _with_remarks(runs: Sequence[Run]) -> list[Run]:
    """The runs below a head for remarks, each with a last cell of words or an empty one: a word that stands before the names of
    the next row, where this one has no empty last cell.
    """
    found = list(runs)
    marks = any(not values[-1].text for _, values, _ in runs)
    usual = Counter(len(names) for names, _, _ in runs[1:]).most_common(1)
    if not marks and usual and usual[0][0] > 1:
        return found  # what is a remark and what a group is not told
    for k, (names, values, end) in enumerate(found):
        behind, more, until = found[k + 1] if k + 1 < len(found) else ((), (), end)
        told = len(behind) > 1 and (marks or not may_be_group(behind[0]))
        if marks and not values[-1].text:
            continue
        if told:
            found[k] = (names, (*values, behind[0]), end + 1)
            found[k + 1] = (behind[1:], more, until)
        elif not marks:
            found[k] = (names, (*values, Cell("", values[-1].end, values[-1].end)), end)
    return found


def may_be_group(cell: Cell) -> bool:
    """Whether a word may name a group of rows: a school, a category or a member of a dimension."""
    return ONE_SCHOOL.fullmatch(squeeze(cell.text)) is not None or _is_member((cell,))


def _alike_runs(i: int, runs: Sequence[Run], width: int, least: int) -> Iterator[Body]:
    """Bodies of the runs from the first on that have so many values, or at the fewest so many."""
    alike = list(takewhile(lambda run: least <= len(run[1]) <= width and not _are_years(run[1]), runs))
    alike = [alike[0], *takewhile(lambda run: len(run[0]) <= MOST_NAMES, alike[1:])] if alike else []
    if len(alike) < (3 if width == 1 else 2) or (least < width and not _have_gaps(alike, width)):
        return
    if width == 1 and len({"%" in kinds_of(values) for _, values, _ in alike}) > 1:
        return
    yield from _with_shared_name(i, alike, width)
    deepest = max(len(names) for names, _, _ in alike[1:])
    before, group = alike[0][0][: -deepest - 1], alike[0][0][-deepest - 1 : -deepest]
    repeats = any(
        cell.text == word.text for cell in group for word in before
    )  # heads: 一等奖 二等奖 一等奖 二等奖
    grouped = (deepest + 1,) if _is_member(group) and not repeats else ()
    depths = dict.fromkeys((deepest, *range(min(2, deepest), 0, -1), *grouped))
    yield from _bodies(i, alike, depths, width)


def _bodies(i: int, runs: Sequence[Run], depths: Iterable[int], width: int) -> Iterator[Body]:
    """Bodies of runs, of whose first one's words so many are its own; the words before them are heads."""
    first, *rest = runs
    for depth in depths:
        named = [(first[0][-depth:], first[1]), *((names, values) for names, values, _ in rest)]
        if rows := in_columns(named, width):
            yield Body(i + max(0, len(first[0]) - depth), runs[-1][2], rows)


def _with_shared_name(i: int, runs: Sequence[Run], width: int) -> Iterator[Body]:
    """The body of runs of which rows share the second name of one above."""
    first, *rest = (names for names, _, _ in runs)
    named = zip(completed([first[-2:], *rest]), (values for _, values, _ in runs), strict=False)
    if rows := in_columns(list(named), width):
        yield Body(i + len(first) - 2, runs[-1][2], rows)


def _have_gaps(runs: Sequence[Run], width: int) -> bool:
    return any(len(values) < width for _, values, _ in runs)


def _count_on(runs: Sequence[Run]) -> bool:
    """Whether ordinals stand among the values of runs, mostly as their last ones: those of the rows behind."""
    last = [int(text) for _, values, _ in runs if (text := values[-1].text.strip()).isdigit()]
    return 2 * sum(b - a == 1 for a, b in pairwise(last)) > len(last)


def dated_rows(cells: tuple[Cell, ...], i: int, *, with_gaps: bool = False) -> Iterator[Body]:
    """Words, a year, then always equally many values: 甲校 护理 2023 v v 2024 v v 会计 2023 v v. Words in front open groups.

    Years that are alone in their rows are another's (`year_rows`).
    """
    if is_value(cells[i]):
        return
    runs = runs_of(cells, i, is_value=is_count)
    width = Counter(len(values) for _, values, _ in runs).most_common(1)[0][0] if runs else 0
    least = fewest(width) if with_gaps else width
    alike = list(takewhile(lambda run: least <= len(run[1]) <= width and is_year(run[0][-1].text), runs))
    deepest = max((len(names) for names, _, _ in alike[1:]), default=0)
    if len(alike) < _FEWEST_DATED or not 1 < deepest <= MOST_NAMES:
        return
    if with_gaps and not _have_gaps(alike, width):
        return
    yield from _bodies(i, alike, (deepest, deepest + 1), width)


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


def runs_of(cells: tuple[Cell, ...], i: int, is_value: Callable[[Cell], bool] = is_value) -> list[Run]:
    """Words and the values behind them, in turn from cell `i` on, each with the cell after them."""
    runs = _all_runs(cells, is_value)
    k = bisect_right(runs, i, key=itemgetter(2))
    if k == len(runs):
        return []
    words, values, end = runs[k]
    before = i - (end - len(values) - len(words))  # cells of that run that stand before `i`
    return [(words[before:], values[max(0, before - len(words)) :], end), *runs[k + 1 :]]


@lru_cache(maxsize=4)
def _all_runs(cells: tuple[Cell, ...], is_value: Callable[[Cell], bool]) -> list[Run]:
    """The runs of a whole dump: rows are looked for at one cell of it after the other."""
    runs: list[Run] = []
    words: tuple[Cell, ...] = ()
    end = 0
    for are_values, cells_alike in groupby(cells, is_value):
        run = tuple(cells_alike)
        end += len(run)
        if are_values:
            runs.append((words, run, end))
        words = run
    return runs
