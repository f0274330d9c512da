"""From running text to observations: numbers in sentences with the noun phrase they belong to.

A number means what the clause before it names (`专任教师285人`), else the noun behind its unit (`22个专业`), else, after
占 or 其中, what the number before it meant. Plans, changes and sums over several years are kept as unmapped: they are
printed numbers, but no statistic of the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.blocks import Paragraph
from extraction.entities import Cast
from extraction.meaning import Meaning
from extraction.numbers import find_chinese_numbers
from extraction.prose.alike import told_apart
from extraction.prose.clauses import meaning_of
from extraction.prose.dealt import dealt, dealt_out
from extraction.prose.narrowing import BEFORE_CHANGE, around
from extraction.prose.no_statistic import is_statistic
from extraction.prose.shared_units import numbers_in
from extraction.prose.sums import with_parts
from extraction.prose.thread import COMPARED, WHOLE_YEAR, Thread, follow, place_in, place_of, rest_in
from extraction.prose.words import CHANGE, OTHERS, PARTED_BY, Words
from extraction.records import UNMAPPED, UNSURE, Entity, Observation
from extraction.vocabulary import vocabulary
from extraction.years import SEMESTER, Year, opens_with_year, spoken_of, without_events

_OF_A_YEAR = re.compile(
    r"\s*[（(]((?:19|20)\d\d\s*(?:学年|年度?|届)[底末]?)[）)](?=[\u4e00-\u9fff])"
)  # 92.1%（2023年）升至
_FROM = re.compile(r"[由从](?:19|20)\d\d\s*(?:学年|年度|年)[底末初]?的")  # 由2023年的1523人降至…
_OF_A_WHOLE = re.compile(r"占(?!地)[^占]{2,}$")  # 占专业课教师176人的66.48%
_LISTS_YEARS = re.compile(
    r"\s*(?:19|20)\d\d(?:年度?)?[、和及与](?:19|20)\d\d年"
)  # 2022年、2023年在校生分别为…
_CENTURY = re.compile("19|20|１９|２０")
_SENTENCE = re.compile(r"[^。！？；;\n]+[。！？；;]?")
# What there is now, whatever year was spoken of before.
_NOW = re.compile(r"现[有拥共]|目前|今年|本年度|本学年|[本此][次届](?![^，,。；;]{0,6}(?:19|20)\d\d)")
_OF_SCHOOLS = re.compile(r"职业教育|中职|职业学校|办学|学校|学院|学生|教师")
_GOES_ON = re.compile(
    rf"其中|各校[中里]|(?:在?(?:这些|上述)[^，,。；;\d]{{0,6}}[中里][，,])|占|其余|较|比上|比去|同比|{PARTED_BY.pattern}"
)


def observations_in(
    paragraph: Paragraph,
    cast: Cast,
    entity: str | None,
    year: Year | None,
    school: str | None = None,
    wholes: Sequence[Observation] = (),
) -> tuple[list[Observation], str | None, str | None]:
    """Every statistic in a paragraph, and as unmapped every other number with a unit; then who is spoken of behind it, and
    the school it last named.

    `entity` is who the text before spoke of, `school` the school it last named, `year` the report's own, `wholes` what it
    counted last: a paragraph of its own may say how one of them is parted (分学制看：三年制1893人，五年制523人).
    """
    thread = Thread(entity, year, school, place=place_in(paragraph.text, cast))
    made: list[Observation] = []
    topic = year
    for match in _SENTENCE.finditer(paragraph.text):
        sentence = match.group()
        opened = _topic(sentence, year)
        if _NOW.search(sentence) or (thread.semester and WHOLE_YEAR.search(sentence)):
            topic = year
        thread.year = opened or _last_year(sentence, year) or topic
        in_one = paragraph.text[: match.start()].endswith(("；", ";"))
        goes_on = _GOES_ON.match(sentence) or in_one
        thread.last, thread.before = (thread.last, thread.before) if goes_on else (None, None)
        if not match.start() and PARTED_BY.match(sentence.lstrip()):
            thread.last = _whole_of(paragraph.text.partition("。")[0], wholes)
        thread.whole = thread.whole if thread.last else ""
        thread.place = place_of(sentence, thread.place)
        thread.begin_sentence(sentence, goes_on=in_one)
        thread.group = {}
        thread.outside = None
        thread.lost = False
        thread.clause = thread.campus = ""
        thread.open_sentence(sentence, cast, goes_on=in_one)
        found = list(_in_sentence(match, paragraph, cast, thread, year))
        thread.tell(found, cast)
        history = opened and not found and year and opened.value < year.value - 1  # 2007年获评示范校
        lately = opened and (year is None or opened.value >= year.value - 1)
        dates_schools = any(o.metric != UNMAPPED for o in found) or (lately and _OF_SCHOOLS.search(sentence))
        compares = _COMPARES.match(sentence)  # 2023年两项数据分别为982人和764人
        if opened and not history and not compares and (not found or dates_schools):
            # 2023年全县生产总值218亿元 does not date what is told of the school behind it, nor 2023年…，到今年8月…
            topic = year if _NOW.search(sentence) else opened
        made += found
    thread.begin_sentence("", goes_on=False)
    return told_apart(with_parts(made, cast)), thread.entity, thread.school


def _whole_of(text: str, wholes: Sequence[Observation]) -> Observation | None:
    """What the people whom a paragraph counts add up to."""
    total = sum(n.value for n in numbers_in(text) if n.unit and n.unit.canonical == "person")
    return next((whole for whole in reversed(wholes) if whole.value == total), None)


def _last_year(sentence: str, own: Year | None) -> Year | None:
    """The year before, where a sentence opens with it and tells of nothing else: 去年收入2406万元，其中…"""
    return Year(own.value - 1, own.basis) if own and _OPENS_WITH_LAST_YEAR.match(sentence) else None


def _topic(sentence: str, own: Year | None) -> Year | None:
    """The year that a sentence opens with, which is none that it is compared with or from which something has changed, nor
    one in which something was founded.
    """
    if not _CENTURY.search(sentence) or _LISTS_YEARS.match(sentence):
        return None
    return opens_with_year(without_events(_FROM.sub("", COMPARED.sub("", sentence)), own), own)


def _in_sentence(
    match: re.Match[str], paragraph: Paragraph, cast: Cast, thread: Thread, own: Year | None
) -> Iterator[Observation]:
    sentence, offset = match.group(), match.start()
    figures = [n for n in numbers_in(sentence) if is_statistic(n, sentence)]
    numbers = sorted([*figures, *find_chinese_numbers(sentence)], key=lambda number: number.start)
    shares = dealt(sentence, numbers, cast, own, thread.told)
    before = 0
    for k, number in enumerate(numbers):
        lead = (shares[k].words if k in shares else None) or sentence[before : number.start]
        if k in shares and shares[k].share_of:
            thread.turn_to(thread.told[-shares[k].share_of])
        until = numbers[k + 1].start if k + 1 < len(numbers) else len(sentence)
        said = paragraph.text[: offset + number.start]
        dated = (_OF_A_YEAR if k else _OPENS_WITH_LAST_YEAR).match(lead)  # of which year is known by now
        lead = lead[dated.end() :] if dated else lead
        thread.bracket(lead, own)
        if PARTED_BY.search(lead):
            thread.part_anew()
        words = Words(
            number,
            lead,
            sentence[number.unit_end : until],
            said,
            cast.names,
            thread.lost,
            thread.clause,
            cast.home,
            own.value if own else None,
        )
        follow(thread, lead, said, cast, own)
        span = paragraph.span(offset + number.start, offset + number.end)
        found = _observation(words, span, sentence, thread)
        if dated := _OF_A_YEAR.match(words.behind):
            found = _of_year(found, spoken_of(dated[1], own))
        if k in shares:
            found = dealt_out(found, shares[k], thread)
        if found.metric == "schools" and cast.publisher:
            found = _of_the_district(found, cast.publisher)
        coverage = found.dims.get("coverage")  # 东校区, or of an aside: （含技工学校1200人）
        is_aside = (coverage and (coverage == thread.campus or lead.lstrip().startswith(("（", "(")))) or (
            _OF_A_WHOLE.match(words.clause) and words.behind.startswith("的")
        )
        if found.metric != UNMAPPED and not is_aside:
            if thread.last and thread.last.unit != found.unit:
                thread.before = thread.last
            thread.last = found
        if not CHANGE.search(words.clause) and words.clause not in OTHERS:
            thread.lost = found.metric == UNMAPPED and not number.is_chinese
        if not CHANGE.match(words.clause):  # 增长5% behind 在校生增加320人 is still of these
            thread.clause = words.clause or thread.clause
        before = number.unit_end
        thread.told.append(found)
        # 四个意识, 两个维护: in Chinese numerals slogans are more frequent than figures.
        if found.metric != UNMAPPED or not number.is_chinese:
            yield found
    thread.hear(sentence[before:], cast)


_COMPARES = re.compile(r"\s*(?:(?:19|20)\d\d年度?|去年|上一?年度?)这?[两三四五六各]项")
_OPENS_WITH_LAST_YEAR = re.compile(r"\s*(?:去年|上一?年度?)(?!同期|相比|末|底|的|分别|也|为|生均|\s*\d)")
# What changed over more than the last year: 近三年来，专业由12个增加到15个.
_OVER_YEARS = re.compile(
    r"(?:[近过]去?[\d两三四五六七八九十几]+年|[\d两三四五六七八九十几]年[来间]|十[三四五]五|规划|以来|期初|起初|最初|原来|建[校院]|成立|升格)[^。；;\n]*$"
)


def _of_year(found: Observation, year: Year | None) -> Observation:
    """An observation of the year in the bracket behind it, which says when it was so: no 变化前."""
    if year is None:
        return found
    dims = {k: v for k, v in found.dims.items() if BEFORE_CHANGE.get(k) != v}
    return replace(found, year=year.value, year_basis=year.basis, dims=dims)


def _of_the_district(found: Observation, publisher: Entity) -> Observation:
    """How many schools there are, as the district's own; a school that tells of 6所中职学校 tells of its partners."""
    if publisher.kind == "district":
        return replace(found, entity=publisher.name)
    return found.unmapped()


def _observation(words: Words, span: tuple[int, int], sentence: str, thread: Thread) -> Observation:
    number = words.number
    meaning = meaning_of(words, thread)
    mapped = meaning.metric != UNMAPPED
    year = thread.compared or thread.year
    if mapped:
        dims = around(words, thread, vocabulary().metrics[meaning.metric]) | meaning.dims
        if thread.semester and SEMESTER.fullmatch(dims.get("indicator", "")):
            dims["indicator"] = thread.semester  # another one than that of what was told before
        if thread.others and dims.get("indicator") == thread.others:
            dims.pop("coverage", None)  # 其中技工学校2所 are told apart as a part already
        if rest := rest_in(words.said):  # whoever was spoken of before, now it is the others
            dims = {k: v for k, v in dims.items() if v not in OTHERS} | rest
        in_district = words.home and thread.entity == thread.school  # 甲校692人，占7.26%
        of_itself = not dims and not in_district and meaning.metric in vocabulary().share_of_its_own.values()
        if year and BEFORE_CHANGE.items() <= dims.items() and not _OVER_YEARS.search(words.said):
            year = Year(year.value - 1, year.basis)
        nobody = thread.general or of_itself
        meaning = Meaning(UNMAPPED, {}, UNSURE) if nobody else replace(meaning, dims=dims)
        mapped = not nobody
    return Observation(
        char_start=span[0],
        char_end=span[1],
        raw=number.raw,
        value=number.value,
        unit=meaning.unit or (number.unit.canonical if number.unit else ""),
        unit_raw=number.unit_raw,
        metric=meaning.metric,
        label=words.clause.lstrip("(") or words.noun,
        entity=thread.entity,
        year=year.value if year else None,
        year_basis=year.basis if year else None,
        where="prose",
        method="statement",
        confidence=round(meaning.confidence - (0.1 if mapped and number.approximate else 0.0), 2),
        dims=meaning.dims,
        quote=sentence.strip(),
    )
