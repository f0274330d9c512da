"""Numbers of a sentence that are printed without a unit because another one's holds for them.

The lower end of a range (3200—4000元), what is told one by one (分别为988、781和212人), and what a colon lists as the parts of
the number before it (培训1953人次：国家级23、市级168、区级412、校本1350).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from extraction.numbers import Number, find_numbers
from extraction.prose.words import RANGE

_ONE_BY_ONE = re.compile(r"(?:分别|依次)[^，,。；;、\d]{0,6}(?=\d|$)")
_NEXT = re.compile(r"\s*[、，,和及与]\s*")
_PART = re.compile(r"\s*[：:（(、，,；;](?:其中[：:]?)?[\u4e00-\u9fff“”]{1,12}")


def numbers_in(sentence: str) -> list[Number]:
    """The numbers of a sentence in order, each with its own unit or the one that it shares."""
    numbers = find_numbers(sentence)
    for share in (_with_units_of_ranges, _with_units_of_lists, _with_units_of_parts):
        numbers = share(sentence, numbers)
    return numbers


def _with_units_of_ranges(sentence: str, numbers: Sequence[Number]) -> list[Number]:
    """The numbers; the lower end of a range is in the unit of the upper one."""
    found = list(numbers)
    for k, (lower, upper) in enumerate(pairwise(numbers)):
        if lower.unit is None and upper.unit and RANGE.match(sentence[lower.unit_end : upper.start].strip()):
            scale = lower.scale or (upper.scale if lower.amount <= upper.amount else "")
            found[k] = replace(lower, unit=upper.unit, scale=scale, unit_raw=upper.unit_raw)
    return found


def _with_units_of_lists(sentence: str, numbers: Sequence[Number]) -> list[Number]:
    """The numbers; those that are told one by one before one with a unit have it."""
    found = list(numbers)
    if not _ONE_BY_ONE.search(sentence):
        return found
    for k in range(len(found) - 2, -1, -1):  # from behind: each has the unit of the next
        number, following = found[k], found[k + 1]
        bare = number.unit is None and not number.scale
        between = sentence[number.unit_end : following.start]
        if bare and following.unit and _NEXT.fullmatch(between) and _is_dealt(sentence, found, k):
            found[k] = replace(number, unit=following.unit, unit_raw=following.unit_raw)
    return found


def _is_dealt(sentence: str, numbers: Sequence[Number], k: int) -> bool:
    """Whether 分别 or 依次 stands before the list that a number is in."""
    while k and _NEXT.fullmatch(sentence[numbers[k - 1].unit_end : numbers[k].start]):
        k -= 1
    return _ONE_BY_ONE.search(sentence[: numbers[k].start]) is not None


def _with_units_of_parts(sentence: str, numbers: Sequence[Number]) -> list[Number]:
    """The numbers; bare ones that a colon lists and that add up to the number before it have its unit."""
    found = list(numbers)
    for k, whole in enumerate(numbers):
        parts = list(
            takewhile(lambda j: _is_part(sentence, numbers[j - 1], numbers[j]), range(k + 1, len(numbers)))
        )
        opens = sentence[whole.unit_end : numbers[k + 1].start] if parts else ""
        if whole.unit and opens.startswith(("：", ":", "（", "(")) and len(parts) > 1:
            total = sum(numbers[j].amount for j in parts)
            for j in parts if total == whole.amount else ():
                found[j] = replace(numbers[j], unit=whole.unit, scale=whole.scale)
    return found


def _is_part(sentence: str, before: Number, number: Number) -> bool:
    """Whether a number without a unit stands behind the one before it and words for what it counts."""
    return number.unit is None and _PART.fullmatch(sentence[before.unit_end : number.start]) is not None
