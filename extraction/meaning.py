"""What a number means: from the words around it to a metric and its dimensions.

Tables and statements ask the same question here. They hand over the words as `Context`, nearest first; which word
decides is a rule of this file, which words exist is the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby, zip_longest

from extraction.blocks import BRACKET_AT_END
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
    "school": "school", "enterprise": "enterprise", "course": "course", "room": "room", "set": "set",
    "occurrence": "occurrence",
    "hour": "time", "day": "time", "month": "time", "age": "age", "km": "length", "km2": "territory",
}  # fmt: skip

_OF_WHICH = re.compile(r"(?<=.)[（(]占(?!地)[^（）()]{2,14}[)）]$")
_INCLUDED = re.compile(r"[（(]不?[含包]括?(?P<what>[^（）()]{2,12})[)）]")
# By what teachers are parted: metric of the parts -> dimension that tells them apart.
KIND_OF_PARTS = {"teachers_by_title": "title", "teachers_by_degree": "degree"}
_KIND_OF_LEVELS = {**KIND_OF_PARTS, "title_upgrades": "title"}  # what 高级 is of, where it is no level
_WHOLE_OF_KINDS = "full_time_teachers"
_WHOLES_OF_KINDS = (_WHOLE_OF_KINDS, "teachers")
_SATISFACTION = "满意度"
_MEASURES = {
    "人数": "人",
    "人次": "人次",
    "学时": "学时",
    "课时": "课时",
    "占比": "%",
    "比例": "%",
    "百分比": "%",
}
_COMPLETING = {"职称": "title", "学历": "degree", "教师": "metric"}  # … to names of this kind
_OF_ANYTHING = ("个", "项")
_COUNTED = {"person", "school", "enterprise", "course", "room", "set"}

# Words that say how something is measured, not what: they never name a metric by themselves.
_SHARE_WORDS = re.compile(r"(比例|占比|比重|百分比|占(?!地)[^,，]*的?)$|[%％]")
# 具有高级职务教师占专任教师的比例 is a share of the former.
_COUNT_AND_SHARE = re.compile(r"数量?(?:以?及|[和与/、])(?:占比|比例|比重)$")  # over cells like 45（30%）
_PART_OF = re.compile(r"(?P<part>.{2,}?)占(?!地|比|用).{2,}")
_RATE = re.compile(r"(?<![比])[率度](?:[（(].*)?$")
_OF_COUNT = re.compile(r"(?:总数|人数|数)$")
_COUNT_ALONE = re.compile(r"..(?<![人生总员项])数量?$|毕业班.*数$|班额$")
_SPREAD = re.compile(r"分布|构成|结构|流向")
_RATE_ALONE = re.compile(r"率(?:[（(].*)?$")
_SAYS_UNIT = re.compile(r"^.{0,4}单位\s*[:：]?\s*")
_UNITS_AT_END = re.compile(r"单位\s*[:：]\s*([^（）()。；;\s]{1,12})\s*$")  # 表7 经费收入情况　单位：万元
_BRACKET = re.compile(r"[（(]\s*(?:(?:金额|面积|经费|计量)?单位\s*[:：]?\s*)?([^（）()]{1,12})\s*[)）]")
_BRACKET_WITHIN = re.compile(r"\w[（(][^（）()]{2,12}[)）]\w")


@dataclass(slots=True)
class Context:
    """The words a number belongs to, nearest first, and the members that its place already fixes.

    `phrases[0]` is the head of its own column or the clause it stands in; later ones stand further away (parent heads,
    the row's name, the caption). `members` are known from the place alone, such as a programme in the column 专业名称.
    `before` is what was said up to here: cues in it tell whose award or degree a number counts.
    """

    phrases: Sequence[str]
    members: Mapping[str, str] = field(default_factory=dict)
    before: str = ""


@dataclass(slots=True)
class Meaning:
    """The metric (or `unmapped`) and dimensions of a number, and how sure that is (0 to 1)."""

    metric: str
    dims: dict[str, str]
    confidence: float

    @property
    def unit(self) -> str:
        """The metric's canonical unit, empty for an unmapped number."""
        return "" if self.metric == UNMAPPED else vocabulary().metrics[self.metric].unit


@lru_cache(maxsize=16_384)
def units_in(phrase: str) -> tuple[Unit, ...]:
    """The units that a head or caption announces in brackets or at its end: `金额（万元）`, `（单位：人、%）`, `单位：万元`."""
    known = vocabulary().units_of_columns
    found = []
    for bracket in (*_BRACKET.findall(phrase), *_UNITS_AT_END.findall(phrase)):
        for part in re.split(r"[、,，/;；]", bracket) if bracket not in known else [bracket]:
            unit = known.get(_SAYS_UNIT.sub("", part.strip()).removeprefix("人民币"))
            if unit:
                found.append(unit)
    return tuple(found)


@lru_cache(maxsize=16_384)
def counted_unit(head: str) -> Unit | None:
    """The unit whose number a head is, and nothing more: 期数, 场数, 次数."""
    words = squeeze(head)
    return vocabulary().units.get(words[:-1]) if words.endswith("数") else None


@lru_cache(maxsize=16_384)
def implied_unit(words: str) -> Unit | None:
    """The unit that words imply which say how something is measured: 升学人数 counts people, 占比 is a percentage."""
    squeezed = squeeze(words)
    unit = next((unit for end, unit in _MEASURES.items() if squeezed.endswith(end)), None)
    return vocabulary().units[unit] if unit else None


def family(canonical: str) -> str:
    """The family of a canonical unit; what is counted and is no person is `count`."""
    return _FAMILY.get(canonical, "count")


def fits(metric: Metric, unit: Unit | None) -> bool:
    """Whether a number printed with this unit can be of this metric.

    A measure word that is said of one kind of thing (所 of schools, 家 of firms, 门 of courses, 次 of what happens) counts
    nothing else; 个 and 项 count anything, people too.
    """
    if unit is not None and unit.canonical == "person-day":
        return metric.unit == "person-day"
    if unit is None or family(metric.unit) == family(unit.canonical):
        return True
    if unit.canonical == "person-time" and metric.code.endswith("_awards"):
        return True  # 获奖30人次: prizes are counted by who won them, too
    if unit.printed == "份" and metric.code == "satisfaction_respondents":
        return True  # 有效问卷3264份: each is of one who was asked
    if unit.canonical == "course" and metric.code == "textbooks_compiled":
        return True  # 教材4门: by the courses they are for
    if family(metric.unit) == "person":
        return unit.printed in _OF_ANYTHING  # 三类学校毕业生 are not three
    return unit.canonical == "count" and family(metric.unit) in _COUNTED


@lru_cache(maxsize=16_384)
def says_share(phrase: str) -> bool:
    """Whether a phrase announces a share (比例, 占比, 占…的) rather than the thing itself; one of several units does not."""
    if len(units_in(phrase)) > 1:
        return False  # 表7 经费收入（单位：万元、%）
    words = squeeze(_BRACKET.sub("", phrase))
    return (bool(_SHARE_WORDS.search(words)) and not _COUNT_AND_SHARE.search(words)) or "%" in squeeze(phrase)


def of_college(metric: Metric, phrase: str) -> Metric:
    """Who went on to a college of three years is among those who went on to study, not among the undergraduates."""
    if metric.code == "bachelor_admissions" and "专科" in phrase and "本科" not in phrase:
        return vocabulary().metrics["progressing_graduates"]
    return metric


@lru_cache(maxsize=16_384)
def kinds_of_name(words: str) -> frozenset[str]:
    """What words as a whole are in the vocabulary: `metric`, and the dimensions that they are a member of."""
    return frozenset(kind for kind, _ in vocabulary().terms.get(squeeze(BRACKET_AT_END.sub("", words)), ()))


@lru_cache(maxsize=16_384)
def without_included(words: str) -> str:
    """Words without a bracket that says which metric is counted in them, or of what their share is one: 就业率（含升学）,
    双师型教师（占专业课教师）.
    """
    words = _OF_WHICH.sub("", words)
    included = _INCLUDED.search(words)
    named = included and "metric" in kinds_of_name(included["what"])
    return words[: included.start()] + words[included.end() :] if included and named else words


@lru_cache(maxsize=16_384)
def with_parents(said: tuple[str, ...]) -> tuple[str, ...]:
    """Heads, and between a head and the one above it what only both name: 仪器设备/生均值 -> 生均仪器设备值, 职称/高级 ->
    高级职称.
    """
    words: list[str] = []
    for own, above in zip_longest(said, said[1:], fillvalue=""):
        words.append(own)
        upper = BRACKET_AT_END.sub("", above)
        per_head, of_each = ("生均", own.removeprefix("生均")) if own.startswith("生均") else ("", own)
        both = f"{per_head}{upper}{of_each}"
        if upper and "metric" in kinds_of_name(both):
            words.insert(len(words) - 1, both)  # before what its lower part would say alone: 直接/就业
        elif upper and kinds_of_name(f"{own}{upper}"):
            words.append(f"{own}{upper}")
    return tuple(words)


@lru_cache(maxsize=16_384)
def completed(said: tuple[str, ...]) -> tuple[str, ...]:
    """The words over and beside a number, nearest first, with names completed by what stands further off: 中级 in a table of
    职称 are 中级职称, 公共基础课 in one of teachers 公共基础课教师.
    """
    words: list[str] = []
    for k, own in enumerate(said):
        further = "".join(said[k + 1 :])
        wholes = (
            own + word
            for word, kind in _COMPLETING.items()
            if word in further and kind in kinds_of_name(own + word)
        )
        whole = next(wholes, None)
        words += [own, whole] if whole and whole not in said else [own]
    return tuple(words)


def interpret(context: Context, unit: Unit | None) -> Meaning:
    """The meaning of a number with this unit in this context.

    The nearest phrase that names a metric decides; inside a phrase the last metric named, since Chinese puts the
    head noun last. A share word or a per cent sign turns a counted metric into its share. A unit of another family
    than the metric's leaves the number unmapped rather than wrong. What says nothing with a bracket in its midst may do so
    without: 职业资格证书（技能等级证书）获取率.
    """
    phrases, fixed, before = tuple(context.phrases), tuple(context.members.items()), squeeze(context.before)
    found = _interpret(phrases, fixed, before, unit)
    if found.metric == UNMAPPED and phrases and _BRACKET_WITHIN.search(phrases[0]):
        return _interpret((_BRACKET.sub("", phrases[0]), *phrases[1:]), fixed, before, unit)
    return found


@lru_cache(maxsize=65_536)
def _interpret(
    phrases: tuple[str, ...], fixed: tuple[tuple[str, str], ...], before: str, unit: Unit | None
) -> Meaning:
    """The same words are asked about again and again: heads in every row, labels in every report of a district."""
    members = dict(fixed)
    squeezed = [_COUNTED_IN.sub("", squeeze(phrase)) for phrase in phrases]
    is_share = (unit is not None and unit.canonical == "percent") or (
        unit is None and any(says_share(phrase) for phrase in phrases[:1])
    )
    said = before + "".join(reversed(squeezed))
    for distance, phrase in enumerate(squeezed):
        if _counts_others(phrase) and not _goes_on(phrase, squeezed[distance + 1 :]):
            break  # 班级数 is a number of its own, whatever the table is about
        # A member alone (三年制) tells apart what the head above it names.
        above = squeezed[distance + 1 : distance + 2] if _is_member(phrase) else []
        named_above = next((m for p in above for m in _explicit(p, unit, is_share=is_share)), None)
        likely = [m for m in (named_above, *_named_in(phrase, said, unit, is_share=is_share)) if m]
        for named in _parted_first(likely, members) if distance else likely:
            metric = of_college(_part_of(named, members), phrase)
            dims = _dims(metric, squeezed, members)
            if (part := _part_of(metric, dims)) is not metric:
                metric, dims = part, _dims(part, squeezed, members)
            return Meaning(metric.code, dims, round(0.95 - 0.1 * distance, 2))
        alone = is_share and _RATE_ALONE.search(phrase)
        if alone and not _goes_on(phrase, squeezed[distance + 1 :]):
            break  # 报到率 is a rate of its own, whatever the table is about
    for dimension in members:
        implied = _implied(dimension, "", said, unit, ranks=_FALLS_BACK)
        measured = implied and _measured(implied, unit, is_share=is_share)
        if measured:
            return Meaning(measured.code, _dims(measured, squeezed, members), 0.5)
    return Meaning(UNMAPPED, dict(members), 0.3)


@lru_cache(maxsize=16_384)
def _counts_others(phrase: str) -> bool:
    """Whether words are the number of things that no vocabulary knows: 班级数."""
    words = _BRACKET.sub("", phrase)
    counted = _COUNT_ALONE.search(words)
    if counted is None or counted_unit(words):
        return False
    # 顶岗实习岗位数 are no interns, as what is counted is the last noun.
    return not any(
        term.kind != "respondent" and term.end > counted.start() for term in vocabulary().find_terms(words)
    )


def _goes_on(phrase: str, further: Sequence[str]) -> bool:
    """Whether the next phrase is this one with what stands above it: 合格率, 毕业生专业课合格率; 生均册数, 生均图书册数."""
    return bool(further) and further[0].endswith(phrase[-2:])


def _part_of(metric: Metric, members: Mapping[str, str]) -> Metric:
    """The metric of parts where the place of a number says of which part it is: 财政拨款 in a table of income, 硕士 below 学历
    in one of teachers.
    """
    parts = [vocabulary().part_by.get((metric.code, dimension)) for dimension in members]
    counted = metric.code.removesuffix("_share")
    if counted in (*_WHOLES_OF_KINDS, *KIND_OF_PARTS):
        share = metric.code.removeprefix(counted)
        parts += [part + share for part, kind in KIND_OF_PARTS.items() if kind in members]
    return next((vocabulary().metrics[part] for part in parts if part), metric)


def of_whole(metric: str) -> str:
    """What a share is told to be of, where that is not the usual whole of its metric: 占专业课教师总数."""
    return f"占{stem_of_count(vocabulary().metrics[metric].name_zh)}总数"


def stem_of_count(name: str) -> str:
    """The name of a count without the word for that: 专业课教师 of 专业课教师总数, 毕业生 of 毕业生人数."""
    return _OF_COUNT.sub("", name)


def whole_of_kinds(metric: str) -> str:
    """The metric that a total is of whose parts are told by their kinds: of teachers by title all teachers are the sum, of
    income by source all income.
    """
    if metric in KIND_OF_PARTS:
        return _WHOLE_OF_KINDS
    wholes = {whole for (whole, _), part in vocabulary().part_by.items() if part == metric}
    return wholes.pop() if len(wholes) == 1 else metric


def _is_other_rate(phrase: str, term: Term) -> bool:
    """Whether words beside a metric make a rate of their own: 在校生巩固率 is no share of these, in 持证率达兼职教师的 they are
    the whole, and shares in 毕业生就业单位分布 are parts of those employed.
    """
    people = (
        vocabulary().metrics[term.code].unit == "person" and term.code not in vocabulary().share_of_its_own
    )
    if people and _SPREAD.search(phrase[term.end :]):
        return True
    return bool(_RATE.search(phrase[term.end :]) or re.search("率(?:达|占|为)", phrase[: term.start]))


def _measured(code: str, unit: Unit | None, *, is_share: bool) -> Metric | None:
    """The metric, or its share, where a number with this unit can be of it."""
    metric = _as_share(code) if is_share else vocabulary().metrics[code]
    return metric if metric and fits(metric, unit) else None


def _parted_first(named: Sequence[Metric], members: Mapping[str, str]) -> list[Metric]:
    """Of the metrics that a title names those first of which the members tell parts: 学历 of 专任教师学历构成及兼职教师."""
    parted = [metric for metric in named if _part_of(metric, members) is not metric]
    return [*parted, *(metric for metric in named if metric not in parted)]


def _named_in(phrase: str, said: str, unit: Unit | None, *, is_share: bool) -> Iterator[Metric]:
    """Metrics that a phrase names or implies and that this unit fits, the last one first; of a part and its whole the part."""
    if is_share and (part := _PART_OF.match(phrase)):
        yield from _named_in(part["part"], said, unit, is_share=True)
    named: list[tuple[int, str]] = []
    for term in vocabulary().find_terms(phrase):
        if term.kind == "metric" and _SATISFACTION in phrase[term.end :]:
            continue  # 毕业三年内毕业生满意度 counts no graduates
        if term.kind == "metric" and not (is_share and _is_other_rate(phrase, term)):
            named.append((term.end, term.code))
        elif implied := _implied(term.kind, phrase, said, unit, ranks=_OVERRULES):
            named.append((term.end, implied))
    for _, code in sorted(named, key=lambda item: -item[0]):
        if metric := _measured(code, unit, is_share=is_share):
            yield metric
    kinds = [term.kind for term in vocabulary().find_terms(phrase)]
    for kind in (*kinds, ""):
        implied_code = _implied(kind, phrase, said, unit, ranks=_FALLS_BACK)
        if implied_code and (metric := _measured(implied_code, unit, is_share=is_share)):
            yield metric


def _explicit(phrase: str, unit: Unit | None, *, is_share: bool) -> Iterator[Metric]:
    """Metrics that a phrase ends with, the words of no other thing behind it, and that this unit fits."""
    bare = _BRACKET.sub("", phrase)
    for term in vocabulary().find_terms(bare):
        if (
            term.kind == "metric"
            and term.end == len(bare)
            and (metric := _measured(term.code, unit, is_share=is_share))
        ):
            yield metric


@lru_cache(maxsize=16_384)
def _is_member(phrase: str) -> bool:
    """Whether a phrase is the name of a kind of schooling and no more."""
    name = BRACKET_AT_END.sub("", phrase).removeprefix("其中").lstrip(":")
    return any(kind == "track" for kind, _ in vocabulary().terms.get(name, ()))


# 就业率（含升学，%）, 就业人数（含升学）: what is counted in is not what is counted.
_COUNTED_IN = re.compile(r"(?<=[率数额计])\(含[^(),]*\)$|(?<=[率数额计]\()含[^(),]*,")
_OVERRULES = range(
    1, 2
)  # ranks of implied_metrics.csv that hold beside a metric named before: 专任教师中硕士
_FALLS_BACK = range(1, 10)
_OR = ("/", "或", "(")
_AND = ("和", "及", "与", "或", "、")


def _implied(dimension: str, phrase: str, said: str, unit: Unit | None, *, ranks: range) -> str | None:
    """The metric that a member of a dimension, or certain words of the phrase, imply; the nearest cue decides."""
    known = vocabulary().implied_of.get(dimension, ())
    if not known or (not dimension and not vocabulary().implying_words.search(phrase)):
        return None
    lines = [
        line
        for line in known
        if line.rank in ranks
        and (dimension or any(word in phrase for word in line.words))
        and _is_of_unit(line.unit, unit)
    ]
    for _, ranked in groupby(lines, key=lambda line: line.rank):
        cued = [(max((said.rfind(cue) for cue in line.cues), default=0), line.metric) for line in ranked]
        best = max(cued, key=lambda pair: pair[0])
        if best[0] >= 0:
            return best[1]
    return None


def _is_of_unit(wanted: str, unit: Unit | None) -> bool:
    return not wanted or (unit is not None and wanted in (unit.canonical, family(unit.canonical)))


def _as_share(code: str) -> Metric | None:
    """The metric itself where it is a percentage, else the metric of its share."""
    metrics = vocabulary().metrics
    if metrics[code].unit == "percent":
        return metrics[code]
    share = vocabulary().share_of.get(code)
    return metrics[share] if share else None


def _dims(metric: Metric, phrases: Sequence[str], members: Mapping[str, str]) -> dict[str, str]:
    """Members fixed by place, then those named in the phrases, the nearest first; each dimension once."""
    dims = {d: name for d, name in members.items() if _tells_of(d, name, metric)}
    for phrase in phrases:
        told: set[tuple[int, int]] = set()
        for term in _in_order_of_dimensions(phrase):
            applies = vocabulary().dimensions[term.kind].applies_to(metric) and _tells_apart(metric, term)
            if term.kind == "certificate" and phrase[term.end : term.end + 1] in _OR:
                continue  # 职业资格证书/技能等级证书获取率 is of both
            # 达标率 is no level, 本科率 is a degree.
            of_rate = term.kind == "level" and phrase.startswith(("率", "情况", "对照"), term.end)
            if applies and not of_rate and (term.start, term.end) not in told:
                dims.setdefault(term.kind, term.code)
                told.add((term.start, term.end))
    kind = _KIND_OF_LEVELS.get(metric.code.removesuffix("_share"))
    if kind and "level" in dims:
        level = dims.pop(
            "level"
        )  # 高级 of a skill is a level, of teachers by title a title; so with 专科 by degree
        dims.setdefault(kind, level)
    return _population(metric, phrases) | dims


@lru_cache(maxsize=16_384)
def _in_order_of_dimensions(phrase: str) -> tuple[Term, ...]:
    """The members that a phrase names; a word of two dimensions (3+2 is a track and a route) is first of the first."""
    order = list(vocabulary().dimensions)
    members = (term for term in vocabulary().find_terms(phrase) if term.kind in vocabulary().dimensions)
    found = sorted(members, key=lambda term: (term.start, order.index(term.kind)))
    return tuple(_joined(found, phrase))


def _joined(members: Sequence[Term], phrase: str) -> Iterator[Term]:
    """The members, and two of one dimension that 和 joins as one of both: 硕士和本科."""
    before: Term | None = None
    for member in members:
        if (
            before
            and before.kind == member.kind
            and member.code not in before.code
            and phrase[before.end : member.start] in _AND
        ):
            member = replace(before, code=f"{before.code}、{member.code}", end=member.end)
        elif before:
            yield before
        before = member
    if before:
        yield before


def _population(metric: Metric, phrases: Sequence[str]) -> dict[str, str]:
    """Whose part a part is, where it is not the usual whole: 兼职教师持证 are not the full-time teachers who are meant."""
    wholes = vocabulary().other_wholes.get(metric.code)
    if not wholes:
        return {}
    named = (wholes.get(term.code) for phrase in phrases for term in vocabulary().find_terms(phrase))
    return next(({"indicator": whole} for whole in named if whole), {})


def _tells_of(dimension: str, name: str, metric: Metric) -> bool:
    """Whether a row's name is a member here: 在校生 is a respondent of satisfaction, but the name of enrolment."""
    known = vocabulary().dimensions.get(dimension)
    if known is None or known.applies_to(metric):
        return True
    if squeeze(name) in squeeze(metric.name_zh):
        return False  # 教师 of 教师获奖
    return all(kind != "metric" for kind, _ in vocabulary().terms.get(squeeze(name), ()))


def _tells_apart(metric: Metric, term: Term) -> bool:
    """A member is a dimension only where it narrows the metric, not where it is part of the metric's own name."""
    return term.text not in squeeze(metric.name_zh)
