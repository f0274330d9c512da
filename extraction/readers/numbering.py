"""The automatic numbers of Word's paragraphs (`第一章`, `1.2`, `（一）`): they are printed but stand in no text run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from extraction.readers.ooxml import Element, attribute, child

_HAN = "零一二三四五六七八九"


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    return (("" if tens == 1 else _HAN[tens]) + "十" if tens else "") + (_HAN[ones] if ones else "")


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "taiwaneseCountingThousand": _han,
    "ideographDigital": _han,
    "japaneseCounting": _han,
    "decimalEnclosedCircle": lambda n: chr(0x245F + n) if n <= 20 else str(n),
    "lowerLetter": lambda n: chr(96 + n) if n <= 26 else str(n),
    "upperLetter": lambda n: chr(64 + n) if n <= 26 else str(n),
}
"""Other formats (bullets, pictures) print no number."""


class _Level(NamedTuple):
    text: str
    format: str
    start: int


class Numbering:
    """Counts the numbered paragraphs of a document as they come."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._styles: dict[str, tuple[str | None, int]] = {}
        self.title_styles: set[str] = set()
        self._read_levels(numbering)
        self._read_styles(styles)

    def next(self, paragraph: Element) -> str:
        """What Word prints before this paragraph; nothing for one that is not numbered."""
        properties = child(paragraph, "pPr")
        own = child(properties, "numPr")
        inherited = self._styles.get(attribute(child(properties, "pStyle"), "val") or "", (None, 0))
        number = attribute(child(own, "numId"), "val") or inherited[0]
        level = _integer(attribute(child(own, "ilvl"), "val"), inherited[1])
        levels = self._levels.get(number or "", {})
        if number is None or level not in levels:
            return ""
        counts = self._counts[number]
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        if levels[level].format not in _FORMATS:
            return ""
        return re.sub(r"%([1-9])", lambda m: self._printed(levels, counts, int(m[1]) - 1), levels[level].text)

    @staticmethod
    def _printed(levels: Mapping[int, _Level], counts: Mapping[int, int], level: int) -> str:
        known = levels.get(level)
        if known is None:
            return ""
        return _FORMATS.get(known.format, str)(counts.get(level, known.start))

    def _read_levels(self, numbering: Element | None) -> None:
        if numbering is None:
            return
        abstract = {attribute(e, "abstractNumId"): e for e in numbering.iter("{*}abstractNum")}
        for number in numbering.iter("{*}num"):
            used = abstract.get(attribute(child(number, "abstractNumId"), "val"))
            self._levels[attribute(number, "numId") or ""] = {
                _integer(attribute(level, "ilvl"), 0): _Level(
                    attribute(child(level, "lvlText"), "val") or "",
                    attribute(child(level, "numFmt"), "val") or "decimal",
                    _integer(attribute(child(level, "start"), "val"), 1),
                )
                for level in (() if used is None else used.iter("{*}lvl"))
            }

    def _read_styles(self, styles: Element | None) -> None:
        for style in () if styles is None else styles.iter("{*}style"):
            name = attribute(style, "styleId") or ""
            numbered = child(style, "pPr", "numPr")
            if numbered is not None:
                number = attribute(child(numbered, "numId"), "val")
                self._styles[name] = (number, _integer(attribute(child(numbered, "ilvl"), "val"), 0))
            if (attribute(child(style, "name"), "val") or "").lower() == "title":
                self.title_styles.add(name)


def _integer(text: str | None, default: int) -> int:
    return int(text[:6]) if text and text.isascii() and text.isdigit() else default
