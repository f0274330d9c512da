"""Rows whose second name is merged over those below, not the first: `护理 三年 v v · 助产 v v · 药剂 v v`."""

from __future__ import annotations

from collections.abc import Sequence

from extraction.blocks import TOTAL, Cell
from extraction.tables.rows.likeness import ONE_SCHOOL
from extraction.vocabulary import squeeze, vocabulary

_Names = tuple[Cell, ...]


def completed(named: Sequence[_Names]) -> list[_Names]:
    """Each row's two names, the second from above where it has but one; [] where the rows are not such.

    Names of rows are all of a kind: behind `护理 三年` a row 助产 is another programme, so 三年 is what they share. Behind
    `装备制造大类 数控` a row 模具 is no category: there the first name is what is shared.
    """
    kind = _kind(named[0][0]) if named and len(named[0]) == 2 else ""
    if not kind or _kind(named[0][1]) or {len(names) for names in named} != {1, 2}:
        return []
    kinds = [_kind(first) for first, *_ in named[1:] if not TOTAL.match(first.text)]
    if set(kinds) - {kind, ""} or 2 * kinds.count(kind) < len(kinds):
        return []
    rows: list[_Names] = []
    for first, *second in named:
        end = first.end
        rows.append(
            (first, second[0] if second else Cell("", end, end) if TOTAL.match(first.text) else rows[-1][1])
        )
    return rows


def _kind(cell: Cell) -> str:
    """What a name is of: a programme, a category of programmes, a school; empty where that is not known."""
    name = squeeze(cell.text)
    if name in vocabulary().programmes:
        return "programme"
    if name in vocabulary().categories:
        return "category"
    return "school" if ONE_SCHOOL.fullmatch(name) else ""
