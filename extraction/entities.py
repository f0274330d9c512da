"""Who is spoken of: the schools and the district of a report, under their names and short names.

A school is recognised by the text itself: a full name (a place, then a name, then a kind of school) introduces it, and
the short forms of that name lead back to it. A school that the vocabulary does not know is provisional.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from extraction.records import Entity
from extraction.vocabulary import squeeze, vocabulary

_NAME = r"[\u4e00-\u9fff]{0,14}?"
_THAT_SCHOOL = re.compile(r"该校|该中心|该院|[帮协]助其|指导其")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]|[（(][^（）()]*$|^[^（）()]*[）)]")
_A_BRACKET = re.compile(r"[（()）]")
_THE_SCHOOL = re.compile(r"(?<![\u4e00-\u9fff])(?:我校|本校|学校)")
_OUR_SCHOOL = re.compile(
    r"(?<![\u4e00-\u9fff])(?:我校|我院|我们)|(?<![\u4e00-\u9fff])(?:本校|学校|本院|学院)(?=现|共|总|占|有|在|全|专|教|招|毕|开|建|校|拥|设|20|，)"
)
_THE_DISTRICT = re.compile(
    r"全区|全县|我区|我县|区域内|辖区内|各中等职业学校|各中职学校|各校|"
    + "|".join(f"{n}校(?!区)" for n in "两三四五六")
)
_THE_PLACE = re.compile(rf"{_THE_DISTRICT.pattern}|[全我]市")
_OFTENER = 3  # times that a school's own report speaks of the school for each time of its district

_HAS_SOME = r"[现共设拥已仅还只]有|一批|多所|各中等|各职业"
_SEVERAL = re.compile(_HAS_SOME)
# Words that make a name a description: 重庆市高水平中等职业学校, 渝北区各中等职业学校.
_DESCRIPTION = re.compile(
    rf"{_HAS_SOME}|[的各及和与等所在为了由被将]|民办|公办|高水平|全日制|重点|示范|主办|中等$|^中等|重视|搞好|加大|区域|辖区|登记|注册|备案|没有|我[省市区县]"
)
# Kinds of which a district has one, so that its name needs no more than the district: 荣昌区职业教育中心.
_ONE_A_DISTRICT = ("vocational_centre", "special")


# A place named by its kind, and a school as a title opens with it: what is known of places and schools elsewhere.
# 州 ends the short name of a prefecture (湘西州), and the names of many cities: 山东海州 is no place called so.
_NOT_A_PLACE = (
    r"[全我本该分][省市区县州校国]|[各其]|两[市区县校]|区县|市县|县[区市]|城[市区]|[\u4e00-\u9fff]{0,2}年来|年"
    r"|[社校山市新园郊地老库林牧辖]区|主管|主办|发布|来源|编制"
)
_PLACE = re.compile(
    rf"(?!{_NOT_A_PLACE})[\u4e00-\u9fff]{{1,6}}?(?:自治[州县]|市(?![带群圈])|[省区县旗盟])|[\u4e00-\u9fff]{{7,12}}?自治[州县]"
    r"|(?:[\u4e00-\u9fff]{2}|黔[东西]南|西双版纳)州"
)
_PROVINCE_FIRST = re.compile(r"(?:黑龙江|[\u4e00-\u9fff]{2})省(?=[\u4e00-\u9fff]{2,6}[市区县旗州])")
_PROVINCE_BEFORE = re.compile(r"(?:黑龙江|[\u4e00-\u9fff]{2})省$")
_CITY_OF_PROVINCE = re.compile(r"(?:黑龙江|[\u4e00-\u9fff]{2})省(?P<name>[\u4e00-\u9fff]{2,3}市)(?![级区属])")
_A_PLACE = 5  # characters before 县 in which its name stands
_BEFORE_SCHOOL = re.compile(
    r"[市县区旗](?=[\u4e00-\u9fff]{0,12}?(?:学校|学院|技工|中学|中专|职专|职高|教育中心|职教中心))"
)
_PLACE_LAST = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|以及|[和及与])(?:[和及与](?=[\u4e00-\u9fff]{2,3}[市县区旗]$))?(?P<place>[\u4e00-\u9fff]{2,3}[市县区旗])$"
)
_NO_PLACE = re.compile(
    r"^[年月日即为是由在]|^[其当]中|的|[师生人元名校].$|[全各我本该省等所个城都两多外邻]|州(?!市)|校区|开发区|园区|地区|郊区"
)
_TITLE_SCHOOL = re.compile(
    r"^[\u4e00-\u9fff]{3,28}?(?:学校|学院|大学|中学|中专|职专|职业高中|职高|(?P<centre>中心))"
    r"(?!\s*\d+\s*所)(?=[^\u4e00-\u9fff]|高等|中等|五年|职业|教育|质量|年度|办学|(?:学校|学院|单位)?(?:基本)?(?:概况|简介|情况|介绍)|师资|适应|自评|评估|诊断|诊改|校情|校园|招生|就业|简称|$)"
)
_GENERIC = re.compile(
    r"(?:[我本该]|全[市区县省国]|[一-鿿]{1,3}[市区县省]|[各中高][等级]?|全日制|公办|民办|示范|重点|职业|技术|专业|教育|中职|高职|技工|技师|普通)*(?:学校|学院|大学|中学校?|中专)"
)

# Kinds that a town has one of and names after itself: 海州市技师学院, not 海州市中等职业学校.
_NAMED_AFTER_PLACE = re.compile(
    r"技师学院|高级技工学校|职业(?:技术)?学院|(?:中等)?职业技术学校|职业中等专业学校|(?:职业)?中等专业学校"
    r"|职业中专(?:学校)?|职业(?:高级)?中学校?|职业高中"
)

_ENDS_WITH_PLACE = re.compile(r"(?<=[\u4e00-\u9fff])(?P<kind>[市县区旗](?:第?[一二三四五六七八九十])?)$")
_TWO_WORDS = 4  # characters
_OWN_NAME = re.compile(r"(?!第)[\u4e00-\u9fff]{2,4}")
_FIRST = re.compile(r"第([一二三四五六七八九十])$")

# What introduces a short name behind the full one: （以下简称“县职校”）, （下称县职校）, ，简称县职校，; 甲县职业学校简称县职校，
_INTRODUCES = re.compile(
    r"(?:\s*[（(][^（()）。；;]{0,16}?|\s*[，,][^（()）。；;，,校院心]{0,16}?|(?<=[校院心专中高]))(?:简称|下称)(?:为|作)?\s*[:：]?\s*[“\"‘'「『《]?(?P<short>[\u4e00-\u9fff]{2,12}?)"
    r"(?=[”\"’'」』》）)，,、。或])"
)
# Short names for a list of schools: 以下分别简称区职业中专、华艺学校。
_INTRODUCES_SEVERAL = re.compile(
    r"(?:分别|依次)[简下]?称(?:为|作)?\s*[:：]?\s*(?P<shorts>[\u4e00-\u9fff]{2,12}(?:[、和及][\u4e00-\u9fff]{2,12})+)"
)
# … and the other way round: “县职技中心”“二职专”分别指甲县职业技术中心、甲县第二职业中专学校.
_MEANS = re.compile(
    r"(?P<shorts>(?:[“\"「『][\u4e00-\u9fff]{2,12}[”\"」』][、,，和及]?)+)(?:分别|依次)?(?:是指|指的是|指|即|代表)"
    r"(?P<names>[\u4e00-\u9fff]{4,24}(?:[、和及][\u4e00-\u9fff]{4,24})*)"
)
_NAME_BEFORE = re.compile(
    r"(?:^|[）)”](?:以及|[和及与])|[^\u4e00-\u9fff]|以及|[和及与])(?P<name>[\u4e00-\u9fff]{4,24})$"
)
# What ends the own words of a school's name: 星火科技|职业学校 is not the report's 职业学校.
_OF_A_NAME = "技业贸商工信息电子游术通经生等级程器机械能源建农林医药护航空政法育范化"
_SAYS_IT_IS = re.compile(
    r"^(?:其中)?(?:分别)?(?:[是为有即]|包括)(?=[\u4e00-\u9fff]{4})"
)  # 分别是…学校（简称…）
# What may stand before 县职业中专, the name of another county may not.
_BEFORE_A_NAME = "在自由和与及为是有对到于中从将比即使让以但给向靠如含"
_LONGEST_NAME = 26  # characters, with what stands before it
# A line of prose of some length that ends in mid-sentence goes on below. It opens with what it looks for, then looks back:
# a search skips to that.
_LINE_BREAK = re.compile(r"[\r\n](?<=[\u4e00-\u9fff][\r\n])[\r\n \t\u3000]*(?=[\u4e00-\u9fff])")
_CELLS = re.compile(r"[|｜\t]| {2}|\u3000")  # what parts the cells of a line
_FULL_LINE = 25  # characters from which on a line of prose is broken where it is full

# An office that publishes, and a school that a text introduces: where the title names nobody.
_OFFICE = re.compile(
    rf"^[^\u4e00-\u9fff\n]*(?P<place>{_PLACE.pattern})(?:人民政府)?(?:教育|职业教育|人力资源)[\u4e00-\u9fff]{{0,12}}(?:局|委员会|厅)(?:编制?|印发)?\s*$",
    re.MULTILINE,
)
_IS_INTRODUCED = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|概况|简介)(?P<name>[\u4e00-\u9fff]{3,26}?(?:学校|学院|大学|中学|中专|职专|教育中心|职教中心))"
    r"(?=\s*(?:[（(][^（）()\n]*[）)])?\s*[，,]?\s*(?:是|简称|位于|坐落|座落|地处|建校|创[办建]于|始建于|建于|成立于|前身))"
)
_IN_A_SENTENCE = re.compile(r"[是吗呢]|请问")  # what no name of a school has, but a headline may
_NO_OWN_NAME = re.compile(
    r"学校|学院|[其该本我]|合作|联合|与|和|由|在|是|前身|原"
)  # what no name of a school opens with
# A place of whose schools a text speaks: 太原市有中等职业学校30所, 四川省中等职业学校各专业大类.
_HAS_SCHOOLS = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:(?:截至)?目前|如今|[一二三四五六七八九十几]年来)?(?P<place>{_PLACE.pattern})(?:[区县市]属|各类?)?(?=中等职业|中职|职业(?:教育|学校|院校)|技工|(?:[现共]?有|\d)[^，,。；;]{{0,8}}(?:学校|院校|毕业生))"
)
_OURS = re.compile(r"[全我本该][省市区县旗州]$")
_SHORTEST = 3  # characters of a short name
# A school of a place, and what it has behind it.
_TOLD_OF = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|省|管理|[与和及对的扶援助接])(?P<name>(?![与和及对向同由])(?:[\u4e00-\u9fff]{2,3}[市县区旗]){1,2}[\u4e00-\u9fff]{0,10}?"
    r"(?:职业(?:技术|高级|中等)?(?:教育)?(?:专业)?(?:学校|中学校?|中专(?:学校)?|中心|学院)|中等专业学校|技工学校|技师学院))"
    r"(?=[（(]?\s*(?:现\s*有|共有|占地|在校生|专任教师|(?:19|20)\d\d\s*年招生\s*\d)|[^。]{0,40}[。，,；：（(]\s*该(?:校|中心|院)(?:现\s*有?|占地|共有|有|在校))",
    re.MULTILINE,
)
# A college, and what it has behind it; a search skips to its kind and then looks back for its name.
_COLLEGE_HAS = re.compile(
    r"(?:职业(?:技术)?(?:大学|学院)|技师学院)(?=(?:[一1]所[，,])?(?:现有|共有|占地|在校生|专任教师|教职工))"
)
_COLLEGE_NAME = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[与和及对的])(?P<own>(?:(?![与和及对的])[\u4e00-\u9fff]){2,8})$"
)
_LONGEST_OWN = 8  # characters
_IN_A_CELL = re.compile(
    r"(?:^|[\t|｜])[ \u3000]*(?P<name>[\u4e00-\u9fff]{2,3}[市县区旗][\u4e00-\u9fff]{3,12}学校)[ \u3000]*(?=[\t|｜\n]|$)",
    re.MULTILINE,
)
_OF_A_SCHOOL = re.compile(r"[门园区舍长徽训史企友内外办本级]")  # behind 校
_COMES_FROM = re.compile(r"(?:来自|出自|源自)于?$")
_CLAUSE_ENDS = re.compile(r"\s*(?:[，,。；;]|$)")
_SECTION = re.compile(r"(?:基本)?(?:概况|简介|介绍|情况)")
_GLUED = re.compile(r"概况|简介|介绍|情况")  # a heading that lost its line
_BEGINNING = 1_500  # characters in which a text says whose it is

Places = Mapping[str, str]
"""Name of a place, long or short, -> its official name."""


def places_of(title: str) -> Places:
    """The districts of the vocabulary, and where a title opens with a place elsewhere, that place and those around it.

    Its province is no part of a place's official name, as 重庆市 is none of 荣昌区's.
    """
    known = vocabulary().districts
    if any(name in title for name in known):
        return known
    found: dict[str, str] = {}
    around, at = "", _opening(title)
    while match := _PLACE.match(title, at):
        name, at = match.group(), match.end()
        around += name
        short = name[: -1 if name[-1] in "省市区县" and len(name) > 2 else None]
        official = _PROVINCE_FIRST.sub("", around)
        found |= dict.fromkeys((around, name, short), official)
    return {**known, **found}


def _places_of_schools(text: str) -> Iterator[str]:
    """Counties and towns that a text names right before a school of theirs: 青溪县职业高级中学 in the report of its city."""
    for match in _BEFORE_SCHOOL.finditer(text):
        place = _PLACE_LAST.search(text[max(0, match.start() - _A_PLACE) : match.end()])
        if place and not _NO_PLACE.search(place["place"]):
            yield place["place"]


def _opening(title: str) -> int:
    """Where the words of a title begin: behind 附件1：, 2024年, quotes and spaces."""
    match = re.match(
        r"(?:关于(?:印发|发布|公布|报送|公开)?|附件\s*\d*|20\d\d\s*年?度?|[^\u4e00-\u9fff])*", title
    )
    return match.end() if match else 0


@lru_cache(maxsize=64)
def _full_name(places: tuple[str, ...]) -> re.Pattern[str]:
    place = "|".join(map(re.escape, places))
    suffixes = "|".join(map(re.escape, vocabulary().school_types))
    # Every way to open it opens with a character, so that the search skips to these.
    return re.compile(rf"(?P<place>重庆市?(?:{place})?|{place})(?P<own>{_NAME})(?P<suffix>{suffixes})")


@lru_cache(maxsize=64)
def _any_of(places: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, places)))


def _first_place(name: str, places: Places) -> str:
    """The longest name of a place that a name opens with, else ''."""
    match = _any_of(_longest_first(places)).match(name)
    return match.group() if match else ""


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    return _sorted_by_length(tuple(names))


@lru_cache(maxsize=256)
def _sorted_by_length(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def school_names(text: str, places: Places | None = None) -> list[tuple[int, str]]:
    """Offsets and full names of schools in a text, in order."""
    pattern = _full_name(_longest_first(vocabulary().districts if places is None else places))
    names = []
    for match in pattern.finditer(text):
        if _is_name(*match.groups()):
            start, end = _with_province(text, match.start()), match.end()
            if match["suffix"].endswith("中心学校") and _SECTION.match(text, end):
                end -= len("学校")  # 东湖职业教育中心|学校简介
            if match["suffix"].endswith("中心校") and _OF_A_SCHOOL.match(text, end):
                end -= len("校")  # 东湖职业教育中心|校门
            names.append((start, text[start:end]))
    return names


def _with_province(text: str, start: int) -> int:
    """Where a name begins that starts at `start` with its place: before the province, if one stands there."""
    province = _PROVINCE_BEFORE.search(text[max(0, start - 4) : start])
    return start - len(province.group()) if province else start


@lru_cache(maxsize=4_096)
def _is_name(place: str, own: str, suffix: str) -> bool:
    if not own:
        kind = vocabulary().school_types[suffix].kind
        if kind in _ONE_A_DISTRICT:
            return place not in ("重庆", "重庆市")
        if _NAMED_AFTER_PLACE.fullmatch(suffix):
            return place[-1] in "市区县旗"
        if suffix == "技工学校" and place != "重庆" and place[-1] not in "市区县旗":
            return True  # 綦江技工学校 is one, 綦江区技工学校 are perhaps several
        return kind == "specialised_secondary" and not _GENERIC.fullmatch(suffix)
    return len(own) >= 2 and not _DESCRIPTION.search(own)


def _school_in_title(title: str, places: Places, text: str) -> str | None:
    """The school that a title opens with, wherever it is and whatever kind it is of: 青岛电子学校, 岭南职业学院.

    A place and a kind (绥阳县中等职业学校) may be one school or all those of the place: the report's text tells.
    """
    match = _TITLE_SCHOOL.match(title[_opening(title) :])
    if match is None:
        return None
    name = match.group()
    if _SEVERAL.search(name) or _IN_A_SENTENCE.search(name):
        return None  # 沈河市已有中等职业学校12所
    own = next(iter(_without_place(name, places)), name)
    after_place = _NAMED_AFTER_PLACE.fullmatch(own) and name.removesuffix(own)[-1:] not in ("", "省")
    if match["centre"] or after_place or not _GENERIC.fullmatch(own):
        return name
    if name.removesuffix(own)[-1:] not in tuple("市区县旗"):
        return None
    return name if _speaks_as_one_school(text) or name in _introduced_first(text) else None


@lru_cache(maxsize=4)
def _speaks_as_one_school(text: str) -> bool:
    """Whether a report is a school's by its words: far more clauses of 学校 and 我校 than of 全县, 各校."""
    return len(_THE_SCHOOL.findall(text)) > _OFTENER * len(_THE_PLACE.findall(text))


def short_names(name: str, places: Places | None = None) -> set[str]:
    """The short forms that reports use for a school: 重庆益民技工学校 -> 益民技工学校, 益民技校, …

    Generic forms such as 职教中心 are among them; they count only where one school of the report answers to them.
    """
    stem, suffix = name, ""
    shorts: tuple[str, ...] = ()
    for known, school_type in vocabulary().school_types.items():
        if name.endswith(known):
            stem, suffix, shorts = name[: -len(known)], known, school_type.short_suffixes
            break
    places = vocabulary().districts if places is None else places
    stems = [stem, *_without_place(stem, places)]
    stems += [_FIRST.sub(r"\1", stem) for stem in stems]  # 第一职业中专 is 一职专 for short
    forms = {name} | {part + tail for part in stems for tail in (suffix, *shorts)}
    tails = (suffix, *shorts) if suffix else ()
    kinds = (kind["kind"] for part in stems if (kind := _ENDS_WITH_PLACE.search(part)))
    forms |= {kind + tail for kind in kinds for tail in tails}  # 县职业中专, 县一职中
    if tails and _OWN_NAME.fullmatch(own := _own(stem, places)):
        called = {own, own[:2]} if len(own) == _TWO_WORDS else {own}  # 博远科技职业学校 is 博远职校, too
        forms |= {name + tail for name in called for tail in (*tails, "学校")}
    if (
        suffix
        and vocabulary().school_types[suffix].kind in _ONE_A_DISTRICT
        and (place := district_in(stem, places))
    ):
        forms |= {called + tail for called in _called(place, places) for tail in (suffix, *shorts)}
    return {form for form in forms if len(form) >= 3}


def _called(place: str, places: Places) -> Iterator[str]:
    """All names of a place."""
    return (name for name, official in places.items() if official == place)


def _without_place(name: str, places: Places) -> Iterator[str]:
    """A name without the place that it opens with, then with the place's other names: 重庆市荣昌区… -> …, 荣昌…"""
    place = _first_place(name, places)
    if not place:
        if province := _PROVINCE_FIRST.match(name):
            yield name[province.end() :]
            yield from _without_place(name[province.end() :], places)
        return
    own = name.removeprefix(place)
    yield own
    yield from (other + own for other in _called(places[place], places))
    yield from _without_place(own, places)


def _own(stem: str, places: Places) -> str:
    """What a school's name has of its own behind the places that it opens with."""
    while place := _first_place(stem, places):
        stem = stem.removeprefix(place)
    return stem


def _where(
    words: re.Pattern[str], text: str, counts: Callable[[re.Match[str]], bool]
) -> Iterator[re.Match[str]]:
    """Where words stand that count there; of those that open at one place the longest that does.

    What a word must have before it is asked here: a class of characters in a pattern takes as long to compile as ten
    names, and each report has its own.
    """
    at = 0
    while match := words.search(text, at):
        at = match.start() + 1
        while match and not counts(match):
            match = words.match(text, match.start(), match.end() - 1)
        if match:
            yield match
            at = match.end()


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 1) : match.start()]


def _opens_a_name(match: re.Match[str]) -> bool:
    """Whether a name of a school is whole where it stands: 星火科技|职业学校 is not, nor is 邻|县职业中专."""
    name, before = match.group(), _before(match)
    if name in _kinds_of_schools():
        return not before or before not in _OF_A_NAME
    return name[0] not in "市县区旗" or before in _BEFORE_A_NAME or _opens_word(before)


def _opens_alone(match: re.Match[str]) -> bool:
    return match["alone"] is None or _opens_word(_before(match))


def _opens_word(before: str) -> bool:
    """Whether what stands behind this character opens a word."""
    return not "\u4e00" <= before <= "\u9fff"


class Mention(NamedTuple):
    """A name in a text: where it stands and whose it is."""

    start: int
    end: int
    name: str


def _outside_brackets(text: str) -> str:
    """The text with all that stands in brackets blanked out, in its place."""
    if _A_BRACKET.search(text) is None:
        return text
    return _BRACKETED.sub(lambda match: "　" * len(match.group()), text)


def _lists_schools(named: Sequence[Mention], text: str) -> bool:
    """Whether the last two names are two schools of one list: 甲职业中学、乙技工学校."""
    if len(named) < 2 or named[-1].name == named[-2].name:
        return False
    return re.fullmatch(r"[、，,和及与\s　]+|以及", text[named[-2].end : named[-1].start]) is not None


def _is_where_from(mention: Mention, text: str) -> bool:
    """Whether a clause only ends with whom something comes from: of 2门全部出自甲校 the next clause does not go on about it."""
    return bool(_COMES_FROM.search(text[: mention.start]) and _CLAUSE_ENDS.match(text, mention.end))


@dataclass
class Cast:
    """The entities of one document, found in one pass over its text.

    `publisher` speaks in the report: the school of a school's report, the district of a district's.
    """

    publisher: Entity | None
    schools: Mapping[str, Entity] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    principal: str | None = None
    _mentioned: dict[str, tuple[Mention, ...]] = field(default_factory=dict, init=False, repr=False)

    def mentions(self, text: str) -> Sequence[Mention]:
        """The schools and the district spoken of in a text, in order, under their official names."""
        if text not in self._mentioned:
            names = _where(self._names, text, _opens_a_name) if self._names else ()
            found = [Mention(m.start(), m.end(), self.aliases[m.group()]) for m in names]
            if self.publisher and self._own_words and (own := [*_where(self._own_words, text, _opens_alone)]):
                taken = {k for mention in found for k in range(mention.start, mention.end)}
                found += [
                    Mention(m.start(), m.end(), self.publisher.name) for m in own if m.start() not in taken
                ]
                found.sort()
            self._mentioned[text] = tuple(found)
        return self._mentioned[text]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All names and short names of the schools, the longest first."""
        return _longest_first(map(squeeze, self.aliases))

    @cached_property
    def home(self) -> str:
        """How a district's report calls its place: 全区, 全市 in the report of a city; empty in a school's report."""
        if not self.publisher or self.publisher.kind != "district":
            return ""
        return f"全{self.publisher.name[-1]}"

    @cached_property
    def is_a_schools(self) -> bool:
        """Whether a document is a school's, and tells of none but it."""
        return self.publisher is not None and self.publisher.kind == "school"

    @cached_property
    def _own_words(self) -> re.Pattern[str] | None:
        """A finder of the words by which a district's report means the district; None for a school's report.

        Those of the group `alone` count where they open a word.
        """
        if not self.publisher or not self.home:
            return None
        names = map(re.escape, _longest_first([self.publisher.name, *self.publisher.short_names]))
        opening = (rf"{name}(?=现有|共有|有|职业|中职|中等)" for name in names)
        return re.compile(
            rf"{_THE_DISTRICT.pattern}|{self.home}|我{self.home[1:]}"
            rf"|(?P<alone>{'|'.join(opening)}|{self.home[1:]}(?:教育局|教体局|教育体育局|教委|委|(?:人民)?政府))"
        )

    def spoken_of(
        self, text: str, before: str | None, school: str | None = None
    ) -> tuple[str | None, str | None]:
        """Who a stretch of text speaks of, and the school last named.

        The last name decides, but a list of schools is spoken of as a whole, that is of the publisher, and a name in
        brackets explains another. 该校 is the school last named; 学校 is a school report's own, and in a district's without a
        name its principal school; else the text speaks of whom it spoke before.
        """
        outside = _outside_brackets(text)
        everyone = self.mentions(outside)
        named = [mention for mention in everyone if not _is_where_from(mention, outside)]
        if _lists_schools(named, outside) and self.publisher:
            return self.publisher.name, school
        schools = [mention.name for mention in everyone if mention.name in self.schools]
        school = schools[-1] if schools else school
        if school and _THAT_SCHOOL.search(outside, everyone[-1].end if everyone else 0):
            return school, school
        if named:
            return named[-1].name, school
        if self.publisher and self.publisher.kind == "school" and _OUR_SCHOOL.search(outside):
            return self.publisher.name, school
        if before is None and self.publisher:
            return (self.principal if self._means_a_school(text) else self.publisher.name), school
        return before, school

    def _means_a_school(self, text: str) -> bool:
        return bool(
            self.principal
            and self.publisher
            and self.publisher.kind == "district"
            and _THE_SCHOOL.search(text)
        )

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        """A finder of all names and short names, the longest first; None where the document names no school."""
        longest_first = sorted(self.aliases, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def shortened(self, name: str) -> str | None:
        """The one school whose name leaves these characters when it is shortened: 市二职校 of 青山市第二职业技术学校."""
        if len(name) < _SHORTEST:
            return None
        owners = [full for full in self.schools if _is_within(name, full)]
        return owners[0] if len(owners) == 1 else None

    def entities(self, observed: Iterable[str]) -> tuple[Entity, ...]:
        """The publisher and every school named, each once; `observed` are names that carry numbers."""
        found = {e.name: e for e in ([self.publisher] if self.publisher else [])}
        for name, entity in self.schools.items():
            found.setdefault(name, entity)
        for name in observed:
            found.setdefault(
                name, Entity(name, "district" if name in vocabulary().districts.values() else "school")
            )
        return tuple(found.values())


def _is_within(short: str, full: str) -> bool:
    """Whether all characters of a name stand in another one, in order."""
    rest = iter(full)
    return all(character in rest for character in short)


def names_a_school(line: str) -> bool:
    """Whether a line above a title is the name of a school, or a place with a kind of school that may be one."""
    name = squeeze(line)
    match = _TITLE_SCHOOL.match(name)
    own = next(iter(_without_place(name, places_of(name))), name)
    alone = match is not None and match.group() == name and (own != name or not _GENERIC.fullmatch(name))
    return (alone and not _DESCRIPTION.search(name.replace("中等", ""))) or bool(school_names(line))


def _joined(line_break: re.Match[str]) -> str:
    """A line break of a PDF's text: none where the line before it is full, and prose."""
    text, end = line_break.string, line_break.start()
    line = text[max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1 : end].strip()
    is_full = len(line) >= _FULL_LINE
    is_prose = not (re.search(r"[\s|｜]", line[-_FULL_LINE:]) and _CELLS.search(line))
    return "" if is_full and is_prose else line_break.group()


def cast_of(text: str, title: str, publisher_line: str | None) -> Cast:
    """Find who a document speaks of: its schools, and its publisher from the title, then from the page's own words."""
    text = _LINE_BREAK.sub(_joined, text)
    title = _with_somebody(squeeze(title), publisher_line or "", text)
    places = places_of(title)
    elsewhere = len(places) > len(vocabulary().districts)
    if elsewhere and (city := _CITY_OF_PROVINCE.search(text)):
        # 甘肃省陇宁市: a county's schools may have the name of its city
        places = {city["name"]: city["name"], city["name"][:-1]: city["name"]} | dict(places)
    if elsewhere and not school_names(title, places) and not _school_in_title(title, places, text):
        around = (name for name in _places_of_schools(text) if not name.endswith(tuple(places)))  # 即石桥县
        places = {called: name for name in around for called in (name, name[:-1])} | dict(places)
    counted = Counter(name for _, name in school_names(text, places))
    known = vocabulary().schools
    official = {name: known.get(squeeze(name), name) for name in _in_full(counted, places)}
    second = {b: official[a] for a, b in _second_names(text, places) if a in official and b in official}
    official |= {b: a for b, a in second.items() if squeeze(b) not in known}
    if not school_names(title, places) and (own := _school_in_title(title, places, text)):
        official[own] = own
    for name in _told_of(text, title):
        if not any(name.endswith(known) or known.endswith(name) for known in official):
            official[name] = name
    introduced = _introduced(text, places, official)
    owners = _owners(official, places) | introduced
    schools = {
        name: Entity(
            name,
            "school",
            provisional=squeeze(name) not in known,
            short_names=tuple(sorted(s for s, n in owners.items() if n == name and s != name and s in text)),
        )
        for name in dict.fromkeys(official[printed] for printed in sorted(official, key=text.find))
    }
    mentioned = Counter(
        {name: sum(text.count(s) for s, n in owners.items() if n == name) for name in schools}
    )
    publisher = (
        _publisher(title, text, schools, owners, places)
        or _publisher(publisher_line or "", text, schools, owners, places)
        or _publisher(text[:600], "", schools, owners, places)
    )
    principal = mentioned.most_common(1)[0][0] if mentioned else None
    return Cast(publisher, schools, owners, principal)


def _told_of(text: str, title: str) -> Iterator[str]:
    """Schools of no kind that is known, or elsewhere, of which a text tells what they have: 青溪县职业学校现有在校生1120人,
    …结成对子。该校现有…; and those that are cells of its tables.
    """
    told = (match["name"] for found in (_TOLD_OF, _IN_A_CELL) for match in found.finditer(text))
    names = chain(told, _colleges_told_of(text))
    # 青溪县中等职业学校 are all those of the county in its own report, and one school in another's.
    others = (name for name in names if name[:2] not in title or not _GENERIC.fullmatch(name))
    return (name for name in others if not _DESCRIPTION.search(name.replace("中等", "")))


def _colleges_told_of(text: str) -> Iterator[str]:
    """Colleges of which a text tells what they have: 与云泊职业技术学院结对，云泊职业技术学院在校生9800人."""
    for match in _COLLEGE_HAS.finditer(text):
        before = text[max(0, match.start() - _LONGEST_OWN - 1) : match.start()]
        if name := _COLLEGE_NAME.search(before):
            yield name["own"] + match.group()


def _with_somebody(title: str, publisher_line: str, text: str) -> str:
    """The title, opened with whose report it is where it does not say so: with the place of the office that publishes it, or
    with the school that the text introduces.
    """
    opening = _PROVINCE_FIRST.sub("", title[_opening(title) :])
    for name in _introduced_first(text):
        if _is_within(
            name, opening[: len(name) + 1]
        ):  # 衢州市职业技术学院怎么样, and the text: 衢州职业技术学院是…
            return f"{name}：{title}"
    places = places_of(title)
    if len(places) > len(vocabulary().districts) or any(name in title for name in places):
        return title
    if _school_in_title(title, places, text):
        return title
    if office := _OFFICE.search(publisher_line) or _OFFICE.search(text[:_BEGINNING]):
        return office["place"] + title
    somebody = next(iter(_introduced_first(text)), None) or _most_spoken_of(text)
    return f"{somebody}：{title}" if somebody else title


@lru_cache(maxsize=4)
def _introduced_first(text: str) -> tuple[str, ...]:
    """The schools that the beginning of a text introduces: 青岛电子学校是…, 岭南职业学院位于…"""
    names = (_GLUED.split(match["name"])[-1] for match in _IS_INTRODUCED.finditer(text[:_BEGINNING]))
    return tuple(
        name
        for name in names
        if (_PLACE.match(name) or not _GENERIC.fullmatch(name))
        and not _NO_OWN_NAME.match(name)
        and not _DESCRIPTION.search(name.replace("中等", ""))
    )


def _most_spoken_of(text: str) -> str | None:
    """The place of whose schools a text speaks most often."""
    found = (match["place"] for match in _HAS_SCHOOLS.finditer(text))
    places = Counter(place for place in found if not _OURS.search(place))
    return places.most_common(1)[0][0] if places else None


def _introduced(text: str, places: Places, official: dict[str, str]) -> dict[str, str]:
    """Short name -> the one school of which the text says so; a school that only this makes known joins `official`."""
    claims: dict[str, set[str]] = defaultdict(set)
    said = (
        _introduced_each(text, places),
        _introduced_in_a_row(text, places, official),
        _said_to_mean(text, places),
    )
    for short, name in chain.from_iterable(said):
        claims[short].add(official.setdefault(name, name))
    return {
        short: next(iter(names))
        for short, names in claims.items()
        if len(names) == 1 and short not in official
    }


def _introduced_each(text: str, places: Places) -> Iterator[tuple[str, str]]:
    """Short and full names where the one stands right behind the other: 甲县职业学校（简称县职校）."""
    for match in _INTRODUCES.finditer(text) if "简称" in text or "下称" in text else ():
        before = _NAME_BEFORE.search(text[max(0, match.start() - _LONGEST_NAME) : match.start()])
        short = match["short"]
        if before is None or _THE_SCHOOL.fullmatch(short) or _is_of_all(short):
            continue
        known = [name for _, name in school_names(before["name"], places) if before["name"].endswith(name)]
        name = known[0] if known else _SAYS_IT_IS.sub("", before["name"])
        if known or _is_one_school(name, places):
            yield short, name


def _introduced_in_a_row(text: str, places: Places, official: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Short names behind a list of schools, with the one school that each can be short for: 以下分别简称县职校、新苑学校."""
    for match in _INTRODUCES_SEVERAL.finditer(text):
        for short in re.split(r"[、和及]", match["shorts"]):
            known = {full for full in official.values() if _is_within(short, full)}
            of_kinds = (name for name in _of_kinds(text, places) if short in short_names(name, places))
            names = known or set(of_kinds)
            if len(names) == 1:
                yield short, names.pop()


def _said_to_mean(text: str, places: Places) -> Iterator[tuple[str, str]]:
    """Short names that a text says the meaning of: “县职校”“新苑学校”分别指甲县职业学校和甲县新苑学校."""
    for match in _MEANS.finditer(text):
        shorts = re.findall(r"[\u4e00-\u9fff]{2,}", match["shorts"])
        names = re.split(r"[、和及]", match["names"])
        if len(shorts) == len(names) and all(_is_one_school(name, places) for name in names):
            yield from zip(shorts, names, strict=True)


def _of_kinds(text: str, places: Places) -> set[str]:
    """Places with a kind of school behind them, 汀溪县技工学校, which are a school's name where it is called so for short."""
    pattern = _full_name(_longest_first(places))
    return {match.group() for match in pattern.finditer(text) if not match["own"]}


def _is_of_all(short: str) -> bool:
    """Whether a short name means any school: 职业学校. A place has hardly more than one 技工学校."""
    kind = vocabulary().school_types.get(short)
    return _GENERIC.fullmatch(short) is not None and (kind is None or kind.kind != "technician")


@lru_cache(maxsize=1)
def _kinds_of_schools() -> frozenset[str]:
    """The words that end the names of schools, long and short: alone they may be the end of any name."""
    types = vocabulary().school_types
    return frozenset(types).union(*(each.short_suffixes for each in types.values()))


def _ends_as_school(name: str) -> bool:
    """Whether a name ends as those of schools do."""
    return name.endswith(tuple(vocabulary().school_types))


def is_end_of_name(words: str, name: str) -> bool:
    """Whether a short name that ends words is the end of another name there: 职业学校 of 中等职业学校."""
    return name in _kinds_of_schools() and words[: -len(name)].endswith(tuple(_OF_A_NAME))


def _is_one_school(name: str, places: Places) -> bool:
    """Whether a name with a short form is one school: 汀溪县技工学校 may be several, but not where it is called 技工学校."""
    return _is_of_a_kind(name, places) or (_PLACE.match(name) is not None and _ends_as_school(name))


def _is_of_a_kind(name: str, places: Places) -> bool:
    """Whether a name is a school's: it ends as one, behind a place as any, and describes none."""
    behind_place = _PLACE.match(name) is not None or _first_place(name, places) != ""
    ends = _ends_as_school(name) or (behind_place and name.endswith(("学校", "学院")))
    return ends and not _GENERIC.fullmatch(name) and not _DESCRIPTION.search(name)


def _in_full(names: Collection[str], places: Places) -> list[str]:
    """The names without those that are a short form of another: 城阳区… beside 青岛市城阳区…"""
    forms: dict[str, set[str]] = {}
    for name in _longest_first(names):
        if sum(name in shorter for shorter in forms.values()) != 1:
            forms[name] = short_names(name, places)
    return [name for name in names if name in forms]


def _second_names(text: str, places: Places) -> Iterator[tuple[str, str]]:
    """Pairs of names of one school: 重庆示例技师学院（重庆示例高级技工学校）."""
    named = school_names(text, places)
    for (start, name), (at, second) in pairwise(named):
        around = text[start + len(name) : at] + text[at + len(second) : at + len(second) + 1]
        if around in ("（）", "()"):
            yield name, second


def _owners(official: Mapping[str, str], places: Places) -> dict[str, str]:
    """Short name -> the one school that answers to it; a form shared by two schools leads to neither."""
    claims: dict[str, set[str]] = {}
    for printed, name in official.items():
        for form in short_names(printed, places) | short_names(name, places):
            claims.setdefault(form, set()).add(name)
    for form, owner in vocabulary().schools.items():
        if owner in claims.get(owner, set()):
            claims.setdefault(form, set()).add(owner)
    return {
        form: form if form in owners else next(iter(owners))
        for form, owners in claims.items()
        if len(owners) == 1 or form in owners
    }


def _publisher(
    line: str, text: str, schools: Mapping[str, Entity], owners: Mapping[str, str], places: Places
) -> Entity | None:
    """The school that a line of a report's text names first, else the district it names first."""
    found = [name for _, name in school_names(line, places)]
    if not found and (own := _school_in_title(line, places, text)):
        found = [own]
    named = [name for name in found if name in schools] or [
        vocabulary().schools.get(squeeze(name), owners.get(name, name)) for name in found
    ]
    if named:
        base = schools.get(named[0]) or Entity(named[0], "school", provisional=True)
        return Entity(base.name, "school", "publisher", base.provisional, base.short_names)
    district = district_in(line, places)
    if district is None:
        return None
    others = tuple(name for name, official in places.items() if official == district != name)
    elsewhere = district not in vocabulary().districts.values()
    return Entity(district, "district", "publisher", elsewhere, others if elsewhere else ())


def district_in(text: str, places: Places | None = None) -> str | None:
    """Official name of the first district that a text names, else None."""
    found = [
        (text.find(name), -len(name), official)
        for name, official in (vocabulary().districts if places is None else places).items()
        if name in text
    ]
    specific = [f for f in found if not f[2].startswith("重庆")]
    return min(specific or found, default=(0, 0, None))[2]
