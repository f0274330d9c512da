"""Which year a number belongs to: the nearest year that is spoken of, else the report's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extraction.numbers import narrow, year_of
from extraction.records import YearBasis

# A page may have lost the dash between two years: 20232024年.
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:\s*[-—–－~至到]+\s*|(?=\d{4}\s*年))((?:19|20)\d{2})\s*(学年)?")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(学年|年度|年|届)")
_REPORT_YEAR = (
    re.compile(
        r"(?:19|20)\d{2}\s*(?:年\s*\d{1,2}\s*月)?\s*[-—–－~～至到]+\s*((?:19|20)\d{2})\s*(?:学年|年\s*\d{1,2}\s*月)"
    ),
    re.compile(
        r"((?:19|20)\d{2})\s*(?:年度|年)?\s*[)）]?\s*(?:职业教育|中等职业教育|教育)?\s*(?:质量)?(?:年度)?(?:质量)?(?:报告|年报)"
    ),
    re.compile(r"(?:报告|年报)[^\d]{0,6}[(（]?\s*((?:19|20)\d{2})"),
    re.compile(r"((?:19|20)\d{2})\s*年度"),
    re.compile(
        r"^[^\n。，；]{0,30}?(?<!\d)((?:19|20)\d{2})\s*年[）)]?\s*$", re.MULTILINE
    ),  # a line that ends with it
)
_ANY_YEAR = re.compile(r"((?:19|20)\d{2})\s*[年届]")
_COMPARED_WITH = re.compile(r"(?:同期|同口径)?(?:相比|比较)")  # 与2019年相比
_AHEAD = re.compile(r"(?:到|拟于?|将于?|计划于?|力争|预计|规划[（(]?(?:(?:19|20)\d\d年?[-—–~～至])?)$")
_OPENING_YEAR = re.compile(r"^((?:19|20)\d{2})(?=[\u4e00-\u9fff])")
# A year in which something was founded, moved or honoured dates nothing but that: 成立于1996年, 2012年由三校合并组建,
# 2015年被评为示范校. Of 当年招生 it is the year, and of what its own clause counts (2022年入选课题12项).
_EVENTS = (
    "创办|创建|始建|建校(?!\\d*周年)|成立|组建|迁入|迁址|迁建|搬迁|搬入|升格|升级为|合并(?!统计|计算)|并入|合校|更名|改名|改制|转制"
    "|复校|挂牌|动工|落成|竣工|投入使用|成为|授予|评为|认定为|入选|获批|立项"
)
NOW = re.compile(r"现[有拥共已]|目前|如今|截[至止]")
"""What says that a text goes on to tell of today."""
SEMESTER = re.compile(r"(?:20\d\d\s*年?)?[春秋](?:季?学?期|季(?=免|减|资|发|享|受|国|助|$))")
"""A half of the school year; 春季 and 秋季 alone, or before words of student aid: 秋季招生 and 春季高考 are of the year."""
_EVENT = re.compile(
    rf"(?:(?:19|20)\d{{2}}年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?[^，,。；;、\d]{{0,24}}?"
    rf"(?:{_EVENTS})(?![^，,。；;]*\d)"
    rf"|(?:{_EVENTS}|建|起源|源)于\s*(?:19|20)\d{{2}}年)(?![^。；;]*[当同]年)"
)
_CHINESE_YEAR = re.compile(r"二[〇○零Ｏ][〇○零一二三Ｏ][〇○零一二三四五六七八九Ｏ](?=\s*[年学])")
_DIGIT_OF = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_IN_QUOTES = re.compile(r"“[^”\n]{0,40}”")
_PUBLISHED = re.compile(r"^(?P<year>20\d\d)-(?P<month>\d\d)")
_PUBLISHED_LINE = re.compile(
    r"(?:(?:更新|发布|发表|添加|发文|成文)?(?:时间|日期)\s*[:：]|^)\s*(?P<year>20\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})"
    r"(?=\s*[-/.月])",
    re.MULTILINE,
)
_A_DAY = re.compile(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.]\d{1,2}(?!\d)")
_SECOND_HALF = 7  # month
_LOOKS_AHEAD = 2  # years
_FIRST_LINES = 400  # characters
_NEAR = 12  # characters before a year that say of it that it lies ahead
# A report looks back on the years before it; a year further away is history, not the report's subject.
_REACH = 6
_RELATIVE = re.compile(r"(?:(?P<before>上一?|去)|本)(?:学年度?|年度?|届)(?:同期)?(?:[（(][^（）()]*[)）])?")
_ORDINAL = re.compile(r"\s*(?:[（(]?[\d一二三四五六七八九十]{1,2}[）)、.．]\s*)?")
# A number or a bracket that comes first makes a year behind it another one: 全年招生896人（2021年858人）.
_TOLD_BEFORE = re.compile(r"[（(]|(?<!\d)(?!(?:19|20)\d\d)\d+(?![\d月日年])")
_ONE_MORE = re.compile(
    r"\s*[、和及与]\s*(?:19|20)\d\d\s*(?:学年|年)"
)  # of several years that a sentence opens with
_OPENING = 16  # characters in which a sentence's year is its topic


@dataclass(frozen=True)
class Year:
    """A year and what it is: a school year (by its second half), a calendar year, or the report's own year."""

    value: int
    basis: YearBasis


def report_year(title: str, opening: str, published_on: str | None) -> int | None:
    """The year a report is for: from its title, then its first lines, then from when it was published.

    Where these only speak of years, it is the last of them, but none in which the school was founded or moved, none of an
    award's name and none that lies ahead. What is published in the first half of a year is of the year before.
    """
    first_lines = opening[:_FIRST_LINES]
    year = _as_reports_say(title) or _last_year(title) or _opens_title(title) or _as_reports_say(first_lines)
    if year:
        return year
    first, last, published = _last_year(first_lines), _last_year(opening), _published(opening, published_on)
    if last and (published is None or last >= published - _LOOKS_AHEAD):
        # a year at the beginning that is far before those behind it is of the school's history
        return first if first and first >= last - _LOOKS_AHEAD else last
    return published or last


def _published(opening: str, published_on: str | None) -> int | None:
    """The year that is over, or nearly, when a text is published: by the page's own date, or by one in its first lines."""
    lines = narrow(opening)
    dated = (
        _PUBLISHED.search(published_on or "")
        or _PUBLISHED_LINE.search(lines)
        or _A_DAY.search(lines[:_FIRST_LINES])
    )
    return int(dated["year"]) - (int(dated["month"]) < _SECOND_HALF) if dated else None


def _as_reports_say(text: str) -> int | None:
    """The year in the words of reports: 2024年度质量报告, 报告（2024）, 2023年9月至2024年8月, or at the end of a line."""
    plain = _plain(text)
    return next((int(match[1]) for pattern in _REPORT_YEAR if (match := pattern.search(plain))), None)


def _last_year(text: str) -> int | None:
    """The last year that a text speaks of and that does not lie ahead; it is over where others are compared with it."""
    plain = _plain(text)
    years = (
        int(match[1]) + (_COMPARED_WITH.match(plain, match.end()) is not None)
        for match in _ANY_YEAR.finditer(plain)
        if not _AHEAD.search(plain[: match.start()][-_NEAR:])
    )
    return max(years, default=None)


def _opens_title(title: str) -> int | None:
    """The year that a title opens with, without 年: 2019白石职业学校简介."""
    match = _OPENING_YEAR.match(narrow(title))
    return int(match[1]) if match else None


def _plain(text: str) -> str:
    """The text in digits, without what is quoted, and without the years of events."""
    return without_events(_IN_QUOTES.sub("", _in_digits(text)), None)


def _in_digits(text: str) -> str:
    """The text with narrow digits, and 二○一八年 as 2018年; every character stays in its place."""
    return _CHINESE_YEAR.sub(lambda match: match.group().translate(_DIGIT_OF), narrow(text))


@lru_cache(maxsize=8_192)
def years_in(text: str) -> tuple[tuple[int, Year], ...]:
    """Offsets (of the end) and years spoken of in a text, in order. A school year is named by its later half."""
    if not _DIGIT.search(text):
        return ()
    text = narrow(text)
    spans = list(_SPAN.finditer(text))
    school_years = [m for m in spans if m[3] or int(m[2]) - int(m[1]) == 1]
    single = [m for m in _YEAR.finditer(text) if not any(s.start() <= m.start() < s.end() for s in spans)]
    found = [(m.end(), Year(int(m[2]), "school")) for m in school_years]
    found += [(m.end(), Year(int(m[1]), "school" if m[2] == "学年" else "calendar")) for m in single]
    return tuple(sorted(found, key=lambda item: item[0]))


def without_events(text: str, own: Year | None) -> str:
    """The text, every character in its place, without the years in which something was founded, moved or honoured.

    A year that the report looks back on stays, unless what is behind it is told as of now: 2018年迁入新校区，现有在校生3200人.
    """

    def blank(match: re.Match[str]) -> str:
        year = year_of(match.group())
        near = own and year and (year >= own.value - 1 or not NOW.search(text, match.end()))
        return match.group() if near else " " * len(match.group())

    return _EVENT.sub(blank, text) if _DIGIT.search(text) else text


def relative_year(text: str, own: Year | None) -> Year | None:
    """The year that a head means by the report's own: 上学年, 上年 the one before, 本学年 that."""
    match = _RELATIVE.fullmatch(text.strip())
    return Year(own.value - (match["before"] is not None), own.basis) if match and own else None


def spoken_of(text: str, own: Year | None) -> Year | None:
    """The last year in a text that a report with this own year can speak of; None where it names none."""
    for _, year in reversed(years_in(text)):
        if own is None or own.value - _REACH <= year.value <= own.value + 1:
            return year
    return None


def opens_with_year(text: str, own: Year | None) -> Year | None:
    """The year a sentence opens with (`2024年度，…`): the topic of the sentences behind it, too.

    Of several (2022年、2023年、2024年) it is the last.
    """
    told = _TOLD_BEFORE.search(text, _ORDINAL.match(text).end())  # type: ignore[union-attr]
    until = min(_OPENING, told.start() if told else _OPENING)
    if not _DIGIT.search(text, 0, until):
        return None
    opened: Year | None = None
    for end, year in years_in(text):
        if end <= until and (own is None or own.value - _REACH <= year.value <= own.value + 1):
            opened = year
            if not _ONE_MORE.match(text, end):
                break
            until = len(text)
    return opened
