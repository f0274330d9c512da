"""Names beside known members of a dimension: are they members, too?

A column that names 人员经费, 公用经费 and 校舍维修 names purposes, though the vocabulary knows two of them only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from extraction.blocks import TOTAL
from extraction.meaning import KIND_OF_PARTS, Context, interpret
from extraction.records import UNMAPPED
from extraction.tables.grids import Datum
from extraction.vocabulary import squeeze, vocabulary

_Place = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]

_FEWEST = 2
_NAMED_WITH = {"source": "收入", "purpose": "支出"}  # 培训收入 beside 财政拨款, 基建支出 beside 人员经费
# Dimensions whose members are open: their own heads say so, and what stands below them is a member whatever it is.
_OPEN = ("metric", "origin", "indicator", "coverage", "respondent", "level", "programme", "category")


def with_members(data: Sequence[Datum]) -> list[Datum]:
    """The data of a table, a name that says nothing else with the head of the dimension whose members stand beside it, below
    the same names: the sources of income are told apart from the purposes of expenditure.
    """
    found = list(data)
    for k in range(max((len(datum.row) for datum in data), default=0)):
        below: dict[_Place, list[Datum]] = defaultdict(list)
        for datum in found:
            below[_place(datum, k)].append(datum)
        heads = {place: _heads_of_members(_names_at(k, group)) for place, group in below.items()}
        found = [_headed(datum, k, heads[_place(datum, k)]) for datum in found]
    return found


def _place(datum: Datum, k: int) -> _Place:
    """The names before one, but for ordinals, and the upper head of its column, which spans a table printed beside another."""
    return tuple(pair for pair in datum.row[:k] if not pair[1].strip().isdigit()), datum.heads[-1:]


def _names_at(k: int, data: Iterable[Datum]) -> Iterable[tuple[str, str]]:
    return dict.fromkeys(datum.row[k] for datum in data if k < len(datum.row))


def _headed(datum: Datum, k: int, heads: Mapping[tuple[str, str], str]) -> Datum:
    head = heads.get(datum.row[k]) if k < len(datum.row) else None
    if head is None:
        return datum
    return replace(datum, row=(*datum.row[:k], (head, datum.row[k][1]), *datum.row[k + 1 :]))


def _heads_of_members(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names below a head of no dimension that are unknown beside known members -> the head that these would have."""
    loose = [(head, name) for head, name in names if _is_loose(head) and not TOTAL.match(name)]
    kinds = {pair: _dimension(pair[1]) for pair in loose}
    known = Counter(kind for kind in kinds.values() if kind)
    (dimension, count), *others = known.most_common(2) or [("", 0)]
    whole = _NAMED_WITH.get(dimension)
    unknown = [
        pair
        for pair, kind in kinds.items()
        if kind is None and (_says_nothing(pair[1]) or _is_named_with(pair[1], whole))
    ]
    if others:
        return _one_after_the_other(kinds, unknown)
    if count < max(_FEWEST, len(unknown)):
        return {}
    head = vocabulary().head_of_dimension[dimension]
    return dict.fromkeys(unknown, head)


def _one_after_the_other(
    kinds: Mapping[tuple[str, str], str | None], unknown: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Degrees and then titles: a name that may be a member of either (专科, 中级) goes with those before it."""
    told = [kind for kind, _ in groupby(filter(None, kinds.values()))]
    if len(told) != 2 or set(told) != set(KIND_OF_PARTS.values()):
        return {}
    heads: dict[tuple[str, str], str] = {}
    last = None
    for pair, kind in kinds.items():
        last = kind or last
        if last and pair in unknown and squeeze(pair[1]) in vocabulary().members[last]:
            heads[pair] = vocabulary().head_of_dimension[last]
    return heads


def _is_named_with(name: str, whole: str | None) -> bool:
    return whole is not None and name.endswith(whole) and not name.endswith(f"总{whole}")


def _is_loose(head: str) -> bool:
    return vocabulary().dimension_of_header.get(squeeze(head), "indicator") == "indicator"


@lru_cache(maxsize=4_096)
def _dimension(name: str) -> str | None:
    """The one closed dimension that a name is a member of, or ends with one of (日常公用经费)."""
    squeezed = squeeze(name)
    ends = {term.kind for term in vocabulary().find_terms(squeezed) if term.end == len(squeezed)}
    kinds = ends - set(_OPEN)
    return next(iter(kinds)) if len(kinds) == 1 else None


@lru_cache(maxsize=4_096)
def _says_nothing(name: str) -> bool:
    has_number = any(map(str.isdigit, name))  # 35岁以下 is of another kind
    return not has_number and interpret(Context((name,)), None).metric == UNMAPPED
