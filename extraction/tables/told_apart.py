"""What tells the numbers of one table apart where the words that name a metric do not.

Two columns (or rows) of one table never mean the same: where they do so to the vocabulary, the words in which they differ
are kept as `indicator`. And a share says of what it is a share only by its arithmetic: the column it follows from.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal

from extraction.blocks import MEASURE, TOTAL
from extraction.meaning import of_whole, stem_of_count
from extraction.numbers import is_year
from extraction.records import UNMAPPED, Observation
from extraction.tables.grids import Datum
from extraction.vocabulary import squeeze, vocabulary

Told = tuple[Datum, Observation]

_BRACKET = re.compile(r"[（(][^（）()]*[)）]$")
_SAYS_NOTHING = re.compile(r"^其中[:：]?|(?:19|20)\d{2}\s*(?:年度?|学年)")
_OF_ALL = re.compile(r"总(?:人数|数|计|额|量|体)$")  # 升学总人数 beside those of each route
_FEWEST_ROWS = 2  # one row in which a share follows from a column may be chance


def told_apart(found: Sequence[Told]) -> list[Observation]:
    """The observations of a table, given an `indicator` where only that tells them apart, or says of what a share is one."""
    named = _by_words(found)
    wholes = _by_arithmetic(found)
    for _, o in found:
        o.dims = _with_indicator(o, named, wholes)
    return [o for _, o in found]


def _with_indicator(o: Observation, named: Mapping[int, str], wholes: Mapping[int, str]) -> dict[str, str]:
    """Its dimensions; where others share all of them, with its own words before an indicator that it has (2022级/女生)."""
    has = o.dims.get("indicator")
    own = named.get(o.char_start) or (None if has else wholes.get(o.char_start))
    return {**o.dims, "indicator": "/".join(filter(None, (own, has)))} if own else o.dims


def _by_words(found: Sequence[Told]) -> dict[int, str]:
    """Place -> the nearest words of a number that others of the same meaning have not."""
    alike: dict[Hashable, list[Told]] = defaultdict(list)
    for datum, o in found:
        if o.metric != UNMAPPED:
            alike[o.metric, o.entity, o.year, frozenset(o.dims.items())].append((datum, o))
    indicators: dict[int, str] = {}
    for group in alike.values():
        if len(group) < 2:
            continue
        words = {o.char_start: _words(datum) for datum, o in group}
        shared = set.intersection(*map(set, words.values()))
        main = stem_of_count(squeeze(vocabulary().metrics[group[0][1].metric].name_zh))
        own = {
            place: [
                w
                for w in said
                if w not in shared and stem_of_count(squeeze(w)) != main and not _OF_ALL.search(w)
            ]
            for place, said in words.items()
        }
        indicators |= {place: "/".join(reversed(said)) for place, said in _fewest(own).items() if said}
    return indicators


def _fewest(own: Mapping[int, Sequence[str]]) -> dict[int, Sequence[str]]:
    """As many words of each number, from the nearest on, as no other number has all of, or all that it has."""
    counts = Counter(tuple(words[:n]) for words in own.values() for n in range(1, len(words) + 1))
    return {
        place: next((words[:n] for n in range(1, len(words)) if counts[tuple(words[:n])] == 1), words)
        for place, words in own.items()
    }


def _words(datum: Datum) -> tuple[str, ...]:
    """Heads and names of rows without units, the nearest first; years, measures and totals tell nothing."""
    names = (name for head, name in reversed(datum.row) if head.strip() not in ("单位", "计量单位"))
    said = [*datum.heads, *names, datum.section]
    plain = [_BRACKET.sub("", _SAYS_NOTHING.sub("", word)).strip() for word in said]
    return tuple(
        word
        for word in plain
        if word
        and not is_year(word)
        and not MEASURE.match(word)
        and not TOTAL.match(word)
        and not word.isdigit()
    )


def _by_arithmetic(found: Sequence[Told]) -> dict[int, str]:
    """Place of a share -> `占…总数` where in every row it follows from its part and a column that is not its usual whole."""
    shares_of = vocabulary().part_of_share
    rows: dict[Hashable, dict[Hashable, Observation]] = defaultdict(dict)
    for datum, o in found:
        rows[datum.row, datum.section][datum.heads] = o
    wholes: dict[int, str] = {}
    for heads in dict.fromkeys(datum.heads for datum, o in found if o.metric in shares_of):
        column = {key: row[heads] for key, row in rows.items() if heads in row}
        metric = next(iter(column.values())).metric
        if len(column) < _FEWEST_ROWS or any(o.metric != metric for o in column.values()):
            continue
        usual = vocabulary().standard_denominator.get(metric)
        fitting = _fitting(column, rows, shares_of.get(metric, ""))
        if fitting and usual not in fitting:
            wholes |= {o.char_start: of_whole(next(iter(fitting))) for o in column.values()}
    return wholes


def _fitting(
    column: Mapping[Hashable, Observation], rows: Mapping[Hashable, Mapping[Hashable, Observation]], part: str
) -> dict[str, None]:
    """Metrics of the columns without dimensions that are the whole of a share in every row."""
    fitting: dict[str, None] | None = None
    for key, share in column.items():
        row = rows[key].values()
        parts = [o for o in row if o.metric == part and o.dims == share.dims]
        wholes = [o for o in row if o.metric not in (UNMAPPED, part) and not o.dims and o.unit == "person"]
        here = dict.fromkeys(w.metric for w in wholes if any(_is_share(share, p, w) for p in parts))
        fitting = here if fitting is None else {m: None for m in fitting if m in here}
    return fitting or {}


def _is_share(share: Observation, part: Observation, whole: Observation) -> bool:
    """Whether part of whole is the share, to the last digit that is printed."""
    if not whole.value:
        return False
    digits = len(share.raw.partition(".")[2])
    return abs(100 * part.value / whole.value - share.value) <= Decimal(10) ** -digits
