"""Numbers of a paragraph that no word explains, but that add up to what was told before them: its parts.

`全区在校生9194人。四校规模差异明显，甲校4286人；乙校2107人；丙校2801人。从生源地看，区内6812人、区外2382人，分别占74.09%、25.91%`.
Each is told apart by its school, or by a member that its clause names; percentages behind them are theirs where they follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from extraction.entities import Cast
from extraction.records import UNMAPPED, Observation
from extraction.vocabulary import squeeze, vocabulary

_MOST_PARTS = 12
_LOOKED_BACK = 12  # observations
_CONFIDENCE = 0.7
_ROUNDED = Decimal("0.06")  # per cent


def with_parts(told: Sequence[Observation], cast: Cast) -> list[Observation]:
    """The observations of a paragraph in order; those that are parts of what was told before them with its metric."""
    found = list(told)
    for start, end in _runs(found):
        while end - start > 1:
            until = next((k for k in range(end, start + 1, -1) if _take(found, start, k, cast)), start + 1)
            start = until
    return found


def _runs(found: Sequence[Observation]) -> Iterator[tuple[int, int]]:
    """Where numbers of one unit stand together that no word explains."""
    start = 0
    for (unit, unmapped), alike in groupby(found, lambda o: (o.unit_raw, o.metric == UNMAPPED)):
        end = start + len(list(alike))
        if unmapped and unit not in ("", "%"):
            yield start, min(end, start + _MOST_PARTS)
        start = end


def _take(found: list[Observation], start: int, end: int, cast: Cast) -> bool:
    """Give numbers that add up to one before them its metric, and the percentages behind them that of its shares."""
    whole = _whole_of(found, start, end)
    parts = [part for o in found[start:end] if whole and (part := _part(o, whole, cast))]
    if whole is None or len({_told_by(part) for part in parts}) < end - start:
        return False
    found[start:end] = parts
    found[end : end + len(parts)] = _shares(found[end : end + len(parts)], parts, whole)
    return True


def _whole_of(found: Sequence[Observation], start: int, end: int) -> Observation | None:
    """The nearest number before a run to which it adds up."""
    total = sum(o.value for o in found[start:end])
    before = reversed(found[max(0, start - _LOOKED_BACK) : start])
    unit = found[start].unit_raw
    return next(
        (o for o in before if o.metric != UNMAPPED and o.value == total and o.unit_raw == unit and total),
        None,
    )


def _part(o: Observation, whole: Observation, cast: Cast) -> Observation | None:
    """A number as a part of a whole: of another school, or under a member that its clause names; None where it says neither."""
    dims = dict(whole.dims)
    if whole.metric == "schools":
        o = replace(o, entity=whole.entity)  # a kind of them may be told with their names
    own = {kind: code for kind, code in vocabulary().terms.get(squeeze(o.label), ()) if kind != "metric"}
    if o.entity == whole.entity and not own:
        return None
    if o.entity != whole.entity and o.entity not in cast.schools:
        return None
    return replace(
        o,
        metric=whole.metric,
        unit=whole.unit,
        year=whole.year,
        year_basis=whole.year_basis,
        dims=dims | own,
        confidence=_CONFIDENCE,
    )


def _told_by(part: Observation) -> tuple[object, ...]:
    return part.entity, *sorted(part.dims.items())


def _shares(
    behind: Sequence[Observation], parts: Sequence[Observation], whole: Observation
) -> list[Observation]:
    """The numbers behind parts, as their shares where all of them are."""
    share = vocabulary().share_of_its_own.get(whole.metric) or vocabulary().share_of.get(whole.metric)
    follow = (
        o.unit_raw == "%"
        and o.metric == UNMAPPED
        and abs(100 * part.value / whole.value - o.value) <= _ROUNDED
        for o, part in zip(behind, parts, strict=False)
    )
    if share is None or len(behind) < len(parts) or not all(follow):
        return list(behind)
    return [
        replace(
            o,
            metric=share,
            unit="percent",
            entity=part.entity,
            year=part.year,
            year_basis=part.year_basis,
            dims=dict(part.dims),
            confidence=_CONFIDENCE,
        )
        for o, part in zip(behind, parts, strict=True)
    ]
