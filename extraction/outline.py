"""Which part of a report a paragraph stands in: its own account, or a case study (典型案例) told between its sections.

A case study has numbers of one project, class or firm. They are printed numbers, but no statistic of the school, so they
are told apart by the case they stand in.
"""

from __future__ import annotations

import re

from extraction.blocks import CASE
from extraction.numbers import chinese_number

_STYLES = {
    "decimal": re.compile(r"^\s*(\d+(?:\.\d+)+)"),
    "chapter": re.compile(r"^\s*第([一二三四五六七八九十]+)[章节部]"),
    "comma": re.compile(r"^\s*([一二三四五六七八九十]+)、"),
    "bracket": re.compile(r"^\s*[（(]([一二三四五六七八九十]+)[）)]"),
    "digit": re.compile(r"^\s*(\d+)[.、．]?(?!\d)"),
}
_LONGEST_NAME = 60


class Outline:
    """The sections of a report in the order they come; `case` is the case study that is being told, if one is.

    A case study has sections of its own. It ends where a section of the report goes on: the number that follows upon the
    last one of its kind outside, and not upon the last one of its kind inside.
    """

    def __init__(self) -> None:
        self.case: str | None = None
        self._sections: list[tuple[str, str | None]] = []
        self._outside: dict[str, tuple[int, ...]] = {}
        self._inside: dict[str, tuple[int, ...]] = {}

    def opens_case(self, text: str) -> bool:
        """Take note of a line that opens a case study, and say whether it does; a table of contents has many."""
        match = CASE.match(text)
        if not match or len(text) > _LONGEST_NAME or re.search(r"[。；].|\d\s*$", text[match.end() :]):
            return False
        self.case = re.sub(r"\s", "", match["name"])
        self._inside = {}
        return True

    def heading(self, text: str) -> None:
        """Take note of a section's heading."""
        style, number = _numbered(text)
        if not style:
            return
        if self.case and (_follows(number, self._inside.get(style)) or not self._goes_on(style, number)):
            self._inside[style] = number
            return
        self.case = None
        self._outside[style] = number

    def whose(self, heading: str, named: str | None) -> str | None:
        """Who the section below a heading is of: whom the heading names, else whose the section is that it is a part of.

        A kind of number that comes up for the first time numbers parts of what was opened before; the next number of that
        kind ends them.
        """
        style, number = _numbered(heading)
        level = f"{style}{len(number)}"
        levels = [each for each, _ in self._sections]
        if not style:
            self._sections.clear()
        elif level in levels:
            del self._sections[levels.index(level) :]
        self._sections.append((level, named))
        return next((name for _, name in reversed(self._sections) if name), None)

    def _goes_on(self, style: str, number: tuple[int, ...]) -> bool:
        last = self._outside.get(style)
        return last is not None and (number > last if style == "decimal" else _follows(number, last))


def _follows(number: tuple[int, ...], last: tuple[int, ...] | None) -> bool:
    return last is not None and number == (*last[:-1], last[-1] + 1)


def _numbered(text: str) -> tuple[str, tuple[int, ...]]:
    """The kind of a heading's number and its value: 2.4 教材建设 -> decimal, (2, 4)."""
    for style, pattern in _STYLES.items():
        if match := pattern.match(text):
            parts = match[1].split(".")
            return style, tuple(int(p) if p.isdigit() else chinese_number(p) for p in parts)
    return "", ()
