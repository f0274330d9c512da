"""Numbers as printed: where they stand, what they are worth, and the unit written behind them.

A number is kept apart from its unit (`raw` is `19`, `unit_raw` is `万平方米`), and one-to-one full-width forms are
narrowed before matching, so an offset in the narrowed text is an offset in the landed text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from extraction.vocabulary import Unit, vocabulary

_WIDE = "０１２３４５６７８９．％：／－"
_NARROW = "0123456789.%:/-"
_WIDE_SIGN = re.compile(f"[{_WIDE}]")
_NARROWER = str.maketrans(_WIDE, _NARROW)

_BLANK = " \u00a0\u2009\u202f"
_PARTING = re.compile(f"[,，{_BLANK}]")
_FIGURE = re.compile(r"[-+]?[\d,，.]+\s*%?|1\s*[:∶]\s*[\d.]+|[\d.]+\s*[:∶]\s*1")  # 18.29:1, too
REMARK = re.compile(r"(?<=.)\s*[（(](?:[含约其占另注均]|不含|包括|[^（）()]*[%％])[^（）()]*[)）]\s*$")
"""What a cell says of its number in brackets behind it: 98%（含升学30人）, 12（35%）; but 2022（9月） and 3（2+1） are one."""
_OF_TIME = ("year", "day", "month", "age", "hour")  # 3年, 18岁 and 36学时 name a row as often
_WHOLE_YEAR = re.compile(r"(?:(?:199|20[0-3])\d[-—–－~至])?(?:199|20[0-3])\d\s*(?:年度?|学年|届)?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_MULTIPLIER = {
    hundreds + scale: factor * times
    for hundreds, factor in (("", Decimal(1)), ("百", Decimal(100)), ("千", Decimal(1_000)))
    for scale, times in (("", Decimal(1)), ("万", Decimal(10_000)), ("亿", Decimal(100_000_000)))
}


def narrow(text: str) -> str:
    """The text with full-width digits and signs narrowed, every character in its place."""
    return text.translate(_NARROWER) if _WIDE_SIGN.search(text) else text  # to look is five times as fast


@dataclass
class Number:
    """A number in a text: `text[start:end]` is the number alone, `unit_end` ends its unit (== end without one)."""

    start: int
    end: int
    raw: str
    scale: str
    unit_raw: str
    unit: Unit | None
    unit_end: int
    approximate: bool = False

    @cached_property
    def amount(self) -> Decimal:
        """What is printed, before any unit: `1,234.50` -> 1234.50, `十二` -> 12."""
        if self.is_chinese:
            return Decimal(chinese_number(self.raw))
        return Decimal(_PARTING.sub("", narrow(self.raw)))

    @property
    def is_chinese(self) -> bool:
        """Whether it is printed in Chinese numerals."""
        return self.raw[0] in _DIGITS

    @property
    def value(self) -> Decimal:
        """The amount in the unit's canonical unit: 19 万平方米 -> 190000 (m2)."""
        return in_canonical_unit(self.amount, self.scale, self.unit)

    @property
    def is_percent(self) -> bool:
        """True for a number followed by a per cent sign."""
        return self.unit is not None and self.unit.canonical == "percent"


@lru_cache(maxsize=8_192)
def in_canonical_unit(amount: Decimal, scale: str, unit: Unit | None) -> Decimal:
    """An amount times its Chinese scale (万, 亿) and its unit's factor, without trailing zeros."""
    value = amount * _MULTIPLIER[scale] * (unit.factor if unit else Decimal(1))
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    units = "|".join(re.escape(narrow(u)) for u in sorted(vocabulary().units, key=len, reverse=True))
    # 千分位 counts only in groups of three; `3,4` stays two numbers. Blanks part thousands only right behind a word and
    # before a unit: 在校生2 304人, and no row of cells. What may not stand before a number is looked for behind its first
    # digit, and so is the 1 of a ratio (1:18.3): a pattern that opens with a class of characters is searched for many
    # times as fast.
    number = (
        r"\d(?<![\dA-Za-z.]\d)(?!(?<=1)\s*[:∶]\s*\d)(?:\d{0,2}(?:[,，]\d{3})+(?:\.\d+)?(?![\d,])"
        rf"|(?<=[\u4e00-\u9fff]\d)(?<![表图第]\d)\d{{0,2}}(?:[{_BLANK}]\d{{3}})+(?=(?:\.\d+)?[余多]?[万亿]?(?:{units}))(?:\.\d+)?"
        r"|\d*(?:\.\d+)?)"
    )
    return re.compile(
        rf"(?P<number>{number})"
        rf"(?:\s*(?P<more>[余多])?\s*(?P<hundreds>[百千])?(?P<mid>[余多])?(?P<scale>[万亿])?(?P<late>[余多])?\s*(?P<unit>{units})|"
        rf"\s*(?P<bare_more>[余多])?(?P<bare_scale>[万亿])?(?![A-Za-z]))"
    )


def find_chinese_numbers(text: str) -> list[Number]:
    """Numbers in Chinese numerals (二 to 九百九十九) right before a unit of counting: 十二个, 两所. 一 is an article."""
    units = vocabulary().units
    return [
        Number(m.start("number"), m.end("number"), m["number"], "", m["unit"], units[m["unit"]], m.end())
        for m in _counted_in_chinese().finditer(text)
        if chinese_number(m["number"]) > 1
    ]


_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "十": 10,
    "百": 100,
}


_COUNTED_IN_WORDS = ("count", "person", "volume", "school", "enterprise", "course")


@lru_cache(maxsize=1)
def _counted_in_chinese() -> re.Pattern[str]:
    counting = "|".join(u.printed for u in vocabulary().units.values() if u.canonical in _COUNTED_IN_WORDS)
    return re.compile(
        rf"(?P<number>[一二三四五六七八九十两](?<![第十百千万亿零一二三四五六七八九两\d每各].)"
        rf"[一二三四五六七八九十百两]*)(?P<unit>{counting})(?!产业)"
    )


def chinese_number(raw: str) -> int:
    """The value of a numeral below one thousand: 三百二十 -> 320."""
    total, digit = 0, 0
    for sign in raw:
        value = _DIGITS[sign]
        if value < 10:
            digit = value
        else:
            total, digit = total + (digit or 1) * value, 0
    return total + digit


def find_numbers(text: str) -> list[Number]:
    """All numbers of a text in order, each with the unit behind it. Offsets are the given text's."""
    found = []
    for match in _pattern().finditer(narrow(text)):
        start, end = match.span("number")
        scale = (match["hundreds"] or "") + (match["scale"] or match["bare_scale"] or "")
        unit_text = match["unit"] or ""
        found.append(
            Number(
                start,
                end,
                text[start:end],
                scale,
                scale + unit_text,
                vocabulary().units.get(unit_text),
                match.end() if scale or unit_text else end,
                approximate=bool(match["more"] or match["mid"] or match["late"] or match["bare_more"]),
            )
        )
    return found


@lru_cache(maxsize=8192)
def is_figure(text: str) -> bool:
    """Whether a cell's whole text is a number: with a sign, a per cent sign or the unit of what it counts (120人), and perhaps
    another number in brackets behind it (12（35%）).
    """
    text = REMARK.sub("", narrow(text.strip()))
    if _FIGURE.fullmatch(text):
        return True
    match = _pattern().fullmatch(text) if text[:1].isdigit() else None
    unit = vocabulary().units.get(match["unit"] or "") if match else None
    return unit is not None and unit.canonical not in _OF_TIME


@lru_cache(maxsize=8192)
def is_year(text: str) -> bool:
    """Whether a cell's whole text is a year of our time: `2024`, `2024年度`, `2024-2025学年`; 2041 is a count."""
    return _WHOLE_YEAR.fullmatch(narrow(text.strip())) is not None


def year_of(text: str) -> int | None:
    """The last year of a text that is a year or a span of years (2024-2025学年 -> 2025), else None."""
    years = _YEAR.findall(narrow(text))
    return int(years[-1]) if years else None
