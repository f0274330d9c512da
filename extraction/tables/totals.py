"""What totals count that no words of theirs say: what adds up to them, in every row of a column of totals (经费合计), or in
the column of a row of totals (合计 below 免学费 and 助学金).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from extraction.blocks import TOTAL
from extraction.meaning import whole_of_kinds
from extraction.records import UNMAPPED, Observation
from extraction.tables.grids import Datum
from extraction.vocabulary import squeeze, vocabulary

Told = tuple[Datum, Observation]

_SAYS_TOTAL = re.compile(r"(?:合计|总计|小计|共计|总额)(?:[（(].*[)）])?$|^(?:合计|总计|小计|共计)")
_CONFIDENCE = 0.6
_FEWEST_PARTS = 2


def summed_up(found: Sequence[Told]) -> list[Told]:
    """The observations of a table, its totals with the metric of which they are the sum."""
    return _in_columns(_in_rows(found))


def _in_columns(found: Sequence[Told]) -> list[Told]:
    """The observations of a table, those of a row of totals with the metric of the numbers above that add up to it."""
    if not any(_is_lost_total(told) for told in found):
        return list(found)
    columns: dict[Hashable, list[Told]] = defaultdict(list)
    for datum, o in found:
        columns[datum.heads, datum.section, _over_names(datum)].append((datum, o))
    sums: dict[int, Observation] = {}
    for told in columns.values():
        parts = [(datum, o) for datum, o in told if o.metric != UNMAPPED and not _names_total(datum)]
        for datum, total in filter(_is_lost_total, told):
            of_metric = _sums(datum, parts)
            if len(of_metric) == 1:
                (of,) = of_metric.values()
                whole = _total(total, of)
                sums[total.char_start] = (
                    whole if whole.dims else replace(whole, metric=whole_of_kinds(whole.metric))
                )
    return [(datum, sums.get(o.char_start, o)) for datum, o in found]


def _over_names(datum: Datum) -> str:
    """The head over a row's nearest name: income and spending side by side have names of their own below like heads."""
    return datum.row[-1][0] if datum.row else ""


def _is_lost_total(told: Told) -> bool:
    datum, o = told
    return o.metric == UNMAPPED and _names_total(datum)


def _names_total(datum: Datum) -> bool:
    return bool(datum.row) and TOTAL.match(datum.row[-1][1]) is not None


def _in_rows(found: Sequence[Told]) -> list[Told]:
    """The observations of a table, those of a column of totals with the metric of which they are the sum."""
    columns: dict[tuple[str, ...], list[Told]] = defaultdict(list)
    for datum, o in found:
        if o.metric == UNMAPPED and datum.heads and _SAYS_TOTAL.search(squeeze(datum.heads[0])):
            columns[datum.heads].append((datum, o))
    if not columns:
        return list(found)
    rows: dict[Hashable, list[Told]] = defaultdict(list)
    for datum, o in found:
        rows[datum.row, datum.section].append((datum, o))
    sums = {o.char_start: total for column in columns.values() for o, total in _summed(column, rows)}
    return [(datum, sums.get(o.char_start, o)) for datum, o in found]


def _summed(
    column: Iterable[Told], rows: Mapping[Hashable, Sequence[Told]]
) -> Iterable[tuple[Observation, Observation]]:
    """Each total of a column with what it is; none where a row's parts do not add up, or all are nought."""
    sums = [(o, _sums(datum, rows[datum.row, datum.section])) for datum, o in column]
    metrics = set.intersection(*(set(by_metric) for _, by_metric in sums))
    if len(metrics) != 1 or not any(o.value for o, _ in sums):
        return
    (metric,) = metrics
    yield from ((o, _total(o, by_metric[metric])) for o, by_metric in sums)


def _sums(total: Datum, row: Iterable[Told]) -> dict[str, list[Observation]]:
    """The metrics of which a number is the sum in its row, with the parts."""
    parts: dict[str, list[Told]] = defaultdict(list)
    for datum, o in row:
        if o.metric != UNMAPPED and vocabulary().metrics[o.metric].kind != "ratio":
            parts[o.metric].append((datum, o))
    return {
        metric: [o for _, o in told]
        for metric, told in parts.items()
        if len(told) >= _FEWEST_PARTS
        and sum(datum.number.amount for datum, _ in told) == total.number.amount
        and len({o.unit_raw for _, o in told}) == 1
    }


def _total(o: Observation, parts: Sequence[Observation]) -> Observation:
    """A total as what it is the sum of; of the dimensions it has those that all its parts share."""
    one = parts[0]
    shared = set.intersection(*(set(part.dims.items()) for part in parts))
    return replace(
        o,
        value=sum((part.value for part in parts[1:]), one.value),
        unit=one.unit,
        unit_raw=one.unit_raw,
        metric=one.metric,
        dims={key: value for key, value in one.dims.items() if (key, value) in shared},
        confidence=_CONFIDENCE,
    )
