"""What 分别 deals out: one number to each year, or to each school, of a list before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extraction.entities import Cast, Mention
from extraction.meaning import family
from extraction.numbers import Number, narrow
from extraction.prose.thread import Thread
from extraction.prose.words import CHANGE, LONG_CLAUSE, MARK, ONLY_A_YEAR
from extraction.records import UNMAPPED, Observation
from extraction.vocabulary import squeeze, vocabulary
from extraction.years import SEMESTER, Year, spoken_of, years_in

_RESPECTIVELY = re.compile(r"(?:分别|依次)(?:为|有|是|达到?|占|招收|拥有)?")
_AS_SHARES = re.compile(
    r"[）)]?[，,、；;]?\s*(?:(?:各自?|[两三四五]者)?(?:所占)?(?:占比|比例|比重)(?:分别|依次)(?:为|是|达到?)?|占(?:各自?校?)?(?P<whole>[\u4e00-\u9fff]{2,10}?)的(?:比例|比重)(?:分别|依次)(?:为|是)?|(?:分别|依次|各)占)"
)
_ALL_SCHOOLS = re.compile(
    r"(?:^|[，,；;。])[各两二三四五六七八九\d]所?(?:中职|职业)?(?:学校|校)(?:的?[^，,；;。\d]{2,12})?$"
    r"|按(?:照)?(?:前述|上述|前面|以上)(?:学校)?(?:的)?(?:顺序|次序|排序)$"
)
_CLAUSE_OR_BRACKET = re.compile(rf"{LONG_CLAUSE.pattern}|[（(]")
_OPEN_BRACKET = re.compile(r"[（(][^（()）]*\Z")
_ORDINALS = "一二三四五六七八九"
_LISTED = re.compile(r"\s*(?:[、，,和及与]|以及)\s*")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d(?=[、和及与](?:19|20)\d\d|[两三四五]年)")
_LAST_YEARS = re.compile(
    r"近([两三四五2-5])(?:学年|年)来?(?:的?(?:情况|数据|趋势)?(?:来?看)?)[，,]?[^，,。；;]*$"
)
_TOPIC = re.compile(
    r"(?:^|[各两三四五六]校)(?P<topic>[^，,。；;\d]{2,12}?)(?:方面|上看|差[距异]|悬殊|不一|不等|参差)"
)
_NUMERALS = "零一两三四五"
_SPAN_OF_YEARS = re.compile(r"((?:19|20)\d\d)年?\s*[-—–－~～至到]+\s*((?:19|20)\d\d)(?=年)")


@dataclass(frozen=True)
class Dealt:
    """What 分别 gives to one number of a list: its year, its school or its words; nothing where there is no such list.

    `first` says whether it is the first number of its list, `back` how many numbers before it the one stands that counts
    the same of another year, `share_of` how many the one of which it is the share.
    """

    year: Year | None = None
    entity: str | None = None
    words: str | None = None
    first: bool = False
    back: int = 0
    share_of: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether the numbers are parted among something that is not told."""
        return not (self.year or self.entity or self.words or self.back or self.share_of)


def dealt(
    sentence: str, numbers: Sequence[Number], cast: Cast, own: Year | None, told: Sequence[Observation] = ()
) -> dict[int, Dealt]:
    """Number -> what stands at its place in the list; `told` are the observations of the paragraph before it.

    `2023年、2024年招生分别为300人、320人`, `甲校、乙校分别有90人和70人`, `招生、毕业生分别为300人、280人`,
    `2023年招生300人、毕业280人，2024年分别为320人和290人`, `男生160人、女生140人，分别占53%和47%`.
    """
    shares = _to_schools(sentence, numbers, cast)
    for match in _RESPECTIVELY.finditer(sentence):
        first = next((k for k, number in enumerate(numbers) if number.start >= match.end()), len(numbers))
        if first == len(numbers) or MARK.search(sentence[match.end() : numbers[first].start]):
            continue
        run = _listed_from(sentence, numbers, first)
        if len(run) > 1:
            shares |= _of_schools_told(sentence[: match.start()], run, cast, told) or _of_list(
                sentence, match, numbers, run, cast, own
            )
    return shares


def _of_schools_told(words: str, run: list[int], cast: Cast, told: Sequence[Observation]) -> dict[int, Dealt]:
    """`其中甲校90人、乙校70人。两校分别为16.3、17.0`: the schools that the paragraph told of last, else all there are."""
    if not _ALL_SCHOOLS.search(words):
        return {}
    schools = list(dict.fromkeys(o.entity for o in reversed(told) if o.entity in cast.schools))[: len(run)]
    schools = schools[::-1] if len(schools) == len(run) else list(cast.schools)
    if len(schools) != len(run):
        return {}
    return {k: Dealt(entity=name, first=k == run[0]) for k, name in zip(run, schools, strict=True)}


def _of_list(
    sentence: str,
    match: re.Match[str],
    numbers: Sequence[Number],
    run: list[int],
    cast: Cast,
    own: Year | None,
) -> dict[int, Dealt]:
    """What 分别 deals to a list of numbers: the years or schools before it, what was counted before, or its own words."""
    words, first = sentence[: match.start()], run[0]
    said = sentence[match.end() : numbers[first].start]
    if counted := _parts_before(sentence, match, numbers, run):
        between = sentence[numbers[first - 1].unit_end : match.start()] + match.group()
        of = _AS_SHARES.fullmatch(between)
        said = f"{of['whole']}的" if of and of["whole"] else said
        return {
            k: Dealt(share_of=k - part, words=f"占{said}", first=k == first)
            for k, part in zip(run, counted, strict=True)
        }
    schools = list(dict.fromkeys(m.name for m in cast.mentions(words) if m.name in cast.schools))
    years = _years_listed(words, own)
    told_before = len(years) != len(run) or first >= len(run)  # in this sentence or the last one
    clause = _CLAUSE_OR_BRACKET.split(words)[-1]
    compared = said.strip() and ONLY_A_YEAR.match(squeeze(said)) and not clause.strip()
    told_before = told_before and not said.strip()  # 较上年分别增加 are changes
    if compared or (told_before and ONLY_A_YEAR.match(squeeze(clause))):
        return {k: Dealt(first=k == first, back=len(run)) for k in run}
    if len(run) == len(years):
        rows = (run, *_further(sentence, numbers, run))
        return {
            k: Dealt(year=year, first=k == row[0]) for row in rows for k, year in zip(row, years, strict=True)
        }
    if len(run) == len(schools):
        topic = _topic_before(words, cast)
        return {
            k: Dealt(entity=name, words=topic, first=k == first) for k, name in zip(run, schools, strict=True)
        }
    parts = (
        _groups_listed(words, len(run))
        or _programmes_before(words, len(run))
        or _in_full(_LISTED.split(LONG_CLAUSE.split(words)[-1]))
    )
    if len(parts) != len(run):
        return {k: Dealt(first=k == first) for k in run}
    # 招生、毕业生分别增长12%、15%: what stands between them and the numbers is said of each.
    said = ("占" if match.group().endswith("占") else "") + said
    return {k: Dealt(words=part + said, first=k == first) for k, part in zip(run, parts, strict=True)}


def _topic_before(words: str, cast: Cast) -> str | None:
    """What is told of schools that a clause only names: 起薪方面，甲校与乙校分别为; None where their clause says it itself."""
    *before, clause = LONG_CLAUSE.split(words)
    for mention in reversed(cast.mentions(clause)):
        clause = clause[: mention.start] + clause[mention.end :]
    topic = _TOPIC.search(before[-1]) if before and not _LISTED.sub("", clause).strip() else None
    return topic["topic"] if topic else None


def _parts_before(
    sentence: str, match: re.Match[str], numbers: Sequence[Number], run: list[int]
) -> list[int]:
    """The numbers right before shares of which these are, but for those in brackets; none where they are no shares of as many."""
    told = [k for k in range(run[0]) if not _OPEN_BRACKET.search(sentence, 0, numbers[k].start)]
    parts = told[-len(run) :]
    units = {numbers[k].unit_raw for k in parts}
    if len(parts) < len(run) or len(units) > 1 or any(numbers[k].is_percent for k in parts):
        return []
    between = sentence[numbers[run[0] - 1].unit_end : match.start()] + match.group()
    is_share = all(numbers[k].is_percent for k in run) and _AS_SHARES.fullmatch(between)
    return parts if is_share else []


def _groups_listed(words: str, count: int) -> list[str]:
    """The programmes or categories, so many, with which the clause before opens: 财经商贸类、旅游类招生最多，分别占22%和19%."""
    clauses = [clause for clause in LONG_CLAUSE.split(words) if clause.strip()]
    parts = re.split(r"、|[和及]", clauses[-1])[:count] if clauses else []  # no 与: 电子与信息类
    known = vocabulary().categories.union(vocabulary().programmes)
    names = (next((p[:n] for n in range(len(p), 1, -1) if squeeze(p[:n]) in known), "") for p in parts)
    found = list(filter(None, names))
    return found if len(found) == count and LONG_CLAUSE.search(words[-1:]) else []


def _programmes_before(words: str, count: int) -> list[str]:
    """What is told of so many programmes that the clause before opens with: 护理、药剂为主干，在校生分别为620人和340人."""
    clauses = LONG_CLAUSE.split(words)
    names = re.split(r"、|[和及]", clauses[-2])[-count:] if len(clauses) > 1 and clauses[-1].strip() else []
    known = vocabulary().programmes
    ends = [max((n for n in range(len(name) + 1) if squeeze(name[:n]) in known), default=0) for name in names]
    found = [f"{name[:n]}专业{clauses[-1]}" for name, n in zip(names, ends, strict=True) if n]
    return found if len(found) == count > 1 else []


def _to_schools(sentence: str, numbers: Sequence[Number], cast: Cast) -> dict[int, Dealt]:
    """What a clause that opens with a list of schools deals out without saying so: `甲校、乙校生均图书仅为26册和22册`."""
    shares: dict[int, Dealt] = {}
    k, before = 0, 0
    while k < len(numbers):
        run = _listed_from(sentence, numbers, k)
        words, named = _last_to_name_schools(LONG_CLAUSE.split(sentence[before : numbers[k].start]), cast)
        alike = len({numbers[j].unit_raw for j in run}) == 1
        if len(run) == len(named) > 1 and alike and _opens_with_list(words, named):
            shares |= {
                j: Dealt(entity=mention.name, first=j == k) for j, mention in zip(run, named, strict=True)
            }
        k, before = run[-1] + 1, numbers[run[-1]].unit_end
    return shares


def _last_to_name_schools(clauses: Sequence[str], cast: Cast) -> tuple[str, list[Mention]]:
    """The last of these clauses that names schools, and those: 甲校、乙校以就业为主，直接就业."""
    for words in reversed(clauses):
        if named := [mention for mention in cast.mentions(words) if mention.name in cast.schools]:
            return words, named
    return "", []


def _opens_with_list(words: str, named: Sequence[Mention]) -> bool:
    between = [words[: named[0].start], *(words[a.end : b.start] for a, b in pairwise(named))]
    return not between[0].strip() and all(map(_LISTED.fullmatch, between[1:]))


def _in_full(parts: list[str]) -> list[str]:
    """The parts of a list of which only the last is told in full: 一、二、三等奖, 高、中、初级职称, 进入第一、二、三产业, or only
    the last with what is told of them all: 在校生、毕业生、家长满意度.
    """
    *others, last = [
        parts[0].removeprefix("其中").removeprefix("对"),
        *parts[1:],
    ]  # 对课堂育人、课外育人的满意度
    terms = vocabulary().find_terms(squeeze(last))
    member = next((t for t in terms if t.start == 0 and t.kind != "metric" and last.startswith(t.text)), None)
    if member and others and all(part in vocabulary().members[member.kind] for part in others):
        return [*(part + last[member.end :] for part in others), last]
    for cut in range(1, member.end if member else 0):  # 进入第一、第二、第三产业的
        if member and all(_ends_with_member(part + last[cut : member.end], member.kind) for part in others):
            return [*(part + last[cut:] for part in others), last]
    before, ends = (others[0][:-1] if others else ""), last[1:]
    others = [part.removeprefix(before) for part in others]
    short = ends and all(len(part) == 1 for part in others)
    numbered = not before or all(part[0] in _ORDINALS for part in (*others, last))
    return [before + part + ends for part in (*others, last[:1])] if short and numbered else parts


def _ends_with_member(words: str, kind: str) -> bool:
    return any(words[k:] in vocabulary().members[kind] for k in range(len(words)))


def _listed_from(sentence: str, numbers: Sequence[Number], first: int) -> list[int]:
    """The numbers of a list from this one on: `97.2%、97.8%和98.1%`."""
    run = [first]
    while run[-1] + 1 < len(numbers):
        if not _LISTED.fullmatch(sentence[numbers[run[-1]].unit_end : numbers[run[-1] + 1].start]):
            break
        run.append(run[-1] + 1)
    return run


def _further(sentence: str, numbers: Sequence[Number], run: list[int]) -> Iterator[list[int]]:
    """The lists of as many numbers behind one that was dealt out: `…分别为97%、98%，对口就业率为82%、85%`."""
    last = run[-1]
    while last + 1 < len(numbers):
        words = sentence[numbers[last].unit_end : numbers[last + 1].start]
        row = _listed_from(sentence, numbers, last + 1)
        if len(row) != len(run) or years_in(words) or _RESPECTIVELY.search(words):
            return
        yield row
        last = row[-1]


def _years_listed(words: str, own: Year | None) -> list[Year]:
    """The years that words list: each of a list (2023、2024两年), every one of a span, the last three (近三年) up to its own."""
    plain = _BARE_YEAR.sub(r"\g<0>年", narrow(words))
    found = [year for _, year in years_in(plain)]
    if span := _SPAN_OF_YEARS.search(plain):
        found = [Year(value, "calendar") for value in range(int(span[1]), int(span[2]) + 1)]
    if not found and own and (lately := _LAST_YEARS.search(plain)):
        count = int(lately[1]) if lately[1].isdigit() else _NUMERALS.index(lately[1])
        found = [Year(value, own.basis) for value in range(own.value - count + 1, own.value + 1)]
    return [year for year in found if spoken_of(f"{year.value}年", own)]


def dealt_out(found: Observation, dealt: Dealt, thread: Thread) -> Observation:
    """An observation with its own year or school of a list; behind the first, with the metric of the one before."""
    if dealt.is_nothing:
        return found.unmapped()
    if dealt.share_of:
        part = thread.told[-dealt.share_of]
        return replace(found, entity=part.entity, year=part.year, year_basis=part.year_basis)
    if dealt.back:
        alike = [o for o in thread.told if o.unit_raw == found.unit_raw]  # 这两项 counts none of them
        found = _as_before(found, alike[-dealt.back :], thread.semester)
        of_run = None if dealt.first else thread.told[-1]  # 上年分别为…: of one year, all of them
        return replace(found, year=of_run.year, year_basis=of_run.year_basis) if of_run else found
    last = _counted_alike(found, thread) if dealt.entity else thread.last
    if (
        (dealt.entity or not (dealt.first or dealt.words))
        and found.metric == UNMAPPED
        and last
        and _may_count_alike(last, found)
    ):
        found = replace(found, metric=last.metric, unit=last.unit, dims=dict(last.dims), confidence=0.7)
    elif dealt.entity and not dealt.first and last and last.metric == found.metric and not found.dims:
        found = replace(found, dims=dict(last.dims))  # 占专业课教师比例分别为80%和36%
    year = dealt.year
    return replace(
        found,
        entity=dealt.entity or found.entity,
        year=year.value if year else found.year,
        year_basis=year.basis if year else found.year_basis,
    )


def _counted_alike(found: Observation, thread: Thread) -> Observation | None:
    """What was counted last; behind a share (甲校5236人，占35%；乙校、丙校分别为3412人、2875人) what was before that."""
    last, before = thread.last, thread.before
    changed = CHANGE.search(found.label or thread.clause)
    behind_share = last and before and last.unit == "percent" and not changed
    return before if behind_share and before and _may_count_alike(before, found) else last


def _may_count_alike(one: Observation, other: Observation) -> bool:
    """Whether two numbers have units of one kind; a ratio has none that is printed: 分别为14.22和14.29."""
    return family(one.unit) == family(other.unit) or (family(one.unit) == "ratio" and not other.unit)


def _as_before(found: Observation, before: Sequence[Observation], semester: str | None) -> Observation:
    """An observation that counts what the first of those before it counts, in a year or semester of its own."""
    other = before[0] if before else None
    if other is None or other.metric == UNMAPPED or family(other.unit) != family(found.unit):
        return found.unmapped()
    dims = {k: v for k, v in other.dims.items() if not SEMESTER.fullmatch(v)}
    dims |= {"indicator": semester} if semester else {}
    return replace(found, metric=other.metric, unit=other.unit, dims=dims, confidence=0.6)
