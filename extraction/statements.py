"""From running text to observations: numbers in sentences with the noun phrase they belong to.

A number means what the clause before it names (`专任教师285人`), else the noun behind its unit (`22个专业`), else, after
占 or 其中, what the number before it meant. Plans, changes and sums over several years are kept as unmapped: they are
printed numbers, but no statistic of the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extraction.blocks import Paragraph
from extraction.entities import Cast
from extraction.meaning import Context, Meaning, interpret
from extraction.numbers import Number, find_numbers
from extraction.records import UNMAPPED, Observation
from extraction.vocabulary import squeeze, vocabulary
from extraction.years import Year, opens_with_year, spoken_of

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_CLAUSE_END = re.compile(r"[，,、；;。：:]")
# Words that make a number something else than the statistic of the year.
_CHANGE = re.compile(
    r"(?:增加|增长|增幅|减少|下降|降低|提高|提升|上升|上涨|新增|净增|扩大|缩减)了?(?:至|到)?[^，,。；]{0,6}$"
)
_REACHES = re.compile(r"(?:至|到|达到?|为)$")
_PLAN = re.compile(r"力争|计划|拟|预计|目标|规划到|到20\d\d年|将达|不低于|不少于")
_LONG_RUN = re.compile(r"近[二三四五六七八九十两\d]+年|[三四五]年来|累计|历年|以来|建校")
_NO_STATISTIC = re.compile(r"(?:第|图|表|案例|编号|电话|邮编|号)\s*$")
_SHARE = re.compile(r"占")
_COVERAGE = re.compile(r"[（(]含([^（）()\d]{2,12})")
_NOT_COUNTED = {"year", "hour", "day", "month", "age", "km", "km2", "percent_point"}


@dataclass
class _Thread:
    """What the text is speaking of, carried from number to number through a paragraph."""

    entity: str | None
    year: Year | None
    last: Observation | None = None


def observations_in(
    paragraph: Paragraph, cast: Cast, entity: str | None, year: Year | None
) -> Iterator[Observation]:
    """Every statistic in a paragraph, and as unmapped every other number with a unit."""
    thread = _Thread(entity, year)
    topic = year
    for match in _SENTENCE.finditer(paragraph.text):
        sentence = match.group()
        topic = opens_with_year(sentence, year) or topic
        thread.year = topic
        thread.last = thread.last if sentence.startswith(("其中", "占")) else None
        yield from _in_sentence(sentence, match.start(), paragraph, cast, thread, year)


def _in_sentence(
    sentence: str, offset: int, paragraph: Paragraph, cast: Cast, thread: _Thread, own: Year | None
) -> Iterator[Observation]:
    numbers = [n for n in find_numbers(sentence) if _is_statistic(n, sentence)]
    before = 0
    for number in numbers:
        lead = sentence[before : number.start]
        thread.year = spoken_of(lead, own) or thread.year
        thread.entity = cast.spoken_of(lead, thread.entity)
        found = _observation(number, sentence, before, thread)
        start = paragraph.place(offset + number.start)
        found = replace(found, char_start=start, char_end=start + len(number.raw))
        if found.metric != UNMAPPED and "coverage" not in found.dims:
            thread.last = found
        before = number.unit_end
        yield found


def _is_statistic(number: Number, sentence: str) -> bool:
    """Not a year, an ordinal, a code or a date: a number with a counted unit, or a ratio."""
    before, after = sentence[: number.start], sentence[number.unit_end : number.unit_end + 1]
    if _NO_STATISTIC.search(before) or (re.match(r"[年月日号届]", after) and number.unit is None):
        return False
    if number.unit is None:
        return bool(re.search(r"(?:数|比|率|值|为)[:：]?\s*$", before)) and not re.match(r"[.\-—+]", after)
    return number.unit.canonical not in _NOT_COUNTED


def _observation(number: Number, sentence: str, before: int, thread: _Thread) -> Observation:
    lead = sentence[before : number.start]
    behind = _behind(sentence, number)
    meaning, label = _meaning(number, lead, behind, thread)
    if _is_other(sentence, number, lead) and "coverage" not in meaning.dims:
        meaning = Meaning(UNMAPPED, {}, 0.2)
    mapped = meaning.metric != UNMAPPED
    return Observation(
        char_start=0,
        char_end=0,
        raw=number.raw,
        value=number.value,
        unit=meaning.unit or (number.unit.canonical if number.unit else ""),
        unit_raw=number.unit_raw,
        metric=meaning.metric,
        label=label,
        entity=thread.entity,
        year=thread.year.value if thread.year else None,
        year_basis=thread.year.basis if thread.year else None,
        where="prose",
        method="statement",
        confidence=round(meaning.confidence - (0.1 if mapped and number.approximate else 0.0), 2),
        dims=meaning.dims,
        quote=sentence.strip(),
    )


def _meaning(number: Number, lead: str, behind: str, thread: _Thread) -> tuple[Meaning, str]:
    """The meaning of a number in a sentence and the words it was read from."""
    clauses = _clauses(lead)
    clause = clauses[0] if clauses else ""
    last = thread.last
    coverage = _COVERAGE.search(lead)
    if coverage and last and lead.rstrip().endswith(coverage[1]):
        return Meaning(last.metric, {**last.dims, "coverage": coverage[1]}, 0.8), last.label
    if number.is_percent and last and (_SHARE.match(clause) or clause in ("", "占比", "比例为", "比例")):
        share = interpret(Context((_metric_name(last.metric),)), number.unit)
        if share.metric != UNMAPPED:
            return Meaning(share.metric, dict(last.dims), 0.75), last.label + clause
    for phrases in ((clause,), (behind,), tuple(clauses[1:2])):
        meaning = interpret(Context([p for p in phrases if p]), number.unit)
        if meaning.metric != UNMAPPED:
            return meaning, phrases[0]
    if last:
        inherited = interpret(Context((clause, _metric_name(last.metric))), number.unit)
        narrower = {k: v for k, v in inherited.dims.items() if last.dims.get(k) != v}
        if inherited.metric != UNMAPPED and narrower:
            return replace(inherited, dims={**last.dims, **inherited.dims}, confidence=0.6), clause
    return Meaning(UNMAPPED, {}, 0.2), clause or behind


def _metric_name(code: str) -> str:
    return vocabulary().metrics[code].name_zh


def _clauses(lead: str) -> list[str]:
    """The clauses before a number, nearest first, without connecting words."""
    parts = [
        re.sub(r"^(?:其中|分别|共计|现有|现|和|及|以及|有|为|含)+", "", squeeze(p))
        for p in _CLAUSE_END.split(lead)
    ]
    return [part for part in reversed(parts) if part]


def _behind(sentence: str, number: Number) -> str:
    """The noun behind a number's unit, up to the next mark: 22个专业."""
    return re.split(r"[，,、；;。：:（()）\d]", sentence[number.unit_end :], maxsplit=1)[0][:14]


def _is_other(sentence: str, number: Number, lead: str) -> bool:
    """A change, a plan, or a sum over several years."""
    clause = _CLAUSE_END.split(lead)[-1]
    if _CHANGE.search(clause) and not _REACHES.search(clause.rstrip()) and "新增专业" not in sentence:
        return True
    return bool(_PLAN.search(clause) or _LONG_RUN.search(clause))


def count_unmapped(observations: Sequence[Observation]) -> int:
    """How many of the observations have no metric."""
    return sum(o.metric == UNMAPPED for o in observations)
