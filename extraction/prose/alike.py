"""Numbers of one sentence that mean the same to the vocabulary: the names by which the sentence tells them apart.

`建成名师工作室2个、技能大师工作室3个`: as in a table (`tables/told_apart.py`), no two numbers beside each other count the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence, Set
from dataclasses import replace
from itertools import permutations

from extraction.meaning import family
from extraction.records import UNMAPPED, Observation
from extraction.vocabulary import squeeze, vocabulary


def told_apart(found: Sequence[Observation]) -> list[Observation]:
    """The observations of a paragraph in order; things counted alike in one sentence with their own names as `indicator`."""
    alike: dict[Hashable, list[Observation]] = defaultdict(list)
    for o in found:
        if o.metric != UNMAPPED and family(o.unit) == "count" and "indicator" not in o.dims:
            alike[o.quote, o.metric, o.entity, o.year, frozenset(o.dims.items() - _ranks(o))].append(o)
    names = {o.char_start: name for group in alike.values() for o, name in _names(group)}
    return [
        replace(o, dims={**o.dims, "indicator": names[o.char_start]}) if o.char_start in names else o
        for o in found
    ]


def _ranks(o: Observation) -> Set[tuple[str, str]]:
    """By what level an observation is told apart: 市级名师工作室2个、校级技能大师工作室3个 are of two kinds all the same."""
    return {(kind, name) for kind, name in o.dims.items() if kind == "level"}


def _names(group: Sequence[Observation]) -> list[tuple[Observation, str]]:
    """The observations with what each is called; none where one's name is within another's: 专业 are all that 开设专业 are.

    One without a name of its own (其中省级2个) is called as the one before it.
    """
    names: list[str] = []
    for o in group:
        names.append(_name(o) or (names[-1] if names else ""))
    called = set(names)
    within = any(a in b for a, b in permutations(called, 2))
    return [] if within or len(called) < 2 else list(zip(group, names, strict=True))


def _name(o: Observation) -> str:
    """The last words of a label that name its metric."""
    label = squeeze(o.label)
    return next((t.text for t in reversed(vocabulary().find_terms(label)) if t.code == o.metric), "")
