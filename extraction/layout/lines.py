"""From a reading to blocks: paragraphs and tables, in reading order.

A reader hands over the landed text and the tables it knows from the file's own marks (HTML). What is left are lines:
tables of the text dialects (`text_tables.py`), and paragraphs, whose hard-wrapped lines are joined.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from extraction.blocks import CASE, HEADING, Block, Line, Paragraph, Reading, Table
from extraction.layout.columns_apart import put_back
from extraction.layout.pages import PAGE_BREAK, without_heads_and_feet, without_page_numbers
from extraction.layout.text_tables import CAPTION, CELL_LENGTH, find_table
from extraction.numbers import find_numbers
from extraction.vocabulary import vocabulary

_FIELD = re.compile(
    r"\[bookmark:[^\]\n]*\]|\bHYPERLINK\s+\"[^\"\n]*\"(?:\s*\\\\\w+)*|\bPAGEREF\s+\S+(?:\s*\\\\\w+)*"
)
_UNIT_LINE = re.compile(r"^\s*[（(]?\s*(?:计量|金额)?单位\s*[:：]\s*(?P<unit>[^\d。；]{1,24}?[)）]?)\s*$")
_LONGEST_TITLE = 50
_WORDS = re.compile(r"[\u4e00-\u9fff]{4}")
_FIELD_MARKS = ("[bookmark:", "HYPERLINK", "PAGEREF")
_TABBED_CELLS = re.compile(r"(?m)^(?:\t[^\t\n]*\n\n?){8,}")
_EMPTY_CELL = re.compile(r"(?m)^\t[ \r]*$")
_NUMBER_ENDS = re.compile(r"[\d.,，]$")
_IN_PROSE = re.compile(r"[，；]")
_OPENING = re.compile(r"\s*\d[\d.．]*\s*")
_BLANKS = re.compile(
    r"(?<=[\u4e00-\u9fff（），。；：、“”])[ \u00a0]+(?=\d)|(?<=\d)[ \u00a0]+(?=[\u4e00-\u9fff%％])"
)
_APART = "\u3000"  # a blank that parts no thousands
_CLOSED_CELL = re.compile(r"^[^|\n]*\|[ \t\r]*$", re.MULTILINE)
_ROW_OF_CELLS = re.compile(r"^[^\n|]*\|[^\n|]*\|", re.MULTILINE)
_FEWEST_CLOSED = 8
_FEWEST_OF_A_RUN = 8  # lines that tell by themselves what parts their cells
_MOSTLY = 0.75  # of the places with more blank lines than usual
_REGULAR = 0.7  # share of cells at the usual distance from which on another distance means something
_BROKEN = 0.3  # share of long lines that end in mid-sentence from which on paragraphs are wrapped
_ROW = re.compile(r"[\t|｜]")
_SENTENCE_END = re.compile(r"[。！？；：:.…][”』」）)]*\s*$")


def blocks_of(reading: Reading) -> Iterator[Block]:
    """The blocks of a reading in order: marked tables where they stand, and what the lines between them hold.

    Each is made when it is asked for and held by nobody else: only one table's cells need be in memory at a time.
    """
    marked = sorted(zip(reading.spans, reading.tables, strict=True), key=lambda pair: pair[0])
    lines = _with_units(lines_of(reading.landed_text))
    runs = list(_runs_between(lines, [span for span, _ in marked]))
    del reading, lines
    wrapped = _is_hard_wrapped([line for run in runs for line in run])
    marked.reverse()
    for run in runs:
        yield from _from_lines(run, wrapped=wrapped)
        if marked:
            yield _captioned(marked.pop()[1], run[-1] if run else None)


def _runs_between(lines: Sequence[Line], spans: Sequence[tuple[int, int]]) -> Iterator[list[Line]]:
    """The lines before each span, and those behind the last."""
    starts = [line.start for line in lines]
    k = 0
    for start, end in spans:
        yield list(lines[k : bisect_left(starts, start)])
        k = bisect_left(starts, end)
    yield list(lines[k:])


def lines_of(text: str) -> list[Line]:
    """The lines of a text that hold more than white space, each with the number of blank ones above it.

    What a converter left of a Word file's fields is blanked out, in its place; running heads and feet are left out.
    """
    lines, position, gap = [], 0, 0
    if any(mark in text for mark in _FIELD_MARKS):
        text = _FIELD.sub(lambda match: " " * len(match.group()), text)
    text = _without_marks_of_cells(text)
    empty_cells = _empty_cells(text)
    for raw in text.split("\n"):
        if (raw and not raw.isspace()) or position in empty_cells:
            line = raw.rstrip("\r")
            lines.append(Line(line, position, position + len(line), gap))
            gap = 0
        else:
            gap += 1
        position += len(raw) + 1
    if PAGE_BREAK in text:
        return without_heads_and_feet(lines)
    return _with_empty_cells(without_page_numbers(lines))


def _without_marks_of_cells(text: str) -> str:
    """The text of a dump whose cells are each ended by a mark on a line of its own or at the line's end, without these."""
    if "|" not in text:
        return text
    closed = _CLOSED_CELL.findall(text)
    if len(closed) < _FEWEST_CLOSED or len(closed) < len(_ROW_OF_CELLS.findall(text)):
        return text
    return _CLOSED_CELL.sub(lambda match: match.group().replace("|", " "), text)


def _empty_cells(text: str) -> set[int]:
    """Where lines begin that hold nothing but a tab, among cells on a line each behind a tab: cells without a text."""
    if "\n\t\n" not in text:
        return set()
    return {
        run.start() + line.start()
        for run in _TABBED_CELLS.finditer(text)
        for line in _EMPTY_CELL.finditer(run.group())
    }


def _with_empty_cells(lines: list[Line]) -> list[Line]:
    """Blank lines beyond those that part all cells of a page dump are cells without a text.

    Dumps either end an empty cell with a line end as any other cell, or part it like any other from its neighbours;
    the whole document tells which: in the second case nearly all blank lines more are whole multiples.
    """
    usual = _usual_gap(lines)  # None where tables differ
    runs = [(run, _usual_gap(run) if len(run) > _FEWEST_OF_A_RUN else usual) for run in _runs_of_cells(lines)]
    more: dict[int, Counter[int]] = defaultdict(Counter)
    for run, own in runs:
        if own is not None and len(run) > _FEWEST_OF_A_RUN:
            cells = (line for line in run[1:] if not HEADING.match(line.text))
            more[own].update(line.gap - own for line in cells if line.gap > own)
    steps = {own: _step(own, counted) for own, counted in more.items()}
    found: list[Line] = []
    for run, own in runs:
        own = usual if own is None else own
        found += (
            replace(line, empty=(line.gap - own) // steps.get(own, 1))
            if own is not None and line.gap > own
            else line
            for line in run
        )
    return found


def _runs_of_cells(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines in runs of cells, each table from its caption on, and runs of others."""
    run: list[Line] = []
    for line in lines:
        other = run and (len(line.text) > CELL_LENGTH) != (len(run[-1].text) > CELL_LENGTH)
        if run and (other or CAPTION.match(line.text)):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _usual_gap(lines: Sequence[Line]) -> int | None:
    """How many blank lines part cells; None where that is not regular."""
    gaps: Counter[int] = Counter(
        b.gap for a, b in pairwise(lines) if len(a.text) <= CELL_LENGTH and len(b.text) <= CELL_LENGTH
    )
    usual, often = gaps.most_common(1)[0] if gaps else (0, 0)
    return usual if often and often >= _REGULAR * gaps.total() else None


def _step(usual: int, more: Counter[int]) -> int:
    """How many blank lines beyond the usual ones an empty cell makes."""
    steps = (usual + 1,) if usual else range(max(more, default=1), 1, -1)
    for step in steps:
        whole = sum(count for n, count in more.items() if n % step == 0)
        if whole >= _MOSTLY * more.total():
            return step
    return 1


def _with_units(lines: Sequence[Line]) -> list[Line]:
    """The lines, with `单位：人` on a line of its own at the end of the caption below it, else of the title above it."""
    found: list[Line] = []
    above = ""
    for line, following in zip_longest(lines, lines[1:]):
        unit = _announced(line.text)
        if unit and following is not None and CAPTION.match(following.text):
            above = "" if "单位" in following.text else unit
        elif unit and found and _is_title(found[-1].text):
            found[-1] = replace(found[-1], text=found[-1].text + unit)
        else:
            found.append(replace(line, text=line.text + above) if above else line)
            above = ""
    return found


def _announced(text: str) -> str:
    """The units that a line announces, as captions have them in brackets; empty for any other line."""
    match = _UNIT_LINE.match(text)
    if match is None:
        return ""
    known = vocabulary().units_of_columns
    bare = [
        re.sub(r"^.*[（(]|[)）]", "", part).strip().removeprefix("人民币")
        for part in re.split(r"[、，,]", match["unit"])
    ]
    each = [
        unit for part in bare for unit in ([part] if part in known else part.split("/"))
    ]  # 元/月, 人/万元
    return f"（单位：{'、'.join(each)}）" if all(unit in known for unit in each) else ""


def _is_title(text: str) -> bool:
    """Whether a line can be the title of a table: short, no sentence and no row of one."""
    words = len(text) < _LONGEST_TITLE and _WORDS.search(text) and not _ROW.search(text)
    return bool(words) and not _SENTENCE_END.search(text)


def _captioned(table: Table, caption: Line | None) -> Table:
    if caption is None or len(caption.text) > 60:
        return table
    match = CAPTION.match(caption.text)
    name = match["name"] if match else ""
    return Table(table.rows, caption.text.strip(), name, table.is_dump, table.start)


def _from_lines(lines: Sequence[Line], *, wrapped: bool) -> Iterator[Block]:
    """Paragraphs and tables in a run of lines."""
    lines, i = put_back(lines), 0
    while i < len(lines):
        block: Block | None
        block, after = find_table(lines, i)
        if block is not None:
            yield block
        else:
            paragraph, after = _paragraph(lines, i, wrapped)
            yield from paragraph.parts
        i = after


def _is_hard_wrapped(lines: Sequence[Line]) -> bool:
    """Whether paragraphs are broken at a line width: many lines of no great length end in mid-sentence; rows of tables
    end so, too, and do not count.
    """
    texts = [line.text.strip() for line in lines if not _ROW.search(line.text)]
    long = [text for text in texts if len(text) >= 25]
    broken = [len(text) for text in long if not _SENTENCE_END.search(text)]
    return len(broken) >= 3 and len(broken) > _BROKEN * len(long) and statistics.median(broken) <= 70


def _paragraph(lines: Sequence[Line], i: int, wrapped: bool) -> tuple[Paragraph, int]:
    end = i + 1
    if wrapped and not CAPTION.match(lines[i].text):
        while end < len(lines) and _continues(lines[end - 1], lines[end]):
            end += 1
    text, segments = "", []
    for line in lines[i:end]:
        stripped = line.text.strip() if wrapped else line.text
        if stripped[:1].isdigit() and _NUMBER_ENDS.search(text[-1:]):
            text += _APART
        segments.append((len(text), line.start + line.text.find(stripped)))
        text += stripped
    return _without_blanks(Paragraph(text, tuple(segments))), end


def _without_blanks(paragraph: Paragraph) -> Paragraph:
    """A paragraph without the blanks that a typesetter puts around numbers among Chinese characters: `到 2026 年有 220 人`.

    That behind the number that a heading opens with stays.
    """
    opens = _OPENING.match(paragraph.text)
    blanks = [blank.span() for blank in _BLANKS.finditer(paragraph.text, opens.end() if opens else 0)]
    if not blanks:
        return paragraph
    kept = [(end, start) for (_, end), (start, _) in pairwise([(0, 0), *blanks, (len(paragraph.text),) * 2])]
    text, segments = "", []
    for start, end in kept:
        here = [(at, landed) for at, landed in paragraph.segments if start < at < end]
        for at, landed in [(start, paragraph.place(start)), *here] if start < end else ():
            segments.append((len(text) + at - start, landed))
        text += paragraph.text[start:end]
    return Paragraph(text, tuple(segments))


def _continues(line: Line, following: Line) -> bool:
    text = line.text.strip()
    opens = (
        CAPTION.match(following.text)
        or CASE.match(following.text)
        or CASE.match(text)
        or _ROW.search(following.text)
    )
    if _SENTENCE_END.search(text) or opens:
        return False
    return len(text) >= 25 or _opens_with_count(text, following.text)


def _opens_with_count(text: str, following: str) -> bool:
    """Whether a line goes on from one of prose, however short, with what that counts: `三年制2918人，五年一贯制` at the foot of a
    page, `1046人，占24%` on the next.
    """
    if not (_IN_PROSE.search(text) and _IN_PROSE.search(following)):
        return False
    first = next(iter(find_numbers(following)), None)
    return first is not None and first.unit is not None and not following[: first.start].strip()
