"""What is printed on every page of a text with page breaks and is no part of the report: running heads, feet, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extraction.blocks import Line

PAGE_BREAK = "\f"
_NUMBER = re.compile(r"\D{0,4}(\d{1,4})\s*(?:页|/\s*\d{1,4})?(?:\s*共\s*\d{1,4}\s*页)?[-—–－·•\s]*")
_FRAMED = re.compile(r"[-—–－·•第]\s*(\d{1,4})\s*[-—–－·•页]")
_BARE = re.compile(r"(\d{1,3})")
_FEWEST_PAGES = 3  # that tell their numbers from others in such a frame
_OUTER = 2  # lines at the top and the foot of a page that can be such


def without_heads_and_feet(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers at a page's edge and without what stands at the same edge of most pages.

    The first line of a page has the page break, even where that stood before a head.
    """
    pages = list(_pages(lines))
    if len(pages) < 2:
        framed = [line for line in lines if _FRAMED.fullmatch(line.text.strip())]
        return [line for line in lines if len(framed) != 1 or line is not framed[0]]
    marks = [(line, _marks(n, edge, line)) for n, page in enumerate(pages) for edge, line in _outer(page)]
    marks += [(line, _framed(n, line)) for n, page in enumerate(pages) for line in page]
    seen = Counter(mark for _, found in marks for mark in found)
    often = max(2, len(pages) // 2)
    dropped = {id(line) for line, found in marks if any(seen[mark] >= often for mark in found)}
    return [line for page in pages for line in _opened([line for line in page if id(line) not in dropped])]


def without_page_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines of a text without page breaks, without page numbers that count up and the running head behind them.

    Framed ones (第 3 页, — 4 —) tell themselves, and a head is what stands behind most of them; bare ones are told by the
    head that stands behind each.
    """
    framed = _numbered(lines, _FRAMED)
    if _count_up(framed):
        said = [words for _, words in _behind(lines, framed)]
        heads = {words for words in said if words and 2 * said.count(words) > len(framed)}
        return _without(lines, framed, heads)
    bare = _numbered(lines, _BARE)
    (head, _), *_ = Counter(words for _, words in _behind(lines, bare) if words).most_common(1) or [("", 0)]
    headed = [number for number, words in _behind(lines, bare) if words == head]
    return _without(lines, headed, {head}) if _count_up(headed) else list(lines)


def _numbered(lines: Sequence[Line], mark: re.Pattern[str]) -> list[tuple[int, int]]:
    """The lines that are a page number's mark and no more, with it."""
    found = ((k, mark.fullmatch(line.text.strip())) for k, line in enumerate(lines))
    return [(k, int(match[1])) for k, match in found if match]


def _count_up(numbered: Sequence[tuple[int, int]]) -> bool:
    return len(numbered) >= _FEWEST_PAGES and all(b == a + 1 for (_, a), (_, b) in pairwise(numbered))


def _behind(
    lines: Sequence[Line], numbered: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], str]]:
    """The numbers with the words of the line behind each."""
    for k, number in numbered:
        if k + 1 < len(lines):
            yield (k, number), _words(lines[k + 1])


def _without(lines: Sequence[Line], numbered: Sequence[tuple[int, int]], heads: set[str]) -> list[Line]:
    """The lines without these numbers and, behind them, those that say one of the heads."""
    dropped = {k for k, _ in numbered}
    dropped |= {k + 1 for (k, _), words in _behind(lines, numbered) if words in heads}
    return [line for k, line in enumerate(lines) if k not in dropped]


def _words(line: Line) -> str:
    return re.sub(r"[\s\d]", "", line.text)


def _opened(page: list[Line]) -> list[Line]:
    """The lines of a page, the first with the page break that its head may have had, in place of the line end before it."""
    if page and page[0].start and PAGE_BREAK not in page[0].text:
        first = page[0]
        page[0] = Line(PAGE_BREAK + first.text, first.start - 1, first.end, first.gap)
    return page


def _pages(lines: Sequence[Line]) -> Sequence[list[Line]]:
    pages: list[list[Line]] = [[]]
    for line in lines:
        if PAGE_BREAK in line.text and pages[-1]:
            pages.append([])
        pages[-1].append(line)
    return pages


def _outer(page: Sequence[Line]) -> list[tuple[str, Line]]:
    """The outer lines of a page with the edge they stand at; those of a short page are its own."""
    if len(page) < 4 * _OUTER:
        return [("foot", page[-1])] if page else []
    top = [("top", line) for line in page[:_OUTER]]
    return [*top, *(("foot", line) for line in page[-_OUTER:])]


def _marks(page: int, edge: str, line: Line) -> list[tuple[str, str | int]]:
    """What makes two heads or feet the same: their words, or a number that counts with the pages."""
    words = _words(line)
    number = _NUMBER.fullmatch(line.text.strip())
    marks: list[tuple[str, str | int]] = [(edge, words)] if len(words) >= 4 else []
    return [*marks, (edge, int(number[1]) - page)] if number else marks


def _framed(page: int, line: Line) -> list[tuple[str, str | int]]:
    """A framed number that counts with the pages (— 3 —, 第 3 页) is theirs, wherever it comes in reading order."""
    number = _FRAMED.fullmatch(line.text.strip())
    return [("framed", int(number[1]) - page)] if number else []
