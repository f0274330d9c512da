"""The names of rows in a PDF's text that were told apart from them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extraction.blocks import MEASURE, TOTAL, Cell
from extraction.layout.loose_blocks import MEASURED, is_head
from extraction.layout.loose_rows import Read, Row
from extraction.layout.merged_names import CATEGORY_ENDS, Names, Places, kind_of
from extraction.layout.spread_cells import is_school
from extraction.numbers import is_year
from extraction.tables.head_trees import OVER_NAMES, may_name_rows
from extraction.vocabulary import squeeze, vocabulary

_OVER_SCHOOLS = re.compile(r"^(?:学校|院校|办学单位|单位)(?:名称)?$")


@dataclass(frozen=True)
class Named:
    """The heads, the rows with their names, and the schools of which it is not said which rows are theirs."""

    heads: list[Cell]
    rows: Sequence[Row]
    owners: Sequence[Cell] = ()


def dealt(read: Read, heads: Sequence[Cell], places: Places) -> Iterator[Named]:
    """The ways to name the rows wherever their names were told; of the last heads some may be names."""
    rows = read.rows
    if any(row.kinds != "n" * row.values for row in rows):
        return
    told = [name for row in rows for name in row.names] + [name for pack in read.loose for name in pack]
    dated = any(is_year(name.text) for row in rows for name in row.names)
    measured = [name for name in told if MEASURED.search(name.text) or (is_year(name.text) and not dated)]
    if len(measured) * 2 > len(rows):
        return
    ends = [cell for cell in (*read.left, *read.right) if cell.text in CATEGORY_ENDS]
    words = [name for name in (*told, *ends) if name not in measured]
    dated = any(is_year(word.text) for word in words)
    among = _names_among(heads, words, places)
    heads = [head for head in heads if not any(head is name for name in among)]
    announced = frozenset(
        dimension
        for head in (*read.left, *heads)
        if (dimension := vocabulary().dimension_of_header.get(squeeze(head.text)))
    )
    for names, above in _parted(heads, among, dated=dated):
        told = sorted([*names, *words], key=lambda cell: cell.start)
        if (found := Names(rows, told, places, announced).dealt()) is None:
            continue
        named, owners = found
        # Heads that are told late stand left of the others.
        over = _years_by_place([*read.left, *measured, *above, *read.right])
        over = [head for head in over if head not in ends]
        if owners:
            over = [head for head in over if not _OVER_SCHOOLS.search(head.text)]
        yield Named(over, [replace(row, names=list(n)) for row, n in zip(rows, named, strict=True)], owners)


def _years_by_place(heads: Sequence[Cell]) -> list[Cell]:
    """Heads of which the years stand in the order of the text."""
    years = iter(sorted((head for head in heads if is_year(head.text)), key=lambda cell: cell.start))
    return [next(years) if is_year(head.text) else head for head in heads]


def _parted(
    heads: Sequence[Cell], among: Sequence[Cell], *, dated: bool
) -> Iterator[tuple[list[Cell], list[Cell]]]:
    """The ways to part heads from names of rows: of the last words some may be names, and any that says nothing else."""
    tail = last_words(heads, measured=False, dated=dated)
    for unknown in ([], [head for head in heads[: len(heads) - len(tail)] if _says_nothing(head.text)]):
        for count in range(len(tail), -1, -1):
            names = [*among, *unknown, *tail[len(tail) - count :]]
            yield names, [head for head in heads if not any(head is name for name in names)]
        if not any(_says_nothing(head.text) for head in heads[: len(heads) - len(tail)]):
            return


def _says_nothing(head: str) -> bool:
    """Whether a word is no head that is known: it has no unit, is no measure, year, metric or member of a dimension."""
    return not (
        is_head(head)
        or MEASURED.search(head)
        or MEASURE.match(head)
        or is_year(head)
        or vocabulary().terms.get(squeeze(head))
        or may_name_rows(head)
    )


def _names_among(heads: Sequence[Cell], names: Sequence[Cell], places: Places) -> list[Cell]:
    """Names of rows that stand among the heads: between two heads over names, below one in its block, or of a kind that other
    names of rows are of.
    """
    over = [k for k, head in enumerate(heads) if is_head(head.text)]
    kinds = {kind_of(name) for name in names} - {"", "year", "unit"}
    found = []
    for k, head in enumerate(heads):
        if k in over or MEASURED.search(head.text):
            continue
        between = over and over[0] < k < over[-1]
        if is_year(head.text) and not between:
            continue
        if between or kind_of(head) in kinds or any(places.is_below(head, heads[o]) for o in over if o < k):
            found.append(head)
    return found


def give_names(read: Read, heads: list[Cell]) -> bool:
    """Give names to rows and groups of rows without one, in order: the last of the heads, then the loose words.

    False where rows stay without, or words are left over.
    """
    rows = read.rows
    named = [row for row in rows if "w" in row.pattern]
    if not any(MEASURED.search(cell.text) for row in named for cell in row.names):
        for pack in read.loose:  # 毕业生人数（人）
            read.left += [cell for cell in pack if MEASURED.search(cell.text)]
        packs = [[cell for cell in pack if not MEASURED.search(cell.text)] for pack in read.loose]
        read.loose = [pack for pack in packs if pack]
    usual = Counter(len(row.names) for row in named).most_common(1)[0][0] if named else 0
    for above, row in pairwise(rows):
        if not row.names and len(above.names) > max(1, usual):
            row.names = [above.names.pop()]
    nameless = [row for row in rows if "w" not in row.pattern]
    if 0 < len(rows[0].names) < usual:
        lacking = last_words(heads, measured=False, dated=False)[len(rows[0].names) - usual :]
        rows[0].names[:0] = lacking
        del heads[len(heads) - len(lacking) :]
    if nameless:
        measured = any(MEASURED.search(row.names[-1].text) for row in named if row.names)
        dated = any(is_year(row.names[-1].text) for row in named if row.names)
        tail = last_words(heads, measured=measured, dated=dated) if nameless[0] is rows[0] else []
        inner = Counter(row.names[-1].text for row in rows if row.names)
        loose = [names for pack in read.loose for names in _packs(pack)]
        likely = (
            [n for n in loose if inner[n[-1].text]] or [n for n in loose if TOTAL.match(n[-1].text)] or loose
        )
        for given in (likely, loose):
            for count in range(len(tail), -1, -1):
                found = [*_packs(tail[len(tail) - count :]), *given]
                if len(found) == len(nameless) and bool(count) == bool(tail):
                    for row, names in zip(nameless, found, strict=True):
                        row.names = names
                    del heads[len(heads) - count :]
                    read.loose = [names for names in loose if not any(names is g for g in given)]
                    return _name_groups(read)
    return not nameless and _name_groups(read)


def _fill_gaps(read: Read) -> None:
    """Give the loose words to rows that lack one of the words that most rows have, in order."""
    usual = Counter(row.kinds for row in read.rows).most_common(1)[0][0]
    gaps = [(k, usual[:k] + usual[k + 1 :]) for k, kind in enumerate(usual) if kind == "w"]
    short = [row for row in read.rows if any(row.kinds == kinds for _, kinds in gaps)]
    # Of several words side by side the last is missing: it is the one that stands apart.
    at = max((k for k, kinds in gaps if short and kinds == short[0].kinds), default=None)
    if at is None or len(short) != len(read.loose) or any(len(pack) > 1 for pack in read.loose):
        return
    for row, pack in zip(short, read.loose, strict=True):
        row.cells[at:at], row.kinds = pack, usual
    read.loose = []


def last_words(heads: Sequence[Cell], *, measured: bool, dated: bool) -> list[Cell]:
    """The words behind the last that is surely a head; where names of rows have units, or are years, those are none."""

    def opens_table(text: str) -> bool:
        return (
            is_head(text)
            or OVER_NAMES.search(text) is not None
            or MEASURE.match(text) is not None
            or (not dated and is_year(text))
            or (not measured and MEASURED.search(text) is not None)
        )

    last = max((k for k, cell in enumerate(heads) if opens_table(cell.text)), default=-1)
    return list(heads[last + 1 :])


def _packs(words: Sequence[Cell]) -> list[list[Cell]]:
    """Words as names of rows: that of a group goes with the one behind it."""
    packs: list[list[Cell]] = []
    for cell in words:
        if packs and _is_outer(packs[-1][-1].text) and not is_school(cell.text):
            packs[-1].append(cell)
        else:
            packs.append([cell])
    return packs


def _is_outer(text: str) -> bool:
    return squeeze(text) in vocabulary().categories or is_school(text)


def _name_groups(read: Read) -> bool:
    """Where the same names repeat, each round of them is a group whose own name stands in one of its rows, or is loose."""
    if read.loose:
        _fill_gaps(read)
    first = read.rows[0].names[-1].text if read.rows[0].names else ""
    starts = [k for k, row in enumerate(read.rows) if row.names and row.names[-1].text == first]
    if not first or len(starts) < 2:
        return not read.loose
    groups = [read.rows[a:b] for a, b in pairwise([*starts, len(read.rows)])]
    for group in groups:
        outer = [name for row in group for name in row.names[:-1]]
        if not outer and read.loose:
            outer = read.loose.pop(0)
        for row in group:
            row.names = row.names[-1:]
        group[0].names = [*outer, *group[0].names]
    return not read.loose and len({len(group[0].names) for group in groups}) == 1
