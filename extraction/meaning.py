"""What a number means: from the words around it to a metric and its dimensions.

Tables and statements ask the same question here. They hand over the words as `Context`, nearest first; which word
decides is a rule of this file, which words exist is the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extraction.records import UNMAPPED
from extraction.vocabulary import Metric, Term, Unit, squeeze, vocabulary

# Canonical units that can stand for one another where a report leaves the unit to the reader.
_FAMILY = {
    "CNY": "money", "CNY/person": "money", "CNY/month": "money",
    "m2": "area", "m2/person": "area",
    "person": "person", "person-time": "person", "person-day": "person",
    "percent": "percent",
    "percent_point": "change",
    "ratio": "ratio",
    "Mbps": "bandwidth",
    "hour": "time", "day": "time", "month": "time", "age": "age", "km": "length", "km2": "territory",
}  # fmt: skip

# Words that say how something is measured, not what: they never name a metric by themselves.
_SHARE_WORDS = re.compile(r"(比例|占比|比重|百分比|占[^,，]*的?)$|[%％]")
_BRACKET = re.compile(r"[（(]\s*(?:单位\s*[:：]?\s*)?([^（）()]{1,12})\s*[)）]")


@dataclass(frozen=True)
class Context:
    """The words a number belongs to, nearest first, and the members that its place already fixes.

    `phrases[0]` is the head of its own column or the clause it stands in; later ones stand further away (parent heads,
    the row's name, the caption). `members` are known from the place alone, such as a programme in the column 专业名称.
    """

    phrases: Sequence[str]
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Meaning:
    """The metric (or `unmapped`) and dimensions of a number, and how sure that is (0 to 1)."""

    metric: str
    dims: dict[str, str]
    confidence: float

    @property
    def unit(self) -> str:
        """The metric's canonical unit, empty for an unmapped number."""
        return "" if self.metric == UNMAPPED else vocabulary().metrics[self.metric].unit


def units_in(phrase: str) -> list[Unit]:
    """The units that a head or caption announces in brackets: `金额（万元）`, `（单位：人、%）`."""
    known = vocabulary().units
    found = []
    for bracket in _BRACKET.findall(phrase):
        for part in re.split(r"[、,，/;；]", bracket) if bracket not in known else [bracket]:
            unit = known.get(part.strip())
            if unit:
                found.append(unit)
    return found


def family(canonical: str) -> str:
    """The family of a canonical unit; what is counted and is no person is `count`."""
    return _FAMILY.get(canonical, "count")


def fits(metric: Metric, unit: Unit | None) -> bool:
    """Whether a number printed with this unit can be of this metric."""
    return unit is None or family(metric.unit) == family(unit.canonical)


def says_share(phrase: str) -> bool:
    """Whether a phrase announces a share (比例, 占比, 占…的) rather than the thing itself."""
    return bool(_SHARE_WORDS.search(squeeze(_BRACKET.sub("", phrase)))) or "%" in squeeze(phrase)


def interpret(context: Context, unit: Unit | None) -> Meaning:
    """The meaning of a number with this unit in this context.

    The nearest phrase that names a metric decides; inside a phrase the last metric named, since Chinese puts the
    head noun last. A share word or a per cent sign turns a counted metric into its share. A unit of another family
    than the metric's leaves the number unmapped rather than wrong.
    """
    squeezed = [squeeze(phrase) for phrase in context.phrases]
    is_share = (unit is not None and unit.canonical == "percent") or (
        unit is None and any(says_share(phrase) for phrase in context.phrases[:1])
    )
    for distance, phrase in enumerate(squeezed):
        terms = vocabulary().find_terms(phrase)
        for term in _heads_first([t for t in terms if t.kind == "metric"]):
            metric = _as_share(term.code) if is_share else vocabulary().metrics[term.code]
            if metric and fits(metric, unit):
                dims = _dims(metric, squeezed, context.members)
                return Meaning(metric.code, dims, round(0.95 - 0.1 * distance, 2))
    return Meaning(UNMAPPED, dict(context.members), 0.3)


def _heads_first(terms: Iterable[Term]) -> list[Term]:
    return sorted(terms, key=lambda term: (-term.end, term.start))


def _as_share(code: str) -> Metric | None:
    """The metric itself where it is a percentage, else the metric of its share."""
    metrics = vocabulary().metrics
    if metrics[code].unit == "percent":
        return metrics[code]
    share = vocabulary().share_of.get(code)
    return metrics[share] if share else None


def _dims(metric: Metric, phrases: Sequence[str], members: Mapping[str, str]) -> dict[str, str]:
    """Members fixed by place, then those named in the phrases, the nearest first; each dimension once."""
    dims = dict(members)
    for phrase in phrases:
        for term in vocabulary().find_terms(phrase):
            dimension = vocabulary().dimensions.get(term.kind)
            if (
                dimension
                and term.kind not in dims
                and dimension.applies_to(metric)
                and _tells_apart(metric, term)
            ):
                dims[term.kind] = term.text
    return dims


def _tells_apart(metric: Metric, term: Term) -> bool:
    """A member is a dimension only where it narrows the metric, not where it is part of the metric's own name."""
    return term.text not in squeeze(metric.name_zh)
