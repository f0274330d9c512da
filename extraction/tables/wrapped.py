"""Names that a page broke over several lines or cells, put together again.

A column too narrow for its head prints `毕业` `人数` `(人)`; nothing says where one head ends and the next begins. The ways
to join neighbours are tried, and the one that makes most known words of the pieces is the cheapest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from extraction.blocks import MEASURE, TOTAL, Cell, joined
from extraction.meaning import counted_unit
from extraction.numbers import is_year
from extraction.tables.rows.likeness import FOUNDED, ONE_SCHOOL
from extraction.vocabulary import squeeze, vocabulary

_MOST_PIECES = 5
_LONGEST = 30
_LONGEST_KIND = 6  # characters of the words for a kind of schools
_JOIN = 0.15  # what joining costs: two known words stay two
_SWALLOWED = 0.3  # what it costs to make a known name part of an unknown one
_UNKNOWN = 0.1  # what an unknown name costs, and each character of it that no known word explains
_SHORTENED = (
    0.2  # what 公共基础课 costs for 公共基础课教师: more than to join the two, where both are printed
)
_NEVER = 50.0
_BRACKET_AT_END = re.compile(r"[（(][^（）()]*[)）]?$")
_OVER_NAMES = re.compile(
    r"年[度份](?:\(年\))?|年级|学校|院校|(?:计量)?单位|序号|编号|[项类]别|名称|备注|.{1,4}名称"
)
# Words behind the unit or the last word of one head are another head, and so is a year behind words.
_GOES_ON = re.compile(r"[)）][^()（）]|名称.+$|[^\d](?:19|20)\d{2}")
_MEASURED = re.compile(r"(?<=.{3})(?:占比|比例)$")  # a known name with its measure behind it
_PART = re.compile(r"^其中[:：]?(?=.)")
_OPENS_WITHIN = re.compile(r"^[（(]|^.{0,3}[)）]$")


def readings(pieces: Sequence[Cell], most: int = 6) -> list[tuple[float, tuple[Cell, ...]]]:
    """The ways to read pieces as names, one for each number of names that is likely, with what each costs more than the
    first, which is the likeliest.
    """
    if not pieces:
        return [(0.0, ())]
    best = _best(pieces)
    counts = sorted(
        (count for count in range(1, len(pieces) + 1) if best[count][0] < _NEVER), key=lambda n: best[n][0]
    )
    least = best[counts[0]][0] if counts else 0.0
    return [(best[count][0] - least, _cut(pieces, best[count][1])) for count in counts[:most]]


def with_own_years(pieces: Sequence[Cell]) -> tuple[Cell, ...]:
    """Pieces with each year that stands alone among words joined to the word below it (2024年 招生数), where other years stand
    side by side as heads of their own (2023年 2024年) or the word is the same (2023年 人数 2024年 人数); empty where none is.
    """
    years = [is_year(piece.text) for piece in pieces]
    dated = [below.text for year, below in pairwise(pieces) if is_year(year.text)]
    side_by_side = any(a and b for a, b in pairwise(years)) or len(dated) > len(set(dated)) == 1
    found: list[Cell] = []
    k = 0
    while k < len(pieces):
        alone = (
            years[k] and not any(years[k + 1 : k + 2]) and not (k and years[k - 1]) and k + 1 < len(pieces)
        )
        found.append(joined(pieces[k : k + 2]) if alone else pieces[k])
        k += 2 if alone else 1
    return tuple(found) if side_by_side and len(found) < len(pieces) else ()


def in_names(pieces: Sequence[Cell], most: int) -> tuple[Cell, ...]:
    """Pieces as at most so many names."""
    if len(pieces) <= most and all(_cost(piece.text) == 0 for piece in pieces):
        return tuple(pieces)
    best = _best(pieces)
    count = min(range(1, min(most, len(pieces)) + 1), key=lambda n: (best[n][0], -n))
    return _cut(pieces, best[count][1])


def _best(pieces: Sequence[Cell]) -> dict[int, tuple[float, tuple[int, ...]]]:
    """For each number of names the cost of the cheapest way to cut the pieces into so many, and where it cuts."""
    texts = [piece.text for piece in pieces]
    ways: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, ())}]
    for end in range(1, len(texts) + 1):
        here: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start in range(max(0, end - _MOST_PIECES), end):
            name = "".join(texts[start:end])
            if end - start > 1 and len(name) > _LONGEST:
                continue
            cost = _cost(name) + _JOIN * (end - start - 1)
            cost += _NEVER * any(map(_is_whole_school, texts[start + 1 : end]))
            if cost > _JOIN * (end - start - 1) and end - start > 1:
                cost += _SWALLOWED * sum(_cost(text) == 0 for text in texts[start:end])
                cost += _NEVER * any(map(is_year, texts[start:end]))
            for count, (before, cuts) in ways[start].items():
                if count + 1 not in here or before + cost < here[count + 1][0]:
                    here[count + 1] = (before + cost, (*cuts, end))
        ways.append(here)
    every = dict.fromkeys(range(1, len(texts) + 1), (2 * _NEVER, tuple(range(1, len(texts) + 1))))
    return every | ways[-1]


def _is_whole_school(piece: str) -> bool:
    """Whether a piece is the name of a school that goes on from nothing, unlike 职业技术学校."""
    return len(piece) > _LONGEST_KIND and ONE_SCHOOL.fullmatch(squeeze(piece)) is not None


def _cut(pieces: Sequence[Cell], ends: Sequence[int]) -> tuple[Cell, ...]:
    starts = (0, *ends[:-1])
    return tuple(
        pieces[start] if end - start == 1 else joined(pieces[start:end])
        for start, end in zip(starts, ends, strict=True)
    )


@lru_cache(maxsize=16_384)
def _cost(name: str) -> float:
    """How unlikely a text is to be one whole name: 0 for a known one, else the more the fewer known words are in it."""
    if _OPENS_WITHIN.match(name):
        return _NEVER  # a bracket, or the end of one, explains the name before it
    words = _PART.sub("", squeeze(_BRACKET_AT_END.sub("", name)))
    known = vocabulary()
    if (
        words in known.terms
        or _MEASURED.sub("", words) in known.terms
        or words in known.dimension_of_header
        or _OVER_NAMES.fullmatch(words)
        or FOUNDED.fullmatch(words)
        or words in known.programmes
        or words in known.categories
        or ONE_SCHOOL.fullmatch(words)
        or is_year(words)
        or MEASURE.match(name)
        or counted_unit(name)
        or TOTAL.match(words)
    ):
        return 0.0
    if f"{words}教师" in known.terms:
        return _SHORTENED
    covered = {k for term in known.find_terms(words) for k in range(term.start, term.end)}
    return _UNKNOWN + _UNKNOWN * (len(words) - len(covered)) + (_GOES_ON.search(name) is not None)
