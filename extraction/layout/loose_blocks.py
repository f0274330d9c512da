"""The blocks of a PDF's text (`pdftotext` without its layout): what stands between blank lines, by what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from extraction.blocks import MEASURE, TOTAL, Cell, Line
from extraction.layout.spread_cells import Token, is_name, is_school, whole
from extraction.numbers import is_year
from extraction.vocabulary import squeeze, vocabulary

_BRACKET = re.compile(r"[（(][^（）()]*[)）]|年度?|[）)]|[%％][)）]")
_HEAD = re.compile(r"^学?年[度份]?$|^年级$|^序号$|名称$|^学校$|^(?:计量)?单位$")
SECTION = re.compile(r"[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[章节部篇]")
MEASURED = re.compile(r"[（(][^（）()]{1,6}[)）]$")


@dataclass(frozen=True)
class Block:
    """Lines between blank ones: the values of each line that has some, the words that name it, the words after, and the heads
    over all.
    """

    values: tuple[tuple[Cell, ...], ...]
    names: tuple[tuple[Cell, ...], ...]
    words: tuple[Cell, ...]
    over: tuple[Cell, ...] = ()

    def holds_first_values(self, apart: int) -> bool:
        """Whether its lines can be the first values, so many, of rows whose others were told before their names."""
        return any(self.names) and all(len(values) == apart for values in self.values)

    @cached_property
    def most(self) -> int:
        """How many values its longest line has."""
        return max(map(len, self.values))

    @cached_property
    def heads(self) -> list[Cell]:
        """Words that stand over names of rows."""
        return [*self.over, *(cell for cell in self.words if is_head(cell.text))]

    @cached_property
    def others(self) -> list[Cell]:
        """Words that may name rows."""
        return [c for c in self.words if not is_head(c.text) and not SECTION.match(c.text)]


def parts_of(lines: Sequence[Line]) -> Iterator[list[tuple[int, Line]]]:
    """The lines with their numbers, cut where one is blank or a page ends."""
    part: list[tuple[int, Line]] = []
    for k, line in enumerate(lines):
        if part and (line.gap or line.text.startswith("\f")):
            yield part
            part = []
        part.append((k, line))
    yield part


def block_of(lines: Sequence[Sequence[Token]], *, years: bool = False) -> Block:
    """A block's lines by what they hold; `years` counts bare years among the values."""

    def is_value(token: Token) -> bool:
        return token.is_value or (years and token.cell.text.isdigit())

    rows = [k for k, line in enumerate(lines) if any(map(is_value, line))]
    if not rows:
        return Block((), (), tuple(_heads(lines)))
    over: tuple[Cell, ...] = ()
    while rows[0] and _stand_over(lines[0], lines[rows[0]]):
        over += tuple(token.cell for token in lines[0])
        lines, rows = lines[1:], [k - 1 for k in rows]
    values = tuple(tuple(t.cell for t in lines[k] if is_value(t)) for k in rows)
    words = [[t for t in line if not is_value(t)] for line in lines]
    if len(rows) == 1:
        names, after = _names([[t.cell for t in line] for line in words], rows[0])
        return Block(values, (tuple(names),), tuple(after), over)
    beside: list[list[Cell]] = [[] for _ in rows]
    for name in _joined([t for line in words for t in line]):
        middle = (name[0].line + name[-1].line) / 2
        near = min(range(len(rows)), key=lambda k: abs(rows[k] + lines[0][0].line - middle))
        beside[near].append(whole([token.cell for token in name]))
    return Block(values, tuple(map(tuple, beside)), (), over)


def _stand_over(heads: Sequence[Token], below: Sequence[Token]) -> bool:
    """Whether a line is of heads over what is below it: years over values, or several with one that names no row."""
    said = [token.cell.text for token in heads]
    measured = any(MEASURED.search(text) or MEASURE.match(text) or is_head(text) for text in said)
    return len(said) > 1 and (measured or (all(map(is_year, said)) and len(said) <= len(below)))


def _joined(tokens: Sequence[Token]) -> list[list[Token]]:
    """Words as names: one that makes a word above whole goes on with it."""
    names: list[list[Token]] = []
    for token in tokens:
        open_ = (name for name in names if name[-1].line < token.line)
        goes_on = next((n for n in open_ if _is_whole([*(t.cell for t in n), token.cell])), None)
        if goes_on is None:
            names.append([token])
        else:
            goes_on.append(token)
    return names


def _names(words: Sequence[Sequence[Cell]], row: int) -> tuple[list[Cell], list[Cell]]:
    """The names of one row, broken around its values, and words below that are whole without them: the next row's.

    Each further line goes on with the name that it makes whole.
    """
    most = max(map(len, words))
    if most <= 1:
        names: list[list[Cell]] = []
        for line in words:
            for cell in line:
                if names and not _stands_alone(whole(names[-1]).text, cell.text):
                    names[-1].append(cell)
                else:
                    names.append([cell])
        last = sum(bool(line) for line in words[: row + 1])
        cells = [whole(name) for name in names]
        return (cells[:1], cells[1:]) if last == 1 and len(cells) > 1 else (cells, [])
    at = next(k for k, line in enumerate(words) if len(line) == most)
    names = [[cell] for cell in words[at]]
    after: list[Cell] = []
    for k, line in enumerate(words):
        for n, cell in enumerate(line if k != at else ()):
            best = [k for k, name in enumerate(names) if _is_whole([*name, cell])]
            if k > row and not best and all(_stands_alone(whole(name).text, cell.text) for name in names):
                after.append(cell)
            else:
                names[best[0] if best else min(n, most - 1)].append(cell)
    return [whole(name) for name in names], after


def _is_whole(parts: Sequence[Cell]) -> bool:
    """Whether the last part makes a name whole that was none before: 职业教育中心 needs no 校 of another name."""
    text, before = whole(parts).text, whole(parts[:-1]).text
    return is_name(text) or (is_school(text) and not (is_school(before) or is_name(before)))


def _heads(lines: Sequence[Sequence[Token]]) -> list[Cell]:
    """The words of a block: a row of heads with their second lines below, or one below the other."""
    words = [[t.cell for t in line] for line in lines]
    tails = [cell for line in words[1:] for cell in line]
    count = len(words[0])
    if count > 1 and tails and len(tails) % count == 0 and all(_BRACKET.fullmatch(c.text) for c in tails):
        return [whole([cell, *tails[k::count]]) for k, cell in enumerate(words[0])]
    if count > 1 and len(words) > 1:
        return [whole([t.cell for t in name]) for name in _joined([t for line in lines for t in line])]
    return _stacked(words)


def _stacked(lines: Sequence[Sequence[Cell]]) -> list[Cell]:
    heads: list[list[Cell]] = []
    for cell, alone in ((cell, len(line) == 1) for line in lines for cell in line):
        may_end = (alone or not is_name(cell.text)) and not (is_school(cell.text) or _HEAD.search(cell.text))
        whole_with = next((head for head in heads if may_end and _is_whole([*head, cell])), None)
        if heads and _BRACKET.fullmatch(cell.text):
            bare = [head for head in heads if not MEASURED.search(whole(head).text)]
            fitting = [head for head in bare if _takes(whole(head).text, cell.text)]
            if cell.text.startswith("年"):
                dated = [head for head in heads if whole(head).text[-1].isdigit()]
                if not dated:
                    heads.append([cell])
                    continue
                bare = fitting = dated
            (fitting or bare or heads)[-1].append(cell)
        elif whole_with is not None:
            whole_with.append(cell)
        elif heads and alone and not _stands_alone(whole(heads[-1]).text, cell.text):
            heads[-1].append(cell)
        else:
            heads.append([cell])
    return [whole(head) for head in heads]


def _takes(head: str, bracket: str) -> bool:
    """Whether a head can have this unit: 生师比 is no percentage."""
    metrics = [code for kind, code in vocabulary().terms.get(squeeze(head), ()) if kind == "metric"]
    unit = vocabulary().units_of_columns.get(bracket.strip("（）()"))
    if unit is None or not metrics:
        return True
    is_percent = unit.canonical == "percent"
    return any(
        (vocabulary().metrics[code].unit == "percent") == is_percent
        or (is_percent and code in vocabulary().share_of)
        for code in metrics
    )


def _stands_alone(above: str, text: str) -> bool:
    """Whether a word below another one is a cell of its own: both are whole, and together they are nothing."""
    if is_school(text) and is_name(above):
        return True
    if is_name(above + text) or (is_school(above + text) and not is_school(above)):
        return False
    return (
        _HEAD.search(text) is not None
        or text in vocabulary().units_of_columns
        or len(above) < len(text)  # a line that is not full was not broken
        or (len(above) == len(text) and above[-2:] == text[-2:])  # 一年级, 二年级
        or is_name(above)
        or is_school(above)
        or is_name(text)
        or bool(_HEAD.search(above) or TOTAL.match(text) or MEASURED.search(above) or SECTION.match(text))
    )


def is_head(text: str) -> bool:
    """Whether words stand over names of rows."""
    squeezed = squeeze(text)
    return squeezed in vocabulary().dimension_of_header or bool(_HEAD.search(squeezed))
