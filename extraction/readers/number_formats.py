"""How a spreadsheet shows a number: 0.8571 under `0.0%` is read by people as 85.7%, 45536 under `yyyy-m-d` as a day.

Rules: ECMA-376 part 1, 18.8.30 (numFmts), as far as they change what is read: decimals, thousands, per cent, words
around the number, dates. Colours, fractions and padding are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

BUILT_IN: Mapping[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"', 37: "#,##0;-#,##0",
    38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats that files name by number only, in the Chinese locale where that matters."""

_NOISE = re.compile(r"\[[^\]]*\]|_.|\*.|AM/PM|上午/下午", re.IGNORECASE)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_NUMBER = re.compile(r"[#0?][#0?,.]*")
_DATE = re.compile(r"yyyy|yy|mmmm|mmm|mm|m|dd|d|hh|h|ss|s", re.IGNORECASE)
_LAST_DAY = 2_958_465  # 9999-12-31


def shown(value: float, code: str, epoch_1904: bool = False) -> str:
    """A number as people see it under a format code; plain where the code says nothing."""
    sections = _split(_NOISE.sub("", code))
    negative = value < 0 and len(sections) > 1
    section = sections[1] if negative else sections[2] if value == 0 and len(sections) > 2 else sections[0]
    bare = _LITERAL.sub("", section)
    if not bare.strip() or bare.strip().lower() in ("general", "@"):
        return _plain(value) if not section or bare.strip() else _literal(section)
    if re.search(r"[ymdhs]", bare, re.IGNORECASE) and not re.search(r"[#0?]", bare):
        return _date(value, section, epoch_1904)
    digits = _NUMBER.search(bare)
    if digits is None or re.search(r"E[+-]|/", bare) or abs(value) >= 1e15:
        return _plain(value)
    return _number(abs(value) if negative else value, section, digits.group(), "%" in bare)


def _split(code: str) -> list[str]:
    """The sections of a code: positive, negative, zero, text. A semicolon in quotes parts nothing."""
    return re.findall(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$|")', code) or [""]


def _number(value: float, section: str, digits: str, percent: bool) -> str:
    decimals = min(len(re.findall(r"[0#?]", digits.partition(".")[2])), 9)
    scaled = Decimal(repr(value)) * (100 if percent else 1)
    scaled /= 1000 ** (len(digits) - len(digits.rstrip(",")))  # trailing commas: shown in thousands
    rounded = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in digits.rstrip(",") else f"{rounded:f}"
    for _ in range(len(digits) - len(digits.rstrip("#"))):  # `0.##` shows no zeros at the end
        text = text.removesuffix("0") if "." in text else text
    # The digits' place in the section, past quoted words that may hold a digit themselves.
    parts = re.split(r'("[^"]*"|\\.|[#0?][#0?,.]*)', section)
    place = next(i for i, part in enumerate(parts) if part[:1] in ("#", "0", "?"))
    return _literal("".join(parts[:place])) + text.rstrip(".") + _literal("".join(parts[place + 1 :]))


def _literal(section: str) -> str:
    return _LITERAL.sub(lambda m: m[1] or m[2] or "", section)


def _plain(value: float) -> str:
    """As `General` shows it: eleven digits, whole numbers whole."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{Decimal(f'{value:.11g}'):f}" if 1e-9 < abs(value) < 1e15 else f"{value:.6g}"


def _date(value: float, section: str, epoch_1904: bool) -> str:
    if not 0 <= value <= _LAST_DAY:
        return _plain(value)
    # Excel counts a 29 February 1900 that never was, hence the epoch of 30 December 1899.
    day = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)
    when = day + timedelta(seconds=round(min(value, _LAST_DAY - 1462) * 86400))
    parts, clock = [], False
    for quoted, escaped, token, other in re.findall(
        rf'"([^"]*)"|\\(.)|({_DATE.pattern})|(.)', section, re.IGNORECASE
    ):
        clock = clock or token.lower() in ("h", "hh", "s", "ss")
        parts.append(_moment(when, token.lower(), clock) if token else quoted or escaped or other)
    return "".join(parts).strip()


def _moment(when: datetime, token: str, clock: bool) -> str:
    if token[0] == "m":
        number = when.minute if clock else when.month
    else:
        number = {
            "y": when.year if len(token) > 2 else when.year % 100,
            "d": when.day,
            "h": when.hour,
            "s": when.second,
        }[token[0]]
    return f"{number:02}" if len(token) == 2 else str(number)
